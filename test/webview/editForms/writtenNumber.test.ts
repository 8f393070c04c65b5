import assert from 'node:assert/strict';
import { writtenNumber } from '../../../src/webview/editForms/writtenNumber';
import { grouped, hexadecimal } from '../../../src/webview/numbers';

describe('a number of bytes as it is written', () => {
  it('comes back from how the page itself writes it', () => {
    for (const value of [0, 7, 512, 4096, 42_949_672_960, Number.MAX_SAFE_INTEGER]) {
      assert.equal(writtenNumber(grouped(value)), value);
      assert.equal(writtenNumber(hexadecimal(value)), value);
    }
  });

  it('may have a unit', () => {
    assert.equal(writtenNumber('4 KiB'), 4096);
    assert.equal(writtenNumber(' 2mib '), 2 * 1024 * 1024);
    assert.equal(writtenNumber('0x10 KiB'), 16_384);
  });

  it('is none where it cannot be counted exactly', () => {
    for (const text of ['', '-1', '1.5', 'x', '0x', '12 apples', '99999999999999999999', '9000 TiB KiB']) {
      assert.equal(writtenNumber(text), null, text);
    }
  });
});
