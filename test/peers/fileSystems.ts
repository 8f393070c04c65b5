import { closeSync, mkdirSync, openSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from 'mocha';
import { stampOf } from '../fixtures/vhdBuilder';
import { runPeer } from './programs';

export const FILE_SYSTEMS = ['ntfs', 'ext4', 'fat'] as const;
export type FileSystemName = (typeof FILE_SYSTEMS)[number];

/** Makes a raw file of `size` bytes with a file system that its own tools made and filled. `folder` is for what goes into it. */
export function makeFileSystem(
  context: Context,
  name: FileSystemName,
  path: string,
  size: number,
  folder: string,
): void {
  closeSync(openSync(path, 'w'));
  truncateSync(path, size);
  const files = filesFor(folder);
  if (name === 'ext4') {
    runPeer(context, 'mkfs.ext4', ['-q', '-F', '-d', folder, path]);
  } else if (name === 'ntfs') {
    runPeer(context, 'mkfs.ntfs', ['-q', '-F', '-Q', '-s', '512', '-p', '0', '-H', '16', '-S', '63', path]);
    for (const file of files) runPeer(context, 'ntfscp', ['-q', path, join(folder, file), file]);
  } else {
    runPeer(context, 'mkfs.fat', [path]);
    fillFreeClusters(path, size);
  }
}

/** Has the file system's own program look for faults, changing nothing; throws where it finds one. */
export function checkFileSystem(context: Context, name: FileSystemName, path: string): void {
  if (name === 'ext4') runPeer(context, 'e2fsck', ['-fn', path]);
  if (name === 'ntfs') runPeer(context, 'ntfsfix', ['-n', path]);
  if (name === 'fat') runPeer(context, 'fsck.fat', ['-n', path]);
}

/** Files of many sizes, their content telling where it comes from. */
function filesFor(folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  const sizes = [1, 511, 4096, 70_000, 1_000_000, 5_000_000];
  return sizes.map((size, seed) => {
    const stamp = stampOf(seed + 100);
    const sectors = Array.from({ length: Math.ceil(size / 512) }, (_, i) => stamp(i));
    const name = `file${size}.bin`;
    writeFileSync(join(folder, name), Buffer.concat(sectors).subarray(0, size));
    return name;
  });
}

/** There is no tool here that writes files into FAT; but what lies in free clusters is no business of the file system. */
function fillFreeClusters(path: string, size: number): void {
  const stamp = stampOf(99);
  const descriptor = openSync(path, 'r+');
  try {
    for (let lba = Math.ceil(size / 512 / 2); lba < size / 512 - 8; lba += 3) {
      writeSync(descriptor, stamp(lba), 0, 512, lba * 512);
    }
  } finally {
    closeSync(descriptor);
  }
}
