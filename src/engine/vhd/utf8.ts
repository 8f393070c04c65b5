/** Neither TextDecoder nor Buffer belongs to the language itself, and the engine uses nothing else. */

const REPLACEMENT = 0xfffd;
/** The smallest code point that takes 2, 3 or 4 bytes; a smaller one written so long is not valid. */
const SMALLEST = [0, 0, 0x80, 0x800, 0x1_0000];

/** Text of UTF-8 bytes; each byte that is not valid becomes U+FFFD. */
export function decodeUtf8(bytes: Uint8Array): string {
  const characters: string[] = [];
  for (let i = 0; i < bytes.length;) {
    const length = sequenceLength(bytes[i] ?? 0);
    const codePoint = sequenceAt(bytes, i, length);
    characters.push(String.fromCodePoint(codePoint));
    i += codePoint === REPLACEMENT && !isReplacement(bytes, i) ? 1 : length;
  }
  return characters.join('');
}

/** UTF-8 bytes of a text; an unpaired surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const read = character.codePointAt(0) ?? 0;
    const codePoint = read >= 0xd800 && read <= 0xdfff ? REPLACEMENT : read;
    if (codePoint < 0x80) {
      bytes.push(codePoint);
    } else if (codePoint < 0x800) {
      bytes.push(0xc0 | (codePoint >> 6), 0x80 | (codePoint & 0x3f));
    } else if (codePoint < 0x1_0000) {
      bytes.push(0xe0 | (codePoint >> 12), 0x80 | ((codePoint >> 6) & 0x3f), 0x80 | (codePoint & 0x3f));
    } else {
      const [high, middle] = [0xf0 | (codePoint >> 18), 0x80 | ((codePoint >> 12) & 0x3f)];
      bytes.push(high, middle, 0x80 | ((codePoint >> 6) & 0x3f), 0x80 | (codePoint & 0x3f));
    }
  }
  return Uint8Array.from(bytes);
}

function sequenceLength(first: number): number {
  if (first < 0x80) {
    return 1;
  }
  if (first >= 0xc2 && first < 0xe0) {
    return 2;
  }
  if (first >= 0xe0 && first < 0xf0) {
    return 3;
  }
  return first >= 0xf0 && first < 0xf5 ? 4 : 0;
}

function sequenceAt(bytes: Uint8Array, offset: number, length: number): number {
  const first = bytes[offset] ?? 0;
  if (length === 1) {
    return first;
  }
  let codePoint = first & (0x7f >> length);
  for (let i = 1; i < length; i++) {
    const next = bytes[offset + i] ?? 0;
    if ((next & 0xc0) !== 0x80) {
      return REPLACEMENT;
    }
    codePoint = (codePoint << 6) | (next & 0x3f);
  }
  const isSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff;
  const isValid = length > 0 && codePoint >= (SMALLEST[length] ?? 0) && codePoint <= 0x10_ffff && !isSurrogate;
  return isValid ? codePoint : REPLACEMENT;
}

function isReplacement(bytes: Uint8Array, offset: number): boolean {
  return bytes[offset] === 0xef && bytes[offset + 1] === 0xbf && bytes[offset + 2] === 0xbd;
}
