import assert from 'node:assert/strict';
import { checkImage } from '../../../src/engine/check/checkImage';
import { EngineError } from '../../../src/engine/errors';
import type { Finding } from '../../../src/engine/finding';
import { runToEnd } from '../../../src/engine/operations/progress';
import { MemoryFileSystem } from '../../../src/engine/storage/memoryFileSystem';
import { NodeFileSystem } from '../../../src/engine/storage/nodeFileSystem';
import { describeGenuine } from '../../fixtures/genuineImages';
import { buildVhd, idOf, layoutOf, specChecksum } from '../../fixtures/vhdBuilder';
import type { VhdSpec } from '../../fixtures/vhdSpec';
import { check, checkSpec, DIFFERENCING, DYNAMIC, NOW, PATH, TRUSTED, XEN } from './checkedImages';

/** What a check is to find: id, severity, place; found and expected where they are worth it. */
type Expected = readonly [
  id: string,
  severity: string,
  offset: number,
  length: number,
  found?: string,
  expected?: string,
];

function assertFindings(findings: readonly Finding[], expected: readonly Expected[]): void {
  assert.deepEqual(
    findings.map(({ id, severity, offset, length, found, expected: wanted }, at) =>
      [id, severity, offset, length, found, wanted].slice(0, expected[at]?.length ?? 6),
    ),
    expected,
  );
  for (const finding of findings) {
    assert.equal(finding.path, PATH);
    assert.match(finding.message, /^[A-Z].*\.$/);
    assert.match(finding.windowsError ?? 'ERROR_VHD_X (0xC03A0000)', /^ERROR_VHD_\w+ \(0xC03A00[0-9A-F]{2}\)$/);
  }
}

/** Bytes of a footer or header with a right checksum, changed by hand. */
function summed(bytes: Uint8Array, at: number): Uint8Array {
  const copy = bytes.slice();
  copy.fill(0, at, at + 4);
  new DataView(copy.buffer).setUint32(at, specChecksum(copy));
  return copy;
}

/** The image that a specification makes, changed by hand. */
function checkChanged(spec: VhdSpec, change: (bytes: Uint8Array) => unknown): readonly Finding[] {
  const bytes = buildVhd(spec);
  const changed = change(bytes);
  return check(new MemoryFileSystem('posix', { [PATH]: changed instanceof Uint8Array ? changed : bytes }));
}

const HEADER = 512;
const layout = layoutOf(DYNAMIC);
const TAIL = layout.footerOffset;
const TABLE = layout.tableOffset;
const place = (block: number): number => (layout.blockOffsets.get(block) ?? 0) / 512;
const FIXED: VhdSpec = { type: 'fixed', virtualSize: 68 * 512, geometry: [1, 4, 17] };
/** Later than any test is run. */
const FUTURE = 0xf000_0000;

