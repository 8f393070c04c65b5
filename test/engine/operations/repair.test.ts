import assert from 'node:assert/strict';
import { EngineError } from '../../../src/engine/errors';
import { openImage } from '../../../src/engine/openImage';
import { runToEnd } from '../../../src/engine/operations/progress';
import { planUndoRepair, runRepair, undoRepair } from '../../../src/engine/operations/repair';
import { planRepair, type RepairPlan } from '../../../src/engine/operations/repairPlan';
import { buildVhd, idOf, layoutOf, specChecksum, stampOf } from '../../fixtures/vhdBuilder';
import type { VhdSpec } from '../../fixtures/vhdSpec';
import { everyPowerLoss, somePowerLosses, type CutShort } from '../../crash/everyPowerLoss';
import type { DiskEvent, DiskImage } from '../../crash/diskImage';
import { seededRandom } from '../../crash/powerLoss';
import { RecordingFileSystem } from '../../crash/recordingFileSystem';
import { sized } from '../../testSize';
import { check, DIFFERENCING, DYNAMIC, NOW, PATH, TRUSTED, XEN } from '../check/checkedImages';
import { readLayer } from '../../fixtures/openedImages';

const FACTS = { id: idOf(99), created: new Date(NOW) };
const UNDO = `${PATH}.vhd-editor-undo`;
const layout = layoutOf(DYNAMIC);
const TAIL = layout.footerOffset;
const place = (block: number): number => (layout.blockOffsets.get(block) ?? 0) / 512;
const FIXED: VhdSpec = { type: 'fixed', virtualSize: 68 * 512, geometry: [1, 4, 17], content: stampOf(4) };

function files(bytes: Uint8Array): RecordingFileSystem {
  const fileSystem = new RecordingFileSystem();
  fileSystem.add(PATH, bytes);
  return fileSystem;
}

function bytesOf(fileSystem: RecordingFileSystem, path = PATH): Buffer {
  return Buffer.from(fileSystem.disk.get(path)?.bytes ?? []);
}

function plan(fileSystem: RecordingFileSystem, only: readonly string[] | null = null): RepairPlan {
  return runToEnd(planRepair(fileSystem, PATH, TRUSTED, { now: NOW, only, facts: FACTS }));
}

function summed(bytes: Uint8Array, at: number): Uint8Array {
  const copy = bytes.slice();
  copy.fill(0, at, at + 4);
  new DataView(copy.buffer).setUint32(at, specChecksum(copy));
  return copy;
}

function changed(spec: VhdSpec, change: (bytes: Uint8Array) => unknown): Uint8Array {
  const bytes = buildVhd(spec);
  const result = change(bytes);
  return result instanceof Uint8Array ? result : bytes;
}

const random = seededRandom(Number(process.env['VHD_TEST_SEED'] ?? Date.now() % 1_000_000));

/** After some steps of an operation, or after every one of them before a release. */
function powerLosses(start: DiskImage, events: readonly DiskEvent[]): Iterable<CutShort> {
  const count = sized({ small: 6, ci: 8, full: 0 });
  return count === 0 ? everyPowerLoss(start, events, random, 2) : somePowerLosses(start, events, random, count);
}

interface Case {
  readonly bytes: Uint8Array;
  /** Null: what needs no decision. */
  readonly only?: readonly string[];
  /** Keys of the repairs that are done. */
  readonly done: readonly string[];
  /** Ids of the findings, notes left out, that are left. */
  readonly left?: readonly string[];
  /** The file that must come of it, where that is known. */
  readonly becomes?: Uint8Array;
}

const sound = buildVhd(DYNAMIC);
/** The header lies behind the first 64 KiB. */
const FAR: VhdSpec = { ...DYNAMIC, headerOffset: 300 * 512 };
const soundFixed = buildVhd(FIXED);
const unmarked = { ...DYNAMIC, patches: [{ offset: (place(3) + 1 + 5) * 512 + 9, bytes: [1] }] };

