import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { MemoryStorage } from '../../../src/engine/storage/memoryStorage';
import {
  decodeLocatorText,
  decodeParentLocator,
  encodeLocatorText,
  encodeParentLocator,
  locatorRoom,
  readLocatorData,
  type ParentLocator,
} from '../../../src/engine/vhd/parentLocator';
import { describeGenuine } from '../../fixtures/genuineImages';

const entry: ParentLocator = {
  platformCode: 'W2ru',
  platformDataSpace: 512,
  platformDataLength: 20,
  reserved: 0,
  platformDataOffset: 0n,
};

describe('A parent locator', () => {
  it('of any bytes is the same after decoding and encoding', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 24, maxLength: 24 }), (bytes) => {
        const encoded = new Uint8Array(24);
        encodeParentLocator(decodeParentLocator(bytes, 0), encoded, 0);
        assert.deepEqual(encoded, bytes);
      }),
    );
  });

  it('of each platform code keeps its text', () => {
    for (const code of ['W2ru', 'W2ku', 'Wi2r', 'Wi2k', 'MacX']) {
      const text = code.startsWith('Wi') ? '.\\Müller.vhd' : '.\\Müller 磁盘 💾.vhd';
      assert.equal(decodeLocatorText(code, encodeLocatorText(code, text) ?? new Uint8Array()), text, code);
    }
  });

  it('keeps unpaired surrogates in UTF-16', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 0xffff })), (units) => {
        const text = String.fromCharCode(...units);
        assert.equal(decodeLocatorText('W2ku', encodeLocatorText('W2ku', text) ?? new Uint8Array()), text);
      }),
    );
  });

  it('has no text where its data is a blob', () => {
    for (const code of ['Mac ', 'xyz\0', '\0\0\0\0']) {
      assert.equal(decodeLocatorText(code, Buffer.from('path')), null);
      assert.equal(encodeLocatorText(code, 'path'), null);
    }
  });

  it('has its text without the NULs that some makers put at the end, and without half a character', () => {
    assert.equal(decodeLocatorText('W2ru', Buffer.from('a\0.\0\0\0\0\0')), 'a.');
    assert.equal(decodeLocatorText('W2ru', Buffer.from('a\0.\0x')), 'a.');
    assert.equal(decodeLocatorText('Wi2r', Buffer.from('a.vhd\0\0')), 'a.vhd');
  });

  it('counts its room in sectors below 512 and in bytes from there on', () => {
    assert.equal(locatorRoom({ ...entry, platformDataSpace: 1 }), 512);
    assert.equal(locatorRoom({ ...entry, platformDataSpace: 511 }), 511 * 512);
    assert.equal(locatorRoom({ ...entry, platformDataSpace: 512 }), 512);
    assert.equal(locatorRoom({ ...entry, platformDataSpace: 0x1_0000 }), 0x1_0000);
  });

  it('is read by offset and length alone, whatever its room says', () => {
    const file = new MemoryStorage(Buffer.from('....a\0.\0v\0'));
    for (const platformDataSpace of [0, 1, 512, 0xffff_ffff]) {
      const locator = { ...entry, platformDataSpace, platformDataLength: 6, platformDataOffset: 4n };
      assert.equal(decodeLocatorText('W2ru', readLocatorData(file, 10, locator) ?? new Uint8Array()), 'a.v');
    }
  });

  it('has no data outside the file, and none longer than any path', () => {
    const file = new MemoryStorage(new Uint8Array(100_000));
    const read = (platformDataLength: number, platformDataOffset: bigint): Uint8Array | null =>
      readLocatorData(file, file.size(), { ...entry, platformDataLength, platformDataOffset });
    assert.equal(read(20, 100_000n), null);
    assert.equal(read(21, 99_980n), null);
    assert.equal(read(20, 2n ** 64n - 1n), null);
    assert.equal(read(0, 0n), null);
    assert.equal(read(65_537, 0n), null);
    assert.equal(read(0xffff_ffff, 0n), null);
    assert.equal(read(65_536, 0n)?.length, 65_536);
    assert.equal(read(20, 99_980n)?.length, 20);
  });
});

describeGenuine('The parent locators of genuine images', (genuine) => {
  for (const facts of genuine.all.filter(({ locators }) => (locators ?? []).length > 0)) {
    it(`hold the known texts in ${facts.file}`, () => {
      const file = readFileSync(genuine.path(facts.file));
      const texts = Array.from({ length: facts.locators?.length ?? 0 }, (_, slot) => {
        const locator = decodeParentLocator(file, (facts.header_offset ?? 0) + 576 + 24 * slot);
        const data = readLocatorData(new MemoryStorage(file), file.length, locator);
        return data === null ? null : decodeLocatorText(locator.platformCode, data);
      });
      assert.deepEqual(
        texts,
        facts.locators?.map(({ text }) => text),
      );
    });
  }
});
