import { hasAllBits, setBits } from './sectorBitmap';

/** Sectors of a block that a bitmap (most significant bit first) marks as present, of its first `count`: `all`, `none`, or `0-7, 9`. */
export function sectorsText(bitmap: Uint8Array, count: number): string {
  if (hasAllBits(bitmap, 0, count)) {
    return 'all';
  }
  const ranges: string[] = [];
  for (let from = 0; from < count; from++) {
    if (!hasAllBits(bitmap, from, from + 1)) {
      continue;
    }
    let last = from;
    while (last + 1 < count && hasAllBits(bitmap, last + 1, last + 2)) {
      last++;
    }
    ranges.push(last === from ? String(from) : `${from}-${last}`);
    from = last;
  }
  return ranges.length === 0 ? 'none' : ranges.join(', ');
}

/** Has the first `count` bits of a bitmap say what a person wrote; the others stay. False where that makes no sense: then nothing is changed. */
export function writeSectors(bitmap: Uint8Array, count: number, text: string): boolean {
  const ranges = rangesOf(text.trim().toLowerCase(), count);
  if (ranges === null) {
    return false;
  }
  setBits(bitmap, 0, count, false);
  for (const { from, to } of ranges) {
    setBits(bitmap, from, to);
  }
  return true;
}

/** `to` is not included. Null for a text that is none of these, or reaches past `count`. */
function rangesOf(text: string, count: number): readonly { readonly from: number; readonly to: number }[] | null {
  if (text === 'all' || text === 'none') {
    return text === 'all' ? [{ from: 0, to: count }] : [];
  }
  const ranges: { from: number; to: number }[] = [];
  for (const word of text.split(',')) {
    const [, first, last = first] = /^\s*(\d{1,9})(?:\s*(?:-|–|to)\s*(\d{1,9}))?\s*$/.exec(word) ?? [];
    const range = { from: Number(first), to: Number(last) + 1 };
    if (first === undefined || range.from >= range.to || range.to > count) {
      return null;
    }
    ranges.push(range);
  }
  return ranges;
}
