import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import type { EditedImage } from '../../../src/engine/editing/editedImage';
import type { Edit } from '../../../src/engine/editing/edit';
import { EngineError } from '../../../src/engine/errors';
import { seededRandom, type Random } from '../../crash/powerLoss';
import { sized } from '../../testSize';
import {
  editScene,
  fileOnDisk,
  MUCH_MEMORY,
  openEdited,
  shownDisk,
  shownFile,
  stateOf,
  type EditScene,
  type PlainState,
} from './editScene';

function randomBytes(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random(256));
}

function randomEdit(random: Random, state: PlainState): Edit {
  const target = random(3) === 0 ? 'file' : 'disk';
  const size = target === 'disk' ? state.disk.length : state.file.length;
  const offset = random(size);
  const length = 1 + random(Math.min(size - offset, random(2) === 0 ? 5 : 3000));
  switch (random(4)) {
    case 0:
      return { kind: 'fill', target, offset, length, pattern: randomBytes(random, 1 + random(7)) };
    case 1:
      return { kind: 'fill', target, offset, length, pattern: Uint8Array.of(0) };
    default:
      return { kind: 'overwrite', target, offset, bytes: randomBytes(random, length) };
  }
}

const REFUSALS: readonly EngineError['code'][] = ['not-possible', 'out-of-range', 'bad-value'];

/** Small numbers, so that a disk never becomes a large one. */
const TEXTS = ['0', '1', '0x200', '4096', '16384', 'abcd', '4', '0xffffffff'];

/** A field of the leaf, or bits of one of its blocks. */
function randomStructureEdit(random: Random, image: EditedImage): Edit {
  const leaf = image.chain.layers[0].image;
  if (random(3) === 0) {
    const firstSector = random(8);
    const sectorCount = 1 + random(8 - firstSector);
    const block = random(leaf.blockCount);
    return { kind: 'sectorBits', block, firstSector, sectorCount, present: random(2) === 0 };
  }
  const roots = leaf.structure.roots();
  const root = roots[random(roots.length)]!;
  if (random(5) === 0) return { kind: 'makeConsistent', node: root.id };
  const fields = leaf.structure.children(root.id, 0, 1000);
  const { id, editText } = fields[random(fields.length)] ?? root;
  const text = random(4) === 0 ? (editText ?? '') : TEXTS[random(TEXTS.length)]!;
  return { kind: 'field', node: id, text, alone: random(2) === 0 };
}

/** A field of a few bytes can make a disk of terabytes. Bytes. */
const LARGEST_DISK = 16 * 1024 * 1024;

type PlainEdit = Extract<Edit, { kind: 'overwrite' | 'fill' }>;

function isPlain(edit: Edit): edit is PlainEdit {
  return edit.kind === 'overwrite' || edit.kind === 'fill';
}

/** What an edit writes, byte by byte. */
function written(edit: PlainEdit, before: PlainState): Buffer {
  const bytes = Buffer.from(edit.target === 'disk' ? before.disk : before.file);
  const length = edit.kind === 'fill' ? edit.length : edit.bytes.length;
  const source = edit.kind === 'fill' ? edit.pattern : edit.bytes;
  for (let at = 0; at < length; at++) bytes[edit.offset + at] = source[at % source.length]!;
  return bytes;
}

interface Known {
  readonly id: number;
  readonly before: PlainState;
  readonly after: PlainState;
}

/** A document beside plain bytes: what its file has, what is shown, and what each edit was. */
class Model {
  readonly scene: EditScene;
  image: EditedImage;
  now: PlainState;
  saved: PlainState;
  done: Known[] = [];
  undone: Known[] = [];
  /** What was done when it was saved. */
  savedDone: Known[] = [];

  constructor(random: Random) {
    this.scene = editScene(random);
    this.image = openEdited(this.scene);
    this.saved = stateOf(this.scene, fileOnDisk(this.scene));
    this.now = this.saved;
  }

  check(): void {
    assert.ok(shownFile(this.image).equals(this.now.file));
    assert.ok(shownDisk(this.image).equals(this.now.disk));
    assert.ok(fileOnDisk(this.scene).equals(this.saved.file));
    if (!this.image.isChanged) assert.ok(this.now.file.equals(this.saved.file));
  }

