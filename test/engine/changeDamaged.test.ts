import assert from 'node:assert/strict';
import { changeImage } from '../../src/engine/changeImage';
import { EngineError } from '../../src/engine/errors';
import type { Image } from '../../src/engine/image';
import { MemoryStorage } from '../../src/engine/storage/memoryStorage';
import { OverlayStorage } from '../../src/engine/storage/overlayStorage';
import type { StructureNode } from '../../src/engine/structure';
import { openVhdImage } from '../../src/engine/vhd/vhdImage';
import { makeCorpus } from '../fuzz/corpus';
import { mutate } from '../fuzz/mutate';
import { caseSeed, Random } from '../fuzz/random';
import { readLayer } from '../fixtures/openedImages';
import { sized } from '../testSize';
import { samplesFor } from './vhd/fieldSamples';

const PATH = '/d/leaf.vhd';
const BELOW = 0xbb;
const CASES = sized({ small: 150, ci: 300, full: 5_000 });

/** Larger disks are not read whole. */
const MAX_SIZE = 2 ** 22;

/** What an edit did: its patch, or null where it was refused; anything that is no EngineError is thrown. */
function attempt(file: MemoryStorage, edit: (storage: OverlayStorage) => void): OverlayStorage | null {
  const storage = new OverlayStorage(file);
  try {
    edit(storage);
    return storage;
  } catch (error) {
    assert.ok(EngineError.is(error), String(error));
    const patch = storage.transaction(() => undefined);
    assert.equal(patch.lengthAfter, file.size());
    assert.ok(sameFile(storage, file), `written to, and then refused: ${error.message}`);
    return null;
  }
}

function sameFile(storage: OverlayStorage, file: MemoryStorage): boolean {
  const bytes = new Uint8Array(storage.size());
  storage.read(0, bytes);
  return Buffer.from(bytes).equals(file.bytes());
}

function opened(file: MemoryStorage | OverlayStorage): Image | null {
  try {
    return openVhdImage(file, PATH);
  } catch (error) {
    assert.ok(EngineError.is(error), String(error));
    return null;
  }
}

function fieldsOf(image: Image): StructureNode[] {
  const fields: StructureNode[] = [];
  const visit = (node: StructureNode): void => {
    if (node.editableAs !== null) fields.push(node);
    if (node.id !== 'blocks') image.structure.children(node.id, 0, 40).forEach(visit);
  };
  image.structure.roots().forEach(visit);
  return fields;
}

function changerOf(storage: OverlayStorage): ReturnType<typeof changeImage> {
  return changeImage(storage, PATH, { read: (_, target) => target.fill(BELOW) });
}

/** A write changes what was written, and completes sectors from below; all else that the image has stays. */
function checkWrite(file: MemoryStorage, image: Image, offset: number, bytes: Uint8Array): boolean {
  const expected = readLayer(image);
  const storage = attempt(file, (overlay) => changerOf(overlay).writeDisk(offset, bytes));
  if (storage === null) return false;
  for (let at = 0; at < bytes.length; at++) {
    const lba = Math.floor((offset + at) / 512);
    const sector = expected.get(lba) ?? new Uint8Array(512).fill(BELOW);
    sector[(offset + at) % 512] = bytes[at]!;
    expected.set(lba, sector);
  }
  const after = opened(storage);
  assert.ok(after !== null);
  const found = readLayer(after);
  for (const [lba, sector] of expected) {
    const now = found.get(lba);
    // A whole block of a dynamic image may be left out where all of it is zero.
    const isLeftOut = now === undefined && image.type === 'dynamic' && bytes.every((byte) => byte === 0);
    assert.ok(isLeftOut || (now !== undefined && Buffer.from(now).equals(sector)), `sector ${lba}`);
  }
  return true;
}

describe('Damaged images, edited', () => {
  it('are changed as they should be or refused, and nothing else', () => {
    const corpus = makeCorpus();
    let [written, changed] = [0, 0];
    for (let index = 0; index < CASES; index++) {
      const random = new Random(caseSeed(0xed17, index));
      const [leaf, base] = random.pick(corpus);
      const file = new MemoryStorage(mutate(leaf, base, random));
      const image = opened(file);
      if (image === null) continue;
      const { virtualSize, blockCount, blockSize } = image;
      if (virtualSize > 0 && virtualSize <= MAX_SIZE) {
        const offset = random.below(virtualSize);
        const length = Math.min(1 + random.below(3000), virtualSize - offset);
        if (checkWrite(file, image, offset, new Uint8Array(length).fill(random.below(3)))) written++;
      }
      const block = random.below(Math.max(1, blockCount));
      const sectors = Math.min(64, blockSize / 512);
      attempt(file, (overlay) => changerOf(overlay).setSectorBits(block, random.below(sectors), 1, index % 2 === 0));
      const fields = fieldsOf(image);
      if (fields.length === 0) continue;
      const field = random.pick(fields);
      const { legal, illegal } = samplesFor(field, field.editableAs!);
      for (const text of [random.pick([field.value!, ...legal.map((each) => each.text)]), illegal[0]!]) {
        const storage = attempt(file, (overlay) => changerOf(overlay).setField(field.id, text, index % 3 === 0));
        assert.ok(storage === null || opened(storage) !== null, `${field.id} := ${text}`);
        if (storage !== null) changed++;
      }
      const root = random.pick(image.structure.roots());
      const storage = attempt(file, (overlay) => changerOf(overlay).makeConsistent(root.id));
      assert.ok(storage === null || opened(storage) !== null, root.id);
    }
    assert.ok(written > CASES / 10 && changed > CASES / 10, `${written} writes, ${changed} fields`);
  });
});
