import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EngineError } from '../../../src/engine/errors';
import { MemoryStorage } from '../../../src/engine/storage/memoryStorage';
import { OverlayStorage } from '../../../src/engine/storage/overlayStorage';
import { reversePatch, writePatch, type Patch } from '../../../src/engine/storage/patch';
import type { Storage } from '../../../src/engine/storage/storage';
import { sized } from '../../testSize';

type Step =
  | { readonly kind: 'write'; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly length: number };

/** Around the edges of pages of 4096 bytes, and past the end of the file. */
const place = fc.oneof(fc.integer({ min: 0, max: 14_000 }), fc.constantFrom(0, 4095, 4096, 4097, 8192));
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      offset: place,
      bytes: fc.uint8Array({ minLength: 1, maxLength: 5000 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('truncate' as const), length: place }) },
);
const content = fc
  .integer({ min: 0, max: 10_000 })
  .map((length) => Uint8Array.from({ length }, (_, i) => i & 0xff || 7));

function run(storage: Storage, { ...step }: Step): void {
  if (step.kind === 'write') {
    storage.write(step.offset, step.bytes);
  } else {
    storage.truncate(step.length);
  }
}

function bytesOf(storage: Storage): Uint8Array {
  const bytes = new Uint8Array(storage.size());
  assert.equal(storage.read(0, bytes), bytes.length);
  return bytes;
}

describe('changes over a file', () => {
  it('read as if they had been written, and leave the file alone', () => {
    fc.assert(
      fc.property(content, fc.array(step, { maxLength: 12 }), (start, steps) => {
        const base = new MemoryStorage(start.slice(), 'write');
        const overlay = new OverlayStorage(base);
        const written = new MemoryStorage(start.slice(), 'write');
        for (const each of steps) {
          run(overlay, each);
          run(written, each);
        }
        assert.deepEqual(bytesOf(overlay), bytesOf(written));
        assert.deepEqual(bytesOf(base), start);
      }),
      { numRuns: sized({ small: 200, ci: 1_000, full: 10_000 }) },
    );
  });

  it('make a patch that does the same to the file, and backwards undoes it', () => {
    fc.assert(
      fc.property(
        content,
        fc.array(step, { maxLength: 4 }),
        fc.array(step, { maxLength: 6 }),
        (start, first, second) => {
          const overlay = new OverlayStorage(new MemoryStorage(start.slice(), 'write'));
          first.forEach((each) => run(overlay, each));
          const before = bytesOf(overlay);
          const patch = overlay.transaction(() => second.forEach((each) => run(overlay, each)));
          const after = bytesOf(overlay);

          const file = new MemoryStorage(before.slice(), 'write');
          writePatch(file, patch);
          assert.deepEqual(bytesOf(file), after);
          overlay.apply(reversePatch(patch), 'it');
          assert.deepEqual(bytesOf(overlay), before);
          assertSmall(patch);
        },
      ),
      { numRuns: sized({ small: 200, ci: 1_000, full: 10_000 }) },
    );
  });

  it('are taken back when the transaction fails', () => {
    fc.assert(
      fc.property(
        content,
        fc.array(step, { maxLength: 4 }),
        fc.array(step, { maxLength: 6 }),
        (start, first, second) => {
          const overlay = new OverlayStorage(new MemoryStorage(start.slice(), 'write'));
          first.forEach((each) => run(overlay, each));
          const before = bytesOf(overlay);
          const failure = new Error('midway');
          assert.throws(
            () =>
              overlay.transaction(() => {
                second.forEach((each) => run(overlay, each));
                throw failure;
              }),
            failure,
          );
          assert.deepEqual(bytesOf(overlay), before);
        },
      ),
      { numRuns: sized({ small: 100, ci: 500, full: 5_000 }) },
    );
  });

  it('refuse a patch that was made for other bytes', () => {
    const overlay = new OverlayStorage(new MemoryStorage(Uint8Array.of(1, 2, 3)));
    const patch: Patch = {
      lengthBefore: 3,
      lengthAfter: 3,
      changes: [{ offset: 1, before: Uint8Array.of(9), after: Uint8Array.of(4) }],
    };
    assert.throws(
      () => overlay.apply(patch, '/disk.vhd'),
      (error) => EngineError.is(error, 'file-changed'),
    );
    assert.deepEqual(bytesOf(overlay), Uint8Array.of(1, 2, 3));
  });
});

/** Changes lie apart, in order, and begin and end with a byte that differs. */
function assertSmall({ changes }: Patch): void {
  let end = -1;
  for (const { offset, before, after } of changes) {
    assert.ok(offset > end);
    const length = Math.max(before.length, after.length);
    assert.notEqual(before[0], after[0]);
    assert.notEqual(before[length - 1], after[length - 1]);
    end = offset + length;
  }
}
