import assert from 'node:assert/strict';
import type { ByteRun, ByteSource } from '../../../src/protocol/session';
import { PendingBytes } from '../../../src/webview/editing/pendingBytes';
import { ByteCache } from '../../../src/webview/hex/byteCache';

const DISK: ByteSource = { kind: 'disk', layer: 0 };

/** A cache over bytes that the test changes, whose readings are answered when the test says so. */
class Bench {
  readonly pending = new PendingBytes();
  readonly file = new Uint8Array(100);
  readonly #waiting: (() => void)[] = [];
  readonly cache = new ByteCache(
    (_source, offset) =>
      new Promise<ByteRun>((resolve) => {
        const bytes = this.file.slice();
        this.#waiting.push(() => resolve({ offset, bytes, owners: new Uint8Array(), doubtful: [] }));
      }),
    () => undefined,
    this.pending,
  );

  constructor() {
    this.cache.use(DISK);
  }

  /** What is read now is what the file holds now; when its answer comes is another matter. */
  want(): void {
    this.cache.want(0, 100);
  }

  async answer(): Promise<void> {
    this.#waiting.shift()?.();
    await new Promise((done) => setImmediate(done));
  }

  at(offset: number): number | null {
    return this.cache.at(offset)?.value ?? null;
  }
}

describe('bytes that were written a moment ago', () => {
  it('are shown before the host has answered, and until what is read is newer than its answer', async () => {
    const bench = new Bench();
    bench.want();
    await bench.answer();
    const range = bench.pending.add('disk', 10, 1, Uint8Array.of(7));
    assert.equal(bench.at(10), 7);
    // Begun before the edit was made: without it.
    bench.cache.refresh();
    bench.want();
    await bench.answer();
    assert.equal(bench.at(10), 7);
    bench.file[10] = 7;
    bench.pending.settle(range);
    bench.cache.refresh();
    bench.want();
    await bench.answer();
    assert.equal(bench.at(10), 7);
    // Undone.
    bench.file[10] = 0;
    bench.cache.refresh();
    assert.equal(bench.at(10), 7, 'what was read stays until it is read anew');
    bench.want();
    await bench.answer();
    assert.equal(bench.at(10), 0);
  });

  it('are taken back when the edit is refused', async () => {
    const bench = new Bench();
    bench.want();
    await bench.answer();
    const range = bench.pending.add('disk', 10, 3, Uint8Array.of(1, 2));
    assert.deepEqual(
      [9, 10, 11, 12, 13].map((at) => bench.at(at)),
      [0, 1, 2, 1, 0],
    );
    bench.pending.drop(range);
    assert.equal(bench.at(11), 0);
  });

  it('lie over each other in the order in which they were written, each in its own source', () => {
    const pending = new PendingBytes();
    pending.add('disk', 0, 4, Uint8Array.of(1));
    pending.add('disk', 1, 2, Uint8Array.of(2));
    pending.add('file', 0, 4, Uint8Array.of(9));
    const disk = [0, 1, 2, 3, 4].map((at) => pending.byteAt(DISK, at, 0));
    assert.deepEqual(disk, [1, 2, 2, 1, null]);
    assert.equal(pending.byteAt({ kind: 'disk', layer: 1 }, 0, 0), null);
    assert.equal(pending.byteAt({ kind: 'file', layer: 0 }, 3, 0), 9);
  });

  it('are not kept for ever', () => {
    const pending = new PendingBytes();
    for (let at = 0; at < 1000; at++) pending.settle(pending.add('disk', at, 1, Uint8Array.of(1)));
    const kept = Array.from({ length: 1000 }, (_, at) => pending.byteAt(DISK, at, 0)).filter((byte) => byte !== null);
    assert.ok(kept.length <= 100);
    assert.equal(pending.byteAt(DISK, 999, 0), 1);
  });
});
