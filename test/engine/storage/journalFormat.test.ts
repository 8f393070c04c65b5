import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeJournal, encodeJournal } from '../../../src/engine/storage/journalFormat';

const size = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const bytes = fc.uint8Array({ maxLength: 40 });
const change = fc.record({ offset: size, before: bytes, after: bytes }, { noNullPrototype: true });
const patch = fc.record(
  { lengthBefore: size, lengthAfter: size, changes: fc.array(change, { maxLength: 5 }) },
  { noNullPrototype: true },
);

describe('a journal', () => {
  it('gives back the patch that was put in', () => {
    fc.assert(fc.property(patch, (made) => assert.deepEqual(decodeJournal(encodeJournal(made)), made)));
  });

  it('is none when it is cut short anywhere', () => {
    fc.assert(
      fc.property(patch, fc.nat(), (made, cut) => {
        const whole = encodeJournal(made);
        assert.equal(decodeJournal(whole.subarray(0, cut % whole.length)), null);
      }),
    );
  });

  it('is none when a byte of it differs', () => {
    fc.assert(
      fc.property(patch, fc.nat(), fc.integer({ min: 1, max: 255 }), (made, at, change) => {
        const torn = encodeJournal(made);
        torn[at % torn.length]! ^= change;
        assert.equal(decodeJournal(torn), null);
      }),
    );
  });
});
