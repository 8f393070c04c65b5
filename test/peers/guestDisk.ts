import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Context } from 'mocha';
import { stampOf } from '../fixtures/vhdBuilder';
import { putIntoFat } from './fatFiles';
import type { FileSystemName } from './fileSystems';
import { runPeer } from './programs';

/** Files in the root folder, by name; upper case, of eight and three letters. */
export type GuestFiles = ReadonlyMap<string, Uint8Array>;

/** Makes an empty file system of `size` bytes in a raw file. */
export function makeEmptyDisk(context: Context, name: FileSystemName, raw: string, size: number): void {
  closeSync(openSync(raw, 'w'));
  truncateSync(raw, size);
  if (name === 'ext4') runPeer(context, 'mkfs.ext4', ['-q', '-F', raw]);
  if (name === 'ntfs') {
    runPeer(context, 'mkfs.ntfs', ['-q', '-F', '-Q', '-s', '512', '-p', '0', '-H', '16', '-S', '63', raw]);
  }
  if (name === 'fat') runPeer(context, 'mkfs.fat', ['-F', '16', raw]);
}

/** Puts files into a raw file's file system, over those that have their names. `folder` is for what goes into it. */
export function putFiles(context: Context, name: FileSystemName, raw: string, files: GuestFiles, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const [file, bytes] of files) writeFileSync(join(folder, file), bytes);
  if (name === 'fat') putIntoFat(raw, files);
  if (name === 'ntfs') {
    for (const file of files.keys()) runPeer(context, 'ntfscp', ['-q', '-f', raw, join(folder, file), file]);
  }
  if (name === 'ext4') {
    const commands = [...files.keys()].flatMap((file) => [`rm ${file}`, `write ${join(folder, file)} ${file}`]);
    const list = join(folder, 'commands.txt');
    writeFileSync(list, `${commands.join('\n')}\n`);
    runPeer(context, 'debugfs', ['-w', '-f', list, raw]);
  }
}

const ARCHIVE_TYPES = { ntfs: 'NTFS', ext4: 'Ext', fat: 'FAT' } as const;

/** The files in the root folder of a raw file's file system, as 7-Zip reads them. `folder` is for these; it need not be there. */
export function filesIn(context: Context, name: FileSystemName, raw: string, folder: string): GuestFiles {
  runPeer(context, '7zz', ['x', `-t${ARCHIVE_TYPES[name]}`, '-y', '-bd', `-o${folder}`, raw]);
  try {
    const names = readdirSync(folder).filter((each) => each.endsWith('.BIN'));
    return new Map(names.sort().map((each) => [each, readFileSync(join(folder, each))]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Bytes that tell whose they are. */
export function fileBytes(seed: number, size: number): Uint8Array {
  const stamp = stampOf(seed);
  return Buffer.concat(Array.from({ length: Math.ceil(size / 512) }, (_, at) => stamp(at))).subarray(0, size);
}
