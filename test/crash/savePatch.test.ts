import assert from 'node:assert/strict';
import { EngineError } from '../../src/engine/errors';
import {
  asAfterJournal,
  finishJournal,
  MAX_JOURNAL_SIZE,
  readJournal,
  savePatch,
} from '../../src/engine/storage/journal';
import { OverlayStorage } from '../../src/engine/storage/overlayStorage';
import type { Patch } from '../../src/engine/storage/patch';
import { sized } from '../testSize';
import type { DiskImage } from './diskImage';
import { afterPowerLoss, seededRandom, type Fate, type Random } from './powerLoss';
import { RecordingFileSystem, type Shortcomings } from './recordingFileSystem';

const PATH = '/images/disk.vhd';

function bytesAt(fileSystem: RecordingFileSystem, path: string): Buffer {
  return Buffer.from(fileSystem.disk.get(path)?.bytes ?? []);
}

function randomBytes(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random(256));
}

/** A file of some sectors, and a patch that changes a few places and perhaps its length. */
function scene(random: Random, shortcomings: Shortcomings = {}): { fileSystem: RecordingFileSystem; patch: Patch } {
  const content = randomBytes(random, 512 * (1 + random(20)));
  const fileSystem = new RecordingFileSystem(new Map(), shortcomings);
  fileSystem.add(PATH, content);
  const file = new OverlayStorage(fileSystem.open(PATH, 'read'));
  const patch = file.transaction(() => {
    for (let change = 1 + random(4); change > 0; change--) {
      file.write(random(content.length + 600), randomBytes(random, 1 + random(1500)));
    }
    if (random(3) === 0) file.truncate(512 * random(25));
  });
  file.close();
  return { fileSystem, patch };
}

/** What a reader sees who looks through the journal. */
function seen(fileSystem: RecordingFileSystem): Buffer {
  const file = fileSystem.open(PATH, 'read');
  const state = readJournal(fileSystem, PATH, file);
  assert.notEqual(state.kind, 'foreign');
  const shown = state.kind === 'whole' ? asAfterJournal(file, state.patch) : file;
  const bytes = Buffer.alloc(shown.size());
  shown.read(0, bytes);
  shown.close();
  return bytes;
}

