/** What a person wrote as bytes; `problem` says what is wrong with it. */
export type ParsedBytes =
  | { readonly bytes: Uint8Array; readonly problem: null }
  | { readonly bytes: null; readonly problem: 'empty' | 'not-hex' | 'half-byte' };

/** What stands between bytes, in dumps and in source code. */
const BETWEEN = /[\s,;:{}()[\]]+/;

/**
 * Bytes in hex as people copy them: `4d cf 23`, `4DCF23`, `0x4d, 0xcf`, `\x4d\xcf`, a C array. Words of an odd number of digits are refused: nobody knows
 * which half is missing; `0x5` alone is 05.
 */
export function hexBytes(text: string): ParsedBytes {
  const words = arrayContent(text)
    .replaceAll('\\x', ' 0x')
    .split(BETWEEN)
    .filter((word) => word !== '');
  if (words.length === 0) return { bytes: null, problem: 'empty' };
  const bytes: number[] = [];
  for (const word of words) {
    const isPrefixed = /^0x/i.test(word);
    const digits = isPrefixed ? word.slice(2) : word.replaceAll('-', '');
    if (!/^[\da-f]+$/i.test(digits)) return { bytes: null, problem: 'not-hex' };
    if (isPrefixed && digits.length === 1) bytes.push(Number.parseInt(digits, 16));
    else if (digits.length % 2 !== 0) return { bytes: null, problem: 'half-byte' };
    else for (let at = 0; at < digits.length; at += 2) bytes.push(Number.parseInt(digits.slice(at, at + 2), 16));
  }
  return { bytes: Uint8Array.from(bytes), problem: null };
}

/** Text as UTF-8. */
export function textBytes(text: string): ParsedBytes {
  if (text === '') return { bytes: null, problem: 'empty' };
  return { bytes: new TextEncoder().encode(text), problem: null };
}

/** What stands in the braces of a C array; the text itself where there are none. */
function arrayContent(text: string): string {
  const open = text.indexOf('{');
  const close = text.lastIndexOf('}');
  return open >= 0 && close > open ? text.slice(open + 1, close) : text;
}
