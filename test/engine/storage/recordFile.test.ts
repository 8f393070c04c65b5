import assert from 'node:assert/strict';
import fc from 'fast-check';
import { MemoryFileSystem } from '../../../src/engine/storage/memoryFileSystem';
import { listIn, readRecord, RecordFile, sizeIn, textIn, type Json } from '../../../src/engine/storage/recordFile';

const PATH = '/d/disk.vhd.vhd-editor-merge';

function written(lines: readonly Json[]): MemoryFileSystem {
  const files = new MemoryFileSystem();
  const [first, ...rest] = lines;
  const record = RecordFile.create(files, PATH, first ?? null);
  for (const line of rest) record.add(line, { flush: true });
  record.close();
  return files;
}

function bytesOf(files: MemoryFileSystem): Uint8Array {
  const file = files.open(PATH, 'read');
  const bytes = new Uint8Array(file.size());
  file.read(0, bytes);
  return bytes;
}

const lines = fc.array(fc.jsonValue(), { minLength: 1, maxLength: 5 });

describe('the record of an operation', () => {
  it('gives its lines back', () => {
    fc.assert(
      fc.property(lines, (made) => assert.deepEqual(readRecord(written(made), PATH), JSON.parse(JSON.stringify(made)))),
    );
  });

  it('keeps the units of a name that no encoding takes', () => {
    const name = 'a\ud800 \u2028 \u00e4';
    assert.equal(textIn(readRecord(written([{ name }]), PATH)[0], 'name'), name);
  });

  it('ends before a line that is torn, and goes on there', () => {
    fc.assert(
      fc.property(lines, fc.nat(), fc.boolean(), (made, at, isCut) => {
        const bytes = bytesOf(written(made));
        const place = at % bytes.length;
        const torn = isCut ? bytes.slice(0, place) : bytes.slice();
        if (!isCut) torn[place]! ^= 0x80;
        const files = new MemoryFileSystem('posix', { [PATH]: torn });
        const left = readRecord(files, PATH);
        assert.ok(left.length < made.length);
        assert.deepEqual(left, JSON.parse(JSON.stringify(made.slice(0, left.length))));
        const record = RecordFile.continue(files, PATH);
        record.add({ next: 1 }, { flush: false });
        record.close();
        assert.deepEqual(readRecord(files, PATH), [...left, { next: 1 }]);
      }),
    );
  });

  it('is empty where there is no file', () => {
    assert.deepEqual(readRecord(new MemoryFileSystem(), PATH), []);
  });

  it('says what a key holds only where it holds that', () => {
    const value: Json = { text: 'a', size: 7, list: [1], negative: -1, part: 0.5 };
    assert.equal(textIn(value, 'text'), 'a');
    assert.equal(textIn(value, 'size'), null);
    assert.equal(sizeIn(value, 'size'), 7);
    assert.deepEqual(
      ['negative', 'part', 'text', 'none'].map((key) => sizeIn(value, key)),
      [null, null, null, null],
    );
    assert.deepEqual(listIn(value, 'list'), [1]);
    assert.deepEqual(listIn([], 'list'), []);
    assert.equal(textIn('text', 'length'), null);
  });
});
