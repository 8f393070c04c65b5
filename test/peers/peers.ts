import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Context } from 'mocha';
import { recordNotRun } from '../notRun';

/** The other programs that ours is compared with, or that fill test images, each with the names it goes by. */
const PEERS = {
  '7zz': { names: ['7zz', '7z'], package: '7zip' },
  'qemu-img': { names: ['qemu-img'], package: 'qemu-utils' },
  'qemu-io': { names: ['qemu-io'], package: 'qemu-utils' },
  'mkfs.ntfs': { names: ['mkfs.ntfs', 'mkntfs'], package: 'ntfs-3g' },
  ntfscp: { names: ['ntfscp'], package: 'ntfs-3g' },
  'mkfs.fat': { names: ['mkfs.fat', 'mkfs.vfat'], package: 'dosfstools' },
  'mkfs.ext4': { names: ['mkfs.ext4'], package: 'e2fsprogs' },
  ntfsfix: { names: ['ntfsfix'], package: 'ntfs-3g' },
  'fsck.fat': { names: ['fsck.fat', 'fsck.vfat'], package: 'dosfstools' },
  e2fsck: { names: ['e2fsck', 'fsck.ext4'], package: 'e2fsprogs' },
  debugfs: { names: ['debugfs'], package: 'e2fsprogs' },
  cmp: { names: ['cmp'], package: 'diffutils' },
} as const;

export type PeerName = keyof typeof PEERS;

/** Where Debian puts them when PATH is short. */
const FURTHER_FOLDERS = ['/usr/local/bin', '/usr/bin', '/usr/sbin', '/sbin', '/usr/lib/7zip', '/opt/homebrew/bin'];

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Absolute path of a peer program, or null where it is not installed. */
export function findPeer(name: PeerName): string | null {
  const folders = [
    ...(process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''),
    ...FURTHER_FOLDERS,
  ];
  const suffixes = process.platform === 'win32' ? ['.exe', ''] : [''];
  for (const candidate of PEERS[name].names) {
    for (const folder of folders) {
      for (const suffix of suffixes) {
        const path = join(folder, candidate + suffix);
        if (isExecutable(path)) return path;
      }
    }
  }
  return null;
}

/**
 * Absolute path of a peer program for a test or hook: `requirePeer(this, '7zz')` in a `function () {...}`.
 * Where it is not installed the test is skipped, and the runner names the program as not run.
 */
export function requirePeer(context: Context, name: PeerName): string {
  const path = findPeer(name);
  if (path !== null) return path;
  recordNotRun(`comparison with ${name}`, `${name} is not installed (Debian package ${PEERS[name].package})`);
  return context.skip();
}
