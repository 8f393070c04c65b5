import type { BytePattern } from '../../protocol/editing';
import { t } from '../l10n';

/** How what is typed is meant: as bytes, or as text in one of the ways in which disks hold it. */
export type PatternKind = 'hex' | 'text' | 'utf16';

export type TypedPattern =
  | { readonly pattern: BytePattern; readonly problem: null }
  /** Why it cannot be looked for, for people; null where nothing is typed. */
  | { readonly pattern: null; readonly problem: string | null };

/** Bytes of the longest pattern that is looked for. */
const MAX_LENGTH = 256;

const NOTHING: TypedPattern = { pattern: null, problem: null };

/** What is looked for when somebody types this: `4d cf ?? 2?` for bytes, `?` standing for any digit; or a text. */
export function typedPattern(typed: string, kind: PatternKind): TypedPattern {
  if (kind === 'hex') return bytesTyped(typed);
  const bytes = kind === 'text' ? new TextEncoder().encode(typed) : utf16(typed);
  return bytes.length === 0
    ? NOTHING
    : ofBytes(
        [...bytes],
        bytes.map(() => 0xff),
      );
}

function bytesTyped(typed: string): TypedPattern {
  const words = typed
    .split(/[\s,]+/)
    .map((word) => word.replace(/^0x/i, ''))
    .filter((word) => word !== '');
  if (words.length === 0) return NOTHING;
  const bytes: number[] = [];
  const mask: number[] = [];
  for (const word of words) {
    const strange = /[^0-9a-f?]/i.exec(word)?.[0];
    if (strange !== undefined) {
      return problem(t('“{0}” is no hexadecimal digit. A byte is two digits, or ?? for any byte', strange));
    }
    if (word.length % 2 !== 0) {
      return problem(t('“{0}” has an odd number of digits. A byte is two digits, or ?? for any byte', word));
    }
    for (let at = 0; at < word.length; at += 2) {
      const high = digit(word.charAt(at));
      const low = digit(word.charAt(at + 1));
      bytes.push(high.value * 16 + low.value);
      mask.push(high.mask * 16 + low.mask);
    }
  }
  if (mask.every((bits) => bits === 0)) return problem(t('That is any byte. Type at least one digit'));
  return ofBytes(bytes, Uint8Array.from(mask));
}

function digit(character: string): { readonly value: number; readonly mask: number } {
  return character === '?' ? { value: 0, mask: 0 } : { value: Number.parseInt(character, 16), mask: 15 };
}

function ofBytes(bytes: readonly number[], mask: Uint8Array): TypedPattern {
  if (bytes.length > MAX_LENGTH) {
    return problem(t('That is {0} bytes. At most {1} can be looked for', bytes.length, MAX_LENGTH));
  }
  return { pattern: { bytes: Uint8Array.from(bytes), mask }, problem: null };
}

function problem(text: string): TypedPattern {
  return { pattern: null, problem: text };
}

/** As Windows writes text: the lower byte of each unit first. */
function utf16(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < text.length; at++) view.setUint16(at * 2, text.charCodeAt(at), true);
  return bytes;
}
