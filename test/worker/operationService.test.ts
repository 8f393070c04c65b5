import assert from 'node:assert/strict';
import { OperationService } from '../../src/worker/operationService';
import type { FromOperationWorker, OperationKind, OperationOrder } from '../../src/worker/operationWire';
import { MemoryFileSystem } from '../../src/engine/index';
import { buildVhd, idOf } from '../fixtures/vhdBuilder';
import { baseSpec, childSpec } from '../host/vsix/diskChain';
import { Slices } from './slices';

const GROUND = { policy: { trusted: true, given: [], confine: null }, familyFolders: [] };
const MIB = 1024 * 1024;

/** A service without a thread: messages are kept, and its callbacks are called by hand. */
class ServiceOnTheBench extends Slices {
  readonly fileSystem = new MemoryFileSystem('posix');
  readonly posted: FromOperationWorker[] = [];
  readonly service: OperationService;

  /** Every look at the clock takes longer than a slice: each step is one. */
  constructor() {
    super(200);
    this.fileSystem.addFile('/w/base.vhd', buildVhd(baseSpec(13, [0], 64 * MIB)));
    this.fileSystem.addFile('/w/middle.avhd', buildVhd(childSpec(12, 'base.vhd', [1, 4096, 8192], 64 * MIB)));
    this.fileSystem.addFile('/w/leaf.avhd', buildVhd(childSpec(11, 'middle.avhd', [2], 64 * MIB)));
    this.service = new OperationService({
      fileSystem: this.fileSystem,
      post: (message) => this.posted.push(structuredClone(message)),
      afterMessages: this.afterMessages,
      now: this.now,
    });
  }

  last(): FromOperationWorker {
    this.finish();
    return this.posted.at(-1)!;
  }

  plan<Kind extends OperationKind>(kind: Kind, options: OperationOrder<Kind>['options']): FromOperationWorker {
    this.service.receive({ kind: 'plan', order: { kind, options, ground: GROUND } });
    return this.last();
  }
}

