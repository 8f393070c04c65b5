import assert from 'node:assert/strict';
import { NO_LAYER, type SectorGrainRun } from '../../src/protocol/session';
import { SessionService } from '../../src/worker/service';
import type { FromWorker, WorkerRequestName, WorkerRequests } from '../../src/worker/wire';
import { chainOf, childOf, threeLayers, type TestChain } from '../cli/chains';
import { modelOwner } from '../fixtures/diskModel';
import { buildVhd, idOf, stampOf } from '../fixtures/vhdBuilder';
import { blocksOf } from '../fixtures/vhdSpec';
import { Slices } from './slices';

/** A service without a thread: messages are kept, its callbacks are called by hand, and time passes at every look at the clock. */
class ServiceOnTheBench extends Slices {
  readonly posted: FromWorker[] = [];
  readonly service: SessionService;
  #lastId = 0;

  constructor(chain: TestChain, millisecondsPerLook = 3) {
    super(millisecondsPerLook);
    this.service = new SessionService({
      fileSystem: chain.fileSystem,
      post: (message, transfer) => this.posted.push(structuredClone(message, { transfer: [...transfer] })),
      afterMessages: this.afterMessages,
      now: this.now,
    });
  }

  ask<Name extends WorkerRequestName>(name: Name, params: WorkerRequests[Name]['params']): FromWorker {
    this.#lastId += 1;
    this.service.receive({ kind: 'request', id: this.#lastId, name, params });
    const answer = this.posted.at(-1)!;
    assert.ok('id' in answer && answer.id === this.#lastId);
    return answer;
  }

  open(chain: TestChain): void {
    const order = { path: chain.paths[0]!, loaded: null, policy: { trusted: true, given: [], confine: null } };
    assert.equal(this.ask('openChain', { ...order, readOnlyReason: null }).kind, 'answer');
  }

  get runs(): readonly SectorGrainRun[] {
    return this.posted.flatMap((message) =>
      message.kind === 'notification' && message.notification.type === 'sectorGrain' ? [message.notification.run] : [],
    );
  }

  get statisticsCount(): number {
    return this.posted.filter(
      (message) => message.kind === 'notification' && message.notification.type === 'statistics',
    ).length;
  }
}

/** Blocks of one sector, so that many of them cost little. */
function manyBlocks(): TestChain {
  const common = { virtualSize: 3000 * 512, blockSize: 512 };
  const odd = Array.from({ length: 1500 }, (_, i) => 2 * i + 1);
  const low = Array.from({ length: 1000 }, (_, i) => i);
  return chainOf([
    { ...common, ...childOf(0), content: stampOf(1), blocks: blocksOf(odd, 512) },
    { ...common, type: 'dynamic', id: idOf(2), content: stampOf(2), blocks: blocksOf(low, 512) },
  ]);
}

describe('the service of a worker', () => {
  it('scans the sector bitmaps in order, says what the model says, and tells the totals at the end', () => {
    const chain = threeLayers();
    const bench = new ServiceOnTheBench(chain);
    bench.open(chain);
    bench.service.receive({ kind: 'scan', asOf: 0 });
    bench.finish();
    let block = 0;
    for (const run of bench.runs) {
      assert.equal(run.firstBlock, block);
      for (let at = 0; at < run.main.length; at++, block++) {
        const counts = new Map<number, number>();
        let sectorCount = 0;
        for (let sector = block * 128; sector < Math.min(block * 128 + 128, chain.models[0]!.sectorCount); sector++) {
          const owner = modelOwner(chain.models, sector);
          if (owner !== null) counts.set(owner, (counts.get(owner) ?? 0) + 1);
          sectorCount += 1;
        }
        const ranked = [...counts].sort(([layer, count], [other, more]) => more - count || layer - other);
        const owned = ranked.reduce((sum, [, count]) => sum + count, 0);
        assert.equal(run.main[at], ranked[0]?.[0] ?? NO_LAYER);
        assert.equal(run.second[at], ranked[1]?.[0] ?? NO_LAYER);
        assert.equal(run.ownerCount[at], ranked.length);
        assert.equal(run.filled[at] === 0, owned === 0);
        assert.equal(run.filled[at] === 255, owned === sectorCount);
      }
    }
    assert.equal(block, 6);
    const last = bench.posted.at(-1);
    assert.ok(last?.kind === 'notification' && last.notification.type === 'statistics');
    const owned = [0, 0, 0];
    for (let lba = 0; lba < chain.models[0]!.sectorCount; lba++) {
      const owner = modelOwner(chain.models, lba);
      if (owner !== null) owned[owner] = (owned[owner] ?? 0) + 1;
    }
    assert.deepEqual(
      last.notification.layers.map(({ layer, sectors, visibleSectors }) => ({ layer, sectors, visibleSectors })),
      chain.models.map(({ sectors }, layer) => ({ layer, sectors: sectors.size, visibleSectors: owned[layer] })),
    );
  });

  it('works in slices and answers questions between them', () => {
    const chain = manyBlocks();
    const bench = new ServiceOnTheBench(chain);
    bench.open(chain);
    bench.service.receive({ kind: 'scan', asOf: 0 });
    let slices = 0;
    while (bench.slice()) {
      slices += 1;
      assert.equal(bench.ask('blockDetail', { asOf: 0, block: 2999 }).kind, 'answer');
    }
    assert.ok(slices > 3, `${String(slices)} slices`);
    assert.equal(bench.statisticsCount, 1);
    assert.equal(
      bench.runs.reduce((sum, { main }) => sum + main.length, 0),
      3000,
    );
  });

  it('puts another chosen layer first and goes on with the old one after it, each from block 0', () => {
    const chain = manyBlocks();
    const bench = new ServiceOnTheBench(chain, 30);
    bench.open(chain);
    bench.service.receive({ kind: 'scan', asOf: 0 });
    for (let count = 0; count < 6; count++) bench.slice();
    const before = bench.runs.length;
    assert.ok(before > 0 && bench.statisticsCount === 0);
    bench.service.receive({ kind: 'scan', asOf: 1 });
    bench.finish();
    const after = bench.runs.slice(before);
    const turn = after.findIndex(({ asOf }) => asOf === 0);
    assert.ok(turn > 0);
    for (const [asOf, runs] of [
      [1, after.slice(0, turn)],
      [0, after.slice(turn)],
    ] as const) {
      let next = 0;
      for (const run of runs) {
        assert.equal(run.asOf, asOf);
        assert.equal(run.firstBlock, next);
        next += run.main.length;
      }
      assert.equal(next, 3000);
    }
    assert.equal(bench.statisticsCount, 1);
  });

  it('tells again what it has read, without reading it again', () => {
    const chain = manyBlocks();
    const bench = new ServiceOnTheBench(chain);
    bench.open(chain);
    bench.service.receive({ kind: 'scan', asOf: 0 });
    bench.finish();
    const first = bench.runs;
    chain.fileSystem.remove(chain.paths[0]!);
    bench.service.receive({ kind: 'scan', asOf: 0 });
    bench.finish();
    const again = bench.runs.slice(first.length);
    assert.deepEqual(joined(again), joined(first));
    assert.equal(bench.statisticsCount, 2);
  });

  it('says with a code why a question cannot be answered, and goes on', () => {
    const chain = threeLayers();
    const bench = new ServiceOnTheBench(chain);
    const early = bench.ask('blockMap', { asOf: 0 });
    assert.ok(early.kind === 'failure' && early.failure.code === 'file-access');
    bench.open(chain);
    const wrong = bench.ask('blockMap', { asOf: 7 });
    assert.ok(wrong.kind === 'failure' && wrong.failure.code === 'out-of-range');
    assert.match(wrong.failure.message, /Layer: 7 is not/);
    const broken = bench.ask('readBytes', { offset: 0, length: 1 } as never);
    assert.ok(broken.kind === 'failure' && broken.failure.code === null && broken.failure.stack !== null);
    assert.equal(bench.ask('blockMap', { asOf: 0 }).kind, 'answer');
    bench.service.receive({ kind: 'scan', asOf: 99 });
    assert.equal(bench.posted.at(-1)?.kind, 'scanFailed');
    assert.equal(bench.slice(), false);
  });

  it('keeps what is open when a new order fails', () => {
    const chain = threeLayers();
    const bench = new ServiceOnTheBench(chain);
    bench.open(chain);
    const policy = { trusted: true, given: [], confine: null };
    const failed = bench.ask('openChain', { path: '/disks/none.vhd', loaded: null, policy, readOnlyReason: null });
    assert.ok(failed.kind === 'failure' && failed.failure.code === 'file-not-found');
    assert.equal(bench.ask('blockMap', { asOf: 2 }).kind, 'answer');
  });

  it('opens files that were loaded for it, and touches no other', () => {
    const chain = threeLayers();
    const elsewhere = chainOf([]);
    const bench = new ServiceOnTheBench(elsewhere);
    const loaded = chain.specs.map((spec, i) => ({ path: chain.paths[i]!, bytes: buildVhd(spec), modified: 5 }));
    const policy = { trusted: true, given: [], confine: null };
    const answer = bench.ask('openChain', { path: chain.paths[0]!, loaded, policy, readOnlyReason: 'in memory' });
    assert.ok(answer.kind === 'answer' && answer.result !== null && 'files' in answer.result);
    assert.deepEqual(
      answer.result.files.map(({ path, modified }) => [path, modified]),
      chain.paths.map((path) => [path, 5]),
    );
    assert.deepEqual(elsewhere.fileSystem.touched, []);
  });

  it('looks into a single file without following its parents', () => {
    const chain = threeLayers();
    const bench = new ServiceOnTheBench(chain);
    const answer = bench.ask('inspect', { path: chain.paths[1]!, loaded: null });
    assert.ok(answer.kind === 'answer' && answer.result !== null && 'created' in answer.result);
    assert.equal(answer.result.type, 'differencing');
    assert.ok(!chain.fileSystem.touched.includes(chain.paths[2]!));
  });

  describe('a long edit', () => {
    const MIB = 1024 * 1024;
    const disk = { virtualSize: 8 * MIB, id: idOf(1), content: stampOf(1), blocks: blocksOf([0]) };

    function begun(): { readonly bench: ServiceOnTheBench; readonly id: number } {
      const chain = chainOf([{ type: 'dynamic', ...disk }]);
      chain.fileSystem.addFile('/disks/content.bin', new Uint8Array(5 * MIB).fill(9));
      const bench = new ServiceOnTheBench(chain, 60);
      bench.open(chain);
      const edit = { kind: 'import', target: 'disk', offset: 0, path: '/disks/content.bin' } as const;
      const id = 1000;
      const params = { edit, memoryLimit: 64 * MIB };
      bench.service.receive({ kind: 'request', id, name: 'edit', params });
      return { bench, id };
    }

    function firstByte(bench: ServiceOnTheBench): number | undefined {
      const answer = bench.ask('readBytes', { source: { kind: 'disk', layer: 0 }, offset: 0, length: 1 });
      assert.ok(answer.kind === 'answer' && answer.result !== null && 'bytes' in answer.result);
      return answer.result.bytes[0];
    }

    const answerTo = (bench: ServiceOnTheBench, id: number): FromWorker | undefined =>
      bench.posted.find((message) => 'id' in message && message.id === id && message.kind !== 'progress');

    it('is made in steps between questions, and tells how far it is', () => {
      const { bench, id } = begun();
      const before = firstByte(bench);
      bench.slice();
      bench.slice();
      assert.equal(firstByte(bench), before, 'what is shown stays until all is there');
      assert.equal(answerTo(bench, id), undefined);
      bench.finish();
      assert.equal(answerTo(bench, id)?.kind, 'answer');
      assert.equal(firstByte(bench), 9);
      const told = bench.posted.filter((message) => message.kind === 'progress' && message.id === id);
      assert.ok(told.length > 0);
    });

    it('ends when nobody wants it any more, and leaves everything as it was', () => {
      const { bench, id } = begun();
      const before = firstByte(bench);
      bench.slice();
      bench.service.receive({ kind: 'request', id: 1001, name: 'saveEdits', params: {} });
      assert.equal(answerTo(bench, 1001), undefined, 'what would change the image waits');
      bench.service.receive({ kind: 'cancel', id });
      const failed = answerTo(bench, id);
      assert.ok(failed?.kind === 'failure' && failed.failure.code === 'cancelled');
      assert.equal(answerTo(bench, 1001)?.kind, 'answer');
      bench.finish();
      assert.equal(firstByte(bench), before);
    });
  });
});

function joined(runs: readonly SectorGrainRun[]): readonly number[] {
  return runs.flatMap(({ main, second, ownerCount, filled }) => [...main, ...second, ...ownerCount, ...filled]);
}
