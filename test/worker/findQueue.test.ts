import assert from 'node:assert/strict';
import type { FindOrder, FindRun } from '../../src/protocol/editing';
import { SessionService } from '../../src/worker/service';
import type { FromWorker } from '../../src/worker/wire';
import { threeLayers, type TestChain } from '../cli/chains';
import { modelContent } from '../fixtures/diskModel';
import { buildVhd } from '../fixtures/vhdBuilder';
import { Slices } from './slices';

/** A service without a thread: its callbacks are called by hand, and time passes at every look at the clock. */
class Bench extends Slices {
  readonly posted: FromWorker[] = [];
  readonly service: SessionService;

  constructor(chain: TestChain, millisecondsPerLook: number) {
    super(millisecondsPerLook);
    this.service = new SessionService({
      fileSystem: chain.fileSystem,
      post: (message) => this.posted.push(structuredClone(message)),
      afterMessages: this.afterMessages,
      now: this.now,
    });
    const policy = { trusted: true, given: [], confine: null };
    const params = { path: chain.paths[0]!, loaded: null, policy, readOnlyReason: null };
    this.service.receive({ kind: 'request', id: 1, name: 'openChain', params });
  }

  find(order: Partial<FindOrder> & Pick<FindOrder, 'find'>): void {
    const pattern = patternOf(0, 0);
    const source = { kind: 'disk', layer: 0 } as const;
    this.service.receive({ kind: 'find', order: { source, pattern, ignoreCase: false, from: 0, ...order } });
  }

  runs(find: number): readonly FindRun[] {
    return this.posted.flatMap((message) =>
      message.kind === 'notification' && message.notification.type === 'found' && message.notification.run.find === find
        ? [message.notification.run]
        : [],
    );
  }

  hits(find: number): readonly number[] {
    return this.runs(find).flatMap(({ hits }) => hits);
  }
}

function patternOf(...bytes: number[]): FindOrder['pattern'] {
  return { bytes: Uint8Array.from(bytes), mask: new Uint8Array(bytes.length).fill(0xff) };
}

/** Every place where bytes stand in others, by Node's own search. */
function placesOf(content: Uint8Array, pattern: Uint8Array): number[] {
  const places: number[] = [];
  const bytes = Buffer.from(content);
  for (let at = bytes.indexOf(pattern); at !== -1; at = bytes.indexOf(pattern, at + 1)) places.push(at);
  return places;
}

describe('searches in a worker', () => {
  it('look through the disk as of a layer, and through the file of one', () => {
    const chain = threeLayers();
    const bench = new Bench(chain, 1);
    const content = modelContent(chain.models.slice(1));
    const text = content.slice(placesOf(content, Uint8Array.of(1))[0], placesOf(content, Uint8Array.of(1))[0]! + 3);
    bench.find({ find: 1, source: { kind: 'disk', layer: 1 }, pattern: patternOf(...text) });
    const cookie = new TextEncoder().encode('conectix');
    bench.find({ find: 2, source: { kind: 'file', layer: 2 }, pattern: patternOf(...cookie) });
    bench.finish();
    assert.deepEqual(bench.hits(1), placesOf(content, text));
    assert.ok(bench.hits(1).length > 0);
    assert.deepEqual(bench.hits(2), placesOf(buildVhd(chain.specs[2]!), cookie));
    for (const find of [1, 2]) {
      const last = bench.runs(find).at(-1)!;
      assert.deepEqual([last.state, last.done], ['done', last.total]);
    }
  });

  it('go on in slices, tell how far they are, and let questions be answered between them', () => {
    const chain = threeLayers();
    const bench = new Bench(chain, 60);
    bench.find({ find: 7, pattern: patternOf(1, 2, 3, 4, 5) });
    let answers = 0;
    while (bench.slice()) {
      bench.service.receive({ kind: 'request', id: 2, name: 'blockMap', params: { asOf: 0 } });
      if (bench.posted.at(-1)?.kind === 'answer') answers += 1;
    }
    const runs = bench.runs(7);
    assert.ok(answers > 2 && runs.length > 1, `${String(answers)} answers, ${String(runs.length)} runs`);
    assert.deepEqual(new Set(runs.slice(0, -1).map(({ state }) => state)), new Set(['searching']));
    const done = runs.map((run) => run.done);
    assert.deepEqual(
      done,
      [...done].sort((a, b) => a - b),
    );
  });

  it('take turns, and a search that is ended tells nothing more', () => {
    const chain = threeLayers();
    const bench = new Bench(chain, 60);
    for (const find of [1, 2, 3]) bench.find({ find, pattern: patternOf(find, 2, 3, 4, 5) });
    bench.slice();
    bench.slice();
    bench.slice();
    bench.service.receive({ kind: 'stopFind', find: 2 });
    const told = bench.runs(2).length;
    bench.finish();
    assert.equal(bench.runs(2).length, told);
    assert.equal(bench.runs(1).at(-1)?.state, 'done');
    assert.equal(bench.runs(3).at(-1)?.state, 'done');
  });

  it('end at ten thousand matches', () => {
    const bench = new Bench(threeLayers(), 1);
    bench.find({ find: 1, pattern: patternOf(0) });
    bench.finish();
    assert.equal(bench.hits(1).length, 10_000);
    assert.equal(bench.runs(1).at(-1)?.state, 'limit');
  });

  it('tell why they failed, in words for people, and leave the others alone', () => {
    const chain = threeLayers();
    const bench = new Bench(chain, 1);
    bench.find({ find: 1, source: { kind: 'disk', layer: 9 } });
    bench.find({ find: 2, from: -1 });
    bench.find({ find: 3, pattern: patternOf() });
    bench.find({ find: 4, pattern: { bytes: 'text', mask: 'text' } as never });
    bench.find({ find: 5, pattern: patternOf(0xaa) });
    bench.finish();
    assert.deepEqual(
      [1, 2, 3, 4, 5].map((find) => bench.runs(find).at(-1)?.state),
      ['failed', 'failed', 'failed', 'failed', 'done'],
    );
    assert.match(bench.runs(1)[0]?.failure ?? '', /Layer: 9 is not/);
    assert.match(bench.runs(3)[0]?.failure ?? '', /pattern/i);
  });
});
