import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Image } from '../../../src/engine/image';
import { MemoryStorage } from '../../../src/engine/storage/memoryStorage';
import { openNodeFile } from '../../../src/engine/storage/nodeFileStorage';
import { openVhdImage } from '../../../src/engine/vhd/vhdImage';
import { layerModel } from '../../fixtures/diskModel';
import { findingNames, openSpec, readLayer } from '../../fixtures/openedImages';
import { buildVhd, idOf, layoutOf, stampOf, writeVhd } from '../../fixtures/vhdBuilder';
import type { LocatorSpec, VhdSpec } from '../../fixtures/vhdSpec';

const MIB = 1024 * 1024;
const SMALL_BLOCK = 4096;

/** Three blocks of eight sectors, the last one half past the end of the disk. */
const small: VhdSpec = {
  type: 'dynamic',
  virtualSize: 20 * 512,
  blockSize: SMALL_BLOCK,
  content: stampOf(5),
  blocks: [
    { index: 0, sectors: [0, 3] },
    { index: 2, sectors: [1] },
  ],
};

function childWith(locators: readonly LocatorSpec[], more: Partial<VhdSpec> = {}): VhdSpec {
  return { ...small, type: 'differencing', parent: { id: idOf(9), locators }, ...more };
}

function placesOf(image: Image): string[] {
  return (image.parent?.places ?? []).map(({ source, text }) => `${source} ${text}`);
}

function readsAsBuilt(spec: VhdSpec): void {
  assert.deepEqual(readLayer(openSpec(spec)), layerModel(spec).sectors);
}

describe('Traps of the format: parent locators', () => {
  it('a data space in bytes or in sectors changes nothing in reading', () => {
    for (const dataSpace of [0, 1, 24, 512, 1024, 0x1000, 0x1_0000, 0xffff_ffff]) {
      const image = openSpec(childWith([{ code: 'W2ru', text: '.\\p.vhd', dataSpace }]));
      assert.deepEqual(placesOf(image), ['W2ru .\\p.vhd']);
      assert.deepEqual(image.findings, []);
    }
  });

  it('a full path may stand in Parent Unicode Name', () => {
    const name = 'C:\\Hyper-V\\Virtual hard disks\\base.vhd';
    const image = openSpec(childWith([], { parent: { id: idOf(9), name } }));
    assert.deepEqual(placesOf(image), [`name ${name}`]);
  });

  it('all eight slots are read, whatever their order, and tried in ours', () => {
    const codes = ['MacX', 'Wi2k', 'Wi2r', 'W2ku', 'W2ru', 'W2ru', 'Mac ', 'zzzz'];
    const locators = codes.map((code, i) => ({ code, text: `p${i}`, slot: 7 - i }));
    const image = openSpec(childWith(locators, { parent: { id: idOf(9), name: 'n', locators } }));
    assert.deepEqual(placesOf(image), ['W2ru p5', 'W2ru p4', 'W2ku p3', 'name n', 'Wi2r p2', 'Wi2k p1', 'MacX p0']);
    assert.deepEqual(image.findings, []);
  });

  it('locators may stand before the table or behind it', () => {
    for (const locatorsBeforeTable of [true, false]) {
      const spec = childWith([{ code: 'W2ku', text: 'C:\\p.vhd' }], { locatorsBeforeTable });
      assert.deepEqual(placesOf(openSpec(spec)), ['W2ku C:\\p.vhd']);
      readsAsBuilt(spec);
    }
  });

  it('characters beyond the BMP and unpaired surrogates in names survive', () => {
    const text = '.\\💾\ud800x\udfff.vhd';
    const image = openSpec(childWith([], { parent: { id: idOf(9), name: text, locators: [{ code: 'W2ru', text }] } }));
    assert.deepEqual(
      image.parent?.places.map((place) => place.text),
      [text, text],
    );
  });

  it('lengths and offsets that cannot be are reported, and the other locators are read', () => {
    const good = { code: 'W2ku', text: 'C:\\p.vhd' };
    for (const bad of [
      { code: 'W2ru', text: 'x', length: 0xffff_ffff },
      { code: 'W2ru', text: 'x', length: 70_000 },
      { code: 'W2ru', text: 'x', offset: 1e15 },
      { code: 'W2ru', text: 'x', offset: Number.MAX_SAFE_INTEGER },
    ]) {
      const image = openSpec(childWith([bad, good]));
      assert.deepEqual(placesOf(image), ['W2ku C:\\p.vhd']);
      assert.deepEqual(findingNames(image), ['locator-data warning']);
      assert.equal(image.findings[0]?.offset, 512 + 576);
    }
  });

  it('are a claim of differencing images only', () => {
    assert.equal(openSpec({ ...childWith([{ code: 'W2ru', text: 'x' }]), type: 'dynamic' }).parent, null);
  });
});