const fixtures: Readonly<Record<string, readonly [VhdSpec, readonly Expected[]]>> = {
  'a footer that is missing': [
    { ...DYNAMIC, tailFooter: false },
    [['footer-missing', 'error', TAIL - 512, 512, 'no footer', 'a footer that begins with "conectix"']],
  ],
  'a footer with a wrong checksum': [
    { ...DYNAMIC, patches: [{ offset: TAIL + 64, bytes: [0, 0, 0, 0] }] },
    [
      ['footer-checksum', 'error', TAIL + 64, 4, '0x00000000'],
      ['footer-copy-differs', 'warning', 64, 4],
    ],
  ],
  'a lost copy of the footer': [{ ...DYNAMIC, headFooter: false }, [['footer-copy-missing', 'warning', 0, 512]]],
  'padding behind the footer': [
    { ...DYNAMIC, padding: { length: 1024, byte: 0 } },
    [['footer-before-padding', 'warning', TAIL + 512, 1024]],
  ],
  'a footer of 511 bytes': [{ ...FIXED, footerLength: 511 }, [['footer-short', 'note', 68 * 512, 511]]],
  'a footer that names a header in a fixed image': [
    { ...FIXED, editFooter: (footer) => footer.setBigUint64(16, 512n) },
    [['footer-data-offset', 'note', 68 * 512 + 16, 8, '0x200', '0xFFFFFFFFFFFFFFFF']],
  ],
  'a time in the future': [
    { ...FIXED, timestamp: FUTURE },
    [['footer-time-future', 'note', 68 * 512 + 24, 4, '2127-08-06T09:04:00.000Z']],
  ],
  'a version of tap that never was': [
    { ...FIXED, creator: { application: 'tap\0', version: 0x0001_0009 } },
    [['creator-version', 'note', 68 * 512 + 32, 4, '0x00010009']],
  ],
  'a geometry larger than the disk': [
    { ...FIXED, geometry: [2, 4, 17] },
    [['geometry-too-large', 'warning', 68 * 512 + 56, 4, '69632 bytes', 'at most 34816 bytes']],
  ],
  'an id of zeros': [{ ...FIXED, id: new Uint8Array(16) }, [['id-null', 'warning', 68 * 512 + 68, 16]]],
  'something in the reserved bytes of the footer': [
    { ...FIXED, editFooter: (footer) => footer.setUint8(300, 1) },
    [['footer-reserved', 'note', 68 * 512 + 86, 426]],
  ],
  'another version of the footer': [
    { ...FIXED, editFooter: (footer) => footer.setUint32(12, 0x0001_0001) },
    [['footer-version', 'warning', 68 * 512 + 12, 4, '1.1', '1.0']],
  ],
  'unknown features': [
    { ...FIXED, features: 0x12 },
    [['features-unknown', 'warning', 68 * 512 + 8, 4, '0x00000012', '0x00000002']],
  ],
  'a temporary image': [{ ...FIXED, features: 3 }, [['temporary', 'note', 68 * 512 + 8, 4]]],
  'the reserved feature not set': [{ ...FIXED, features: 0 }, [['features-reserved', 'note', 68 * 512 + 8, 4]]],
  'a saved state': [{ ...FIXED, savedState: 1 }, [['saved-state', 'warning', 68 * 512 + 84, 1]]],
  'a hidden image': [{ ...FIXED, hidden: 1 }, [['hidden', 'note', 68 * 512 + 85, 1]]],
  'a size that is no whole number of sectors': [
    { ...FIXED, editFooter: (footer) => footer.setBigUint64(48, 68n * 512n - 3n), geometry: [1, 1, 1] },
    [
      ['virtual-size-uneven', 'warning', 68 * 512 + 48, 8],
      ['fixed-gap', 'note', 67 * 512, 512],
    ],
  ],
  'a fixed image that is too short': [
    { ...FIXED, editFooter: (footer) => footer.setBigUint64(48, 100n * 512n) },
    [['fixed-too-short', 'error', 68 * 512, 512]],
  ],
  'a wrong checksum of the header': [
    { ...DYNAMIC, patches: [{ offset: HEADER + 36, bytes: [0, 0, 0, 0] }] },
    [['header-checksum', 'error', HEADER + 36, 4, '0x00000000']],
  ],
  'a header without its cookie': [
    { ...DYNAMIC, patches: [{ offset: HEADER, bytes: [0] }] },
    [['header-cookie', 'error', HEADER, 8]],
  ],
  'a header that the footer does not lead to': [
    { ...DYNAMIC, editFooter: (footer) => footer.setBigUint64(16, 1024n) },
    [['header-elsewhere', 'error', TAIL + 16, 8, '0x400', '0x200']],
  ],
  'a header far behind the place that the footer names': [
    { ...DYNAMIC, headerOffset: 300 * 512, editFooter: (footer) => footer.setBigUint64(16, 2n ** 60n) },
    [
      [
        'header-elsewhere',
        'error',
        layoutOf({ ...DYNAMIC, headerOffset: 300 * 512 }).footerOffset + 16,
        8,
        '0x1000000000000000',
        '0x25800',
      ],
      ['lost-space', 'note', 512, 299 * 512],
    ],
  ],
  'a header that names a next one': [
    { ...DYNAMIC, editHeader: (header) => header.setBigUint64(8, 1n) },
    [['header-next', 'note', HEADER + 8, 8, '0x1', '0xFFFFFFFFFFFFFFFF']],
  ],
  'something in the reserved bytes of the header': [
    { ...DYNAMIC, editHeader: (header) => header.setUint8(1000, 1) },
    [['header-reserved', 'note', HEADER + 768, 256]],
  ],
  'another version of the header': [
    { ...DYNAMIC, editHeader: (header) => header.setUint32(24, 0x0001_0001) },
    [['header-version', 'warning', HEADER + 24, 4, '1.1', '1.0']],
  ],
  'blocks larger than 2 MiB': [
    { ...DYNAMIC, virtualSize: 8 * 1024 * KIB(1), blockSize: 4 * 1024 * 1024, blocks: [] },
    [['block-size-unusual', 'note', HEADER + 32, 4, '4194304 bytes', 'at most 2097152 bytes']],
  ],
  'a block size that is none': [
    { ...DYNAMIC, editHeader: (header) => header.setUint32(32, 1000) },
    [['block-size', 'error', HEADER + 32, 4, '1000 bytes']],
  ],
  'a table that is not at a sector': [
    { ...DYNAMIC, blocks: [], editHeader: (header) => header.setBigUint64(16, BigInt(TABLE + 4)) },
    [['bat-unaligned', 'warning', HEADER + 16, 8]],
  ],
  'a table larger than the disk': [
    { ...DYNAMIC, maxTableEntries: 100 },
    [['bat-larger-than-disk', 'note', HEADER + 28, 4, '100 entries', '6 entries']],
  ],
  'a table smaller than the disk': [
    { ...DYNAMIC, blocks: [], maxTableEntries: 4 },
    [['bat-too-small', 'warning', HEADER + 28, 4, '4 entries', '6 entries']],
  ],
  'a table over the header': [
    { ...DYNAMIC, editHeader: (header) => header.setBigUint64(16, 1024n) },
    [['bat-place', 'error', HEADER + 16, 8, '0x400']],
  ],
  'zeros behind the table, of a maker that fills with 0xFF': [
    { ...DYNAMIC, tableFill: 0 },
    [['bat-padding', 'note', TABLE + 24, 488, 'zeros', 'bytes of 0xFF']],
  ],
  'something between the table and the next sector': [
    { ...DYNAMIC, patches: [{ offset: TABLE + 100, bytes: [0, 1, 2, 0xff, 3] }] },
    [['bat-padding', 'note', TABLE + 100, 5, 'other bytes', 'bytes of 0xFF']],
  ],
  "something in zeros of Xen's behind the table": [
    { ...DYNAMIC, ...XEN, patches: [{ offset: layoutOf({ ...DYNAMIC, ...XEN }).tableOffset + 511, bytes: [1] }] },
    [['bat-padding', 'note', TABLE + 24, 488, 'other bytes']],
  ],
  'something between the table and the next 4 KiB, which Windows fills': [
    { ...DYNAMIC, alignment: 4096, tableOffset: 8192, patches: [{ offset: 8192 + 3000, bytes: [7] }] },
    [['bat-padding', 'note', 8192 + 3000, 1, 'other bytes', 'bytes of 0xFF']],
  ],
  "a parent's facts in a dynamic image": [
    {
      ...DYNAMIC,
      editHeader: (header) => {
        header.setUint8(40, 1);
        header.setUint32(56, 1);
        header.setUint16(64, 0x41);
        header.setUint32(576, 0x57327275);
      },
    },
    [
      ['parent-of-dynamic', 'note', HEADER + 40, 16, "a parent's id"],
      ['parent-of-dynamic', 'note', HEADER + 56, 4, "a parent's time stamp"],
      ['parent-of-dynamic', 'note', HEADER + 64, 512, "a parent's name"],
      ['parent-of-dynamic', 'note', HEADER + 576, 192, "a parent's locators"],
    ],
  ],
  'no id of the parent': [
    { ...DIFFERENCING, editHeader: (header) => [40, 44, 48, 52].forEach((at) => header.setUint32(at, 0)) },
    [['parent-id-null', 'note', HEADER + 40, 16]],
  ],
  'a parent from the future': [
    { ...DIFFERENCING, parent: { ...DIFFERENCING.parent!, timestamp: FUTURE } },
    [['parent-time-future', 'note', HEADER + 56, 4]],
  ],
  'a locator of an unknown code': [
    withLocators([{ code: 'Xyzw', bytes: Uint8Array.of(1) }]),
    [['locator-code', 'note', HEADER + 576, 24, '"Xyzw"']],
  ],
  'a code that two locators have': [
    withLocators([
      { code: 'W2ru', text: '.\\base.vhd' },
      { code: 'W2ru', text: '.\\base.vhd' },
    ]),
    [['locator-twice', 'note', HEADER + 600, 24, '"W2ru"']],
  ],
  'a locator longer than its room': [
    withLocators([{ code: 'W2ru', text: `.\\${'x'.repeat(600)}\\base.vhd`, dataSpace: 1 }]),
    [['locator-space', 'note', HEADER + 576, 24, '1', 'room for 1222 bytes']],
  ],
  'something in the reserved bytes of a locator': [
    {
      ...withLocators([{ code: 'W2ru', text: '.\\base.vhd' }]),
      editHeader: (header) => header.setUint32(576 + 12, 7),
    },
    [['locator-reserved', 'note', HEADER + 576, 24, '7', '0']],
  ],
  'a locator that names another file than the header': [
    withLocators([{ code: 'W2ru', text: '.\\other.vhd' }]),
    [['locator-name', 'note', HEADER + 576, 24, '.\\other.vhd', 'base.vhd']],
  ],
  'a locator past the end of the file': [
    withLocators([{ code: 'W2ru', text: '.\\base.vhd', length: 0x1000_0000 }]),
    [
      ['locator-data', 'warning', HEADER + 576, 24],
      ['locator-space', 'note', HEADER + 576, 24],
    ],
  ],
  'structures that share bytes': [
    withLocators([
      { code: 'Mac ', bytes: new Uint8Array(10), length: 600, dataSpace: 1024 },
      { code: 'W2ru', text: '.\\base.vhd' },
    ]),
    [['structures-overlap', 'warning', TABLE + 1024, 20]],
  ],
  'an entry past the end of the file': [
    { ...DYNAMIC, entries: { 1: 0x00ff_0000, 2: 0xffff_fffe } },
    [['bat-entry-beyond-file', 'error', TABLE + 4, 8, 'sector 16711680']],
  ],
  'a block over the header': [
    { ...DYNAMIC, entries: { 1: 2 } },
    [
      ['block-over-structure', 'error', TABLE + 4, 4, 'sector 2'],
      ['blocks-overlap', 'error', TABLE + 12, 4],
    ],
  ],
  'two blocks at one place': [
    { ...DYNAMIC, entries: { 4: place(3) } },
    [['bat-entry-duplicate', 'error', TABLE + 16, 4, `sector ${place(3)}`]],
  ],
  'a block that begins within another': [
    { ...DYNAMIC, entries: { 4: place(0) + 3 } },
    [
      ['blocks-overlap', 'error', TABLE + 16, 4, `sector ${place(0) + 3}`],
      ['blocks-overlap', 'error', TABLE + 20, 4],
      // Its bitmap is data of the other.
      ['unmarked-data', 'warning', (place(0) + 3 + 1) * 512, 64512],
    ],
  ],
  'a bit behind the end of the disk': [
    { ...DYNAMIC, patches: [{ offset: place(5) * 512 + 1, bytes: [0x80] }] },
    [['bitmap-past-end', 'note', place(5) * 512 + 1, 15, '1 bits that are 1', 'zeros']],
  ],
  'a block without a sector': [
    {
      ...DYNAMIC,
      blocks: [
        { index: 0, sectors: [] },
        { index: 2, sectors: 'all' },
      ],
    },
    [['empty-blocks', 'note', TABLE, 4, '1 blocks without a sector']],
  ],
  'data that no bitmap marks': [
    { ...DYNAMIC, patches: [{ offset: (place(3) + 1 + 5) * 512 + 9, bytes: [1] }] },
    [['unmarked-data', 'warning', (place(3) + 1 + 5) * 512, 512, '1 sector with data']],
  ],
};

