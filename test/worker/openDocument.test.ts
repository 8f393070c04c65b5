import assert from 'node:assert/strict';
import type { EngineErrorCode } from '../../src/engine/errors';
import { NO_LAYER } from '../../src/protocol/session';
import type { EditRequests } from '../../src/worker/editWire';
import { SessionService } from '../../src/worker/service';
import type { FromWorker, OpenOrder, WorkerRequestName, WorkerRequests } from '../../src/worker/wire';
import { threeLayers, type TestChain } from '../cli/chains';
import { buildVhd } from '../fixtures/vhdBuilder';

const MEMORY = 16 * 1024 * 1024;
const POLICY = { trusted: true, given: [], confine: null };

/** A worker without a thread. */
class Bench {
  readonly chain = threeLayers();
  readonly posted: FromWorker[] = [];
  readonly order: OpenOrder;
  readonly #service: SessionService;
  #waiting: (() => void)[] = [];
  #time = 0;

  constructor(order: Partial<OpenOrder> = {}) {
    this.order = { path: this.chain.paths[0]!, loaded: null, policy: POLICY, readOnlyReason: null, ...order };
    this.#service = new SessionService({
      fileSystem: this.chain.fileSystem,
      post: (message, transfer) => this.posted.push(structuredClone(message, { transfer: [...transfer] })),
      afterMessages: (callback) => this.#waiting.push(callback),
      now: () => (this.#time += 3),
    });
    this.ask('openChain', this.order);
  }

  ask<Name extends WorkerRequestName>(
    name: Name,
    params: WorkerRequests[Name]['params'],
  ): WorkerRequests[Name]['result'] {
    const answer = this.answer(name, params);
    assert.equal(answer.kind, 'answer', JSON.stringify(answer));
    return (answer as { result: WorkerRequests[Name]['result'] }).result;
  }

  fails<Name extends WorkerRequestName>(
    name: Name,
    params: WorkerRequests[Name]['params'],
    code: EngineErrorCode,
  ): void {
    const answer = this.answer(name, params);
    assert.ok(answer.kind === 'failure', JSON.stringify(answer));
    assert.equal(answer.failure.code, code, answer.failure.message);
  }

  answer<Name extends WorkerRequestName>(name: Name, params: WorkerRequests[Name]['params']): FromWorker {
    const id = this.posted.length + 1;
    this.send(id, name, params);
    this.finish(() => this.posted.some((message) => 'id' in message && message.id === id));
    return this.posted.find((message) => 'id' in message && message.id === id)!;
  }

  send<Name extends WorkerRequestName>(id: number, name: Name, params: WorkerRequests[Name]['params']): void {
    this.#service.receive({ kind: 'request', id, name, params });
  }

  type(offset: number, bytes: readonly number[]): EditRequests['edit']['result'] {
    const edit = { kind: 'overwrite', target: 'disk', offset, bytes: Uint8Array.from(bytes) } as const;
    return this.ask('edit', { edit, memoryLimit: MEMORY });
  }

  disk(offset: number, length: number): number[] {
    return [...this.ask('readBytes', { source: { kind: 'disk', layer: 0 }, offset, length }).bytes];
  }

  scan(): void {
    this.#service.receive({ kind: 'scan', asOf: 0 });
    this.finish(() => this.#waiting.length === 0);
  }

  finish(isDone: () => boolean): void {
    while (!isDone()) {
      const [next, ...rest] = this.#waiting;
      assert.ok(next !== undefined);
      this.#waiting = rest;
      next();
    }
  }

  file(path: string): Buffer {
    const storage = this.chain.fileSystem.open(path, 'read');
    const bytes = Buffer.alloc(storage.size());
    storage.read(0, bytes);
    return bytes;
  }
}