describe('Traps of the format: what the footer says', () => {
  it('an id has one text, in the order of Windows, whoever stored it', () => {
    const id = Uint8Array.from({ length: 16 }, (_, i) => i);
    for (const application of ['win ', 'qemu', 'tap\0']) {
      const image = openSpec({ ...small, id, creator: { application } });
      assert.equal(image.id, '03020100-0504-0706-0809-0a0b0c0d0e0f');
    }
    const child = openSpec(childWith([], { parent: { id } }));
    assert.equal(child.parent?.id, '03020100-0504-0706-0809-0a0b0c0d0e0f');
    assert.deepEqual([child.parent.idOffset, child.parent.idLength], [512 + 40, 16]);
  });

  it('the size is Current Size, not the product of the geometry', () => {
    for (const application of ['vpc ', 'qemu', 'win ']) {
      const image = openSpec({ ...small, geometry: [1, 4, 4], originalSize: 512, creator: { application } });
      assert.equal(image.virtualSize, 20 * 512);
      assert.deepEqual(image.findings, []);
    }
  });

  it('a time stamp of 0 says nothing and is nothing wrong', () => {
    const image = openSpec(childWith([], { timestamp: 0 }));
    assert.equal(image.created, null);
    assert.equal(image.parent?.modified, null);
    assert.deepEqual(image.findings, []);
    const stamped = openSpec(childWith([], { timestamp: 1, parent: { id: idOf(9), timestamp: 2 } }));
    assert.equal(stamped.created?.toISOString(), '2000-01-01T00:00:01.000Z');
    assert.equal(stamped.parent?.modified?.toISOString(), '2000-01-01T00:00:02.000Z');
  });

  it('the hidden byte is a note', () => {
    assert.deepEqual(findingNames(openSpec({ ...small, hidden: 1 })), ['hidden note']);
    readsAsBuilt({ ...small, hidden: 1 });
  });

  it('the cookie v_poison opens, with a warning', () => {
    const poisoned: VhdSpec = {
      ...small,
      editFooter: (footer) => {
        for (const [i, letter] of Array.from('v_poison').entries()) footer.setUint8(i, letter.charCodeAt(0));
      },
    };
    assert.deepEqual(findingNames(openSpec(poisoned)), ['unfinished-operation warning']);
    readsAsBuilt(poisoned);
  });

  it('saved state, temporary and unknown features are told', () => {
    assert.deepEqual(findingNames(openSpec({ ...small, savedState: 1 })), ['saved-state warning']);
    assert.match(openSpec({ ...small, savedState: 1 }).findings[0]?.windowsError ?? '', /0xC03A001C/);
    assert.deepEqual(findingNames(openSpec({ ...small, features: 3 })), ['temporary note']);
    assert.deepEqual(findingNames(openSpec({ ...small, features: 0 })), ['features-reserved note']);
    assert.deepEqual(findingNames(openSpec({ ...small, features: 6 })), ['features-unknown warning']);
  });

  it('a size of 0, one that is no whole number of sectors and one beyond 2040 GiB are survived', () => {
    const withSize = (size: bigint): Image =>
      openSpec({ ...small, editFooter: (footer) => footer.setBigUint64(48, size) });
    const empty = withSize(0n);
    assert.deepEqual([empty.virtualSize, empty.sectorCount, empty.blockCount], [0, 0, 0]);
    assert.deepEqual(findingNames(empty), ['virtual-size-zero error']);
    assert.equal(withSize(511n).sectorCount, 0);
    const uneven = withSize(20n * 512n + 1n);
    assert.equal(uneven.virtualSize, 20 * 512);
    assert.deepEqual(findingNames(uneven), ['virtual-size-uneven warning']);
    const huge = openSpec({
      ...small,
      blockSize: 2 * MIB,
      editFooter: (footer) => footer.setBigUint64(48, 2n ** 64n - 1n),
    });
    assert.equal(huge.virtualSize, 2040 * 1024 * MIB);
    assert.deepEqual(findingNames(huge), ['virtual-size-too-large error', 'bat-too-small warning']);
  });
});

