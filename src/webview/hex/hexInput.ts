/** Where what is typed goes: two digits make a byte, or each character is one. */
export type HexColumn = 'hex' | 'text';

/** A byte whose first digit is typed. */
export interface HalfByte {
  readonly offset: number;
  /** 0 to 15. */
  readonly digit: number;
}

/** What comes of a key: bytes to write, a range to zero, and where the cursor goes; each null where nothing comes of it. */
export interface TypedKey {
  readonly half: HalfByte | null;
  readonly write: { readonly offset: number; readonly bytes: Uint8Array } | null;
  readonly zero: { readonly offset: number; readonly length: number } | null;
  readonly cursor: number | null;
}

/** Where a key is typed. `end` is not included; nothing is ever written from there on. */
export interface TypingPlace {
  readonly column: HexColumn;
  readonly half: HalfByte | null;
  readonly cursor: number;
  /** First byte and number of bytes; `cursor` lies in it. */
  readonly selection: { readonly offset: number; readonly length: number };
  readonly start: number;
  readonly end: number;
}

const NOTHING: TypedKey = { half: null, write: null, zero: null, cursor: null };

/** Null for a key that types nothing. A selection of several bytes is typed over from its first byte on. */
export function typedKey(key: string, place: TypingPlace): TypedKey | null {
  if (place.end <= place.start) return null;
  if (key === 'Escape') return place.half === null ? null : NOTHING;
  if (key === 'Delete' || key === 'Backspace') return erased(key, place);
  const isCharacter = Array.from(key).length === 1;
  if (!isCharacter) return null;
  if (place.column === 'text') return character(key, place);
  return /^[\da-f]$/i.test(key) ? digit(Number.parseInt(key, 16), place) : null;
}

/** The byte as it is with its new first digit: the second one stays, as if the digit had been written over in place. */
export function halfWritten(half: HalfByte, before: number): number {
  return (half.digit << 4) | (before & 0x0f);
}

function digit(value: number, place: TypingPlace): TypedKey {
  const { half, selection } = place;
  if (half !== null) {
    const bytes = Uint8Array.of((half.digit << 4) | value);
    return { ...NOTHING, write: { offset: half.offset, bytes }, cursor: Math.min(half.offset + 1, place.end - 1) };
  }
  return { ...NOTHING, half: { offset: selection.offset, digit: value }, cursor: selection.offset };
}

function character(key: string, { selection, end }: TypingPlace): TypedKey | null {
  const { offset } = selection;
  const bytes = new TextEncoder().encode(key);
  if (offset + bytes.length > end) return null;
  return { ...NOTHING, write: { offset, bytes }, cursor: Math.min(offset + bytes.length, end - 1) };
}

/** A first digit is taken back; several bytes are zeroed where they are; of a single one the cursor goes on, or back before it is zeroed. */
function erased(key: 'Delete' | 'Backspace', { half, selection, cursor, start, end }: TypingPlace): TypedKey {
  if (half !== null) return NOTHING;
  if (selection.length > 1) return { ...NOTHING, zero: selection, cursor: selection.offset };
  if (key === 'Delete') {
    return { ...NOTHING, zero: { offset: cursor, length: 1 }, cursor: Math.min(cursor + 1, end - 1) };
  }
  if (cursor === start) return NOTHING;
  return { ...NOTHING, zero: { offset: cursor - 1, length: 1 }, cursor: cursor - 1 };
}
