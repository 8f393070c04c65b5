import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from 'mocha';
import { NodeFileSystem } from '../../src/engine/storage/nodeFileSystem';
import { assertFailed, callCli, callForJson } from '../cli/callCli';
import { writeAsGuest } from '../fixtures/guestWriter';
import { idOf, writeVhd } from '../fixtures/vhdBuilder';
import { sized } from '../testSize';
import { checkFileSystem, FILE_SYSTEMS, type FileSystemName } from './fileSystems';
import { fileBytes, filesIn, makeEmptyDisk, putFiles, type GuestFiles } from './guestDisk';
import { assertSameContent } from './sameContent';

const SECTOR = 512;
const SIZE = 24 * 2 ** 20;

/** A disk at some time: all of it, and the files on it. */
interface DiskState {
  readonly raw: Buffer;
  readonly files: GuestFiles;
}

/** A computer whose disk is a chain of images: what it writes goes into the leaf. */
class Guest {
  readonly #context: Context;
  readonly #name: FileSystemName;
  readonly #folder: string;
  readonly #states: DiskState[] = [];
  #number = 0;

  constructor(context: Context, name: FileSystemName, folder: string) {
    this.#context = context;
    this.#name = name;
    this.#folder = folder;
    makeEmptyDisk(context, name, this.path('now.raw'), SIZE);
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  /** Writes a file that was there before anew, and a new one, into the image at `path`, which reads as `from`; null for an empty disk. */
  work(path: string, from: DiskState | null): DiskState {
    const number = ++this.#number;
    const raw = this.path('now.raw');
    if (from !== null) copyFileSync(this.#kept(from), raw);
    const files = new Map([
      ['SHARED.BIN', fileBytes(number, 200_000 + 37_000 * number)],
      [`NEW${number}.BIN`, fileBytes(100 + number, 700_000 - 90_001 * number)],
    ]);
    putFiles(this.#context, this.#name, raw, files, this.path('in'));
    const before = from ?? { raw: Buffer.alloc(SIZE), files: new Map<string, Uint8Array>() };
    const state = { raw: readFileSync(raw), files: new Map([...before.files, ...files]) };
    copyFileSync(raw, this.#kept(state));
    writeAsGuest(new NodeFileSystem(), path, changedSectors(before.raw, state.raw));
    return state;
  }

  /** Lets the file system's own program, and 7-Zip, look at the disk as of an image. */
  async check(path: string, expected: DiskState): Promise<void> {
    const out = this.path('out.raw');
    await callForJson(['export', path, out, '--force']);
    checkFileSystem(this.#context, this.#name, out);
    const found = filesIn(this.#context, this.#name, out, this.path('found'));
    assert.deepEqual([...found.keys()], [...expected.files.keys()].sort(), path);
    for (const [file, bytes] of found) assertSameContent(bytes, expected.files.get(file)!, `${file} of ${path}`);
    assertSameContent(readFileSync(out), expected.raw, path);
  }

  #kept(state: DiskState): string {
    if (!this.#states.includes(state)) this.#states.push(state);
    return this.path(`state${this.#states.indexOf(state)}.raw`);
  }
}

function changedSectors(before: Buffer, after: Buffer): Map<number, Uint8Array> {
  const changed = new Map<number, Uint8Array>();
  for (let offset = 0; offset < after.length; offset += SECTOR) {
    const sector = after.subarray(offset, offset + SECTOR);
    if (!sector.equals(before.subarray(offset, offset + SECTOR))) changed.set(offset / SECTOR, sector);
  }
  return changed;
}

describe('disks of guests, as their own programs see them after each operation', function () {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'vhd-editor-guests-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  for (const name of FILE_SYSTEMS) {
    const types = name === 'ext4' ? (['fixed', 'dynamic'] as const) : (['dynamic', 'fixed'] as const);
    for (const type of types.slice(0, sized({ small: 1, ci: 1, full: 2 }))) {
      it(`${name}, on a ${type} base`, async function () {
        const guest = new Guest(this, name, folder);
        const [base, l1, l2, l3, branch] = ['base.vhd', 'l1.avhd', 'l2.avhd', 'l3.avhd', 'branch.avhd'].map((each) =>
          guest.path(each),
        ) as [string, string, string, string, string];
        const blockSize = name === 'ext4' ? 2 ** 19 : 2 ** 21;
        writeVhd(base, { type, virtualSize: SIZE, blockSize, id: idOf(7), alignment: 4096 });
        const s0 = guest.work(base, null);
        await guest.check(base, s0);

        await callForJson(['snapshot', base, '--output', l1]);
        const s1 = guest.work(l1, s0);
        await callForJson(['snapshot', l1, '--output', l2]);
        const s2 = guest.work(l2, s1);
        await callForJson(['snapshot', l1, '--output', branch]);
        const sBranch = guest.work(branch, s1);
        // The virtual machine's settings name l3: what it was is frozen under another name.
        await callForJson(['snapshot', l2, '--output', l3]);
        const frozen = guest.path('frozen.avhd');
        const s3 = guest.work(l3, s2);
        await callForJson(['snapshot', l3, '--keep-name', '--output', frozen]);
        const layers = [[base, s0], [l1, s1], [l2, s2], [frozen, s3], [l3, s3], [branch, sBranch]] as const; // prettier-ignore
        for (const [path, state] of layers) await guest.check(path, state);

        const s4 = guest.work(l3, s3);
        for (const format of ['dynamic', 'fixed']) {
          const merged = guest.path(`${format}.vhd`);
          await callForJson(['merge', l3, '--to', merged, '--format', format]);
          await guest.check(merged, s4);
        }
        await guest.check(l3, s4);

        // Others stand on l1: what goes into it would change them.
        assertFailed(await callCli(['merge', l2]), 1, /branch\.avhd/);
        await guest.check(branch, sBranch);

        await callForJson(['revert', branch]);
        await guest.check(branch, s1);
        await callForJson(['revert', branch, '--to', base]);
        await guest.check(branch, s0);
        rmSync(branch);

        await callForJson(['merge', l2]);
        await guest.check(l1, s2);
        await guest.check(frozen, s3);
        await guest.check(l3, s4);

        await callForJson(['merge', frozen, '--into', base]);
        await guest.check(base, s3);
        await guest.check(l3, s4);

        const s5 = guest.work(l3, s4);
        await callForJson(['merge', l3]);
        await guest.check(base, s5);
      });
    }
  }
});