describe('saving a patch', () => {
  const seed = Number(process.env['VHD_TEST_SEED'] ?? Date.now() % 1_000_000);

  it(`leaves the old or the new file, whenever power is lost (seed ${seed})`, () => {
    const random = seededRandom(seed);
    for (let round = sized({ small: 20, ci: 100, full: 1_000 }); round > 0; round--) {
      const { fileSystem, patch } = scene(random);
      const start: DiskImage = fileSystem.disk;
      const before = bytesAt(fileSystem, PATH);
      savePatch(fileSystem, PATH, patch);
      const after = bytesAt(fileSystem, PATH);
      assert.deepEqual(fileSystem.paths(), [PATH]);
      for (let count = 0; count <= fileSystem.events.length; count++) {
        for (const fate of ['kept', 'lost', 'random', 'random', 'random'] satisfies Fate[]) {
          const disk = afterPowerLoss(start, fileSystem.events, count, fate, random);
          checkState(new RecordingFileSystem(disk), patch, before, after);
        }
      }
    }
  });

  it('puts the file back when the disk is full or the medium fails midway', () => {
    const random = seededRandom(seed);
    for (let failsFrom = 0; failsFrom < 12; failsFrom++) {
      const { fileSystem, patch } = scene(random);
      const before = bytesAt(fileSystem, PATH);
      const failing = new RecordingFileSystem(fileSystem.disk, { failsFrom });
      try {
        savePatch(failing, PATH, patch);
      } catch (error) {
        assert.ok(EngineError.is(error, 'file-access'));
        checkState(new RecordingFileSystem(failing.disk), patch, before, null);
      }
      assert.equal(failing.openFiles, 0);
    }
    const { fileSystem, patch } = scene(seededRandom(5));
    const before = bytesAt(fileSystem, PATH);
    const full = new RecordingFileSystem(fileSystem.disk, { capacity: before.length + 10 });
    assert.throws(
      () => savePatch(full, PATH, patch),
      (error) => EngineError.is(error, 'no-space'),
    );
    assert.deepEqual(bytesAt(full, PATH), before);
    assert.deepEqual(full.paths(), [PATH]);
  });

  it('saves what many edits make at once, and finds its journal again', () => {
    const content = new Uint8Array(33 * 1024 * 1024).fill(1);
    const fileSystem = new RecordingFileSystem();
    fileSystem.add(PATH, content);
    const after = content.slice().fill(2);
    const patch: Patch = {
      lengthBefore: content.length,
      lengthAfter: after.length,
      changes: [{ offset: 0, before: content, after }],
    };
    // The file itself is written when its journal is: the name, its bytes, their flush, the folder's.
    fileSystem.beforeChange = (number) => {
      if (number >= 4) throw new Error('power');
    };
    assert.throws(() => savePatch(fileSystem, PATH, patch));
    const disk = new RecordingFileSystem(fileSystem.disk);
    assert.ok(seen(disk).equals(after));
    assert.equal(finishJournal(disk, PATH), 'finished');
    assert.ok(bytesAt(disk, PATH).equals(after));
  });

  it('refuses what no journal may hold before anything is written', () => {
    const { fileSystem } = scene(seededRandom(7));
    const before = new Uint8Array();
    const after = new Uint8Array(MAX_JOURNAL_SIZE);
    const { length } = bytesAt(fileSystem, PATH);
    const patch: Patch = {
      lengthBefore: length,
      lengthAfter: length + after.length,
      changes: [{ offset: length, before, after }],
    };
    assert.throws(
      () => savePatch(fileSystem, PATH, patch),
      (error) => EngineError.is(error, 'too-large'),
    );
    assert.deepEqual(fileSystem.events, []);
  });

  it('refuses a file that has changed since, and leaves it', () => {
    const { fileSystem, patch } = scene(seededRandom(1));
    const changed = bytesAt(fileSystem, PATH);
    changed[patch.changes[0]!.offset]! ^= 1;
    fileSystem.add(PATH, changed);
    assert.throws(
      () => savePatch(fileSystem, PATH, patch),
      (error) => EngineError.is(error, 'file-changed'),
    );
    assert.deepEqual(bytesAt(fileSystem, PATH), changed);
    assert.deepEqual(fileSystem.paths(), [PATH]);
  });

  it('never writes a journal over a file that another program has changed since', () => {
    const { fileSystem, patch } = scene(seededRandom(2));
    fileSystem.beforeChange = (number) => {
      if (number >= 5) throw new Error('power');
    };
    assert.throws(() => savePatch(fileSystem, PATH, patch));
    const disk = new RecordingFileSystem(fileSystem.disk);
    const changed = bytesAt(disk, PATH);
    const { offset, before, after } = patch.changes[0]!;
    changed[offset] = [0, 1, 2].find((byte) => byte !== before[0] && byte !== after[0])!;
    disk.add(PATH, changed);
    assert.throws(
      () => finishJournal(disk, PATH),
      (error) => EngineError.is(error, 'unfinished-operation'),
    );
    assert.throws(
      () => savePatch(disk, PATH, patch),
      (error) => EngineError.is(error, 'unfinished-operation'),
    );
    assert.deepEqual(bytesAt(disk, PATH), changed);
  });
});

/** `after` is null where only what was there before, or a journal that brings about the other, may be. */
function checkState(fileSystem: RecordingFileSystem, patch: Patch, before: Buffer, after: Buffer | null): void {
  const shown = seen(fileSystem);
  assert.ok(shown.equals(before) || after === null || shown.equals(after));
  const outcome = finishJournal(fileSystem, PATH);
  assert.deepEqual(fileSystem.paths(), [PATH]);
  assert.deepEqual(bytesAt(fileSystem, PATH), shown, outcome);
  if (shown.equals(before)) {
    savePatch(fileSystem, PATH, patch);
    if (after !== null) assert.deepEqual(bytesAt(fileSystem, PATH), after);
  }
  assert.equal(fileSystem.openFiles, 0);
}
