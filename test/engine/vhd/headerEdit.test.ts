import assert from 'node:assert/strict';
import { MemoryFileSystem } from '../../../src/engine/storage/memoryFileSystem';
import { readLayer } from '../../fixtures/openedImages';
import { brokenRules } from '../../fixtures/specRules';
import { idOf, layoutOf, stampOf } from '../../fixtures/vhdBuilder';
import type { VhdSpec } from '../../fixtures/vhdSpec';
import { EditScene } from './editScene';

const child: VhdSpec = {
  type: 'differencing',
  virtualSize: 20 * 512,
  blockSize: 4096,
  content: stampOf(5),
  parent: {
    id: idOf(9),
    name: 'p.vhd',
    locators: [
      { code: 'W2ru', text: '.\\parent.vhd' },
      { code: 'W2ku', text: 'C:\\vm\\parent.vhd', dataSpace: 1 },
      { code: 'MacX', text: 'file:///vm/parent.vhd' },
      { code: 'Wi2k', text: 'C:\\vm\\parent.vhd' },
    ],
  },
  blocks: [
    { index: 2, sectors: [1] },
    { index: 0, sectors: 'all' },
  ],
};

/** The bytes of a path in the file, as its entry names them. */
function pathBytes(scene: EditScene, slot: number): Buffer {
  const file = scene.storage.bytes();
  const entry = new DataView(file.buffer, file.byteOffset + 512 + 576 + 24 * slot, 24);
  const offset = Number(entry.getBigUint64(16));
  return Buffer.from(file.subarray(offset, offset + entry.getUint32(8)));
}

function assertNothingBroken(scene: EditScene): void {
  const files = new MemoryFileSystem('posix');
  files.addFile('/x.vhd', scene.storage.bytes());
  assert.deepEqual(brokenRules(files, '/x.vhd'), []);
  assert.deepEqual(scene.findings, []);
}

describe('A path of a parent locator, edited', () => {
  const LENGTH_FOLLOWS = (slot: number): string[] => [`locators/${slot}/platformDataLength`, 'header/checksum'].sort();

  it('is written over the old one in the encoding of its platform code, and its length follows', () => {
    const cases = [
      [0, '..\\é\ud800\\x.vhd', 'utf16le'],
      [2, 'file:///é😀.vhd', 'utf8'],
      [3, 'C:\\é.vhd', 'latin1'],
    ] as const;
    for (const [slot, text, encoding] of cases) {
      const scene = new EditScene(child);
      const { offset } = scene.node(`locators/${slot}/data`);
      const followed = scene.changer.setField(`locators/${slot}/data`, text, false);
      assert.deepEqual([...followed].sort(), [...LENGTH_FOLLOWS(slot)]);
      assert.deepEqual(pathBytes(scene, slot), Buffer.from(text, encoding));
      assert.equal(scene.value(`locators/${slot}/data`), text);
      assert.equal(scene.node(`locators/${slot}/data`).offset, offset);
      assertNothingBroken(scene);
    }
  });

  it('is given in one edit to an entry that is not used: its code, place and length follow', () => {
    const cases = [
      ['.\\new.vhd', 'W2ru', 'utf16le'],
      ['D:\\vm\\new.vhd', 'W2ku', 'utf16le'],
      ['file:///vm/new.vhd', 'MacX', 'utf8'],
    ] as const;
    for (const [text, code, encoding] of cases) {
      const scene = new EditScene(child);
      const content = readLayer(scene.image);
      assert.equal(scene.value('locators/6'), 'not used');
      const followed = scene.changer.setField('locators/6/data', text, false);
      const fields = ['Code', 'DataLength', 'DataOffset', 'DataSpace'].map((name) => `locators/6/platform${name}`);
      assert.deepEqual([...followed].sort(), ['header/checksum', ...fields]);
      assert.equal(scene.value('locators/6/platformCode'), code);
      assert.equal(scene.value('locators/6/data'), text);
      assert.deepEqual(pathBytes(scene, 6), Buffer.from(text, encoding));
      assert.deepEqual(readLayer(scene.image), content);
      assertNothingBroken(scene);
    }
    assert.deepEqual(new EditScene(child).changer.setField('locators/6/data', '', false), []);
  });

  it('leaves nothing of a longer one behind it', () => {
    const scene = new EditScene(child);
    const { offset, length } = scene.node('locators/0/data');
    scene.changer.setField('locators/0/data', 'x', false);
    assert.deepEqual(scene.storage.bytes().subarray(offset + 2, offset + length), new Uint8Array(length - 2));
  });

  it('gets a new place before the footer where it outgrows its room, with the content as it was', () => {
    const scene = new EditScene({ ...child, alignment: 4096 });
    const content = readLayer(scene.image);
    const text = `.\\${'long'.repeat(100)}.vhd`;
    const old = scene.node('locators/0/data').offset;
    const followed = scene.changer.setField('locators/0/data', text, false);
    const base = 'locators/0/platformData';
    const changed = [`${base}Length`, `${base}Offset`, `${base}Space`, 'header/checksum'];
    assert.deepEqual([...followed].sort(), changed.sort());
    assert.equal(scene.value('locators/0/data'), text);
    assert.ok(scene.node('locators/0/data').offset > old);
    assert.equal(scene.storage.size() % 4096, 0);
    assert.deepEqual(readLayer(scene.image), content);
    assertNothingBroken(scene);
    scene.reopened().writeDisk(4096, Uint8Array.of(1));
    assert.equal(scene.value('locators/0/data'), text);
    assertNothingBroken(scene);
  });

  it('does not change the path of another entry that names the same place', () => {
    const offset = layoutOf(child).locatorOffsets[0]!;
    const [first] = child.parent!.locators!;
    const scene = new EditScene({ ...child, parent: { ...child.parent!, locators: [first!, { ...first!, offset }] } });
    scene.changer.setField('locators/1/data', '.\\other.vhd', false);
    assert.equal(scene.value('locators/0/data'), '.\\parent.vhd');
    assert.equal(scene.value('locators/1/data'), '.\\other.vhd');
  });

  it('alone changes neither length nor place, and must fit', () => {
    const scene = new EditScene(child);
    scene.refuses(
      (changer) => changer.setField('locators/0/data', '.\\parent2.vhd', true),
      'bad-value',
      /Length is 24/,
    );
    assert.deepEqual(scene.changer.setField('locators/0/data', '.\\p.vhd', true), []);
    assert.equal(scene.value('locators/0/data'), '.\\p.vhd');
    assert.equal(scene.value('locators/0/platformDataLength'), '24');
  });

  it('is refused where its platform code cannot hold it', () => {
    const scene = new EditScene(child);
    for (const [slot, text] of [
      [0, ''],
      [0, 'a\0'],
      [0, 'x'.repeat(0x8001)],
      [2, '\ud800'],
      [3, 'C:\\€.vhd'],
    ] as const) {
      scene.refuses((changer) => changer.setField(`locators/${slot}/data`, text, false), 'bad-value', /cannot hold it/);
    }
  });

  it('is not moved where something is said to stand behind the footer', () => {
    const scene = new EditScene({ ...child, entries: { 1: 0x10_0000 } });
    const text = 'x'.repeat(600);
    scene.refuses((changer) => changer.setField('locators/0/data', text, false), 'not-possible', /behind the footer/);
    scene.changer.setField('locators/0/data', '.\\p.vhd', false);
    assert.equal(scene.value('locators/0/data'), '.\\p.vhd');
  });
});