describe('Traps of the format: the footer and its copy', () => {
  const damageTail: VhdSpec['patches'] = (layout) => [{ offset: layout.footerOffset, bytes: [0] }];
  const damageCopy: VhdSpec['patches'] = () => [{ offset: 0, bytes: [0] }];

  it('a footer of 511 bytes is read, and noted', () => {
    const short: VhdSpec = { ...small, footerLength: 511, features: 0 };
    assert.equal(buildVhd(short).length % 512, 511);
    assert.deepEqual(findingNames(openSpec(short)), ['footer-short note']);
    readsAsBuilt(short);
    assert.deepEqual(findingNames(openSpec({ type: 'fixed', virtualSize: 1024, footerLength: 511 })), [
      'footer-short note',
    ]);
  });

  it('a gap before the footer, as Hyper-V leaves, is nothing wrong', () => {
    const aligned: VhdSpec = { ...small, alignment: 4096 };
    assert.ok(layoutOf(aligned).footerOffset % 4096 !== 0);
    assert.deepEqual(openSpec(aligned).findings, []);
    readsAsBuilt(aligned);
  });

  it('padding behind the footer is passed over, and reported', () => {
    for (const [length, byte] of [
      [1, 0],
      [512, 0],
      [3000, 0],
      [4096, 0xff],
      [65_536, 0],
    ] as const) {
      for (const spec of [small, { type: 'fixed', virtualSize: 4096, content: stampOf(1) } as const]) {
        const padded: VhdSpec = { ...spec, padding: { length, byte } };
        const image = openSpec(padded);
        assert.deepEqual(findingNames(image), ['footer-before-padding warning'], `${length} of ${byte}`);
        assert.equal(image.findings[0]?.length, length);
        readsAsBuilt(padded);
      }
    }
  });

  it('a footer further in than the longest padding is not looked for', () => {
    const padded: VhdSpec = { type: 'fixed', virtualSize: 4096, padding: { length: 65_536 + 512, byte: 0 } };
    assert.throws(() => openSpec(padded), { code: 'not-an-image' });
  });

  it('a footer with other data behind it is that of an older file, and not used', () => {
    const spec: VhdSpec = {
      ...small,
      padding: { length: 1024, byte: 0 },
      patches: (l) => [{ offset: l.fileSize - 1, bytes: [1] }],
    };
    assert.deepEqual(findingNames(openSpec(spec)), ['footer-missing error']);
  });

  it('without a footer at the end the copy is used', () => {
    for (const spec of [
      { ...small, tailFooter: false },
      { ...small, patches: damageTail },
    ]) {
      const image = openSpec(spec);
      assert.deepEqual(findingNames(image), ['footer-missing error']);
      assert.match(image.findings[0]?.windowsError ?? '', /0xC03A0001/);
      assert.match(image.findings[0]?.message ?? '', /copy/);
      readsAsBuilt(spec);
    }
  });

  it('without a copy the footer is used', () => {
    const spec: VhdSpec = { ...small, patches: damageCopy };
    assert.deepEqual(findingNames(openSpec(spec)), ['footer-copy-missing warning']);
    readsAsBuilt(spec);
  });

  it('without either nothing opens', () => {
    const spec: VhdSpec = { ...small, tailFooter: false, patches: damageCopy };
    assert.throws(() => openSpec(spec), { code: 'not-an-image' });
  });

  it('of a footer and a copy the one with the right checksum is believed', () => {
    const spec: VhdSpec = { ...small, patches: (layout) => [{ offset: layout.footerOffset + 48, bytes: [1] }] };
    const image = openSpec(spec);
    assert.equal(image.virtualSize, 20 * 512);
    assert.deepEqual(findingNames(image), ['footer-checksum error', 'footer-copy-differs warning']);
    const [checksum, difference] = image.findings;
    const { footerOffset } = layoutOf(small);
    assert.deepEqual([checksum?.offset, checksum?.length], [footerOffset + 64, 4]);
    assert.match(checksum?.windowsError ?? '', /0xC03A0002/);
    assert.deepEqual([difference?.offset, difference?.found, difference?.expected], [48, '0x00', '0x01']);
  });

  it('a copy with a wrong checksum is reported beside a sound footer', () => {
    const spec: VhdSpec = { ...small, patches: [{ offset: 100, bytes: [1] }] };
    assert.deepEqual(findingNames(openSpec(spec)), ['footer-copy-checksum warning', 'footer-copy-differs warning']);
  });

  it('a copy that differs with a right checksum loses against the footer', () => {
    const other = buildVhd({ ...small, id: idOf(77) }).subarray(0, 512);
    const image = openSpec({ ...small, patches: [{ offset: 0, bytes: other }] });
    assert.deepEqual(findingNames(image), ['footer-copy-differs warning']);
    assert.equal(image.id, openSpec(small).id);
  });

  it('with both checksums wrong the image opens all the same', () => {
    const spec: VhdSpec = {
      ...small,
      patches: (l) => [0, l.footerOffset].map((at) => ({ offset: at + 68, bytes: [0xee] })),
    };
    assert.deepEqual(findingNames(openSpec(spec)), ['footer-checksum error', 'footer-copy-checksum warning']);
    readsAsBuilt(spec);
  });

  it('an image in the first sectors of a fixed disk is content, not a copy', () => {
    const inner = buildVhd(small);
    const spec: VhdSpec = {
      type: 'fixed',
      virtualSize: inner.length,
      content: (lba) => inner.subarray(lba * 512, lba * 512 + 512),
    };
    const image = openSpec(spec);
    assert.equal(image.type, 'fixed');
    assert.deepEqual(image.findings, []);
    readsAsBuilt(spec);
  });

  it('a file that is nothing but a footer opens', () => {
    assert.deepEqual(findingNames(openSpec({ type: 'fixed', virtualSize: 0 })), ['virtual-size-zero error']);
    const alone = openSpec({ ...small, truncateTo: 512 });
    assert.deepEqual(findingNames(alone), ['footer-missing error', 'header-outside-file error']);
    assert.throws(() => openSpec({ ...small, truncateTo: 510 }), { code: 'not-an-image' });
    assert.throws(() => openSpec({ ...small, truncateTo: 0 }), { code: 'not-an-image' });
  });

  it('an unknown version or type is named, unless the footer is damaged anyway', () => {
    const version = (value: number): VhdSpec => ({ ...small, editFooter: (footer) => footer.setUint32(12, value) });
    assert.throws(() => openSpec(version(0x0002_0000)), { code: 'unsupported-version', message: /version 2\.0/ });
    assert.deepEqual(findingNames(openSpec(version(0x0001_0001))), ['footer-version warning']);
    for (const type of [0, 1, 5, 6, 0xffff_ffff]) {
      const spec: VhdSpec = { ...small, editFooter: (footer) => footer.setUint32(60, type) };
      assert.throws(() => openSpec(spec), { code: 'unsupported-format', message: new RegExp(`type ${type}`) });
    }
    const damaged: VhdSpec = {
      ...small,
      headFooter: false,
      patches: (l) => [{ offset: l.footerOffset + 12, bytes: [9] }],
    };
    assert.deepEqual(findingNames(openSpec(damaged)), [
      'footer-checksum error',
      'footer-copy-missing warning',
      'footer-version warning',
    ]);
    const lost: VhdSpec = {
      ...small,
      headFooter: false,
      patches: (l) => [{ offset: l.footerOffset + 60, bytes: [9] }],
    };
    assert.throws(() => openSpec(lost), { code: 'damaged-image' });
  });
});

