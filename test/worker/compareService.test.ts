import assert from 'node:assert/strict';
import type { ComparePageHears } from '../../src/protocol/compare';
import { CompareService } from '../../src/worker/compareService';
import type { ToCompareWorker } from '../../src/worker/compareWire';
import { threeLayers, type TestChain } from '../cli/chains';
import { modelContent } from '../fixtures/diskModel';
import { Slices } from './slices';

const POLICY = { trusted: true, given: [], confine: null };

/** A service without a thread: its callbacks are called by hand, and time passes at every look at the clock. */
class Bench extends Slices {
  readonly heard: ComparePageHears[] = [];
  readonly service: CompareService;

  constructor(chain: TestChain, paths: readonly [string, string], millisecondsPerLook = 1) {
    super(millisecondsPerLook);
    this.service = new CompareService({
      fileSystem: chain.fileSystem,
      post: (message) => this.heard.push(structuredClone(message)),
      afterMessages: this.afterMessages,
      now: this.now,
    });
    this.say({ kind: 'begin', paths, policies: [POLICY, POLICY] });
  }

  say(message: ToCompareWorker): void {
    this.service.receive(message);
  }

  /** What a page that opens now would know in the end. */
  get runs(): Extract<ComparePageHears, { kind: 'compared' }>['run'][] {
    const opened = this.heard.findLastIndex(({ kind }) => kind === 'opened');
    return this.heard.slice(opened).flatMap((message) => (message.kind === 'compared' ? [message.run] : []));
  }

  get sectors(): number[] {
    return this.runs.flatMap(({ differing }) =>
      differing.flatMap(({ start, length }) => Array.from({ length }, (_, at) => start + at)),
    );
  }
}

function differingSectors(chain: TestChain, one: number, other: number): number[] {
  const [first, second] = [one, other].map((layer) => Buffer.from(modelContent(chain.models.slice(layer))));
  const sectors: number[] = [];
  for (let at = 0; at < Math.min(first!.length, second!.length); at += 512) {
    if (first!.compare(second!, at, at + 512, at, at + 512) !== 0) sectors.push(at / 512);
  }
  return sectors;
}

describe('a comparison in a worker', () => {
  it('tells all sectors that differ, in order, to a page that opens late too', () => {
    const chain = threeLayers();
    const bench = new Bench(chain, [chain.paths[0]!, chain.paths[2]!]);
    bench.say({ kind: 'open' });
    bench.finish();
    const expected = differingSectors(chain, 0, 2);
    assert.ok(expected.length > 0);
    assert.deepEqual(bench.sectors, expected);
    assert.deepEqual([bench.runs.at(-1)?.state, bench.runs.at(-1)?.done], ['done', bench.runs.at(-1)?.total]);
    bench.say({ kind: 'open' });
    assert.deepEqual(bench.sectors, expected);
    const opened = bench.heard.findLast((message) => message.kind === 'opened');
    assert.equal(opened?.images[0].path, chain.paths[0]);
    assert.equal(opened?.images[0].layerNames.length, 3);
    assert.equal(opened.images[1].layerNames.length, 1);
  });

  it('lets what is shown be read between its slices, each side for itself', () => {
    const chain = threeLayers();
    const bench = new Bench(chain, [chain.paths[0]!, chain.paths[1]!], 20);
    const [sector] = differingSectors(chain, 0, 1);
    bench.slice();
    for (const side of [0, 1] as const) {
      bench.say({ kind: 'read', id: 7, side, offset: sector! * 512, length: 512 });
      const answer = bench.heard.at(-1);
      assert.ok(answer?.kind === 'bytes' && answer.id === 7);
      const content = modelContent(chain.models.slice(side)).subarray(sector! * 512, sector! * 512 + 512);
      assert.deepEqual(Buffer.from(answer.run.bytes), Buffer.from(content));
    }
    bench.say({ kind: 'read', id: 8, side: 2 as never, offset: 0, length: 512 });
    assert.equal(bench.heard.at(-1)?.kind, 'unreadable');
    bench.finish();
    bench.say({ kind: 'open' });
    assert.deepEqual(bench.sectors, differingSectors(chain, 0, 1));
  });

  it('stops when it is told to, and can be begun anew', () => {
    const chain = threeLayers();
    const bench = new Bench(chain, [chain.paths[0]!, chain.paths[2]!], 60);
    bench.say({ kind: 'open' });
    bench.slice();
    bench.say({ kind: 'stop' });
    bench.finish();
    assert.equal(bench.runs.at(-1)?.state, 'stopped');
    bench.say({ kind: 'again' });
    bench.finish();
    assert.equal(bench.runs.at(-1)?.state, 'done');
    assert.deepEqual(bench.sectors, differingSectors(chain, 0, 2));
  });

  it('says in words why two files cannot be compared', () => {
    const chain = threeLayers();
    const bench = new Bench(chain, [chain.paths[0]!, '/disks/none.vhd']);
    bench.finish();
    const message = bench.heard.at(-1);
    assert.ok(message?.kind === 'broken');
    assert.match(message.message, /none\.vhd/);
    bench.say({ kind: 'open' });
    assert.equal(bench.heard.at(-1)?.kind, 'broken');
  });
});
