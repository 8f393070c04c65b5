import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describeGenuine } from '../../fixtures/genuineImages';
import { buildVhd, idOf, layoutOf, stampOf } from '../../fixtures/vhdBuilder';
import type { VhdSpec } from '../../fixtures/vhdSpec';
import { EditScene } from './editScene';

const child: VhdSpec = {
  type: 'differencing',
  virtualSize: 20 * 512,
  blockSize: 4096,
  content: stampOf(5),
  parent: { id: idOf(9), name: 'p.vhd', locators: [{ code: 'W2ru', text: '.\\p.vhd' }] },
  blocks: [
    { index: 2, sectors: [1] },
    { index: 0, sectors: 'all' },
  ],
};
const layout = layoutOf(child);
const sound = buildVhd(child);

/** The image with bytes of it spoiled. */
function spoiled(...patches: readonly (readonly [offset: number, ...bytes: number[]])[]): EditScene {
  const file = sound.slice();
  for (const [offset, ...bytes] of patches) file.set(bytes, offset);
  return new EditScene(file);
}

function assertSoundAgain(scene: EditScene): void {
  assert.ok(Buffer.from(scene.storage.bytes()).equals(sound));
}

describe('A structure made consistent', () => {
  it('is left alone where all is well', () => {
    const scene = new EditScene({ ...child, batmap: {} });
    const before = scene.storage.bytes();
    for (const { id } of scene.image.structure.roots()) assert.deepEqual(scene.changer.makeConsistent(id), [], id);
    assert.deepEqual(scene.storage.bytes(), before);
  });

  it('gets its checksum', () => {
    const footers = spoiled([layout.footerOffset + 64, 1, 2, 3, 4], [64, 1, 2, 3, 4]);
    assert.deepEqual(footers.changer.makeConsistent('footer'), ['footer-copy/checksum', 'footer/checksum']);
    assertSoundAgain(footers);
    const header = spoiled([512 + 36, 1, 2, 3, 4]);
    assert.deepEqual(header.changer.makeConsistent('header'), ['header/checksum']);
    assertSoundAgain(header);
  });

  it('gets the content of the sound footer, whichever of the two was asked for', () => {
    for (const id of ['footer', 'footer-copy']) {
      const tail = spoiled([layout.footerOffset + 30, 9]);
      assert.deepEqual(tail.changer.makeConsistent(id), ['footer/creatorApplication']);
      assertSoundAgain(tail);
      const copy = spoiled([24, 9, 9, 9, 9]);
      assert.deepEqual(copy.changer.makeConsistent(id), ['footer-copy/timeStamp']);
      assertSoundAgain(copy);
    }
  });

  it('gets the copy of its footer back where that is missing', () => {
    const scene = spoiled([0, ...new Array<number>(512).fill(0)]);
    assert.deepEqual(scene.changer.makeConsistent('footer'), ['footer-copy']);
    assertSoundAgain(scene);
  });

  it('keeps a geometry that its maker chose, and loses one that is larger than the disk', () => {
    const chosen = new EditScene({ ...child, geometry: [1, 4, 5] });
    assert.deepEqual(chosen.changer.makeConsistent('footer'), []);
    for (const geometry of [
      [2, 4, 17],
      [0, 4, 17],
    ] as const) {
      const scene = new EditScene({
        ...child,
        virtualSize: 200 * 512,
        geometry: [geometry[0], geometry[1], geometry[2] * 2],
      });
      const changed = scene.changer.makeConsistent('footer');
      assert.deepEqual(changed, ['footer-copy/geometry', 'footer-copy/checksum', 'footer/geometry', 'footer/checksum']);
      assert.equal(scene.value('footer/geometry'), '2 / 4 / 17');
    }
  });

  it('gets the cookie of its header, proven or not', () => {
    const scene = spoiled([512, 1, 2, 3], [512 + 36, 0]);
    assert.deepEqual(scene.changer.makeConsistent('header'), ['header/cookie', 'header/checksum']);
    assertSoundAgain(scene);
  });

  it('gets as many entries as its disk needs, where the table has room for them', () => {
    const spec: VhdSpec = { ...child, maxTableEntries: 2 };
    const scene = new EditScene(spec);
    assert.ok(scene.findings.includes('bat-too-small'));
    assert.deepEqual(scene.changer.makeConsistent('header'), ['header/maxTableEntries', 'header/checksum']);
    assert.deepEqual(scene.findings, []);
    assert.equal(scene.value('bat/2'), 'absent');
    // Zeros pad the table of other makers.
    const padded = new EditScene({ ...spec, tableFill: 0 });
    padded.changer.makeConsistent('header');
    assert.equal(padded.value('bat/2'), 'absent');
    assert.deepEqual(padded.findings, []);
    const full = new EditScene({ ...spec, virtualSize: 200 * 8 * 512 });
    assert.deepEqual(full.changer.makeConsistent('header'), []);
    assert.ok(full.findings.includes('bat-too-small'));
  });

  it('tells the length of its path without NULs, and no less room than that', () => {
    const entry = 512 + 576;
    const text = Buffer.from('.\\p.vhd\0\0', 'utf16le');
    const scene = spoiled([layout.locatorOffsets[0]!, ...text], [entry + 11, text.length], [entry + 15, 7]);
    const changed = scene.changer.makeConsistent('locators');
    assert.deepEqual(changed, ['locators/0/platformDataLength', 'locators/0/reserved', 'locators/0/data']);
    assert.equal(scene.value('locators/0/platformDataLength'), '14');
    const noRoom = new EditScene({
      ...child,
      parent: { id: idOf(9), locators: [{ code: 'W2ru', text: '.\\p.vhd', dataSpace: 0 }] },
    });
    noRoom.changer.makeConsistent('locators');
    assert.equal(noRoom.value('locators/0/platformDataSpace'), '512');
  });

  it('claims of no block that it is whole which is not', () => {
    const scene = new EditScene({ ...child, batmap: { stale: true } });
    assert.equal(scene.value('batmap/map'), '2 blocks wholly present');
    assert.deepEqual(scene.changer.makeConsistent('batmap'), ['batmap/checksum', 'batmap/map']);
    assert.equal(scene.value('batmap/map'), '1 blocks wholly present');
    assert.equal(scene.node('batmap/checksum').expected, null);
  });

  it('is there', () => {
    const scene = new EditScene(child);
    scene.refuses((changer) => changer.makeConsistent('batmap'), 'out-of-range', /no such structure/);
    scene.refuses((changer) => changer.makeConsistent('footer/checksum'), 'out-of-range', /no such structure/);
  });
});

describeGenuine('The structures of a genuine image, made consistent', (genuine) => {
  for (const facts of genuine.images) {
    it(`change in nothing but what is odd: ${facts.file}`, () => {
      const scene = new EditScene(Uint8Array.from(readFileSync(genuine.path(facts.file))));
      const changed = scene.image.structure.roots().flatMap(({ id }) => scene.changer.makeConsistent(id));
      const known: string[] = [];
      if (facts.odd.includes('footer checksum wrong')) known.push('footer-copy/checksum', 'footer/checksum');
      if (facts.odd.includes('dyn header checksum wrong')) known.push('header/checksum');
      assert.deepEqual(
        changed.filter((id) => !known.includes(id)),
        [],
        JSON.stringify(facts.odd),
      );
    });
  }
});