describe('Traps of the format: the dynamic header', () => {
  it('may stand anywhere: the data offset is followed', () => {
    const spec: VhdSpec = { ...small, headerOffset: 8192 };
    assert.deepEqual(openSpec(spec).findings, []);
    readsAsBuilt(spec);
  });

  it('with a wrong checksum is used, and reported', () => {
    const spec: VhdSpec = { ...small, patches: [{ offset: 512 + 800, bytes: [1] }] };
    const image = openSpec(spec);
    assert.deepEqual(findingNames(image), ['header-checksum error']);
    assert.match(image.findings[0]?.windowsError ?? '', /0xC03A0006/);
    assert.equal(image.findings[0]?.offset, 512 + 36);
    readsAsBuilt(spec);
  });

  it('with nothing lost but its cookie is used, and reported', () => {
    const spec: VhdSpec = { ...small, patches: [{ offset: 512, bytes: [0, 0, 0] }] };
    assert.deepEqual(findingNames(openSpec(spec)), ['header-cookie error']);
    readsAsBuilt(spec);
  });

  it('that is lost or nowhere leaves an image whose blocks are all damaged', () => {
    const lost: VhdSpec = { ...childWith([]), patches: [{ offset: 512, bytes: new Uint8Array(1024) }] };
    const nowhere = (offset: bigint): VhdSpec => ({ ...lost, editFooter: (f) => f.setBigUint64(16, offset) });
    for (const spec of [lost, nowhere(0n), nowhere(511n), nowhere(2n ** 64n - 1n), nowhere(100_000n)]) {
      const image = openSpec(spec);
      assert.equal(image.findings.length, 1);
      assert.equal(image.findings[0]?.severity, 'error');
      assert.match(image.findings[0].windowsError ?? '', /0xC03A0008/);
      assert.equal(image.blockCount, 1);
      assert.equal(image.isBlockDamaged(0), true);
      assert.equal(image.readBitmap(0, new Uint8Array(512)), false);
      assert.equal(image.parent?.id, '00000000-0000-0000-0000-000000000000');
    }
  });

  it('that the footer does not lead to is found and used, and reported', () => {
    for (const offset of [0n, 511n, 2n ** 64n - 1n, 100_000n]) {
      const spec: VhdSpec = { ...small, editFooter: (footer) => footer.setBigUint64(16, offset) };
      const image = openSpec(spec);
      assert.deepEqual(findingNames(image), ['header-elsewhere error']);
      assert.match(image.findings[0]?.windowsError ?? '', /0xC03A0008/);
      readsAsBuilt(spec);
    }
  });

  it('of an unknown version is named', () => {
    const version = (value: number): VhdSpec => ({ ...small, editHeader: (header) => header.setUint32(24, value) });
    assert.throws(() => openSpec(version(0x0002_0000)), { code: 'unsupported-version' });
    assert.deepEqual(findingNames(openSpec(version(0x0001_0007))), ['header-version warning']);
  });

  it('with a block size that cannot be leaves all blocks damaged', () => {
    for (const blockSize of [0, 1, 511, 513, 3 * 512, 0xffff_ffff]) {
      const image = openSpec({ ...small, editHeader: (header) => header.setUint32(32, blockSize) });
      assert.deepEqual(findingNames(image), ['block-size error']);
      assert.match(image.findings[0]?.windowsError ?? '', /0xC03A000B/);
      assert.equal(image.isBlockDamaged(0), true);
    }
  });

  it('with a block size that is legal and huge is read', () => {
    const spec: VhdSpec = {
      type: 'dynamic',
      virtualSize: 20 * 512,
      blockSize: 0x8000_0000,
      content: stampOf(1),
      maxTableEntries: 1,
      entries: { 0: 8 },
      patches: [
        { offset: 8 * 512, bytes: [0xa0] },
        { offset: 1032 * 512, bytes: stampOf(1)(0) },
        { offset: 1034 * 512, bytes: stampOf(1)(2) },
      ],
      tailFooter: false,
      padding: { length: 1100 * 512, byte: 0 },
    };
    const image = openSpec(spec);
    assert.deepEqual([...readLayer(image).keys()], [0, 2]);
    assert.deepEqual(readLayer(image).get(2), stampOf(1)(2));
  });

  it('with blocks too small to be handled leaves them damaged, and says so', () => {
    const image = openSpec({
      ...small,
      editFooter: (footer) => footer.setBigUint64(48, 2040n * 1024n ** 3n),
      editHeader: (header) => header.setUint32(32, 512),
    });
    assert.deepEqual(findingNames(image), ['too-many-blocks error']);
    assert.equal(image.isBlockDamaged(1000), true);
  });
});

