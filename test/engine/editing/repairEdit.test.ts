import assert from 'node:assert/strict';
import { EditedImage, planRepair, runRepair, runToEnd } from '../../../src/engine/index';
import { REPAIRABLE_FINDINGS } from '../../../src/protocol/repair';
import { RecordingFileSystem } from '../../crash/recordingFileSystem';
import { buildVhd, idOf, layoutOf } from '../../fixtures/vhdBuilder';
import { DYNAMIC, NOW, PATH, TRUSTED, XEN } from '../check/checkedImages';

const LIMIT = 2 ** 26;
const layout = layoutOf(DYNAMIC);
const place = (block: number): number => (layout.blockOffsets.get(block) ?? 0) / 512;

function options(only: readonly string[] | null) {
  return { now: NOW, only, facts: { id: idOf(99), created: new Date(NOW) } };
}

function changed(change: (bytes: Uint8Array) => void): Uint8Array {
  const bytes = buildVhd(DYNAMIC);
  change(bytes);
  return bytes;
}

function files(bytes: Uint8Array): RecordingFileSystem {
  const fileSystem = new RecordingFileSystem();
  fileSystem.add(PATH, bytes);
  return fileSystem;
}

function contentOf(fileSystem: RecordingFileSystem): Buffer {
  return Buffer.from(fileSystem.disk.get(PATH)?.bytes ?? []);
}

/** Damages with which an image still opens, and what is chosen. */
const CASES: Readonly<Record<string, readonly [bytes: Uint8Array, only: readonly string[] | null]>> = {
  'a lost footer': [buildVhd({ ...DYNAMIC, tailFooter: false }), null],
  'a file that was cut off in its last block': [buildVhd({ ...DYNAMIC, truncateTo: place(5) * 512 + 1024 }), null],
  'a footer that something was written behind': [Buffer.concat([buildVhd(DYNAMIC), Buffer.alloc(5000, 'abc')]), null],
  'padding behind the footer': [buildVhd({ ...DYNAMIC, padding: { length: 4096, byte: 0 } }), null],
  'a copy that is missing': [buildVhd({ ...DYNAMIC, headFooter: false }), null],
  'wrong checksums of both footers': [
    changed((bytes) => {
      bytes.fill(1, 64, 68);
      bytes.fill(1, layout.footerOffset + 64, layout.footerOffset + 68);
    }),
    null,
  ],
  'a header that is gone': [changed((bytes) => bytes.fill(0xee, 512, 1536)), null],
  'a stale batmap': [buildVhd({ ...DYNAMIC, ...XEN, batmap: { stale: true } }), null],
  'one of two blocks at one place': [buildVhd({ ...DYNAMIC, entries: { 4: place(3) } }), ['bat-entry-duplicate/4']],
  'a block within another one': [buildVhd({ ...DYNAMIC, entries: { 4: place(3) + 8 } }), ['blocks-overlap/4']],
};

describe('a repair as an edit', () => {
  for (const [name, [bytes, only]] of Object.entries(CASES)) {
    it(`makes of ${name} what the repair of the file makes, and can be undone and redone`, () => {
      const repaired = files(bytes);
      runRepair(repaired, runToEnd(planRepair(repaired, PATH, TRUSTED, options(only))));
      const edited = files(bytes);
      const image = new EditedImage(edited, PATH, TRUSTED);
      try {
        const { patch } = runToEnd(image.planRepair(options(only)));
        const { id, label } = image.edit({ kind: 'patch', label: 'Repair', patch }, LIMIT);
        assert.equal(label, 'Repair');
        assert.ok(contentOf(edited).equals(bytes), 'nothing is written before it is saved');
        image.undo(id);
        assert.equal(image.isChanged, false);
        image.redo(id);
        image.save();
        assert.ok(contentOf(edited).equals(contentOf(repaired)));
        assert.deepEqual(runToEnd(image.planRepair(options(null))).patch.changes, []);
        image.undo(id);
        image.save();
        assert.ok(contentOf(edited).equals(bytes));
      } finally {
        image.close();
      }
    });

    it(`is offered for every finding that the repair of ${name} ends`, () => {
      const { proposals } = runToEnd(planRepair(files(bytes), PATH, TRUSTED, options(null)));
      assert.ok(proposals.length > 0);
      const unknown = proposals.flatMap(({ findings }) => findings).filter((id) => !REPAIRABLE_FINDINGS.has(id));
      assert.deepEqual(unknown, []);
    });
  }

  it('survives in a backup', () => {
    const fileSystem = files(buildVhd({ ...DYNAMIC, tailFooter: false }));
    const image = new EditedImage(fileSystem, PATH, TRUSTED);
    const { patch } = runToEnd(image.planRepair(options(null)));
    image.edit({ kind: 'patch', label: 'Repair footer-missing', patch }, LIMIT);
    const backup = image.backup();
    image.close();
    const again = new EditedImage(fileSystem, PATH, TRUSTED);
    assert.equal(again.restore(backup), null);
    again.save();
    again.close();
    assert.ok(contentOf(fileSystem).equals(buildVhd(DYNAMIC)));
  });

  it('offers both blocks where one begins within the other', () => {
    const { proposals } = runToEnd(
      planRepair(files(buildVhd({ ...DYNAMIC, entries: { 4: place(3) + 8 } })), PATH, TRUSTED, options(null)),
    );
    // Where block 4 is said to begin, it reaches into block 0 behind block 3.
    assert.deepEqual(
      proposals.flatMap(({ key, blocks, isDefault }) => (blocks === undefined ? [] : [[key, blocks, isDefault]])),
      [
        ['blocks-overlap/3', [3, 4], false],
        ['blocks-overlap/4', [4, 3], false],
        ['blocks-overlap/0', [0, 4], false],
      ],
    );
  });
});
