import assert from 'node:assert/strict';
import fc from 'fast-check';
import { openChain, closeChain } from '../../../src/engine/chain/openChain';
import { changedParents, type ChangedParent } from '../../../src/engine/check/changedParent';
import { checkChain } from '../../../src/engine/check/checkChain';
import { runToEnd } from '../../../src/engine/operations/progress';
import { MemoryFileSystem } from '../../../src/engine/storage/memoryFileSystem';
import { layerModel } from '../../fixtures/diskModel';
import { buildVhd, idOf, stampOf } from '../../fixtures/vhdBuilder';
import { blocksOf, type VhdSpec } from '../../fixtures/vhdSpec';
import { sized } from '../../testSize';

const POLICY = { trusted: true, given: [], confine: null };
const BLOCK = 4096;
const SECTORS = 43;
/** Seconds since 2000, and the same as milliseconds since 1970. */
const MADE = 700_000_000;
const MADE_TIME = (946_684_800 + MADE) * 1000;
const HOUR = 3600_000;

const COMMON = { virtualSize: SECTORS * 512, blockSize: BLOCK, timestamp: MADE };

function base(sectors: readonly number[], changes: Partial<VhdSpec> = {}): VhdSpec {
  return { ...COMMON, type: 'dynamic', id: idOf(9), content: stampOf(9), blocks: blocksOf(sectors, BLOCK), ...changes };
}

function child(number: number, on: number, sectors: readonly number[], changes: Partial<VhdSpec> = {}): VhdSpec {
  const name = `${on}.vhd`;
  return {
    ...COMMON,
    type: 'differencing',
    id: idOf(number),
    content: stampOf(number),
    blocks: blocksOf(sectors, BLOCK),
    parent: { id: idOf(on), name, timestamp: MADE, locators: [{ code: 'W2ru', text: `.\\${name}` }] },
    ...changes,
  };
}

/** Files by name, with the times at which they were changed last; the first is the leaf. */
function scene(files: Readonly<Record<string, readonly [VhdSpec, number]>>): MemoryFileSystem {
  const fileSystem = new MemoryFileSystem('posix');
  for (const [name, [spec, modified]] of Object.entries(files)) {
    fileSystem.addFile(`/vm/${name}`, buildVhd(spec), modified);
  }
  return fileSystem;
}

function changesOf(fileSystem: MemoryFileSystem, leaf: string): readonly ChangedParent[] {
  const chain = openChain(fileSystem, `/vm/${leaf}`, POLICY);
  try {
    return runToEnd(changedParents(fileSystem, chain, false));
  } finally {
    closeChain(chain);
  }
}

function pair(parent: VhdSpec, modified: number, leaf = child(1, 9, [1, 20])): ChangedParent {
  const [tie, ...others] = changesOf(scene({ '1.vhd': [leaf, MADE_TIME], '9.vhd': [parent, modified] }), '1.vhd');
  assert.deepEqual(others, []);
  assert.ok(tie);
  return tie;
}

function signs({ signs: found }: ChangedParent): readonly string[] {
  return found.map(({ kind, tells }) => `${kind} ${tells}`);
}

