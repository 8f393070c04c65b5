import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { withChecksum } from '../../../src/engine/vhd/checksum';
import { decodeFooter, encodeFooter, FOOTER_CHECKSUM_OFFSET, type Footer } from '../../../src/engine/vhd/footer';
import { describeGenuine } from '../../fixtures/genuineImages';

function decoded(bytes: Uint8Array): Footer {
  const footer = decodeFooter(bytes);
  assert.ok(footer !== null);
  return footer;
}

/** Any bytes at all behind a cookie. */
const anyFooter = fc
  .tuple(
    fc.constantFrom('conectix', 'v_poison'),
    fc.constantFrom(512, 511),
    fc.uint8Array({ minLength: 504, maxLength: 504 }),
  )
  .map(([cookie, length, rest]) => Uint8Array.from([...Buffer.from(cookie), ...rest]).subarray(0, length));

describe('A footer', () => {
  it('of any bytes is the same after decoding and encoding', () => {
    fc.assert(
      fc.property(anyFooter, (bytes) => {
        assert.deepEqual(encodeFooter(decoded(bytes)), bytes.slice());
      }),
    );
  });

  it('of any fields is the same after encoding and decoding', () => {
    fc.assert(
      fc.property(anyFooter, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (bytes, size) => {
        const footer = { ...decoded(bytes), currentSize: size, timeStamp: 0xffff_ffff, creatorApplication: '\xff\0 a' };
        assert.deepEqual(decodeFooter(encodeFooter(footer)), footer);
      }),
    );
  });

  it('is none without its cookie, and none of another length', () => {
    assert.equal(decodeFooter(new Uint8Array(512)), null);
    assert.equal(decodeFooter(Buffer.from('conectix'.padEnd(510))), null);
    assert.equal(decodeFooter(Buffer.from('conectix'.padEnd(513))), null);
    assert.equal(decodeFooter(Buffer.from('Conectix'.padEnd(512))), null);
    assert.equal(decodeFooter(new Uint8Array()), null);
  });

  it('is read where it stands within a larger buffer', () => {
    const buffer = new Uint8Array(1024);
    buffer.set(Buffer.from('conectix'), 100);
    buffer[100 + 63] = 3;
    assert.equal(decodeFooter(buffer.subarray(100, 612))?.diskType, 3);
  });
});

describeGenuine('The footer of a genuine image', (genuine) => {
  for (const facts of genuine.all) {
    it(`says what is known of ${facts.file}`, () => {
      const file = readFileSync(genuine.path(facts.file));
      const bytes = facts.odd.some((odd) => odd.startsWith('no trailing footer'))
        ? file.subarray(0, 512)
        : file.subarray(-512);
      const footer = decoded(bytes);
      assert.equal(footer.features, facts.features);
      assert.equal(footer.dataOffset, facts.header_offset === undefined ? 2n ** 64n - 1n : BigInt(facts.header_offset));
      assert.equal(footer.timeStamp, facts.timestamp);
      assert.equal(footer.creatorApplication, facts.creator_app);
      assert.equal(`${footer.creatorVersion >>> 16}.${footer.creatorVersion & 0xffff}`, facts.creator_ver);
      assert.equal(footer.creatorHostOs, facts.creator_os);
      assert.equal(footer.originalSize, BigInt(facts.orig_size));
      assert.equal(footer.currentSize, BigInt(facts.virtual_size));
      assert.deepEqual(Object.values(footer.geometry), facts.chs);
      assert.equal(footer.diskType, { fixed: 2, dynamic: 3, differencing: 4 }[facts.type]);
      assert.equal(Buffer.from(footer.uniqueId).toString('hex'), facts.uuid.replaceAll('-', ''));
      assert.equal(footer.savedState, facts.saved_state);
      assert.deepEqual(encodeFooter(footer), new Uint8Array(bytes));
    });

    it(`has the checksum that we compute, or is known to have a wrong one: ${facts.file}`, () => {
      const file = readFileSync(genuine.path(facts.file));
      const bytes = facts.odd.some((odd) => odd.startsWith('no trailing footer'))
        ? file.subarray(0, 512)
        : file.subarray(-512);
      const isRight = Buffer.from(withChecksum(bytes, FOOTER_CHECKSUM_OFFSET)).equals(bytes);
      assert.equal(isRight, !facts.odd.includes('footer checksum wrong'));
    });
  }

  it('of Virtual PC is read from its part', () => {
    const footer = decoded(readFileSync(genuine.part('virtualpc-differencing.footer')));
    assert.equal(footer.creatorApplication, 'vpc ');
    assert.equal(footer.creatorVersion, 0x0001_0000);
    assert.equal(footer.diskType, 4);
    assert.equal(footer.currentSize, 0x2000_0000n);
    assert.deepEqual(footer.geometry, { cylinders: 0x410, heads: 16, sectorsPerTrack: 63 });
  });
});
