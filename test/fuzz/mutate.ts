import { specChecksum } from '../fixtures/vhdBuilder';
import type { Seedling } from './corpus';
import type { Random } from './random';

/** Offsets and lengths of the numbers in a footer, in a header, and in a batmap's header. */
const FOOTER_FIELDS = [
  [0, 8],
  [8, 4],
  [12, 4],
  [16, 8],
  [24, 4],
  [28, 4],
  [32, 4],
  [40, 8],
  [48, 8],
  [56, 4],
  [60, 4],
  [64, 4],
  [68, 8],
  [84, 1],
  [85, 1],
] as const;
const HEADER_FIELDS = [
  [0, 8],
  [16, 8],
  [24, 4],
  [28, 4],
  [32, 4],
  [36, 4],
  [40, 8],
  [56, 4],
  [64, 2],
] as const;
const BATMAP_FIELDS = [
  [0, 8],
  [8, 8],
  [16, 4],
  [20, 4],
  [24, 4],
  [28, 1],
] as const;

const EDGES = [
  0n,
  1n,
  2n,
  3n,
  4n,
  5n,
  6n,
  7n,
  8n,
  255n,
  256n,
  510n,
  511n,
  512n,
  513n,
  1023n,
  1024n,
  1536n,
  4095n,
  4096n,
  65_535n,
  65_536n,
  65_537n,
  0x20_0000n,
  0x7fff_ffffn,
  0x8000_0000n,
  0x8000_0001n,
  0xffff_fffen,
  0xffff_ffffn,
  0x1_0000_0000n,
  0x1fe_0000_0000n,
  0x1fe_0000_0001n,
  2n ** 53n - 1n,
  2n ** 53n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 64n - 512n,
  2n ** 64n - 1n,
];

/** Paths that must never be touched, and some that lead in circles. */
const HOSTILE_PATHS = [
  '\\\\host\\share\\base.vhd',
  '//host/share/base.vhd',
  '\\\\?\\UNC\\host\\share\\base.vhd',
  '\\\\.\\PhysicalDrive0',
  'file://host/share/base.vhd',
  'http://host/base.vhd',
  '/dev/sda',
  '/etc/passwd',
  '..\\..\\..\\etc\\passwd',
  '.\\leaf.vhd',
  '/d/leaf.vhd',
  '.',
  '..',
  '\0',
  'C:',
  `.\\${'a\\'.repeat(2000)}base.vhd`,
  `.\\${'b\\'.repeat(16_000)}base.vhd`,
  `.\\${'..\\'.repeat(10_000)}base.vhd`,
  '\ud800.vhd',
];

/** A damaged copy of an image, by one to five mutations. `other` lends bytes. */
export function mutate(seedling: Seedling, other: Seedling, random: Random): Uint8Array {
  let bytes: Uint8Array = seedling.bytes.slice();
  for (let count = 1 + random.below(5); count > 0; count--) bytes = mutateOnce(bytes, seedling, other, random);
  return bytes;
}

function mutateOnce(bytes: Uint8Array, { layout }: Seedling, other: Seedling, random: Random): Uint8Array {
  switch (random.below(12)) {
    case 0:
      return flip(bytes, random);
    case 1:
      return cut(bytes, random);
    case 2:
      return splice(bytes, other.bytes, random);
    case 3:
      return pad(bytes, random);
    case 4:
    case 5:
      return setFooterField(bytes, random.chance(2) ? layout.copyOffset : layout.footerOffset, random);
    case 6:
      return setBothFooters(bytes, layout.copyOffset, layout.footerOffset, random);
    case 7:
      return setHeaderField(bytes, layout.headerOffset, random);
    case 8:
      return setLocator(bytes, layout.headerOffset, random);
    case 9:
      return setHostilePath(bytes, layout.headerOffset, random);
    case 10:
      return setNumber(bytes, layout.tableOffset + 4 * random.below(8), 4, random);
    default: {
      const [field, length] = random.pick(BATMAP_FIELDS);
      return setNumber(
        bytes,
        layout.batmapOffset < 0 ? random.below(bytes.length) : layout.batmapOffset + field,
        length,
        random,
      );
    }
  }
}

function flip(bytes: Uint8Array, random: Random): Uint8Array {
  for (let count = 1 + random.below(8); count > 0; count--) {
    const at = random.chance(2) ? random.below(bytes.length) : random.below(Math.min(4096, bytes.length));
    if (at < bytes.length) bytes[at] = random.chance(2) ? random.below(256) : (bytes[at] ?? 0) ^ (1 << random.below(8));
  }
  return bytes;
}

function cut(bytes: Uint8Array, random: Random): Uint8Array {
  const edges = [
    0,
    1,
    510,
    511,
    512,
    513,
    1024,
    1535,
    1536,
    1537,
    bytes.length - 512,
    bytes.length - 511,
    bytes.length - 1,
  ];
  return bytes.slice(0, Math.max(0, random.chance(2) ? random.pick(edges) : random.below(bytes.length)));
}

