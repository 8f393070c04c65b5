import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dateOfTimestamp, timestampOfDate } from '../../../src/engine/vhd/timestamp';

describe('A time stamp', () => {
  it('counts seconds from the year 2000', () => {
    assert.equal(dateOfTimestamp(655986198)?.toISOString(), '2020-10-14T10:23:18.000Z');
    assert.equal(dateOfTimestamp(1)?.toISOString(), '2000-01-01T00:00:01.000Z');
  });

  it('is unsigned and lasts beyond 2068', () => {
    assert.equal(dateOfTimestamp(0xffff_ffff)?.toISOString(), '2136-02-07T06:28:15.000Z');
  });

  it('of 0 is none', () => {
    assert.equal(dateOfTimestamp(0), null);
  });

  it('is the same after being a date', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 0xffff_ffff }), (seconds) => {
        assert.equal(timestampOfDate(dateOfTimestamp(seconds) ?? new Date(0)), seconds);
      }),
    );
  });

  it('of a date that it cannot express is the nearest', () => {
    assert.equal(timestampOfDate(new Date('1999-12-31T23:59:59Z')), 0);
    assert.equal(timestampOfDate(new Date('2300-01-01T00:00:00Z')), 0xffff_ffff);
    assert.equal(timestampOfDate(new Date('2000-01-01T00:00:01.999Z')), 1);
  });
});