function KIB(count: number): number {
  return count * 1024;
}

function withLocators(locators: NonNullable<NonNullable<VhdSpec['parent']>['locators']>): VhdSpec {
  return { ...DIFFERENCING, parent: { ...DIFFERENCING.parent!, locators } };
}

describe('checking an image', () => {
  for (const [name, [spec, expected]] of Object.entries(fixtures)) {
    it(`finds ${name}`, () => assertFindings(checkSpec(spec), expected));
  }

  it('finds each field in which the two footers differ', () => {
    const findings = checkChanged(DYNAMIC, (bytes) => {
      const copy = bytes.slice(0, 512);
      copy.set([1, 2], 24);
      copy[85] = 1;
      bytes.set(summed(copy, 64));
    });
    assertFindings(findings, [
      ['footer-copy-differs', 'warning', 24, 4, '01 02 27 00', '29 B9 27 00'],
      ['footer-copy-differs', 'warning', 64, 4],
      ['footer-copy-differs', 'warning', 85, 1, '01', '00'],
    ]);
  });

  it('finds what an unfinished operation of Xen left, and what it means', () => {
    const findings = checkChanged(FIXED, (bytes) => {
      const footer = bytes.slice(68 * 512);
      footer.set(Buffer.from('v_poison'));
      bytes.set(summed(footer, 64), 68 * 512);
    });
    assertFindings(findings, [['unfinished-operation', 'warning', 68 * 512, 8, 'v_poison', 'conectix']]);
  });

  it('takes a checksum that Xen left behind when it hid an image for no more than a note', () => {
    const findings = checkChanged({ ...DYNAMIC, ...XEN, blocks: [] }, (bytes) => {
      bytes[85] = bytes[bytes.length - 512 + 85] = 1;
    });
    assert.deepEqual(
      findings.map(({ id, severity }) => `${id} ${severity}`),
      ['footer-checksum note', 'footer-copy-checksum note', 'hidden note'],
    );
  });

  it('finds a batmap that is stale, off, or of an unknown version', () => {
    const xen = { ...DYNAMIC, ...XEN };
    const { batmapOffset, tableOffset } = layoutOf(xen);
    assertFindings(checkSpec({ ...xen, batmap: { stale: true } }), [
      ['batmap-stale', 'error', tableOffset + 12, 4, 'a bit that is 1', 'a bit that is 0'],
      ['batmap-stale', 'error', tableOffset + 20, 4],
    ]);
    const withAbsent = checkChanged(xen, (bytes) => {
      bytes[batmapOffset + 512] = 0xc0;
      new DataView(bytes.buffer).setUint32(batmapOffset + 24, ~0xc0);
    });
    assertFindings(withAbsent, [['batmap-absent', 'warning', tableOffset + 4, 4]]);
    const off = checkChanged(xen, (bytes) => void bytes.fill(9, batmapOffset + 24, batmapOffset + 28));
    assertFindings(off, [['batmap-checksum', 'warning', batmapOffset + 24, 4, '0x09090909']]);
    assertFindings(checkSpec({ ...xen, batmap: { version: 0x0001_0003 } }), [
      ['batmap-version', 'warning', batmapOffset + 20, 4, '1.3', '1.1 or 1.2'],
    ]);
    const astray = checkChanged(xen, (bytes) => void bytes.fill(0x7f, batmapOffset + 8, batmapOffset + 16));
    assertFindings(astray, [['batmap-place', 'warning', batmapOffset + 8, 12]]);
  });

  it('finds a footer that is not at a sector', () => {
    const findings = checkChanged(DYNAMIC, (bytes) => {
      const longer = new Uint8Array(bytes.length + 7);
      longer.set(bytes.subarray(0, TAIL));
      longer.set(bytes.subarray(TAIL), TAIL + 7);
      return longer;
    });
    assertFindings(findings, [['footer-unaligned', 'warning', TAIL + 7, 512]]);
  });

  it('finds a block that the end of the file cuts off', () => {
    const findings = checkSpec({ ...DYNAMIC, truncateTo: place(5) * 512 + 1024 });
    assertFindings(findings, [
      ['footer-missing', 'error', place(5) * 512 + 512, 512],
      ['block-cut-off', 'error', TABLE + 20, 4],
    ]);
  });

  it('finds space that nothing names', () => {
    const findings = checkSpec({ ...DYNAMIC, entries: { 0: 0xffff_ffff } });
    assertFindings(findings, [['lost-space', 'note', place(0) * 512, 65 * 1024 - 512]]);
  });

  it('finds what cannot be read, and goes on', () => {
    class Failing extends MemoryFileSystem {
      override open(path: string, access: 'read' | 'write'): ReturnType<MemoryFileSystem['open']> {
        const storage = super.open(path, access);
        const read = storage.read.bind(storage);
        storage.read = (offset, target) => {
          if (offset === place(0) * 512) {
            throw new EngineError('file-access', { what: 'Reading', why: 'the medium fails', remedy: 'copy it' });
          }
          return read(offset, target);
        };
        return storage;
      }
    }
    const findings = check(new Failing('posix', { [PATH]: buildVhd(DYNAMIC) }));
    assertFindings(findings, [['unreadable', 'error', place(0) * 512, 16, 'the medium fails']]);
  });

  it('finds the same in the least significant bit first bitmaps of the first Xen', () => {
    const old: VhdSpec = { ...DYNAMIC, creator: { application: 'tap\0', version: 1 }, bitmapOrder: 'lsb' };
    assert.deepEqual(checkSpec(old), []);
  });

  it('finds nothing in sound images of every maker', () => {
    for (const base of [DYNAMIC, DIFFERENCING]) {
      assert.deepEqual(checkSpec(base), []);
      assert.deepEqual(checkSpec({ ...base, alignment: 4096, tableOffset: 8192 }), []);
      assert.deepEqual(checkSpec({ ...base, ...XEN, locatorsBeforeTable: true }), []);
      assert.deepEqual(checkSpec({ ...base, ...XEN, batmap: { version: 0x0001_0001 } }), []);
      assert.deepEqual(checkSpec({ ...base, creator: { application: 'vbox', version: 0x0001_0001 } }), []);
      assert.deepEqual(checkSpec({ ...base, timestamp: 0 }), []);
    }
    assert.deepEqual(checkSpec(FIXED), []);
    assert.deepEqual(checkSpec({ ...FIXED, editFooter: (footer) => footer.setBigUint64(16, 0xffff_ffffn) }), []);
    assert.deepEqual(
      checkSpec({ ...DIFFERENCING, parent: { ...DIFFERENCING.parent!, name: 'C:\\vm\\base.vhd', timestamp: 0 } }),
      [],
    );
    assert.deepEqual(checkSpec(withLocators([{ code: 'W2ru', text: '.\\base.vhd', dataSpace: 1 }])), []);
    assert.deepEqual(checkSpec(withLocators([{ code: 'MacX', text: 'file://./base.vhd', dataSpace: 1024 }])), []);
  });

  it('takes nothing for padding of the table that something else has its place in', () => {
    const qemu: VhdSpec = { ...DYNAMIC, creator: { application: 'qem2', version: 0x0001_0000 } };
    for (const base of [DYNAMIC, qemu, { ...DYNAMIC, maxTableEntries: 128 }]) {
      const first = layoutOf(base).blockOffsets.get(3) ?? 0;
      assert.ok(first > 0 && first < 4096);
      assert.deepEqual(
        checkSpec(base).filter(({ id }) => id === 'bat-padding'),
        [],
      );
    }
    // A table that is said to reach into the blocks, and one of which the file holds no padding.
    for (const maxTableEntries of [300, 0x3fff_ffff]) {
      const claimed = { ...DYNAMIC, editHeader: (header: DataView) => header.setUint32(28, maxTableEntries) };
      assert.deepEqual(
        checkSpec(claimed).map(({ id }) => id),
        ['bat-larger-than-disk'],
      );
    }
    // A block whose place is the padding: that is told, and its bits are not taken for padding.
    const over = checkSpec({ ...DYNAMIC, entries: { 1: TABLE / 512 } });
    assert.ok(over.some(({ id }) => id === 'block-over-structure'));
    assert.ok(!over.some(({ id }) => id === 'bat-padding'));
  });

  it('bounds what it tells of a table that is all wrong', () => {
    const spec: VhdSpec = { type: 'dynamic', virtualSize: 40_000 * 4096, blockSize: 4096, id: idOf(3) };
    const every = Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [i * 2, 0x7000_0000 + i]));
    const findings = checkSpec({ ...spec, entries: every });
    assert.equal(findings.length, 1001);
    assert.equal(findings.at(-1)?.found, '19000 more');
    const same = checkSpec({
      ...spec,
      blocks: [{ index: 0, sectors: 'all' }],
      entries: Object.fromEntries(Object.keys(every).map((block) => [block, layoutOf(spec).tableOffset / 512 + 400])),
    });
    assert.ok(same.length > 0 && same.length <= 2100, String(same.length));
  });

  it('stops where it is told to and closes the file', () => {
    const steps = checkImage(
      new MemoryFileSystem('posix', {
        [PATH]: buildVhd({
          ...DYNAMIC,
          virtualSize: 2 ** 30,
          blockSize: 2 ** 21,
          blocks: Array.from({ length: 4 }, (_, index) => ({ index, sectors: [1] })),
        }),
      }),
      PATH,
      TRUSTED,
      { now: NOW },
    );
    const step = steps.next();
    assert.ok(step.done !== true);
    assert.ok(step.value.doneBytes > 0 && step.value.doneBytes <= step.value.totalBytes);
    steps.return(undefined as never);
  });
});

describeGenuine('checking genuine images', (genuine) => {
  it('finds nothing in the padding of a table', () => {
    const fileSystem = new NodeFileSystem();
    for (const { file } of genuine.all) {
      const { findings } = runToEnd(checkImage(fileSystem, genuine.path(file), TRUSTED, { now: Date.now() }));
      assert.ok(!findings.some(({ id }) => id === 'bat-padding'), file);
    }
  });
});
