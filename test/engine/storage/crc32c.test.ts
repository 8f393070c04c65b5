import assert from 'node:assert/strict';
import { crc32c } from '../../../src/engine/storage/crc32c';

describe('CRC-32C', () => {
  it('is that of the examples in RFC 3720, appendix B.4', () => {
    assert.equal(crc32c(new Uint8Array(32)), 0x8a91_36aa);
    assert.equal(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8_ab43);
    assert.equal(crc32c(Uint8Array.from({ length: 32 }, (_, index) => index)), 0x46dd_794e);
    assert.equal(crc32c(Uint8Array.from({ length: 32 }, (_, index) => 31 - index)), 0x113f_db5c);
  });

  it('is that of the usual check text', () => {
    assert.equal(crc32c(new TextEncoder().encode('123456789')), 0xe306_9283);
  });
});
