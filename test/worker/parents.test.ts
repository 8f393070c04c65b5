import assert from 'node:assert/strict';
import { MemoryFileSystem } from '../../src/engine/index';
import { OperationService } from '../../src/worker/operationService';
import type { FromOperationWorker, ToOperationWorker } from '../../src/worker/operationWire';
import { SessionService } from '../../src/worker/service';
import type { FromWorker, WorkerRequestName, WorkerRequests } from '../../src/worker/wire';
import { buildVhd, idOf } from '../fixtures/vhdBuilder';
import { baseSpec, childSpec } from '../host/vsix/diskChain';

const POLICY = { trusted: true, given: [], confine: null };
const GROUND = { policy: POLICY, familyFolders: [] };
const LEAF = '/w/leaf.avhd';
const MOVED = '/moved/base.vhd';

/** A leaf whose parent is elsewhere, and some that are not its parent. */
function scene(): MemoryFileSystem {
  return new MemoryFileSystem('posix', {
    [LEAF]: buildVhd(childSpec(20, 'base.vhd', [3])),
    '/w/other.vhd': buildVhd(baseSpec(40, [0])),
    [MOVED]: buildVhd(baseSpec(21, [0, 3])),
    '/moved/another.vhd': buildVhd({ ...baseSpec(41, [0]), virtualSize: 64 * 1024 * 1024 }),
  });
}

/** Everything that the worker posts until it has nothing more to do; its callbacks are called by hand, and each step is a slice. */
function answersTo(fileSystem: MemoryFileSystem, ...messages: readonly ToOperationWorker[]): FromOperationWorker[] {
  const posted: FromOperationWorker[] = [];
  const waiting: (() => void)[] = [];
  let time = 0;
  const service = new OperationService({
    fileSystem,
    post: (message) => posted.push(structuredClone(message)),
    afterMessages: (callback) => waiting.push(callback),
    now: () => (time += 200),
  });
  for (const message of messages) {
    service.receive(message);
    if (message.kind === 'rankParents' && messages.length > 1) continue;
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) next();
  }
  return posted;
}

describe('looking for a parent in the worker', () => {
  const order = { path: LEAF, places: { folders: ['/moved'], files: [] }, ground: GROUND };

  it('ranks what it finds, telling how far it is', () => {
    const posted = answersTo(scene(), { kind: 'rankParents', ...order });
    const answer = posted.at(-1);
    assert.ok(answer?.kind === 'ranked', JSON.stringify(answer));
    assert.deepEqual(
      answer.candidates.map(({ path, isProven }) => [path, isProven]),
      [
        [MOVED, true],
        ['/w/other.vhd', false],
        ['/moved/another.vhd', false],
      ],
    );
    assert.ok(posted.some(({ kind }) => kind === 'progress'));
  });

  it('stops where it is cancelled', () => {
    const posted = answersTo(scene(), { kind: 'rankParents', ...order }, { kind: 'cancel' });
    assert.deepEqual(posted.at(-1), { kind: 'cancelled' });
  });

  it('proves one file, and relinks to it', () => {
    const fileSystem = scene();
    const [proven] = answersTo(fileSystem, { kind: 'proveParent', path: LEAF, parentPath: MOVED, ground: GROUND });
    assert.ok(proven?.kind === 'ranked');
    assert.deepEqual([proven.candidates.length, proven.candidates[0]?.isProven], [1, true]);
    const options = { path: LEAF, parentPath: MOVED, acceptMismatch: false };
    const posted = answersTo(
      fileSystem,
      { kind: 'plan', order: { kind: 'relink', options, ground: GROUND } },
      { kind: 'run', plan: 0 },
    );
    assert.deepEqual(posted.at(-1), { kind: 'done', result: { recovered: [], undoPath: null } });
    const [standing] = answersTo(fileSystem, { kind: 'standing', path: LEAF, ground: GROUND }).slice(-1);
    assert.ok(standing?.kind === 'standing');
    assert.deepEqual(
      standing.standing.layers.map(({ path }) => path),
      [LEAF, MOVED],
    );
  });

  it('tells of changes of the parents', () => {
    const fileSystem = scene();
    const ground = { ...GROUND, policy: { ...POLICY, given: ['/w/other.vhd'] } };
    const answer = answersTo(fileSystem, { kind: 'changedParents', path: LEAF, ground }).at(-1);
    assert.ok(answer?.kind === 'changedParents', JSON.stringify(answer));
    assert.deepEqual(
      answer.ties.map(({ parentPath, told, sectors }) => [parentPath, told, sectors.atRisk]),
      [['/w/other.vhd', 'changed', 1]],
    );
  });
});

