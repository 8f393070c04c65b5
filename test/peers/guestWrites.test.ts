import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeChain, openChain } from '../../src/engine/chain/openChain';
import { DiskReader } from '../../src/engine/chain/diskReader';
import { changeImage } from '../../src/engine/changeImage';
import { savePatch } from '../../src/engine/storage/journal';
import { NodeFileSystem } from '../../src/engine/storage/nodeFileSystem';
import { OverlayStorage } from '../../src/engine/storage/overlayStorage';
import { differencesAt } from '../../src/engine/storage/patch';
import { callForJson } from '../cli/callCli';
import { writeAsGuest } from '../fixtures/guestWriter';
import { idOf, stampOf, writeVhd } from '../fixtures/vhdBuilder';
import { sized } from '../testSize';
import { cutIntoLayers } from './cutIntoLayers';
import { checkFileSystem, FILE_SYSTEMS } from './fileSystems';
import { fileBytes, makeEmptyDisk, putFiles } from './guestDisk';
import { contentBy7zip } from './programs';
import { assertSameContent } from './sameContent';

interface Write {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Writes into the disk of a leaf as the editor does, and saves it. */
function writeInEditor(path: string, writes: readonly Write[]): void {
  const files = new NodeFileSystem();
  const chain = openChain(files, path, { trusted: true, given: [], confine: null });
  const overlay = new OverlayStorage(files.open(path, 'read'));
  try {
    const below = chain.layers.length > 1 ? new DiskReader(chain, 1) : null;
    const changer = changeImage(overlay, path, {
      read: (sector, target) => {
        target.fill(0);
        below?.read(sector * 512, target);
      },
    });
    const patch = overlay.transaction(() => {
      for (const { offset, bytes } of writes) changer.writeDisk(offset, bytes);
    });
    savePatch(files, path, patch);
  } finally {
    overlay.close();
    closeChain(chain);
  }
}

/** What differs between two states of a disk, byte by byte. */
function changesOf(before: Uint8Array, after: Uint8Array): Write[] {
  return differencesAt(0, before, after).map((change) => ({ offset: change.offset, bytes: change.after }));
}

function allSectors(raw: Uint8Array): Map<number, Uint8Array> {
  const sectors = new Map<number, Uint8Array>();
  for (let offset = 0; offset < raw.length; offset += 512) {
    const sector = raw.subarray(offset, offset + 512);
    if (sector.some((byte) => byte !== 0)) sectors.set(offset / 512, sector);
  }
  return sectors;
}

describe('What is written into a disk in the editor, as other programs read it', function () {
  const size = 24 * 2 ** 20;
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'vhd-editor-writes-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  for (const [index, name] of FILE_SYSTEMS.entries()) {
    const type = index % 2 === 0 ? 'dynamic' : 'fixed';

    it(`keeps ${name} sound, in a snapshot of a ${type} image and in the image itself`, async function () {
      const [raw, out] = [join(folder, 'now.raw'), join(folder, 'out.raw')];
      const [base, leaf] = [join(folder, 'base.vhd'), join(folder, 'leaf.avhd')];
      makeEmptyDisk(this, name, raw, size);
      const files = (seed: number): Map<string, Uint8Array> =>
        new Map([['SHARED.BIN', fileBytes(seed, 200_000 + seed * 50_000)], [`NEW${seed}.BIN`, fileBytes(seed, 400_001)]]); // prettier-ignore
      putFiles(this, name, raw, files(1), join(folder, 'in'));
      const first = readFileSync(raw);
      writeVhd(base, { type, virtualSize: size, id: idOf(7), alignment: 4096, blockSize: 2 ** (19 + index) });
      // Half of it by an independent writer, so that both work on each other's blocks.
      const sectors = allSectors(first);
      const half = new Map([...sectors].filter(([lba]) => lba % 3 === 0));
      writeAsGuest(new NodeFileSystem(), base, half);
      const partly = Buffer.alloc(size);
      for (const [lba, bytes] of half) partly.set(bytes, lba * 512);
      writeInEditor(base, changesOf(partly, first));
      assertSameContent(contentBy7zip(this, base), first, '7-Zip on the base');

      await callForJson(['snapshot', base, '--output', leaf]);
      putFiles(this, name, raw, files(2), join(folder, 'in'));
      const second = readFileSync(raw);
      writeInEditor(leaf, changesOf(first, second));
      assertSameContent(contentBy7zip(this, leaf), second, '7-Zip on the leaf');
      assertSameContent(contentBy7zip(this, base), first, '7-Zip on the base below');
      await callForJson(['export', leaf, out]);
      assertSameContent(readFileSync(out), second, 'our export');
      checkFileSystem(this, name, out);
    });
  }

  for (let seed = 0; seed < sized({ small: 2, ci: 3, full: 20 }); seed++) {
    it(`is the same in a chain of layers at random, seed ${seed}`, function () {
      const content = Buffer.alloc(6 * 2 ** 20);
      const stamp = stampOf(seed);
      for (let lba = 0; lba * 512 < content.length; lba += 1 + (lba % 5)) content.set(stamp(lba), lba * 512);
      const cut = cutIntoLayers(content, 3, seed, seed % 2 === 1);
      const paths = cut.specs.map((_, layer) => join(folder, `${layer}.vhd`));
      for (const [layer, spec] of cut.specs.entries()) writeVhd(paths[layer]!, spec);
      const below = cut.content(1);
      const random = randomFrom(seed);
      const writes = Array.from({ length: 60 }, (): Write => {
        const offset = Math.floor(random() * (content.length - 1));
        const length = Math.min(content.length - offset, 1 + Math.floor(random() ** 4 * 300_000));
        return { offset, bytes: new Uint8Array(length).fill(Math.floor(random() * 3) * 100) };
      });
      for (const { offset, bytes } of writes) content.set(bytes, offset);
      writeInEditor(paths.at(-1)!, writes.slice(0, 20));
      writeInEditor(paths.at(-1)!, writes.slice(20));
      assertSameContent(contentBy7zip(this, paths.at(-1)!), content, '7-Zip on the leaf');
      assertSameContent(contentBy7zip(this, paths[1]!), below, '7-Zip on the layer below');
    });
  }
});

/** Numbers from 0 to below 1, the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = (seed + 1) * 0x9e37_79b1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
