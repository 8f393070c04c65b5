import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { batmapChecksum, batmapOffset, decodeBatmap, encodeBatmap } from '../../../src/engine/vhd/batmap';
import { describeGenuine } from '../../fixtures/genuineImages';
import { specChecksum } from '../../fixtures/vhdBuilder';

describe('A batmap', () => {
  it('of any bytes is the same after decoding and encoding', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 504, maxLength: 504 }), (rest) => {
        const bytes = Uint8Array.from([...Buffer.from('tdbatmap'), ...rest]);
        const batmap = decodeBatmap(bytes);
        assert.ok(batmap !== null);
        assert.deepEqual(encodeBatmap(batmap), bytes);
      }),
    );
  });

  it('is none without its cookie', () => {
    assert.equal(decodeBatmap(new Uint8Array(512)), null);
    assert.equal(decodeBatmap(Buffer.from('tdbatmap')), null);
  });

  it('was summed over signed bytes in version 1.1', () => {
    const map = Uint8Array.of(0x80, 1, 0xff);
    assert.equal(batmapChecksum(map, 0x0001_0002), specChecksum([0x80, 1, 0xff]));
    assert.equal(batmapChecksum(map, 0x0001_0001), specChecksum([-128, 1, -1]));
    assert.notEqual(batmapChecksum(map, 0x0001_0001), batmapChecksum(map, 0x0001_0002));
  });
});

describeGenuine('The batmap of a genuine image', (genuine) => {
  for (const facts of genuine.all) {
    const known = facts.batmap;
    if (known === undefined) continue;
    it(`stands behind the table and says what is known of ${facts.file}`, () => {
      const file = readFileSync(genuine.path(facts.file));
      const offset = batmapOffset(facts.table_offset ?? 0, facts.max_bat ?? 0);
      assert.equal(offset, known.header_offset);
      const batmap = decodeBatmap(file.subarray(offset, offset + 512));
      assert.ok(batmap !== null);
      assert.equal(Number(batmap.mapOffset), known.offset);
      assert.equal(batmap.mapSectorCount, known.sectors);
      assert.equal(`${batmap.version >>> 16}.${batmap.version & 0xffff}`, known.version);
      assert.equal(batmap.marker, known.marker);
      assert.equal(batmap.checksum, known.checksum);
      const map = file.subarray(known.offset, known.offset + known.sectors * 512);
      assert.equal(batmapChecksum(map, batmap.version) === batmap.checksum, known.checksum_ok);
    });
  }
});
