import assert from 'node:assert/strict';
import { MemoryFileSystem } from '../../src/engine/index';
import { OperationService } from '../../src/worker/operationService';
import type { FromOperationWorker, OperationKind, OperationOrder } from '../../src/worker/operationWire';
import { SessionService } from '../../src/worker/service';
import type { FromWorker, RepairAnswer, WorkerRequestName, WorkerRequests } from '../../src/worker/wire';
import { buildVhd, idOf, layoutOf, stampOf } from '../fixtures/vhdBuilder';
import type { VhdSpec } from '../fixtures/vhdSpec';

const PATH = '/w/disk.vhd';
const POLICY = { trusted: true, given: [], confine: null };
const BLOCK_SIZE = 64 * 1024;

const SOUND: VhdSpec = {
  type: 'dynamic',
  virtualSize: 240 * BLOCK_SIZE,
  blockSize: BLOCK_SIZE,
  id: idOf(1),
  content: stampOf(1),
  // So many that a check takes several steps.
  blocks: Array.from({ length: 200 }, (_, index) => ({ index, sectors: [0, 3] })),
};
const FOOTER = layoutOf(SOUND).footerOffset;

/** A worker without a thread that has a damaged image open. */
class Bench {
  readonly fileSystem = new MemoryFileSystem('posix');
  readonly posted: FromWorker[] = [];
  readonly #service: SessionService;
  #waiting: (() => void)[] = [];
  #time = 0;
  #lastId = 0;

  constructor(spec: VhdSpec) {
    this.fileSystem.addFile(PATH, buildVhd(spec));
    this.#service = new SessionService({
      fileSystem: this.fileSystem,
      post: (message, transfer) => this.posted.push(structuredClone(message, { transfer: [...transfer] })),
      afterMessages: (callback) => this.#waiting.push(callback),
      // Every step is a slice of its own, and is told.
      now: () => (this.#time += 150),
    });
    this.finish(this.send('openChain', { path: PATH, loaded: null, policy: POLICY, readOnlyReason: null }));
  }

  send<Name extends WorkerRequestName>(name: Name, params: WorkerRequests[Name]['params']): number {
    this.#lastId += 1;
    this.#service.receive({ kind: 'request', id: this.#lastId, name, params });
    return this.#lastId;
  }

  /** Lets the worker do one slice of what waits. */
  slice(): void {
    const next = this.#waiting.shift();
    assert.ok(next);
    next();
  }

  finish(id: number): FromWorker {
    for (;;) {
      const answer = this.posted.find((message) => 'id' in message && message.id === id);
      if (answer !== undefined) return answer;
      this.slice();
    }
  }

  ask<Name extends WorkerRequestName>(
    name: Name,
    params: WorkerRequests[Name]['params'],
  ): WorkerRequests[Name]['result'] {
    const answer = this.finish(this.send(name, params));
    assert.ok(answer.kind === 'answer', JSON.stringify(answer));
    return answer.result;
  }

  plan(only: readonly string[] | null = null): RepairAnswer {
    return this.ask('planRepair', { only });
  }

  failureOf(id: number): string | null {
    const answer = this.finish(id);
    assert.ok(answer.kind === 'failure', JSON.stringify(answer));
    return answer.failure.code;
  }

  typed(): void {
    const edit = { kind: 'overwrite', target: 'disk', offset: 0, bytes: Uint8Array.of(1) } as const;
    this.ask('edit', { edit, memoryLimit: 2 ** 24 });
  }

  /** The last bytes of the file as it is shown, a mebibyte at most. */
  tail(offset: number): Buffer {
    return Buffer.from(this.ask('readBytes', { source: { kind: 'file', layer: 0 }, offset, length: 2 ** 20 }).bytes);
  }
}