describe('a parent that may have been changed after its child was made', () => {
  it('was not, by all that is known, where it has the time that the child names', () => {
    const tie = pair(base([0, 1, 9, 40]), MADE_TIME + 500);
    assert.deepEqual([tie.told, signs(tie)], ['unchanged', ['named-time unchanged']]);
    assert.deepEqual(tie.sectors, { hidden: 1, atRisk: 3, elsewhere: SECTORS - 4 });
    assert.deepEqual(tie.stretches, [
      { start: 0, length: 1 },
      { start: 9, length: 1 },
      { start: 40, length: 1 },
    ]);
    assert.equal(tie.stretchCount, 3);
  });

  it('may have been where its file has another time, later or earlier', () => {
    assert.deepEqual(signs(pair(base([0]), MADE_TIME + HOUR)), ['named-time perhaps']);
    const older = pair(base([0]), MADE_TIME - HOUR);
    assert.deepEqual([older.told, signs(older)], ['perhaps', ['named-time perhaps']]);
    assert.match(older.signs[0]?.words ?? '', /older than/);
  });

  it('is judged by the time of the child where that names none, as Windows 10 does', () => {
    const leaf = child(1, 9, [1]);
    const silent: VhdSpec = { ...leaf, parent: { ...leaf.parent!, timestamp: 0 } };
    assert.deepEqual(signs(pair(base([0]), MADE_TIME - HOUR, silent)), ['file-time unchanged']);
    assert.deepEqual(signs(pair(base([0]), MADE_TIME + HOUR, silent)), ['file-time perhaps']);
  });

  it('was, where its disk was expanded, and says which sectors show it', () => {
    const tie = pair(base([0, 1, 50, 60], { virtualSize: 64 * 512 }), MADE_TIME);
    assert.equal(tie.told, 'changed');
    assert.deepEqual(signs(tie), ['virtual-size changed', 'named-time unchanged']);
    // What lies past the end of the child's disk shows nowhere.
    assert.deepEqual(tie.sectors, { hidden: 1, atRisk: 1, elsewhere: SECTORS - 2 });
  });

  it('was, where it is another image, or the file system in it was written later', () => {
    const leaf = child(1, 9, [1]);
    const fileSystem = scene({ '1.vhd': [leaf, MADE_TIME], '9.vhd': [base([0], { id: idOf(8) }), MADE_TIME] });
    const chain = openChain(fileSystem, '/vm/1.vhd', { ...POLICY, given: ['/vm/9.vhd'] });
    const [other] = runToEnd(changedParents(fileSystem, chain, false));
    closeChain(chain);
    assert.ok(other);
    assert.deepEqual([other.told, signs(other)], ['changed', ['id changed', 'named-time unchanged']]);

    const ext = (seconds: number) => (lba: number) => {
      const bytes = Buffer.from(stampOf(9)(lba));
      if (lba === 2) {
        bytes.writeUInt32LE(1, 0x2c);
        bytes.writeUInt32LE(seconds, 0x30);
        bytes.writeUInt16LE(0xef53, 0x38);
      }
      return bytes;
    };
    const written = pair(base([0, 2], { content: ext((MADE_TIME + 2 * HOUR) / 1000) }), MADE_TIME);
    assert.deepEqual([written.told, signs(written)], ['changed', ['named-time unchanged', 'guest-time changed']]);
    const early = pair(base([0, 2], { content: ext((MADE_TIME - HOUR) / 1000) }), MADE_TIME);
    assert.equal(early.told, 'unchanged');
  });

  it('says of itself that it was made later', () => {
    const tie = pair(base([0], { timestamp: MADE + 3600 }), MADE_TIME);
    assert.deepEqual([tie.told, signs(tie)], ['perhaps', ['named-time unchanged', 'made-later perhaps']]);
  });

  it('puts at risk just the sectors that show it, whatever the layers', () => {
    const sectorSet = fc.uniqueArray(fc.nat(SECTORS - 1), { maxLength: SECTORS });
    const property = fc.property(sectorSet, sectorSet, sectorSet, fc.boolean(), (leaf, middle, bottom, isFixed) => {
      const specs = [
        child(1, 2, leaf),
        child(2, 9, middle),
        isFixed ? base([], { type: 'fixed', blocks: [] }) : base(bottom),
      ];
      const fileSystem = scene({
        '1.vhd': [specs[0]!, MADE_TIME],
        '2.vhd': [specs[1]!, MADE_TIME],
        '9.vhd': [specs[2]!, MADE_TIME],
      });
      const owned = specs.map((spec) => layerModel(spec).sectors);
      const all = Array.from({ length: SECTORS }, (_, lba) => lba);
      for (const tie of changesOf(fileSystem, '1.vhd')) {
        const has = (layer: number, lba: number): boolean => owned[layer]!.has(lba);
        const isHidden = (lba: number): boolean => owned.slice(0, tie.layer).some((sectors) => sectors.has(lba));
        const atRisk = all.filter((lba) => has(tie.layer, lba) && !isHidden(lba));
        const hidden = all.filter((lba) => has(tie.layer, lba) && isHidden(lba));
        assert.deepEqual(
          tie.sectors,
          { hidden: hidden.length, atRisk: atRisk.length, elsewhere: SECTORS - hidden.length - atRisk.length },
          `layer ${tie.layer}`,
        );
        const told = tie.stretches.flatMap(({ start, length }) => Array.from({ length }, (_, index) => start + index));
        assert.deepEqual(told, atRisk);
        assert.equal(tie.stretchCount, tie.stretches.length);
      }
    });
    fc.assert(property, { numRuns: sized({ small: 40, ci: 200, full: 3_000 }) });
  });

  it('is a finding of the check of the chain, but not where only a copy of a silent chain was made', () => {
    const findingsOf = (modified: number, timestamp: number): readonly string[] => {
      const leaf = child(1, 9, [1, 20]);
      const fileSystem = scene({
        '1.vhd': [{ ...leaf, parent: { ...leaf.parent!, timestamp } }, MADE_TIME],
        '9.vhd': [base([0, 1, 9]), modified],
      });
      const { findings } = runToEnd(checkChain(fileSystem, '/vm/1.vhd', POLICY, { now: MADE_TIME + 2 * HOUR }));
      const [atRisk] = findings.filter(({ id }) => id === 'sectors-at-risk');
      if (atRisk !== undefined) {
        assert.match(atRisk.message, /2 sectors of the disk show what it holds now; 1 that it holds are hidden/);
        assert.match(atRisk.message, /Merge into a new file/);
      }
      return findings.map(({ id, severity }) => `${id} ${severity}`);
    };
    assert.deepEqual(findingsOf(MADE_TIME, MADE), []);
    assert.deepEqual(findingsOf(MADE_TIME + HOUR, MADE), ['parent-modified-later note', 'sectors-at-risk note']);
    assert.deepEqual(findingsOf(MADE_TIME + HOUR, 0), []);
  });
});
