import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { openImage, sniffImage } from '../../src/engine/openImage';
import { MemoryFileSystem } from '../../src/engine/storage/memoryFileSystem';
import { describeGenuine } from '../fixtures/genuineImages';
import { buildVhd, idOf } from '../fixtures/vhdBuilder';
import type { VhdSpec } from '../fixtures/vhdSpec';

const dynamic: VhdSpec = {
  type: 'dynamic',
  virtualSize: 8 * 512,
  blockSize: 4096,
  blocks: [{ index: 0, sectors: [0] }],
};
const vhdl = Buffer.from('library ieee;\nuse ieee.std_logic_1164.all;\n\nentity counter is\nend entity; -- Zähler\n');

function fileSystemWith(files: Readonly<Record<string, Uint8Array>>): MemoryFileSystem {
  return new MemoryFileSystem('posix', files);
}

/** What was touched beside an image's own file and the files that this program puts beside it when it writes. */
function touchedBeside(files: MemoryFileSystem, path: string): string[] {
  return files.touched.filter((touched) => touched !== path && !touched.startsWith(`${path}.vhd-editor-`));
}

function ends(bytes: Uint8Array): [head: Uint8Array, tail: Uint8Array] {
  return [bytes.subarray(0, 512), bytes.subarray(Math.max(0, bytes.length - 512))];
}

describe('Opening an image', () => {
  it('opens a VHD under any name and touches nothing else', () => {
    const files = fileSystemWith({ '/a/x.avhd': buildVhd(dynamic), '/a/x.v01': vhdl });
    const image = openImage(files, '/a/x.avhd');
    assert.equal(image.type, 'dynamic');
    assert.equal(image.path, '/a/x.avhd');
    assert.equal(image.storage.readOnly, true);
    assert.deepEqual(touchedBeside(files, '/a/x.avhd'), []);
  });

  it('touches none of the places where a differencing image says its parent is', () => {
    const hostile = [
      '\\\\host\\share\\p.vhd',
      '/etc/passwd',
      '..\\..\\x',
      '\\\\.\\PhysicalDrive0',
      'https://host/p.vhd',
    ];
    const locators = hostile.map((text) => ({ code: 'W2ku', text }));
    const spec: VhdSpec = {
      ...dynamic,
      type: 'differencing',
      parent: { id: idOf(9), name: hostile[0] ?? '', locators },
    };
    const files = fileSystemWith({ '/a/x.vhd': buildVhd(spec), '/etc/passwd': vhdl });
    const image = openImage(files, '/a/x.vhd');
    assert.equal(image.parent?.places.length, 6);
    assert.deepEqual(touchedBeside(files, '/a/x.vhd'), []);
  });

  it('opens for writing when asked', () => {
    const files = fileSystemWith({ '/x.vhd': buildVhd(dynamic) });
    assert.equal(openImage(files, '/x.vhd', 'write').storage.readOnly, false);
  });

  it('refuses what is not supported, by its name', () => {
    const vhdx = new Uint8Array(4096);
    vhdx.set(Buffer.from('vhdxfile'));
    const files = fileSystemWith({ '/x.vhdx': vhdx, '/y.vhd': vhdx, '/z.v02': buildVhd(dynamic) });
    assert.throws(() => openImage(files, '/x.vhdx'), { code: 'unsupported-format', message: /VHDX/ });
    assert.throws(() => openImage(files, '/y.vhd'), { code: 'unsupported-format', message: /VHDX/ });
    assert.throws(() => openImage(files, '/z.v02'), { code: 'unsupported-format', message: /split/ });
  });

  it('tells the first part of a split image from one that lost its footer', () => {
    const part = buildVhd({ ...dynamic, tailFooter: false });
    const fixedPart = Uint8Array.from({ length: 4096 }, (_, i) => i & 0xff);
    const split = fileSystemWith({ '/x.vhd': part, '/x.v01': part, '/f.vhd': fixedPart, '/f.v01': part });
    assert.throws(() => openImage(split, '/x.vhd'), { code: 'unsupported-format', message: /split/ });
    assert.throws(() => openImage(split, '/f.vhd'), { code: 'unsupported-format', message: /split/ });
    const whole = fileSystemWith({ '/x.vhd': part, '/f.vhd': fixedPart });
    assert.equal(openImage(whole, '/x.vhd').findings[0]?.id, 'footer-missing');
    assert.throws(() => openImage(whole, '/f.vhd'), { code: 'not-an-image' });
  });

  it('says of a text file that it is one, and of an empty file too', () => {
    const files = fileSystemWith({ '/counter.vhd': vhdl, '/empty.vhd': new Uint8Array() });
    assert.throws(() => openImage(files, '/counter.vhd'), { code: 'not-an-image', message: /text file.*text editor/ });
    assert.throws(() => openImage(files, '/empty.vhd'), { code: 'not-an-image', message: /empty/ });
  });

  it('says what is wrong with a file that cannot be opened', () => {
    const files = fileSystemWith({ '/a/x.vhd': buildVhd(dynamic) });
    files.addDevice('/dev/sda');
    assert.throws(() => openImage(files, '/missing.vhd'), { code: 'file-not-found' });
    assert.throws(() => openImage(files, '/a'), { code: 'not-a-file' });
    assert.throws(() => openImage(files, '/dev/sda'), { code: 'not-a-file' });
  });

  it('closes the file when it fails', () => {
    const files = fileSystemWith({ '/x.vhd': vhdl });
    let closed = 0;
    const open = files.open.bind(files);
    files.open = (path, access) => {
      const storage = open(path, access);
      storage.close = () => {
        closed++;
      };
      return storage;
    };
    assert.throws(() => openImage(files, '/x.vhd'));
    assert.equal(closed, 1);
  });
});

