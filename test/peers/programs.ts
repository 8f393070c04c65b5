import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, parse } from 'node:path';
import type { Context } from 'mocha';
import { requirePeer, type PeerName } from './peers';

/** Runs a peer to its end; throws where it fails. Skips the test where the peer is not installed. */
export function runPeer(context: Context, name: PeerName, words: readonly string[], mostExitCode = 0): Buffer {
  const program = requirePeer(context, name);
  const result = spawnSync(program, words, { maxBuffer: 2 ** 30 });
  if (result.error !== undefined) throw result.error;
  if (result.status === null || result.status > mostExitCode) {
    throw new Error(
      `${name} ${words.join(' ')} left ${String(result.status)}: ${result.stderr.toString()}${result.stdout.toString()}`,
    );
  }
  return result.stdout;
}

/** The content of a virtual disk as 7-Zip reads it, parents included. */
export function contentBy7zip(context: Context, path: string): Buffer {
  // -tvhd: the disk itself, not the file system that it finds in it.
  return runPeer(context, '7zz', ['x', '-tvhd', '-so', path]);
}

/**
 * The contents of many virtual disks, parents included, by path. 7-Zip leaves out what it has read as another one's parent, so it is asked
 * again for these. No two of the files have the same name but for the extension. `folder` is for what it makes; it need not be there.
 */
export function contentsBy7zip(context: Context, paths: readonly string[], folder: string): Map<string, Buffer> {
  const contents = new Map<string, Buffer>();
  for (let left = paths; left.length > 0;) {
    runPeer(context, '7zz', ['x', '-tvhd', '-y', '-bd', `-o${folder}/*`, '-an', ...left.map((path) => `-ai!${path}`)]);
    for (const path of left) {
      const { name } = parse(path);
      const made = join(folder, name, `${name}.img`);
      if (existsSync(made)) contents.set(path, readFileSync(made));
    }
    rmSync(folder, { recursive: true });
    const missing = left.filter((path) => !contents.has(path));
    if (missing.length === left.length) throw new Error(`7-Zip reads none of ${missing.join(', ')}`);
    left = missing;
  }
  return contents;
}

/** The content of a fixed or dynamic disk as qemu reads it. Its reading of differencing images is wrong. */
export function contentByQemu(context: Context, path: string): Buffer {
  const out = `${path}.qemu.raw`;
  try {
    runPeer(context, 'qemu-img', ['convert', '-f', 'vpc', '-O', 'raw', path, out]);
    return readFileSync(out);
  } finally {
    rmSync(out, { force: true });
  }
}

/** The size of the virtual disk in bytes, as qemu understands it. */
export function sizeByQemu(context: Context, path: string): number {
  const info: unknown = JSON.parse(
    runPeer(context, 'qemu-img', ['info', '-f', 'vpc', '--output=json', path]).toString(),
  );
  if (typeof info === 'object' && info !== null && 'virtual-size' in info && typeof info['virtual-size'] === 'number') {
    return info['virtual-size'];
  }
  throw new Error(`qemu-img info says no virtual size of ${path}`);
}
