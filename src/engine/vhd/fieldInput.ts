import { t } from '../l10n';
import type { EditKind } from '../structure';
import { writeCharacters } from './bytes';
import { parseDiskId } from './diskId';
import { grouped, hexBytes } from './fieldText';
import { encodeUtf16 } from './parentLocator';
import { parseTimestamp } from './timestamp';

const MAX_U64 = 0xffff_ffff_ffff_ffffn;

/** Digits, all together or in groups of three as they are shown. */
const DECIMAL = /^(?:\d+|\d{1,3}(?:[\s,_']\d{3})+)$/;
const HEXADECIMAL = /^0x[0-9a-f]+$/i;

/** The bytes of a field of `length` bytes for a text that a person typed; null where the field cannot take it. */
export function bytesOfInput(kind: EditKind, text: string, length: number): Uint8Array | null {
  const trimmed = text.trim();
  switch (kind.kind) {
    case 'number':
      return numberBytes(parseNumber(trimmed), length, BigInt(kind.minimum), BigInt(kind.maximum));
    case 'longNumber':
      return numberBytes(parseNumber(trimmed), length, 0n, MAX_U64);
    case 'place':
      return trimmed.toLowerCase() === 'absent'
        ? new Uint8Array(length).fill(0xff)
        : numberBytes(parseNumber(trimmed), length, 0n, BigInt(kind.maximum));
    case 'version':
      return numberBytes(parseVersion(trimmed), length, 0n, 0xffff_ffffn);
    case 'flags':
      return numberBytes(parseFlags(trimmed, kind.names), length, 0n, 0xffff_ffffn);
    case 'choice':
      return numberBytes(parseChoice(trimmed, kind.choices), length, 0n, 0xffff_ffffn);
    case 'time':
      return numberBytes(parseTimestamp(trimmed), length, 0n, 0xffff_ffffn);
    case 'geometry':
      return parseGeometry(trimmed);
    case 'id':
      return parseDiskId(trimmed);
    case 'code':
      return parseCode(text, kind);
    case 'text':
      return parseName(text, kind.maximumLength, length);
    case 'bytes':
      return parseBytes(trimmed, length);
    // These have rules of their own.
    case 'path':
    case 'sectors':
      return null;
  }
}

/** What a field can take, for the person whose text it could not. */
export function possibleInput(kind: EditKind): string {
  switch (kind.kind) {
    case 'number':
      return t(
        'type a number from {0} to {1}, or 0x and hexadecimal digits',
        grouped(kind.minimum),
        grouped(kind.maximum),
      );
    case 'longNumber':
      return t('type a number from 0 to {0}, or 0x and up to 16 hexadecimal digits', grouped(MAX_U64));
    case 'place':
      return t(
        'type "absent", or the number of a sector from 0 to {0}, or it as 0x and hexadecimal digits',
        grouped(kind.maximum),
      );
    case 'version':
      return t(
        'type two numbers from 0 to 65535 with a point between them, such as 1.0, or 0x and up to 8 hexadecimal digits',
      );
    case 'flags':
      return t(
        'type names with commas between them ({0}, "bit 2" to "bit 31"), "none", or a number of 32 bits',
        kind.names.join(', '),
      );
    case 'choice':
      return t('type one of {0}', kind.choices.map(({ value, name }) => `${name} (${value})`).join(', '));
    case 'time':
      return t(
        'type a time from 2000-01-01 00:00:01 to 2136-02-07 06:28:15 UTC, such as 2026-11-03 09:12:44 UTC, or "not set"',
      );
    case 'sectors':
      return t(
        'type "all", "none", or sectors from 0 to {0} with commas between them, such as 0-7, 9',
        grouped(kind.count - 1),
      );
    case 'geometry':
      return t('type cylinders (0 to 65535) / heads (0 to 255) / sectors per track (0 to 255), such as 1024 / 16 / 63');
    case 'id':
      return t('type an id such as 1ce6964b-8f0e-4c51-9a22-0123456789ab');
    case 'code':
      return kind.among === null
        ? t('type {0} characters, in quotes with \\x00 for one that cannot be typed', kind.length)
        : t('type one of {0}', kind.among.join(', '));
    case 'text':
      return t('type at most {0} characters, none of them a NUL', kind.maximumLength);
    case 'path':
      return t(
        "type a path of 1 to {0} characters that the entry's platform code can hold",
        grouped(kind.maximumLength),
      );
    case 'bytes':
      return t('type up to {0} bytes as pairs of hexadecimal digits, or "all zero"', kind.length);
  }
}

function parseNumber(text: string): bigint | null {
  if (HEXADECIMAL.test(text)) {
    return BigInt(text);
  }
  return DECIMAL.test(text) ? BigInt(text.replace(/\D/g, '')) : null;
}

function numberBytes(
  value: bigint | number | null,
  length: number,
  minimum: bigint,
  maximum: bigint,
): Uint8Array | null {
  if (value === null || value < minimum || value > maximum) {
    return null;
  }
  const bytes = new Uint8Array(length);
  for (let i = length - 1, rest = BigInt(value); i >= 0; i--, rest >>= 8n) {
    bytes[i] = Number(rest & 0xffn);
  }
  return bytes;
}

function parseVersion(text: string): bigint | null {
  const [, major, minor] = /^(\d{1,5})\.(\d{1,5})$/.exec(text) ?? [];
  if (major === undefined || minor === undefined) {
    return HEXADECIMAL.test(text) ? BigInt(text) : null;
  }
  return Number(major) > 0xffff || Number(minor) > 0xffff ? null : BigInt(major) * 0x1_0000n + BigInt(minor);
}

function parseFlags(text: string, names: readonly string[]): bigint | null {
  const number = parseNumber(text);
  if (number !== null || text.toLowerCase() === 'none') {
    return number ?? 0n;
  }
  let flags = 0n;
  for (const word of text.split(',').map((each) => each.trim().toLowerCase())) {
    const named = names.findIndex((name) => name.toLowerCase() === word);
    const bit = named >= 0 ? named : Number(/^bit (\d{1,2})$/.exec(word)?.[1] ?? -1);
    if (bit < 0 || bit > 31) {
      return null;
    }
    flags |= 1n << BigInt(bit);
  }
  return flags;
}

function parseChoice(
  text: string,
  choices: readonly { readonly value: number; readonly name: string }[],
): number | null {
  const number = parseNumber(text);
  const chosen = choices.find(
    ({ value, name }) => name.toLowerCase() === text.toLowerCase() || (number !== null && BigInt(value) === number),
  );
  return chosen?.value ?? null;
}

function parseGeometry(text: string): Uint8Array | null {
  const numbers = text.split('/').map((part) => parseNumber(part.trim()));
  const [cylinders, heads, sectors] = numbers;
  if (numbers.length !== 3 || cylinders === undefined || heads === undefined || sectors === undefined) {
    return null;
  }
  const parts = [
    numberBytes(cylinders, 2, 0n, 0xffffn),
    numberBytes(heads, 1, 0n, 0xffn),
    numberBytes(sectors, 1, 0n, 0xffn),
  ];
  const known = parts.filter((part) => part !== null);
  return known.length === 3 ? Uint8Array.from(known.flatMap((part) => [...part])) : null;
}

function parseCode(text: string, kind: EditKind & { readonly kind: 'code' }): Uint8Array | null {
  const { length, among, empty } = kind;
  if (empty !== null && text.trim() === empty) {
    return new Uint8Array(length);
  }
  const inQuotes = /^\s*"(.*)"\s*$/s.exec(text)?.[1];
  const characters = (inQuotes ?? text).replace(/\\x([0-9a-f]{2})/gi, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
  const padded = inQuotes === undefined && characters !== '' ? characters.padEnd(length) : characters;
  const isPossible = Array.from({ length: padded.length }, (_, i) => padded.charCodeAt(i)).every(
    (code) => code <= 0xff,
  );
  if (padded.length !== length || !isPossible || (among !== null && !among.includes(padded))) {
    return null;
  }
  const bytes = new Uint8Array(length);
  writeCharacters(bytes, 0, padded);
  return bytes;
}

/** Parent Unicode Name: UTF-16, big-endian, then NULs. */
function parseName(text: string, maximumLength: number, length: number): Uint8Array | null {
  if (text.length > maximumLength || text.includes('\0')) {
    return null;
  }
  const bytes = new Uint8Array(length);
  bytes.set(encodeUtf16(text, false));
  return bytes;
}

function parseBytes(text: string, length: number): Uint8Array | null {
  const digits =
    text.toLowerCase() === hexBytes(new Uint8Array()) ? '' : text.replace(/^0x/i, '').replace(/[\s:]/g, '');
  if (!/^(?:[0-9a-f]{2})*$/i.test(digits) || digits.length > length * 2) {
    return null;
  }
  const bytes = new Uint8Array(length);
  for (let i = 0; i * 2 < digits.length; i++) {
    bytes[i] = Number.parseInt(digits.slice(i * 2, i * 2 + 2), 16);
  }
  return bytes;
}