function splice(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const from = random.chance(2) ? random.below(other.length >> 9) * 512 : random.below(other.length);
  const piece = other.subarray(from, from + random.pick([16, 512, 1024, 4096]));
  const at = random.chance(2) ? random.below(bytes.length >> 9) * 512 : random.below(bytes.length);
  if (random.chance(3)) {
    const longer = new Uint8Array(bytes.length + piece.length);
    longer.set(bytes.subarray(0, at));
    longer.set(piece, at);
    longer.set(bytes.subarray(at), at + piece.length);
    return longer;
  }
  bytes.set(piece.subarray(0, Math.max(0, bytes.length - at)), Math.min(at, bytes.length));
  return bytes;
}

function pad(bytes: Uint8Array, random: Random): Uint8Array {
  const padded = new Uint8Array(bytes.length + random.pick([1, 511, 512, 513, 4096, 65_536])).fill(
    random.pick([0, 0xff, 0x63]),
  );
  padded.set(bytes);
  return padded;
}

function setFooterField(bytes: Uint8Array, footerOffset: number, random: Random): Uint8Array {
  if (footerOffset < 0) return bytes;
  const [field, length] = random.pick(FOOTER_FIELDS);
  setNumber(bytes, footerOffset + field, length, random);
  if (!random.chance(3)) putChecksum(bytes, footerOffset, 512, 64);
  return bytes;
}

/** The same lie in both places, with right checksums: nothing tells it from the truth. */
function setBothFooters(bytes: Uint8Array, copyOffset: number, footerOffset: number, random: Random): Uint8Array {
  const [field, length] = random.pick(FOOTER_FIELDS);
  const value = anyNumber(bytes.length, random);
  for (const offset of [copyOffset, footerOffset]) {
    if (offset < 0) continue;
    putNumber(bytes, offset + field, length, value);
    putChecksum(bytes, offset, 512, 64);
  }
  return bytes;
}

function setHeaderField(bytes: Uint8Array, headerOffset: number, random: Random): Uint8Array {
  if (headerOffset < 0) return bytes;
  const [field, length] = random.pick(HEADER_FIELDS);
  setNumber(bytes, headerOffset + field, length, random);
  if (!random.chance(3)) putChecksum(bytes, headerOffset, 1024, 36);
  return bytes;
}

function setLocator(bytes: Uint8Array, headerOffset: number, random: Random): Uint8Array {
  if (headerOffset < 0) return bytes;
  const entry = headerOffset + 576 + 24 * random.below(8);
  if (random.chance(2)) {
    putText(bytes, entry, random.pick(['W2ru', 'W2ku', 'Wi2r', 'Wi2k', 'MacX', 'Mac ', '\0\0\0\0', 'zzzz']));
  }
  const [field, length] = random.pick([
    [4, 4],
    [8, 4],
    [12, 4],
    [16, 8],
  ] as const);
  setNumber(bytes, entry + field, length, random);
  putChecksum(bytes, headerOffset, 1024, 36);
  return bytes;
}

/** Puts a path at the end of the file and an entry that points to it. */
function setHostilePath(bytes: Uint8Array, headerOffset: number, random: Random): Uint8Array {
  if (headerOffset < 0) return bytes;
  const code = random.pick(['W2ru', 'W2ku', 'Wi2r', 'MacX']);
  const path = random.pick(HOSTILE_PATHS);
  const data = Buffer.from(path, code.startsWith('W2') ? 'utf16le' : 'utf8');
  const entry = headerOffset + 576 + 24 * random.below(8);
  putText(bytes, entry, code);
  putNumber(bytes, entry + 8, 4, BigInt(data.length));
  // The old end of the file stays its end: the path lies before the footer, over data.
  const at = Math.max(0, bytes.length - 512 - data.length - random.below(64));
  putNumber(bytes, entry + 16, 8, BigInt(at));
  for (let i = 0; i < data.length && at + i < bytes.length; i++) bytes[at + i] = data[i] ?? 0;
  putChecksum(bytes, headerOffset, 1024, 36);
  return bytes;
}

function setNumber(bytes: Uint8Array, offset: number, length: number, random: Random): Uint8Array {
  putNumber(bytes, offset, length, anyNumber(bytes.length, random));
  return bytes;
}

function anyNumber(fileSize: number, random: Random): bigint {
  switch (random.below(4)) {
    case 0:
      return BigInt(fileSize + random.pick([-1536, -1024, -512, -511, -1, 0, 1, 512])) & 0xffff_ffff_ffff_ffffn;
    case 1:
      return BigInt(random.next());
    case 2:
      return BigInt(random.below(Math.ceil(fileSize / 512) + 2));
    default:
      return random.pick(EDGES);
  }
}

/** Big-endian; what lies outside the file is left out. */
function putNumber(bytes: Uint8Array, offset: number, length: number, value: bigint): void {
  for (let i = 0; i < length; i++) {
    if (offset + i >= 0 && offset + i < bytes.length) {
      bytes[offset + i] = Number((value >> BigInt(8 * (length - 1 - i))) & 0xffn);
    }
  }
}

function putText(bytes: Uint8Array, offset: number, text: string): void {
  for (let i = 0; i < text.length && offset + i < bytes.length; i++) bytes[offset + i] = text.charCodeAt(i);
}

function putChecksum(bytes: Uint8Array, offset: number, length: number, field: number): void {
  const structure = bytes.slice(offset, offset + length).fill(0, field, field + 4);
  putNumber(bytes, offset + field, 4, BigInt(specChecksum(structure)));
}