  /** An edit that makes a disk too large to be compared byte by byte is taken back at once. */
  edit(edit: Edit): 'made' | 'refused' | 'huge' {
    const before = this.now;
    let made;
    try {
      made = this.image.edit(edit, MUCH_MEMORY);
    } catch (error) {
      // A change of the file's own bytes may leave no image; a damaged one takes no bytes of a guest; a field takes no odd text.
      assert.ok(EngineError.is(error), String(error));
      assert.ok(REFUSALS.includes(error.code), error.message);
      return 'refused';
    }
    this.undone = [];
    if (this.image.chain.layers[0].image.virtualSize > LARGEST_DISK) {
      this.image.undo(made.id);
      return 'huge';
    }
    const after = stateOf(this.scene, shownFile(this.image));
    if (isPlain(edit)) assert.ok((edit.target === 'disk' ? after.disk : after.file).equals(written(edit, before)));
    this.now = after;
    this.done.push({ id: made.id, before, after });
    return 'made';
  }

  /** The preview says what the edit then does. */
  preview(edit: Edit): void {
    const before = this.now;
    let preview;
    try {
      preview = this.image.preview(edit);
    } catch (error) {
      assert.ok(EngineError.is(error));
      return;
    }
    this.check();
    const done = this.edit(edit);
    assert.notEqual(done, 'refused');
    if (done === 'huge') return;
    const { after } = this.done.at(-1)!;
    assert.equal(preview.lengthBefore, before.file.length);
    assert.equal(preview.lengthAfter, after.file.length);
    const owners = Array.from({ length: Math.max(before.owners.length, after.owners.length) }, (_, lba) => {
      return before.owners[lba] ?? null;
    });
    let sectorCount = 0;
    for (const { firstSector, sectorCount: length, before: from, after: to } of preview.owners) {
      for (let lba = firstSector; lba < firstSector + length; lba++) {
        assert.equal(owners[lba], from);
        owners[lba] = to;
        sectorCount += 1;
      }
    }
    assert.equal(preview.ownerSectorCount, sectorCount);
    assert.deepEqual(
      owners,
      owners.map((_, lba) => after.owners[lba] ?? null),
    );
  }

  undo(): void {
    const last = this.done.pop();
    if (last === undefined) {
      assert.throws(() => this.image.undo(1_000_000));
      return;
    }
    this.image.undo(last.id);
    this.undone.push(last);
    this.now = last.before;
  }

  redo(): void {
    const last = this.undone.pop();
    if (last === undefined) return;
    this.image.redo(last.id);
    this.done.push(last);
    this.now = last.after;
  }

  save(): void {
    this.image.save();
    this.saved = this.now;
    this.savedDone = [...this.done];
    assert.equal(this.image.isChanged, false);
  }

  revert(): void {
    this.image.revert();
    this.now = this.saved;
    this.done = [...this.savedDone];
    this.undone = [];
    assert.equal(this.image.isChanged, false);
  }

  /** VS Code closes and opens the image again, under hot exit. */
  reopen(): void {
    const backup = this.image.backup();
    const wasChanged = this.image.isChanged;
    this.image.close();
    this.image = openEdited(this.scene);
    assert.equal(this.image.restore(backup), null);
    assert.equal(this.image.isChanged, wasChanged);
    this.done = [];
    this.undone = [];
    this.savedDone = [];
  }

  close(): void {
    this.image.close();
    assert.equal(this.scene.fileSystem.openFiles, 0);
  }
}