describe('a long operation in the worker', () => {
  it('is planned, and runs as planned, telling how far it is', () => {
    const bench = new ServiceOnTheBench();
    const planned = bench.plan('merge', { path: '/w/middle.avhd', into: null });
    assert.ok(planned.kind === 'planned' && 'survey' in planned.plan);
    assert.equal(planned.plan.survey?.sectors, 3);
    bench.service.receive({ kind: 'run', plan: planned.number });
    const done = bench.last();
    assert.ok(done.kind === 'done' && 'removed' in done.result);
    assert.deepEqual(done.result.removed, ['/w/middle.avhd']);
    assert.equal(bench.fileSystem.facts('/w/middle.avhd'), null);
    const told = bench.posted.flatMap((message) => (message.kind === 'progress' ? [message.progress.doneBytes] : []));
    assert.equal(told[0], 0);
    assert.equal(told.at(-1), 3 * 512);
  });

  it('runs whichever of several plans is chosen', () => {
    const bench = new ServiceOnTheBench();
    const [first, second] = [false, true].map((keepName) => bench.plan('snapshot', { path: '/w/leaf.avhd', keepName }));
    assert.ok(first?.kind === 'planned' && second?.kind === 'planned');
    bench.service.receive({ kind: 'run', plan: second.number });
    const done = bench.last();
    assert.ok(done.kind === 'done' && 'leaf' in done.result);
    assert.equal(done.result.leaf, '/w/leaf.avhd');
  });

  it('stops between two steps where it is cancelled, and goes on when it is planned anew', () => {
    const bench = new ServiceOnTheBench();
    const planned = bench.plan('merge', { path: '/w/middle.avhd', into: null });
    assert.ok(planned.kind === 'planned');
    bench.service.receive({ kind: 'run', plan: planned.number });
    bench.slice();
    bench.service.receive({ kind: 'cancel' });
    assert.deepEqual(bench.last(), { kind: 'cancelled' });
    assert.notEqual(bench.fileSystem.facts('/w/middle.avhd'), null);
    const again = bench.plan('merge', { path: '/w/middle.avhd', into: null });
    assert.ok(again.kind === 'planned' && 'resumed' in again.plan);
    assert.notEqual(again.plan.resumed, null);
    bench.service.receive({ kind: 'run', plan: again.number });
    assert.equal(bench.last().kind, 'done');
  });

  it('fails with the words of the engine, in their parts', () => {
    const failed = new ServiceOnTheBench().plan('merge', { path: '/w/base.vhd', into: null });
    assert.ok(failed.kind === 'failed');
    assert.equal(failed.trouble.code, 'not-possible');
    assert.deepEqual(failed.trouble.words, {
      what: 'Merging /w/base.vhd',
      why: 'it stands on no other image',
      remedy: 'choose a snapshot',
    });
  });

  it('tells where an image stands: the layers below it and the leafs above', () => {
    const bench = new ServiceOnTheBench();
    bench.fileSystem.addFile(
      '/w/other.avhd',
      buildVhd({ ...childSpec(12, 'base.vhd', [9], 64 * MIB), id: new Uint8Array(16).fill(7) }),
    );
    const standingOf = (path: string): readonly [readonly string[], readonly string[]] => {
      bench.service.receive({ kind: 'standing', path, ground: GROUND });
      const answer = bench.last();
      assert.ok(answer.kind === 'standing');
      return [answer.standing.layers.map((layer) => layer.path), answer.standing.leafs];
    };
    assert.deepEqual(standingOf('/w/leaf.avhd'), [['/w/leaf.avhd', '/w/middle.avhd', '/w/base.vhd'], []]);
    assert.deepEqual(standingOf('/w/middle.avhd'), [['/w/middle.avhd', '/w/base.vhd'], ['/w/leaf.avhd']]);
    assert.deepEqual(standingOf('/w/base.vhd'), [['/w/base.vhd'], ['/w/leaf.avhd', '/w/other.avhd']]);
  });

  it('finds the families of a folder, telling how many files it has looked at', () => {
    const bench = new ServiceOnTheBench();
    bench.fileSystem.addFile('/w/below/copy.vhd', buildVhd(baseSpec(13, [0], 64 * MIB)));
    bench.service.receive({ kind: 'heap', folder: '/w', ground: GROUND });
    const answer = bench.last();
    assert.ok(answer.kind === 'heap');
    const { folder, families, duplicates, isWhole } = answer.heap;
    assert.deepEqual([folder, families.length, duplicates.length, isWhole], ['/w', 2, 1, true]);
    const told = bench.posted.flatMap((message) => (message.kind === 'progress' ? [message.progress] : []));
    assert.ok(told.length > 0 && told.every(({ totalBytes }) => totalBytes === 0));
    bench.service.receive({ kind: 'heap', folder: '/nowhere', ground: GROUND });
    const failed = bench.last();
    assert.ok(failed.kind === 'failed' && failed.trouble.code === 'file-not-found');
  });

  it('relinks a folder as planned, and takes it back', () => {
    const bench = new ServiceOnTheBench();
    bench.fileSystem.addFile(
      '/w/below/other.avhd',
      buildVhd({ ...childSpec(12, 'gone.vhd', [3], 64 * MIB), id: idOf(77) }),
    );
    const planned = bench.plan('relinkFolder', { path: '/w' });
    assert.ok(planned.kind === 'planned' && 'rightCount' in planned.plan);
    assert.deepEqual(
      planned.plan.images.map(({ path, parentPath }) => [path, parentPath]),
      [['/w/below/other.avhd', '/w/base.vhd']],
    );
    bench.service.receive({ kind: 'run', plan: planned.number });
    const done = bench.last();
    assert.ok(done.kind === 'done' && 'relinked' in done.result);
    assert.equal(done.result.relinked.length, 1);
    const undo = bench.plan('undoRelinkFolder', { path: '/w' });
    assert.ok(undo.kind === 'planned');
    bench.service.receive({ kind: 'run', plan: undo.number });
    const undone = bench.last();
    assert.ok(undone.kind === 'done' && 'undone' in undone.result);
    assert.deepEqual(undone.result.undone, ['/w/below/other.avhd']);
  });
});