const cases: Readonly<Record<string, Case>> = {
  'a lost footer, from its copy': {
    bytes: buildVhd({ ...DYNAMIC, tailFooter: false }),
    done: ['footer-missing'],
    becomes: sound,
  },
  'a footer that was overwritten where it stood': {
    bytes: changed(DYNAMIC, (bytes) => bytes.fill(0xee, TAIL)),
    done: ['footer-missing'],
    becomes: sound,
  },
  'a footer with bytes that were changed, from its copy': {
    bytes: changed(DYNAMIC, (bytes) => bytes.fill(0xee, TAIL + 200, TAIL + 300)),
    done: ['footer-checksum'],
    becomes: sound,
  },
  'a footer without its first bytes, and no copy': {
    bytes: changed(FIXED, (bytes) => bytes.fill(0, 68 * 512, 68 * 512 + 8)),
    done: ['footer-missing'],
    becomes: soundFixed,
  },
  'a footer of which a full disk kept some': {
    bytes: soundFixed.slice(0, 68 * 512 + 100),
    done: ['footer-missing'],
    becomes: soundFixed,
  },
  'a fixed image that lost its footer, by word': {
    bytes: changed({ ...FIXED, tailFooter: false }, (bytes) => bytes.set([0x55, 0xaa], 510)),
    only: ['footer-missing'],
    done: ['footer-missing'],
  },
  'a dynamic image that lost both footers, by word': {
    bytes: changed({ ...DYNAMIC, tailFooter: false }, (bytes) => bytes.fill(0, 0, 512)),
    only: ['footer-missing'],
    done: ['footer-missing'],
  },
  'a lost copy without its first bytes, and no footer': {
    bytes: changed({ ...DYNAMIC, tailFooter: false }, (bytes) => bytes.fill(0, 0, 8)),
    done: ['footer-copy-missing', 'footer-missing'],
    becomes: sound,
  },
  'bytes behind the footer of a fixed image': {
    bytes: Buffer.concat([soundFixed, Buffer.from('something else was written here')]),
    done: ['footer-missing'],
    becomes: soundFixed,
  },
  'bytes behind the footer of a dynamic image': {
    bytes: Buffer.concat([sound, Buffer.alloc(5000, 'abc')]),
    done: ['footer-missing'],
    becomes: sound,
  },
  'padding behind the footer': {
    bytes: buildVhd({ ...DYNAMIC, padding: { length: 4096, byte: 0 } }),
    done: ['footer-before-padding'],
    becomes: sound,
  },
  'a copy that is missing': {
    bytes: buildVhd({ ...DYNAMIC, headFooter: false }),
    done: ['footer-copy-missing'],
    becomes: sound,
  },
  'a copy with a wrong checksum': {
    bytes: changed(DYNAMIC, (bytes) => bytes.fill(7, 24, 28)),
    done: ['footer-copy-checksum'],
    becomes: sound,
  },
  'a copy that differs': {
    bytes: changed(DYNAMIC, (bytes) => {
      bytes[24] = 9;
      bytes.set(summed(bytes.slice(0, 512), 64));
    }),
    done: ['footer-copy-differs'],
    becomes: sound,
  },
  'wrong checksums of both footers, whose fields can be': {
    bytes: changed(DYNAMIC, (bytes) => {
      bytes.fill(1, 64, 68);
      bytes.fill(1, TAIL + 64, TAIL + 68);
    }),
    done: ['footer-checksum', 'footer-copy-checksum'],
    becomes: sound,
  },
  'a wrong checksum of the only footer': {
    bytes: changed(FIXED, (bytes) => bytes.fill(1, 68 * 512 + 64, 68 * 512 + 68)),
    done: ['footer-checksum'],
    becomes: soundFixed,
  },
  'a footer of 511 bytes, by word': {
    bytes: buildVhd({ ...FIXED, footerLength: 511 }),
    only: ['footer-short'],
    done: ['footer-short'],
    becomes: soundFixed,
  },
  'a mark of an unfinished operation, by word': {
    bytes: changed(FIXED, (bytes) => {
      const footer = bytes.slice(68 * 512);
      footer.set(Buffer.from('v_poison'));
      bytes.set(summed(footer, 64), 68 * 512);
    }),
    only: ['unfinished-operation'],
    done: ['unfinished-operation'],
    becomes: soundFixed,
  },
  'a header with a wrong checksum': {
    bytes: changed(DYNAMIC, (bytes) => bytes.fill(1, 512 + 36, 512 + 40)),
    done: ['header-checksum'],
    becomes: sound,
  },
  'a header without its first bytes': {
    bytes: changed(DYNAMIC, (bytes) => bytes.fill(1, 512, 520)),
    done: ['header-cookie'],
    becomes: sound,
  },
  'a header that is gone, from the table': {
    bytes: changed(DYNAMIC, (bytes) => bytes.fill(0xee, 512, 1536)),
    done: ['header-rebuilt'],
    becomes: sound,
  },
  'a header that leads to no table': {
    bytes: buildVhd({ ...DYNAMIC, editHeader: (header) => header.setBigUint64(16, 0x7777_0000n) }),
    done: ['header-rebuilt'],
    becomes: sound,
  },
  'a header of a differencing image that leads to no table, by word': {
    bytes: buildVhd({ ...DIFFERENCING, editHeader: (header) => header.setBigUint64(16, 0x7777_0000n) }),
    only: ['header-rebuilt'],
    done: ['header-rebuilt'],
    becomes: buildVhd(DIFFERENCING),
  },
  'a footer that does not lead to the header': {
    bytes: buildVhd({ ...DYNAMIC, editFooter: (footer) => footer.setBigUint64(16, 0x7777_0000n) }),
    done: ['header-elsewhere'],
    becomes: sound,
  },
  'a footer that leads to a place far before the header': {
    bytes: buildVhd({ ...FAR, editFooter: (footer) => footer.setBigUint64(16, 512n) }),
    done: ['header-elsewhere'],
    becomes: buildVhd(FAR),
  },
  'the only footer, in which nothing but the place of the header was changed': {
    bytes: buildVhd({ ...DYNAMIC, headFooter: false, patches: [{ offset: TAIL + 22, bytes: [9] }] }),
    done: ['header-elsewhere', 'footer-copy-missing'],
    becomes: sound,
  },
  'a stale batmap': {
    bytes: buildVhd({ ...DYNAMIC, ...XEN, batmap: { stale: true } }),
    done: ['batmap-stale'],
    becomes: buildVhd({ ...DYNAMIC, ...XEN }),
  },
  'a block past the end of the file, by word': {
    bytes: buildVhd({ ...DYNAMIC, entries: { 1: 0x7000_0000 } }),
    only: ['bat-entry-beyond-file/1'],
    done: ['bat-entry-beyond-file/1'],
    becomes: sound,
  },
  'a block over a structure, by word': {
    bytes: buildVhd({ ...DYNAMIC, blocks: [], entries: { 1: 0 }, truncateTo: 200 * 512 }),
    only: ['footer-missing', 'block-over-structure/1'],
    done: ['footer-missing', 'block-over-structure/1'],
  },
  'the wrong one of two blocks at one place, by word': {
    bytes: buildVhd({ ...DYNAMIC, entries: { 4: place(3) } }),
    only: ['bat-entry-duplicate/4'],
    done: ['bat-entry-duplicate/4'],
    becomes: sound,
  },
  'the other one of two blocks at one place, by word': {
    bytes: buildVhd({ ...DYNAMIC, entries: { 4: place(3) } }),
    only: ['bat-entry-duplicate/3'],
    done: ['bat-entry-duplicate/3'],
  },
  'a bit past the end of the disk, by word': {
    bytes: buildVhd({ ...DYNAMIC, patches: [{ offset: place(5) * 512 + 1, bytes: [0x80] }] }),
    only: ['bitmap-past-end'],
    done: ['bitmap-past-end'],
    becomes: sound,
  },
  'data that no bitmap marks, by marking it': {
    bytes: buildVhd(unmarked),
    only: ['unmarked-data/mark'],
    done: ['unmarked-data/mark'],
  },
  'data that no bitmap marks, by zeros': {
    bytes: buildVhd(unmarked),
    only: ['unmarked-data/zero'],
    done: ['unmarked-data/zero'],
    becomes: sound,
  },
  'a block that was cut off with the footer': {
    bytes: buildVhd({ ...DYNAMIC, truncateTo: place(5) * 512 + 1024 }),
    done: ['footer-missing'],
  },
};