describe('the document of a worker', () => {
  it('answers questions about what is edited, and tells the new image with each change', () => {
    const bench = new Bench();
    const before = bench.disk(70_000, 3);
    const { done, state } = bench.type(70_000, [1, 2, 3]);
    assert.equal(done.label, 'Type 3 Bytes');
    assert.equal(state.isChanged, true);
    assert.ok(state.memory > 0);
    assert.equal(state.image.layers.length, 3);
    assert.equal(state.image.layers[0]!.allocatedBlockCount, 4);
    assert.deepEqual(bench.disk(70_000, 3), [1, 2, 3]);
    assert.equal(bench.ask('undoEdit', { id: done.id }).isChanged, false);
    assert.deepEqual(bench.disk(70_000, 3), before);
    assert.equal(bench.ask('redoEdit', { id: done.id }).isChanged, true);
    assert.deepEqual(bench.disk(70_000, 3), [1, 2, 3]);
    const leaf = bench.chain.paths[0]!;
    const old = bench.file(leaf);
    const saved = bench.ask('saveEdits', {});
    assert.equal(saved.isChanged, false);
    assert.equal(saved.files[0]!.size, bench.file(leaf).length);
    assert.ok(!bench.file(leaf).equals(old));
    bench.ask('undoEdit', { id: done.id });
    bench.ask('saveEdits', {});
    assert.ok(bench.file(leaf).equals(old));
  });

  it('says what an edit would do, and does nothing', () => {
    const bench = new Bench();
    const edit = { kind: 'overwrite', target: 'disk', offset: 128 * 1024, bytes: new Uint8Array(1024) } as const;
    const preview = bench.ask('previewEdit', { edit });
    assert.deepEqual(preview.owners, [{ firstSector: 256, sectorCount: 2, before: null, after: 0 }]);
    assert.ok(preview.lengthAfter > preview.lengthBefore);
    assert.ok(
      bench.ask('readBytes', { source: { kind: 'disk', layer: 0 }, offset: 128 * 1024, length: 1 }).owners[0] ===
        NO_LAYER,
    );
    assert.equal(bench.ask('revertEdits', {}).memory, 0);
  });

  it('keeps its edits when the chain is opened anew, and takes their backup for what it is', () => {
    const bench = new Bench();
    const { done } = bench.type(5, [9]);
    const { bytes } = bench.ask('backupEdits', {});
    bench.ask('openChain', bench.order);
    assert.deepEqual(bench.disk(5, 1), [9]);
    const report = bench.ask('restoreEdits', { bytes });
    assert.equal(report.outcome, 'restored');
    assert.equal(bench.ask('undoEdit', { id: done.id }).isChanged, false);
  });

  it('tells of the totals again only where an edit has changed an owner', () => {
    const bench = new Bench();
    bench.type(3 * 512, [1]);
    bench.scan();
    const statistics = (): unknown[] =>
      bench.posted.flatMap((message) =>
        message.kind === 'notification' && message.notification.type === 'statistics'
          ? [message.notification.layers[0]!.sectors]
          : [],
      );
    const [first] = statistics();
    // The same sector once more: who owns what is known, and is told without reading.
    bench.type(3 * 512 + 1, [2]);
    bench.scan();
    bench.type(200 * 512, [3]);
    bench.scan();
    assert.deepEqual(statistics(), [first, first, (first as number) + 1]);
  });

  it('changes nothing where nothing may be changed, and still reads, exports and copies', () => {
    const loaded = (chain: TestChain) =>
      chain.specs.map((spec, i) => ({ path: chain.paths[i]!, bytes: buildVhd(spec), modified: 5 }));
    const edit = { kind: 'overwrite', target: 'disk', offset: 0, bytes: Uint8Array.of(1) } as const;
    for (const order of [{ readOnlyReason: 'others stand on it.' }, { loaded: loaded(threeLayers()) }]) {
      const bench = new Bench(order);
      bench.fails('edit', { edit, memoryLimit: MEMORY }, 'read-only');
      bench.fails('previewEdit', { edit }, 'read-only');
      bench.fails('saveEdits', {}, 'read-only');
      bench.ask('saveCopy', { path: '/disks/copy.vhd', replace: false });
      assert.deepEqual(bench.file('/disks/copy.vhd'), Buffer.from(buildVhd(bench.chain.specs[0]!)));
      bench.fails('saveCopy', { path: '/disks/copy.vhd', replace: false }, 'file-exists');
      const source = { kind: 'disk', layer: 1 } as const;
      bench.ask('exportRange', { source, offset: 700, length: 2000, path: '/disks/range.bin' });
      const expected = Buffer.from(bench.chain.content(1).subarray(700, 2700));
      assert.deepEqual(bench.file('/disks/range.bin'), expected);
      bench.fails('exportRange', { source, offset: 700, length: 2 ** 40, path: '/disks/range.bin' }, 'out-of-range');
      assert.deepEqual(bench.file('/disks/range.bin'), expected);
    }
  });

  it('answers questions while it copies, and lets changes wait until that is done', () => {
    const bench = new Bench();
    const before = bench.file(bench.chain.paths[0]!);
    bench.send(1001, 'saveCopy', { path: '/disks/copy.vhd', replace: false });
    const edit = { kind: 'overwrite', target: 'disk', offset: 0, bytes: Uint8Array.of(1) } as const;
    bench.send(1002, 'edit', { edit, memoryLimit: MEMORY });
    bench.send(1003, 'saveEdits', {});
    bench.send(1004, 'blockMap', { asOf: 0 });
    bench.send(1005, 'saveCopy', { path: '/disks/copy2.vhd', replace: false });
    const ids = (): unknown[] => bench.posted.flatMap((message) => ('id' in message ? [message.id] : [])).slice(1);
    assert.deepEqual(ids(), [1004]);
    bench.finish(() => ids().includes(1005));
    assert.deepEqual(ids(), [1004, 1001, 1002, 1003, 1005]);
    assert.ok(bench.file('/disks/copy.vhd').equals(before));
    assert.ok(bench.file('/disks/copy2.vhd').equals(bench.file(bench.chain.paths[0]!)));
    assert.ok(!bench.file('/disks/copy2.vhd').equals(before));
  });

  it('never replaces a layer of the chain by a copy or an export', () => {
    const bench = new Bench();
    const source = { kind: 'file', layer: 0 } as const;
    for (const path of bench.chain.paths) {
      const before = bench.file(path);
      bench.fails('saveCopy', { path, replace: true }, 'in-use');
      bench.fails('exportRange', { source, offset: 0, length: 10, path }, 'in-use');
      assert.ok(bench.file(path).equals(before));
    }
  });

  const good = { kind: 'overwrite', target: 'disk', offset: 0, bytes: Uint8Array.of(1) };
  for (const [what, edit] of Object.entries({
    'no kind': {},
    'an unknown kind': { kind: 'erase' },
    'an import, which only the host may ask for': { kind: 'import', target: 'disk', offset: 0, path: '/disks/1.vhd' },
    'an unknown target': { ...good, target: 'other' },
    'a negative offset': { ...good, offset: -1 },
    'an offset that is no number': { ...good, offset: '0' },
    'bytes that are none': { ...good, bytes: [1, 2] },
    'no bytes': { ...good, bytes: new Uint8Array() },
    'a fill without an end': { kind: 'fill', target: 'disk', offset: 0, length: Infinity, pattern: Uint8Array.of(0) },
    'a pattern that is too long': { kind: 'fill', target: 'disk', offset: 0, length: 1, pattern: new Uint8Array(4097) },
    'a node that is no text': { kind: 'field', node: 7, text: '', alone: false },
    'a text that is too long': { kind: 'field', node: 'footer', text: 'x'.repeat(65 * 1024), alone: false },
    'half a block': { kind: 'sectorBits', block: 0.5, firstSector: 0, sectorCount: 1, present: true },
  })) {
    it(`refuses ${what}`, () => {
      const bench = new Bench();
      bench.fails('previewEdit', { edit: edit as never }, 'out-of-range');
    });
  }

  it('says in words that a backup cannot be read', () => {
    const bench = new Bench();
    bench.fails('restoreEdits', { bytes: Uint8Array.of(1, 2, 3) }, 'damaged-image');
    bench.fails('undoEdit', { id: 1 }, 'not-possible');
    assert.equal(bench.ask('forgetKept', {}).isChanged, false);
    assert.match(bench.ask('describeEdits', {}).text, /Unsaved changes of \/disks\/0\.vhd/);
    assert.equal(bench.ask('revertEdits', {}).isChanged, false);
    assert.equal(bench.ask('rebaseEdits', {}).outcome, 'restored');
    assert.equal(bench.ask('applyFitting', {}).isChanged, false);
  });
});