describe('looking for repairs in the worker of a document', () => {
  it('tells what is done in words and bytes, how far it is, and what is left', () => {
    const bench = new Bench({ ...SOUND, tailFooter: false });
    const { preview, patch } = bench.plan();
    assert.deepEqual(
      preview.proposals.map(({ key, isChosen, blocks }) => [key, isChosen, blocks]),
      [['footer-missing', true, []]],
    );
    const [repair] = preview.proposals;
    assert.ok(repair);
    assert.deepEqual([preview.lengthBefore, preview.lengthAfter], [FOOTER, FOOTER + 512]);
    assert.deepEqual(
      repair.changes.map(({ offset, before, after }) => [
        offset,
        before.length,
        Buffer.from(after).subarray(0, 8).toString(),
      ]),
      [[FOOTER, 0, 'conectix']],
    );
    assert.equal(repair.changeCount, patch.changes.length);
    assert.deepEqual([preview.problemsAfter, preview.unrepairable], [0, []]);
    const told = bench.posted.flatMap((message) =>
      message.kind === 'notification' && message.notification.type === 'repairProgress' ? [message.notification] : [],
    );
    assert.ok(told.length > 0);
    for (const { doneBytes, totalBytes } of told) assert.ok(doneBytes <= totalBytes);
  });

  it('goes by what is shown, edits among it, and its patch becomes one edit that can be undone', () => {
    const bench = new Bench({ ...SOUND, tailFooter: false });
    bench.typed();
    const { patch } = bench.plan();
    const edit = { kind: 'patch', label: 'Repair footer-missing', patch } as const;
    const { done, state } = bench.ask('edit', { edit, memoryLimit: 2 ** 24 });
    assert.equal(done.label, 'Repair footer-missing');
    assert.deepEqual(state.image.findings, []);
    assert.deepEqual(bench.tail(FOOTER).subarray(0, 8).toString(), 'conectix');
    bench.ask('undoEdit', { id: done.id });
    assert.equal(bench.tail(FOOTER).length, 0);
    bench.ask('redoEdit', { id: done.id });
    bench.ask('saveEdits', {});
    assert.deepEqual(bench.plan().preview.proposals, []);
  });

  it('refuses a patch that was made for other bytes', () => {
    const bench = new Bench({ ...SOUND, tailFooter: false });
    const { patch } = bench.plan();
    const edit = { kind: 'patch', label: 'Repair', patch } as const;
    bench.ask('edit', { edit, memoryLimit: 2 ** 24 });
    assert.equal(bench.failureOf(bench.send('edit', { edit, memoryLimit: 2 ** 24 })), 'file-changed');
  });

  it('ends when the image is changed, and when something else is asked', () => {
    const bench = new Bench({ ...SOUND, tailFooter: false });
    const first = bench.send('planRepair', { only: null });
    bench.slice();
    const second = bench.send('planRepair', { only: [] });
    assert.equal(bench.failureOf(first), 'cancelled');
    bench.slice();
    bench.typed();
    assert.equal(bench.failureOf(second), 'cancelled');
    assert.equal(bench.plan([]).preview.proposals[0]?.isChosen, false);
  });

  it('passes over keys that no repair has any more, and refuses what is no key', () => {
    const bench = new Bench({ ...SOUND, tailFooter: false });
    assert.deepEqual(bench.plan(['nonsense']).preview.lengthAfter, FOOTER);
    const senseless = [7] as unknown as readonly string[];
    assert.equal(bench.failureOf(bench.send('planRepair', { only: senseless })), 'out-of-range');
  });

  it('says which blocks claim one place', () => {
    const place = (layoutOf(SOUND).blockOffsets.get(3) ?? 0) / 512;
    const { preview } = new Bench({ ...SOUND, entries: { 230: place } }).plan();
    assert.deepEqual(
      preview.proposals.map(({ key, blocks, isChosen }) => [key, blocks, isChosen]),
      [
        ['bat-entry-duplicate/3', [3, 230], false],
        ['bat-entry-duplicate/230', [230, 3], false],
      ],
    );
  });
});

describe('a repair as an operation', () => {
  const posted: FromOperationWorker[] = [];
  let fileSystem: MemoryFileSystem;
  let service: OperationService;

  beforeEach(() => {
    fileSystem = new MemoryFileSystem('posix');
    const waiting: (() => void)[] = [];
    service = new OperationService({
      fileSystem,
      post: (message) => posted.push(structuredClone(message)),
      afterMessages: (callback) => waiting.push(callback),
      now: () => 0,
    });
  });

  function last(): FromOperationWorker {
    const message = posted.pop();
    assert.ok(message);
    return message;
  }

  function plan<Kind extends OperationKind>(kind: Kind, options: OperationOrder<Kind>['options']): FromOperationWorker {
    service.receive({ kind: 'plan', order: { kind, options, ground: { policy: POLICY, familyFolders: [] } } });
    return last();
  }

  function run(planned: FromOperationWorker): FromOperationWorker {
    assert.ok(planned.kind === 'planned', JSON.stringify(planned));
    service.receive({ kind: 'run', plan: planned.number });
    return last();
  }

  function content(): Buffer {
    const file = fileSystem.open(PATH, 'read');
    const bytes = Buffer.alloc(file.size());
    file.read(0, bytes);
    file.close();
    return bytes;
  }

  it('makes an image of a file that could not be opened as one, and takes it back', () => {
    const whole = buildVhd({ type: 'fixed', virtualSize: 68 * 512, geometry: [1, 4, 17], content: stampOf(4) });
    const broken = whole.slice(0, 68 * 512 + 100);
    fileSystem.addFile(PATH, broken);
    const done = run(plan('repair', { path: PATH, only: null }));
    assert.ok(done.kind === 'done' && 'undoPath' in done.result);
    assert.equal(done.result.undoPath, `${PATH}.vhd-editor-undo`);
    assert.ok(content().equals(whole));
    assert.deepEqual(run(plan('undoRepair', { path: PATH })), { kind: 'done', result: { isChanged: true } });
    assert.ok(content().equals(broken));
    const nothing = plan('undoRepair', { path: PATH });
    assert.ok(nothing.kind === 'planned' && 'patch' in nothing.plan);
    assert.equal(nothing.plan.patch, null);
  });

  it('ends what was left beside an image, and leaves a merge to be resumed', () => {
    fileSystem.addFile(PATH, buildVhd(SOUND));
    fileSystem.addFile(`${PATH}.vhd-editor-journal`, Buffer.from('torn'));
    const planned = plan('finish', { path: PATH });
    assert.ok(planned.kind === 'planned' && 'merge' in planned.plan);
    assert.equal(planned.plan.merge, null);
    const done = run(planned);
    assert.ok(done.kind === 'done' && 'recovered' in done.result);
    assert.deepEqual(done.result.recovered, [`A save of ${PATH} had not begun`]);
    assert.equal(fileSystem.facts(`${PATH}.vhd-editor-journal`), null);
  });
});