describe('an edited image', () => {
  const seed = Number(process.env['VHD_TEST_SEED'] ?? Date.now() % 1_000_000);

  it(`is what plain bytes are, whatever is edited, undone, saved and opened again (seed ${seed})`, () => {
    const random = seededRandom(seed);
    for (let round = sized({ small: 25, ci: 50, full: 2_000 }); round > 0; round--) {
      const model = new Model(random);
      for (let step = 5 + random(25); step > 0; step--) {
        const choice = random(24);
        if (choice >= 20) model.preview(randomStructureEdit(random, model.image));
        else if (choice < 7) model.edit(randomEdit(random, model.now));
        else if (choice < 10) model.preview(randomEdit(random, model.now));
        else if (choice < 14) model.undo();
        else if (choice < 16) model.redo();
        else if (choice < 18) model.save();
        else if (choice === 18) model.revert();
        else model.reopen();
        model.check();
      }
      model.close();
    }
  });

  it(`takes a thousand edits back after a save, to the last byte (seed ${seed})`, () => {
    const random = seededRandom(seed);
    const scene = editScene(random);
    const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
    const [first, digest] = [stateOf(scene, fileOnDisk(scene)), sha256(fileOnDisk(scene))];
    const image = openEdited(scene);
    const ids: number[] = [];
    while (ids.length < 1000) {
      const offset = random(first.disk.length);
      const bytes = randomBytes(random, 1 + random(Math.min(600, first.disk.length - offset)));
      ids.push(image.edit({ kind: 'overwrite', target: 'disk', offset, bytes }, MUCH_MEMORY).id);
    }
    image.save();
    const [saved, edited] = [sha256(fileOnDisk(scene)), shownFile(image)];
    assert.notEqual(saved, digest);
    assert.equal(sha256(edited), saved);
    for (const id of [...ids].reverse()) image.undo(id);
    assert.equal(sha256(shownFile(image)), digest);
    assert.equal(image.isChanged, true);
    image.save();
    assert.equal(sha256(fileOnDisk(scene)), digest);
    for (const id of ids) image.redo(id);
    assert.equal(sha256(shownFile(image)), saved);
    image.close();
  });

  it('knows what is saved by its state: save, undo, edit is changed, and undoing back to it is not', () => {
    const random = seededRandom(3);
    const image = openEdited(editScene(random));
    const type = (byte: number): number =>
      image.edit({ kind: 'overwrite', target: 'disk', offset: 0, bytes: Uint8Array.of(byte) }, MUCH_MEMORY).id;
    const first = type(1);
    image.save();
    image.undo(first);
    assert.equal(image.isChanged, true);
    image.redo(first);
    assert.equal(image.isChanged, false);
    image.undo(first);
    const second = type(2);
    assert.equal(image.isChanged, true);
    image.undo(second);
    assert.equal(image.isChanged, true);
    assert.throws(
      () => image.redo(first),
      (error) => EngineError.is(error, 'not-possible'),
    );
    image.close();
  });

  it('refuses what reaches past the end or takes too much memory before anything is done', () => {
    const scene = editScene(seededRandom(4));
    const image = openEdited(scene);
    const before = shownFile(image);
    const { length } = shownDisk(image);
    const bytes = new Uint8Array(2);
    for (const [edit, code] of [
      [{ kind: 'overwrite', target: 'disk', offset: length - 1, bytes }, 'out-of-range'],
      [{ kind: 'overwrite', target: 'file', offset: before.length - 1, bytes }, 'out-of-range'],
      [{ kind: 'fill', target: 'disk', offset: 0, length: length + 1, pattern: bytes }, 'out-of-range'],
      [{ kind: 'fill', target: 'disk', offset: 0, length, pattern: bytes }, 'too-large'],
      [{ kind: 'import', target: 'disk', offset: 1, path: scene.path }, 'out-of-range'],
    ] as const) {
      assert.throws(
        () => image.edit(edit, 1000),
        (error) => EngineError.is(error, code),
      );
      assert.equal(image.isChanged, false);
    }
    assert.ok(shownFile(image).equals(before));
    image.close();
  });

  it('leaves everything as it was where a long edit is ended between two of its pieces', () => {
    const scene = editScene(seededRandom(8));
    const image = openEdited(scene);
    const [file, disk] = [fileOnDisk(scene), shownDisk(image)];
    const edit: Edit = { kind: 'fill', target: 'disk', offset: 0, length: disk.length, pattern: Uint8Array.of(7) };
    const editing = image.editSteps(edit, MUCH_MEMORY);
    assert.equal(editing.next().done, false);
    editing.return(undefined as never);
    assert.equal(image.isChanged, false);
    assert.ok(shownDisk(image).equals(disk));
    image.edit(edit, MUCH_MEMORY);
    assert.ok(shownDisk(image).every((byte) => byte === 7));
    assert.ok(fileOnDisk(scene).equals(file));
    image.close();
  });

  it('imports a file into a range, and names it', () => {
    const scene = editScene(seededRandom(5));
    const content = randomBytes(seededRandom(6), 700);
    scene.fileSystem.add('/d/content.bin', content);
    const image = openEdited(scene);
    const expected = shownDisk(image);
    expected.set(content, 300);
    const path = '/d/content.bin';
    const { label } = image.edit({ kind: 'import', target: 'disk', offset: 300, path }, MUCH_MEMORY);
    assert.equal(label, 'Import content.bin');
    assert.ok(shownDisk(image).equals(expected));
    image.close();
    assert.equal(scene.fileSystem.openFiles, 0);
  });
});