describe('What follows a field', () => {
  it('is the geometry of the specification for a new size, and no geometry of a maker', () => {
    const scene = new EditScene({ ...child, virtualSize: 4 * 2 ** 20 });
    const followed = scene.changer.setField('footer/currentSize', String(8 * 2 ** 20), false);
    const names = ['currentSize', 'geometry', 'checksum'];
    assert.deepEqual(
      [...followed].sort(),
      [...names.map((name) => `footer-copy/${name}`), 'footer/geometry', 'footer/checksum'].sort(),
    );
    assert.equal(scene.value('footer/geometry'), '240 / 4 / 17');
    const own = new EditScene({ ...child, virtualSize: 4 * 2 ** 20, geometry: [1, 2, 3] });
    own.changer.setField('footer/currentSize', String(8 * 2 ** 20), false);
    assert.equal(own.value('footer/geometry'), '1 / 2 / 3');
  });

  it('is not a damaged other footer, which would be taken for a sound one', () => {
    const scene = new EditScene({
      ...child,
      patches: ({ footerOffset }) => [{ offset: footerOffset + 84, bytes: [7] }],
    });
    assert.deepEqual(scene.changer.setField('footer-copy/hidden', '1', false), ['footer-copy/checksum']);
    assert.equal(scene.value('footer/hidden'), '0');
    assert.deepEqual(scene.findings, ['footer-checksum', 'footer-copy-differs', 'hidden']);
  });

  it('is the batmap, where an entry of the table gives a block another place or none', () => {
    const scene = new EditScene({ ...child, batmap: {} });
    assert.equal(scene.value('batmap/map'), '1 blocks wholly present');
    const place = scene.value('bat/0')!;
    assert.deepEqual(scene.changer.setField('bat/0', 'absent', false), ['batmap/checksum', 'batmap/map']);
    assert.equal(scene.value('batmap/map'), '0 blocks wholly present');
    scene.changer.setField('bat/1', place, false);
    assert.equal(scene.value('batmap/map'), '1 blocks wholly present');
    assert.deepEqual(scene.changer.setField('bat/1', 'absent', true), []);
    assert.equal(scene.value('batmap/map'), '1 blocks wholly present');
    assert.deepEqual(scene.findings, []);
  });

  it('is the copy again where a type that makes a disk fixed is taken back', () => {
    const scene = new EditScene(child);
    const before = scene.storage.bytes();
    scene.changer.setField('footer/diskType', 'fixed', false);
    assert.equal(scene.image.type, 'fixed');
    scene.changer.setField('footer/diskType', 'differencing', false);
    assert.deepEqual(scene.storage.bytes(), before);
  });

  it('goes on from what a guest wrote, and back', () => {
    const scene = new EditScene(child);
    scene.changer.writeDisk(4096, Uint8Array.of(1, 2, 3));
    scene.changer.setField('footer/savedState', '1', false);
    scene.changer.writeDisk(4096 + 512, Uint8Array.of(4));
    assert.equal(scene.value('footer/savedState'), '1');
    assert.deepEqual(scene.findings, ['saved-state']);
    assert.deepEqual(
      [...readLayer(scene.image).keys()].filter((lba) => lba >= 8 && lba < 16),
      [8, 9],
    );
  });
});

describe('What is no field', () => {
  it('is refused', () => {
    const scene = new EditScene(child);
    scene.refuses((changer) => changer.setField('footer/nothing', '1', false), 'out-of-range', /no such field/);
    scene.refuses((changer) => changer.setField('bat/99', '1', false), 'out-of-range', /no such field/);
    scene.refuses((changer) => changer.setField('', '1', false), 'out-of-range', /no such field/);
    scene.refuses((changer) => changer.setField('blocks/0/data', '1', false), 'not-possible', /no field/);
    scene.refuses((changer) => changer.setField('footer', '1', false), 'not-possible', /no field/);
  });
});