describe('repairing', () => {
  for (const [name, { bytes, only, done, left, becomes }] of Object.entries(cases)) {
    it(`puts right ${name}`, () => {
      const fileSystem = files(bytes);
      const planned = plan(fileSystem, only ?? null);
      assert.deepEqual(
        planned.proposals.filter(({ isChosen }) => isChosen).map(({ key }) => key),
        done,
      );
      assert.deepEqual([fileSystem.events, fileSystem.openFiles], [[], 0]);
      const { undoPath } = runRepair(fileSystem, planned);
      assert.equal(undoPath, UNDO);
      const repaired = bytesOf(fileSystem);
      if (becomes !== undefined) assert.ok(repaired.equals(becomes));
      const findings = check(fileSystem);
      assert.deepEqual(findings, planned.findingsAfter);
      assert.deepEqual(
        findings.filter(({ severity }) => severity !== 'note').map(({ id }) => id),
        left ?? [],
      );
      assert.deepEqual(plan(fileSystem).patch.changes, []);
      undoRepair(fileSystem, PATH);
      assert.ok(bytesOf(fileSystem).equals(bytes));
      assert.deepEqual(fileSystem.paths(), [PATH]);
    });

    it(`leaves the old image or the new one when power is lost, ${name}`, () => {
      const fileSystem = files(bytes);
      const start = fileSystem.disk;
      runRepair(fileSystem, plan(fileSystem, only ?? null));
      const after = bytesOf(fileSystem);
      const doneEvents = [...fileSystem.events];
      const repairedDisk = fileSystem.disk;
      for (const { fileSystem: cut, when } of powerLosses(start, doneEvents)) {
        settle(cut, bytes, after, when, only ?? null);
      }
      const undoing = new RecordingFileSystem(repairedDisk);
      undoRepair(undoing, PATH);
      for (const { fileSystem: cut, when } of powerLosses(repairedDisk, undoing.events)) {
        if (plan(cut).isUnfinished) runRepair(cut, plan(cut, []));
        const now = bytesOf(cut);
        assert.ok(now.equals(bytes) || now.equals(after), when);
        if (cut.paths().includes(UNDO)) undoRepair(cut, PATH);
        assert.ok(bytesOf(cut).equals(bytes), when);
        assert.deepEqual(cut.paths(), [PATH], when);
      }
    });
  }

  /** The image is the old or the new one; repairing goes on, and undoing brings the old one back. */
  function settle(
    cut: RecordingFileSystem,
    before: Uint8Array,
    after: Uint8Array,
    when: string,
    only: readonly string[] | null,
  ): void {
    const planned = plan(cut, []);
    if (planned.isUnfinished) runRepair(cut, planned);
    const now = bytesOf(cut);
    assert.ok(now.equals(before) || now.equals(after), when);
    if (now.equals(before)) runRepair(cut, plan(cut, only));
    assert.ok(bytesOf(cut).equals(after), when);
    undoRepair(cut, PATH);
    assert.ok(bytesOf(cut).equals(before), when);
    assert.deepEqual(cut.paths(), [PATH], when);
  }

  it('writes nothing where a person decides, and shows both sides', () => {
    const fileSystem = files(buildVhd({ ...DYNAMIC, entries: { 4: place(3) } }));
    const planned = plan(fileSystem);
    assert.deepEqual(
      planned.proposals.map(({ key, isChosen }) => [key, isChosen]),
      [
        ['bat-entry-duplicate/3', false],
        ['bat-entry-duplicate/4', false],
      ],
    );
    assert.match(planned.proposals[0]?.before ?? '', /block 3 \(disk byte 196608\) at sector \d+; block 4 \(disk byte/);
    assert.deepEqual(runRepair(fileSystem, planned), { recovered: [], undoPath: null });
    assert.deepEqual(fileSystem.events, []);
    assert.deepEqual(planned.unrepairable, []);
  });

  it('leaves an image hidden that Xen hid without a new checksum', () => {
    const bytes = changed({ ...DYNAMIC, ...XEN }, (all) => {
      all[all.length - 512 + 85] = 1;
    });
    const planned = plan(files(bytes));
    assert.deepEqual(
      planned.proposals.map(({ key, isChosen }) => [key, isChosen]),
      [['footer-checksum', false]],
    );
    const fileSystem = files(bytes);
    runRepair(fileSystem, plan(fileSystem, ['footer-checksum']));
    assert.equal(bytesOf(fileSystem).at(-512 + 85), 1);
    assert.deepEqual(
      check(fileSystem).filter(({ id }) => id === 'footer-checksum'),
      [],
    );
  });

  it('says what cannot be put right, and what can still be read', () => {
    const short = plan(files(buildVhd({ ...FIXED, editFooter: (footer) => footer.setBigUint64(48, 2n ** 30n) })));
    assert.deepEqual(
      short.unrepairable.map(({ id }) => id),
      ['fixed-too-short'],
    );
    assert.match(short.unrepairable[0]?.remedy ?? '', /can be read and exported/);
    assert.match(short.readable, /^1 of the 512 blocks/);
    const lost = plan(files(buildVhd({ ...DYNAMIC, entries: { 1: 0x7000_0000 } })));
    assert.equal(lost.readable, '5 of the 6 blocks of the disk can be read and exported');
  });

  it('reads a rebuilt disk as it was', () => {
    const bytes = changed(DYNAMIC, (all) => all.fill(0xee, 512, 1536));
    const fileSystem = files(bytes);
    runRepair(fileSystem, plan(fileSystem));
    const image = openImage(fileSystem, PATH);
    const original = openImage(files(sound), PATH);
    assert.deepEqual(readLayer(image), readLayer(original));
    image.close();
    original.close();
  });

  it('leaves other files alone: text, VHDX, parts of a split image', () => {
    const text = files(Buffer.from('entity counter is port (clk : in bit); end;\n'.repeat(40)));
    assert.throws(
      () => plan(text),
      (error) => EngineError.is(error, 'not-an-image'),
    );
    const vhdx = files(Buffer.concat([Buffer.from('vhdxfile'), Buffer.alloc(4096)]));
    assert.throws(
      () => plan(vhdx),
      (error) => EngineError.is(error, 'unsupported-format'),
    );
    const split = files(buildVhd({ ...DYNAMIC, tailFooter: false }));
    split.add('/disks/image.v01', Buffer.alloc(512));
    assert.throws(
      () => plan(split),
      (error) => EngineError.is(error, 'unsupported-format'),
    );
  });

  it('refuses keys that there are not, files in use, files that were changed since, and undoing what is not there', () => {
    const fileSystem = files(buildVhd({ ...DYNAMIC, tailFooter: false }));
    assert.throws(() => plan(fileSystem, ['nonsense']), /there is no repair "nonsense"; choose among footer-missing/);
    const planned = plan(fileSystem);
    fileSystem.add(PATH, sound);
    assert.throws(
      () => runRepair(fileSystem, planned),
      (error) => EngineError.is(error, 'file-changed'),
    );
    fileSystem.users.set(PATH, ['qemu (1)']);
    assert.throws(
      () => runRepair(fileSystem, plan(fileSystem)),
      (error) => EngineError.is(error, 'in-use'),
    );
    assert.throws(
      () => undoRepair(fileSystem, PATH),
      (error) => EngineError.is(error, 'not-possible'),
    );
  });

  it('undoes one repair after another, and none that the image was changed after', () => {
    const bytes = buildVhd({ ...DYNAMIC, tailFooter: false, headFooter: true, entries: { 4: place(3) } });
    const fileSystem = files(bytes);
    runRepair(fileSystem, plan(fileSystem));
    const between = bytesOf(fileSystem);
    const second = runRepair(fileSystem, plan(fileSystem, ['bat-entry-duplicate/4']));
    assert.equal(second.undoPath, `${UNDO}-2`);
    assert.equal(planUndoRepair(fileSystem, PATH)?.changes.length, 1);
    undoRepair(fileSystem, PATH);
    assert.ok(bytesOf(fileSystem).equals(between));
    const changedSince = bytesOf(fileSystem);
    changedSince[TAIL] = 5;
    fileSystem.add(PATH, changedSince);
    assert.throws(
      () => undoRepair(fileSystem, PATH),
      (error) => EngineError.is(error, 'file-changed'),
    );
    fileSystem.add(PATH, between);
    undoRepair(fileSystem, PATH);
    assert.ok(bytesOf(fileSystem).equals(bytes));
  });
});