describe('Traps of the format: the block allocation table', () => {
  it('may have more entries than the disk needs', () => {
    const spec: VhdSpec = { ...small, maxTableEntries: 5000 };
    assert.deepEqual(openSpec(spec).findings, []);
    assert.equal(openSpec(spec).blockCount, 3);
    readsAsBuilt(spec);
  });

  it('may claim four billion entries without costing anything', () => {
    const spec: VhdSpec = { ...small, editHeader: (header) => header.setUint32(28, 0xffff_ffff) };
    assert.deepEqual(openSpec(spec).findings, []);
    readsAsBuilt(spec);
  });

  it('with fewer entries than the disk needs leaves the other blocks absent, with a warning', () => {
    const image = openSpec({ ...small, maxTableEntries: 2 });
    assert.deepEqual(findingNames(image), ['bat-too-small warning']);
    assert.equal(image.blockCount, 3);
    assert.equal(image.allocatedBlockCount, 1);
    assert.equal(image.isBlockDamaged(2), false);
    assert.equal(image.blockOffset(2), -1);
  });

  it('is padded with 0xFF or with zeros, which are no entries', () => {
    for (const tableFill of [0, 0xff]) {
      const spec: VhdSpec = { ...small, tableFill };
      assert.equal(openSpec(spec).allocatedBlockCount, 2);
      assert.deepEqual(openSpec(spec).findings, []);
    }
  });

  it('has unsigned entries: a block may lie beyond 1 TiB', function () {
    const folder = mkdtempSync(join(tmpdir(), 'vhd-editor-far-'));
    try {
      const path = join(folder, 'far.vhd');
      const spec: VhdSpec = { ...small, entries: { 1: 0x8000_0010 }, virtualSize: 24 * 512 };
      const far = 0x8000_0010 * 512;
      const bitmapAndData = [...Uint8Array.from([0x80]), ...new Uint8Array(511), ...stampOf(5)(8)];
      writeVhd(path, {
        ...spec,
        patches: [{ offset: far, bytes: bitmapAndData }],
        truncateTo: far + 512 + SMALL_BLOCK,
      });
      const image = openVhdImage(openNodeFile(path, 'read'), path);
      assert.equal(image.blockOffset(1), far + 512);
      assert.deepEqual(readLayer(image).get(8), stampOf(5)(8));
      image.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('with duplicate entries reads as it stands', () => {
    const first = layoutOf(small).blockOffsets.get(0) ?? 0;
    const image = openSpec({ ...small, entries: { 1: first / 512 } });
    assert.equal(image.blockOffset(1), image.blockOffset(0));
    assert.deepEqual(readLayer(image).get(8), stampOf(5)(0));
  });

  it('with entries beyond the file or over other structures makes these blocks damaged and absent, and no others', () => {
    const { fileSize, footerOffset } = layoutOf(small);
    for (const entry of [0, 1, 2, 3, footerOffset / 512, fileSize / 512, 0x7fff_ffff, 0x8000_0000, 0xffff_fffe]) {
      const image = openSpec({ ...small, entries: { 1: entry } });
      assert.equal(image.isBlockDamaged(1), true, String(entry));
      assert.equal(image.blockOffset(1), -1);
      assert.equal(image.readBitmap(1, new Uint8Array(1)), false);
      const top = new Uint8Array(3).fill(255);
      image.markAllocated(top, new Uint8Array(3), 4);
      assert.deepEqual([...top], [4, 255, 4]);
      assert.deepEqual(
        [0, 2].map((block) => image.isBlockDamaged(block)),
        [false, false],
      );
    }
  });

  it('outside the file or over other structures leaves all blocks damaged', () => {
    for (const offset of [0n, 511n, 512n, 1024n, 1_000_000n, 2n ** 64n - 1n]) {
      const image = openSpec({ ...small, editHeader: (header) => header.setBigUint64(16, offset) });
      assert.deepEqual(findingNames(image), ['bat-place error'], String(offset));
      assert.match(image.findings[0]?.windowsError ?? '', /0xC03A000A/);
      assert.equal(image.isBlockDamaged(0), true);
      assert.equal(image.allocatedBlockCount, 0);
    }
  });

  it('that the file ends in makes the blocks behind the end damaged', () => {
    const tableOffset = layoutOf(small).tableOffset;
    const image = openSpec({ ...small, truncateTo: tableOffset + 6 });
    assert.deepEqual(findingNames(image), ['footer-missing error', 'bat-truncated error']);
    assert.deepEqual(
      [0, 1, 2].map((block) => image.isBlockDamaged(block)),
      [true, true, true],
    );
    const longer = openSpec({
      ...small,
      maxTableEntries: 300,
      virtualSize: 300 * SMALL_BLOCK,
      truncateTo: tableOffset + 512,
    });
    assert.deepEqual(
      [1, 127, 128, 299, 300].map((block) => longer.isBlockDamaged(block)),
      [false, false, true, true, false],
    );
  });
});

describe('Traps of the format: bitmaps and blocks', () => {
  it('the most significant bit is the first sector', () => {
    const image = openSpec({ ...small, blocks: [{ index: 0, sectors: [0, 6] }] });
    const bitmap = new Uint8Array(1);
    image.readBitmap(0, bitmap);
    assert.equal(bitmap[0], 0b1000_0010);
  });

  it('the least significant bit is the first sector in images of Xen 0.1, and in no others', () => {
    const spec: VhdSpec = { ...small, bitmapOrder: 'lsb', creator: { application: 'tap\0', version: 1 } };
    readsAsBuilt(spec);
    readsAsBuilt({ ...small, creator: { application: 'tap\0', version: 0x0001_0003 } });
    readsAsBuilt({ ...small, creator: { application: 'win ', version: 1 } });
  });

  it('a dynamic image without a sector does not have it, though its block is there', () => {
    const image = openSpec(small);
    assert.deepEqual([...readLayer(image).keys()], [0, 3, 17]);
  });

  it('a sector of zeros that is present is present', () => {
    const spec: VhdSpec = { ...childWith([]), blocks: [{ index: 0, sectors: [2], content: null }] };
    assert.deepEqual([...readLayer(openSpec(spec))], [[2, new Uint8Array(512)]]);
  });

  it('bits past the end of the disk are cleared', () => {
    const image = openSpec({ ...small, blocks: [{ index: 2, sectors: 'all' }] });
    const bitmap = new Uint8Array(1);
    image.readBitmap(2, bitmap);
    assert.equal(bitmap[0], 0b1111_0000);
  });

  it('bits past the end of a block of few sectors are cleared', () => {
    const spec: VhdSpec = { ...small, blockSize: 1024, blocks: [{ index: 0, sectors: [0, 1] }] };
    const first = layoutOf(spec).blockOffsets.get(0) ?? 0;
    const image = openSpec({ ...spec, patches: [{ offset: first, bytes: [0xff] }] });
    const bitmap = new Uint8Array(1);
    image.readBitmap(0, bitmap);
    assert.equal(bitmap[0], 0b1100_0000);
  });

  it('a stale batmap changes nothing: the bitmaps are what counts', () => {
    for (const stale of [false, true]) {
      const spec: VhdSpec = { ...small, batmap: { stale }, creator: { application: 'tap\0', version: 0x0001_0003 } };
      assert.deepEqual(openSpec(spec).findings, []);
      readsAsBuilt(spec);
    }
  });

  it('a block whose data the file has lost reads as zeros there', () => {
    const whole = buildVhd(small);
    const second = layoutOf(small).blockOffsets.get(2) ?? 0;
    for (const kept of [512, 512 + 700]) {
      const image = openVhdImage(new MemoryStorage(whole.subarray(0, second + kept)), '/cut.vhd');
      assert.equal(image.isBlockDamaged(2), false);
      const expected = new Uint8Array(512);
      if (kept > 1024) expected.set(stampOf(5)(17).subarray(0, kept - 1024));
      assert.deepEqual(readLayer(image).get(17), expected);
    }
  });

  it('a block whose bitmap the file has lost is damaged', () => {
    const second = layoutOf(small).blockOffsets.get(2) ?? 0;
    const image = openSpec({ ...small, truncateTo: second + 511 });
    assert.equal(image.isBlockDamaged(2), true);
    assert.equal(image.blockOffset(2), -1);
  });

  it('a fixed file that lost its end has damaged blocks there', () => {
    const bytes = buildVhd({ type: 'fixed', virtualSize: 6 * MIB });
    const cut = new Uint8Array(3 * MIB + 512);
    cut.set(bytes.subarray(-512), 3 * MIB);
    const image = openVhdImage(new MemoryStorage(cut), '/cut.vhd');
    assert.deepEqual(findingNames(image), ['fixed-too-short error']);
    assert.match(image.findings[0]?.windowsError ?? '', /0xC03A0013/);
    assert.deepEqual(
      [0, 1, 2].map((block) => image.isBlockDamaged(block)),
      [false, false, true],
    );
    assert.equal(image.readBitmap(2, new Uint8Array(512)), false);
  });

  it('a fixed file with room before its footer is noted', () => {
    const spec: VhdSpec = { type: 'fixed', virtualSize: 4096, editFooter: (footer) => footer.setBigUint64(48, 2048n) };
    assert.deepEqual(findingNames(openSpec(spec)), ['fixed-gap note']);
  });
});
