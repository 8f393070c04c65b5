import assert from 'node:assert/strict';
import { closeChain, openChain } from '../../../src/engine/chain/openChain';
import { scanSectors, type SectorGrainRun, type SectorTotals } from '../../../src/engine/chain/sectorScan';
import { EngineError } from '../../../src/engine/errors';
import { threeLayers } from '../../cli/chains';
import { layoutOf } from '../../fixtures/vhdBuilder';
import { faultySystemOf, type Faults } from '../operations/faultyFileSystem';

const CHAIN = threeLayers();

/** All runs and the totals, with these faults since the chain was opened. */
function scan(faults: Faults): { runs: SectorGrainRun[]; totals: SectorTotals } {
  const system = faultySystemOf(CHAIN);
  const chain = openChain(system, CHAIN.paths[0]!, { trusted: true, given: [], confine: null });
  try {
    system.faults = faults;
    const runs: SectorGrainRun[] = [];
    const steps = scanSectors(chain, 0, 1);
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done === true) return { runs, totals: step.value };
      runs.push(step.value);
    }
  } finally {
    closeChain(chain);
  }
}

describe('a scan of the sector bitmaps', () => {
  for (const [layer, spec] of CHAIN.specs.entries()) {
    const places = layoutOf(spec).blockOffsets;
    for (const [block, place] of places) {
      it(`leaves out block ${String(block)}, whose bitmap in layer ${String(layer)} the medium does not give, and goes on`, () => {
        const sound = scan({});
        assert.equal(sound.totals.unread, null);
        const unreadable = { path: CHAIN.paths[layer]!, from: place, to: place + 512 };
        const { runs, totals } = scan({ unreadable });
        assert.equal(runs.length, sound.runs.length);
        for (const [at, run] of runs.entries()) {
          if (at === block) assert.equal(run.ownerCount[0], 255);
          else assert.deepEqual(run, sound.runs[at]);
        }
        assert.equal(totals.unread?.count, 1);
        assert.ok(EngineError.is(totals.unread.error, 'file-access'));
        for (const [at, { blocks, sectors }] of totals.layers.entries()) {
          const before = sound.totals.layers[at]!;
          assert.equal(blocks, before.blocks);
          assert.ok(at === layer ? sectors < before.sectors : sectors <= before.sectors);
        }
      });
    }
  }
});
