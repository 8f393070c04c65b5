import type { EditKind, StructureNode } from '../../../src/engine/structure';

/** A text that a field takes, and the bytes that it stands for. */
export interface LegalText {
  readonly text: string;
  readonly bytes: Uint8Array;
}

export interface FieldSamples {
  readonly legal: readonly LegalText[];
  readonly illegal: readonly string[];
}

/** Legal and illegal texts for every kind of field, written down by hand; a kind that is new does not compile. */
export function samplesFor(node: StructureNode, kind: EditKind): FieldSamples {
  const number = (text: string, value: bigint | number): LegalText => ({ text, bytes: bigEndian(value, node.length) });
  switch (kind.kind) {
    case 'number': {
      const { maximum } = kind;
      return {
        legal: [
          number('0', 0),
          number(' 7 ', 7),
          number(String(maximum), maximum),
          number(`0x${maximum.toString(16)}`, maximum),
          number('0X0a', 10),
          ...(maximum > 1234 ? [number('1 234', 1234), number('1,234', 1234)] : []),
        ],
        illegal: ['', '-1', '1.5', 'abc', '0x', '0xG', '1 23', String(maximum + 1), `0x${(maximum + 1).toString(16)}`],
      };
    }
    case 'longNumber':
      return {
        legal: [
          number('0', 0),
          number('4 194 304', 4_194_304),
          number('18446744073709551615', 2n ** 64n - 1n),
          number('18 446 744 073 709 551 615', 2n ** 64n - 1n),
          number('0xFFFFFFFFFFFFFFFF', 2n ** 64n - 1n),
          number('9007199254740993', 2n ** 53n + 1n),
        ],
        illegal: ['', '-1', '18446744073709551616', '0x10000000000000000', '1e3', 'none'],
      };
    case 'version':
      return {
        legal: [number('1.0', 0x1_0000), number('1.65535', 0x1_ffff), number('0x00010002', 0x1_0002)],
        illegal: ['', '1', '1.65536', '65536.0', '1.0.0', '-1.0', 'one', '0x100000000'],
      };
    case 'place':
      return {
        legal: [
          number('absent', 0xffff_ffff),
          number('0', 0),
          number('4 294 967 294', 0xffff_fffe),
          number('0x10', 16),
        ],
        illegal: ['', 'present', '4294967295', '0xFFFFFFFF', '-1', '1.5'],
      };
    case 'geometry':
      return {
        legal: [
          { text: '1/2/3', bytes: Uint8Array.of(0, 1, 2, 3) },
          { text: '65535 / 255 / 255', bytes: Uint8Array.of(255, 255, 255, 255) },
          { text: '0x10 / 16 / 63', bytes: Uint8Array.of(0, 16, 16, 63) },
        ],
        illegal: ['', '1/2', '1/2/3/4', '65536/1/1', '1/256/1', '1/1/256', 'a/b/c'],
      };
    case 'code':
      return codeSamples(kind.length, kind.among);
    case 'text': {
      const legal = ['', 'a', '\ud800', 'é€😀', 'x'.repeat(kind.maximumLength)];
      return {
        legal: legal.map((text) => ({ text, bytes: utf16(text, node.length) })),
        illegal: ['x'.repeat(kind.maximumLength + 1), 'a\0b'],
      };
    }
    case 'id':
      return {
        legal: ['00112233-4455-6677-8899-aabbccddeeff', '{00112233-4455-6677-8899-AABBCCDDEEFF}'].map((text) => ({
          text,
          bytes: Uint8Array.from([
            0x33, 0x22, 0x11, 0, 0x55, 0x44, 0x77, 0x66, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff,
          ]),
        })),
        illegal: ['', '00112233445566778899aabbccddeeff', '00112233-4455-6677-8899-aabbccddeef', 'x'],
      };
    case 'time':
      return {
        legal: [
          number('2026-11-03 09:12:44 UTC', Date.UTC(2026, 10, 3, 9, 12, 44) / 1000 - 946_684_800),
          number('2026-11-03T09:12:44Z', Date.UTC(2026, 10, 3, 9, 12, 44) / 1000 - 946_684_800),
          number('2026-11-03T09:12:44+02:00', Date.UTC(2026, 10, 3, 7, 12, 44) / 1000 - 946_684_800),
          number('2026-11-03 09:12', Date.UTC(2026, 10, 3, 9, 12) / 1000 - 946_684_800),
          number('2024-02-29', Date.UTC(2024, 1, 29) / 1000 - 946_684_800),
          number('2000-01-01 00:00:01 UTC', 1),
          number('2136-02-07 06:28:15 UTC', 0xffff_ffff),
          number('not set', 0),
        ],
        illegal: [
          'yesterday',
          '2026-02-30',
          '2026-13-01',
          '2026-11-03 24:61',
          '1999-12-31 23:59:59 UTC',
          '2000-01-01 00:00:00 UTC',
          '2136-02-07 06:28:16 UTC',
          '2026-11-03 09:12:44.5 UTC',
        ],
      };
    case 'flags':
      return {
        legal: [
          number('temporary, reserved', 3),
          number('Reserved', 2),
          number('none', 0),
          number('bit 31, temporary', 0x8000_0001),
          number('0x00000002', 2),
          number('5', 5),
        ],
        illegal: ['', 'hidden', 'bit 32', '4294967296', 'temporary reserved'],
      };
    case 'choice':
      return {
        legal: kind.choices.flatMap(({ name, value }) => [
          number(name.toUpperCase(), value),
          number(String(value), value),
        ]),
        illegal: ['', '0', '1', '7', 'vhdx'],
      };
    case 'bytes': {
      const bytes = (text: string, ...first: number[]): LegalText => {
        const all = new Uint8Array(node.length);
        all.set(first);
        return { text, bytes: all };
      };
      return {
        legal: [bytes('all zero'), bytes('01 aB', 1, 0xab), bytes('ff:00:07', 255, 0, 7), bytes('0x1234', 0x12, 0x34)],
        illegal: ['1', 'xy', '01 2', '00'.repeat(node.length + 1)],
      };
    }
    case 'sectors':
      return { legal: [], illegal: ['', 'some', '0-', '7-0', '-1', `${kind.count}`, `0-${kind.count}`, '0 1'] };
    case 'path':
      return { legal: [], illegal: ['', 'a\0', 'x'.repeat(kind.maximumLength + 1)] };
  }
}

