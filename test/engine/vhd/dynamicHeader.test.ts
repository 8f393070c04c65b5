import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { withChecksum } from '../../../src/engine/vhd/checksum';
import {
  decodeDynamicHeader,
  DYNAMIC_HEADER_CHECKSUM_OFFSET,
  encodeDynamicHeader,
  parentName,
  type DynamicHeader,
} from '../../../src/engine/vhd/dynamicHeader';
import { describeGenuine } from '../../fixtures/genuineImages';

function decoded(bytes: Uint8Array): DynamicHeader {
  const header = decodeDynamicHeader(bytes);
  assert.ok(header !== null);
  return header;
}

const anyHeader = fc
  .uint8Array({ minLength: 1016, maxLength: 1016 })
  .map((rest) => Uint8Array.from([...Buffer.from('cxsparse'), ...rest]));

describe('A dynamic header', () => {
  it('of any bytes is the same after decoding and encoding', () => {
    fc.assert(
      fc.property(anyHeader, (bytes) => {
        assert.deepEqual(encodeDynamicHeader(decoded(bytes)), bytes);
      }),
    );
  });

  it('is none without its cookie, and none of another length', () => {
    assert.equal(decodeDynamicHeader(new Uint8Array(1024)), null);
    assert.equal(decodeDynamicHeader(Buffer.from('cxsparse'.padEnd(1023))), null);
  });

  it('keeps a parent name with unpaired surrogates, and what stands behind its NUL', () => {
    const units = `x\ud800\udc00\udfffy.vhd\0rest`.padEnd(256, '\0');
    const bytes = encodeDynamicHeader({ ...decoded(withName('')), parentUnicodeName: units });
    assert.equal(decoded(bytes).parentUnicodeName, units);
    assert.equal(parentName(decoded(bytes)), 'x\ud800\udc00\udfffy.vhd');
  });

  it('has a parent name of 256 characters where no NUL ends it', () => {
    assert.equal(parentName(decoded(withName('n'.repeat(256)))).length, 256);
  });
});

function withName(name: string): Uint8Array {
  const bytes = new Uint8Array(1024);
  bytes.set(Buffer.from('cxsparse'));
  for (let i = 0; i < name.length; i++) new DataView(bytes.buffer).setUint16(64 + 2 * i, name.charCodeAt(i));
  return bytes;
}

describeGenuine('The dynamic header of a genuine image', (genuine) => {
  for (const facts of genuine.all.filter(({ type }) => type !== 'fixed')) {
    it(`says what is known of ${facts.file}`, () => {
      const offset = facts.header_offset ?? 0;
      const bytes = readFileSync(genuine.path(facts.file)).subarray(offset, offset + 1024);
      const header = decoded(bytes);
      assert.equal(header.tableOffset, BigInt(facts.table_offset ?? -1));
      assert.equal(header.maxTableEntries, facts.max_bat);
      assert.equal(header.blockSize, facts.block_size);
      assert.equal(header.headerVersion, 0x0001_0000);
      assert.equal(header.dataOffset, 2n ** 64n - 1n);
      assert.deepEqual(encodeDynamicHeader(header), new Uint8Array(bytes));
      const isRight = Buffer.from(withChecksum(bytes, DYNAMIC_HEADER_CHECKSUM_OFFSET)).equals(bytes);
      assert.equal(isRight, !facts.odd.includes('dyn header checksum wrong'));
      if (facts.type === 'differencing') {
        assert.equal(Buffer.from(header.parentUniqueId).toString('hex'), facts.parent_uuid?.replaceAll('-', ''));
        assert.equal(header.parentTimeStamp, facts.parent_timestamp);
        assert.equal(parentName(header), facts.parent_name);
      }
      const used = header.parentLocators.filter(({ platformCode }) => platformCode !== '\0\0\0\0');
      assert.deepEqual(
        used.map((locator) => ({
          code: locator.platformCode,
          space: locator.platformDataSpace,
          length: locator.platformDataLength,
          offset: Number(locator.platformDataOffset),
        })),
        (facts.locators ?? []).map(({ code, space, length, offset: at }) => ({ code, space, length, offset: at })),
      );
    });
  }

  it('of Virtual PC, in the order of its locators, is read from its part', () => {
    const bytes = readFileSync(genuine.part('virtualpc-differencing.header'));
    const header = decoded(bytes);
    assert.equal(parentName(header), 'dynamic.vhd');
    assert.ok(header.parentTimeStamp > 0);
    assert.deepEqual(
      header.parentLocators.map(({ platformCode, platformDataOffset }) => [platformCode, Number(platformDataOffset)]),
      [
        ...Array.from({ length: 4 }, () => ['\0\0\0\0', 0]),
        ['W2ku', 4608],
        ['W2ru', 4096],
        ['Wi2k', 3584],
        ['Wi2r', 3072],
      ],
    );
    assert.equal(header.parentLocators[4]?.platformDataSpace, 512);
    assert.deepEqual(withChecksum(bytes, DYNAMIC_HEADER_CHECKSUM_OFFSET), new Uint8Array(bytes));
    assert.deepEqual(encodeDynamicHeader(header), new Uint8Array(bytes));
  });
});