describe('relinking an open image in the worker', () => {
  class Bench {
    readonly fileSystem = scene();
    readonly #posted: FromWorker[] = [];
    readonly #service = new SessionService({
      fileSystem: this.fileSystem,
      post: (message) => this.#posted.push(structuredClone(message)),
      afterMessages: () => undefined,
      now: () => 0,
    });
    #lastId = 0;

    ask<Name extends WorkerRequestName>(
      name: Name,
      params: WorkerRequests[Name]['params'],
    ): WorkerRequests[Name]['result'] {
      const id = ++this.#lastId;
      this.#service.receive({ kind: 'request', id, name, params });
      const answer = this.#posted.find((message) => 'id' in message && message.id === id);
      assert.equal(answer?.kind, 'answer', JSON.stringify(answer));
      return (answer as { result: WorkerRequests[Name]['result'] }).result;
    }

    bytes(): Buffer {
      const file = this.fileSystem.open(LEAF, 'read');
      const bytes = Buffer.alloc(file.size());
      file.read(0, bytes);
      return bytes;
    }
  }

  for (const [what, parentPath, mismatches] of [
    ['moved', MOVED, []],
    ['other', '/w/other.vhd', ['id']],
  ] as const) {
    it(`to the ${what} one is one edit, which finds the parent, and which is undone and saved`, () => {
      const bench = new Bench();
      const before = bench.bytes();
      const opened = bench.ask('openChain', { path: LEAF, loaded: null, policy: POLICY, readOnlyReason: null });
      assert.equal(opened.image.missing?.childPath, LEAF);
      const plan = bench.ask('planRelink', { parentPath });
      assert.deepEqual([plan.mismatches, plan.refusals], [mismatches, []]);
      const edit = { kind: 'patch', label: 'Relink', patch: plan.patch } as const;
      const { done, state } = bench.ask('edit', { edit, memoryLimit: 2 ** 24 });
      assert.deepEqual(
        [done.label, state.isChanged, state.image.layers.map(({ path }) => path)],
        ['Relink', true, [LEAF, parentPath]],
      );
      assert.deepEqual(bench.bytes(), before);
      assert.notEqual(bench.ask('undoEdit', { id: done.id }).image.missing, null);
      bench.ask('redoEdit', { id: done.id });
      bench.ask('saveEdits', {});
      assert.notDeepEqual(bench.bytes(), before);
      assert.equal(bench.ask('undoEdit', { id: done.id }).isChanged, true);
      bench.ask('saveEdits', {});
      assert.deepEqual(bench.bytes(), before);
    });
  }

  it('keeps the unsaved edits that are there', () => {
    const bench = new Bench();
    bench.ask('openChain', { path: LEAF, loaded: null, policy: POLICY, readOnlyReason: null });
    const typed = { kind: 'overwrite', target: 'disk', offset: 3 * 512, bytes: idOf(5) } as const;
    bench.ask('edit', { edit: typed, memoryLimit: 2 ** 24 });
    const { patch } = bench.ask('planRelink', { parentPath: MOVED });
    bench.ask('edit', { edit: { kind: 'patch', label: 'Relink', patch }, memoryLimit: 2 ** 24 });
    const source = { kind: 'disk', layer: 0 } as const;
    const { bytes } = bench.ask('readBytes', { source, offset: 3 * 512, length: 16 });
    assert.deepEqual(Buffer.from(bytes), Buffer.from(idOf(5)));
  });
});