function codeSamples(length: number, among: readonly string[] | null): FieldSamples {
  const code = (text: string, characters: string): LegalText => ({
    text,
    bytes: Uint8Array.from(characters, (character) => character.charCodeAt(0)),
  });
  if (among !== null) {
    return {
      legal: among.flatMap((each) => [code(each, each), code(`"${each}"`, each)]),
      illegal: ['', 'x'.repeat(length), among[0]!.toUpperCase(), `${among[0]!}x`],
    };
  }
  const rest = 'z'.repeat(length - 4);
  return {
    legal: [
      code(`abcd${rest}`, `abcd${rest}`),
      code('ab', 'ab'.padEnd(length)),
      code(`"a\\x00\\xffd${rest}"`, `a\0\xffd${rest}`),
      code(`"a"\\x5c${rest}d"`, `a"\\${rest}d`),
    ],
    illegal: ['', 'x'.repeat(length + 1), '"ab"', `€bcd${rest}`, `"abcd${rest}`],
  };
}

function bigEndian(value: bigint | number, length: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value));
  return bytes.slice(8 - length);
}

function utf16(text: string, length: number): Uint8Array {
  const bytes = Buffer.alloc(length);
  bytes.write(text, 'utf16le');
  // Buffer drops nothing of an unpaired surrogate in this encoding.
  return Uint8Array.from(bytes.swap16());
}