describe('Telling disk images from text by first and last sector', () => {
  it('takes VHDL in any encoding for text', () => {
    const utf16 = Buffer.from('\ufefflibrary ieee;\r\n', 'utf16le');
    const texts = [
      vhdl,
      Buffer.from('-- Zähler\r\n\tentity x is\f', 'latin1'),
      Buffer.from('entity x is end;\x1a'),
      Buffer.from(''),
      Buffer.from('x'),
      Buffer.from('-- conectix footer comes last\n'),
      utf16,
      Buffer.from(utf16).swap16(),
      Buffer.concat(Array.from({ length: 100 }, () => vhdl)),
    ];
    for (const text of texts) assert.equal(sniffImage(...ends(text)), false, text.toString('latin1').slice(0, 20));
  });

  it('takes every image for an image: by its footer, by the copy, by the bytes of a disk', () => {
    const specs: VhdSpec[] = [
      dynamic,
      { ...dynamic, tailFooter: false },
      { ...dynamic, headFooter: false },
      { ...dynamic, footerLength: 511, headFooter: false },
      { type: 'fixed', virtualSize: 4096, content: (lba) => Buffer.from(`text ${lba}`.padEnd(512)) },
      { type: 'fixed', virtualSize: 4096, footerLength: 511, content: () => Buffer.from('text'.padEnd(512)) },
      { type: 'fixed', virtualSize: 4096, tailFooter: false },
      { type: 'fixed', virtualSize: 0 },
    ];
    for (const spec of specs) assert.equal(sniffImage(...ends(buildVhd(spec))), true);
    assert.equal(sniffImage(Buffer.from('vhdxfile'.padEnd(512)), Buffer.from('x'.repeat(512))), true);
    assert.equal(sniffImage(Uint8Array.of(0xeb, 0x3c, 0x90, 1, 2, 3), new Uint8Array(6)), true);
  });
});

describeGenuine('Telling genuine images from text', (genuine) => {
  it('takes each for an image', () => {
    for (const { file } of genuine.all) {
      assert.equal(sniffImage(...ends(readFileSync(genuine.path(file)))), true, file);
    }
  });
});
