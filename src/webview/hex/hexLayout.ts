/** Bytes in a row, from the most to the fewest: as many as fit. */
const ROW_LENGTHS = [16, 8, 4] as const;

/** Characters left free after the offsets and after the bytes. The style sheet has the same. */
const COLUMN_GAP = 1;
/** Bytes after which a wider gap helps the eye. */
const GROUP_LENGTH = 8;

/** How a hex view divides its width. */
export interface HexLayout {
  readonly rowLength: number;
  /** Digits of the offset column. */
  readonly digits: number;
}

/** `columns` is the width in characters, `end` the number of bytes. Four bytes a row are always shown. */
export function hexLayout(columns: number, end: number): HexLayout {
  const digits = Math.max(8, Math.max(0, end - 1).toString(16).length);
  const rowLength = ROW_LENGTHS.find((length) => rowColumns(length, digits) <= columns) ?? ROW_LENGTHS[2];
  return { rowLength, digits };
}

function rowColumns(length: number, digits: number): number {
  const groupGaps = length > GROUP_LENGTH ? 1 : 0;
  return digits + COLUMN_GAP + length * 3 + groupGaps + COLUMN_GAP + length;
}

/** A byte as two digits. */
export function byteDigits(value: number): string {
  return value.toString(16).toUpperCase().padStart(2, '0');
}

/** A byte as a character of ASCII; a point where it has no shape. */
export function byteCharacter(value: number): string {
  return value >= 0x20 && value < 0x7f ? String.fromCharCode(value) : '.';
}

/** Where the cursor comes to stand: keys as people know them from editors. Null for a key that does not move it. */
export function movedCursor(
  key: string,
  cursor: number,
  view: { readonly rowLength: number; readonly pageRows: number; readonly start: number; readonly end: number },
  control: boolean,
): number | null {
  const { rowLength, pageRows, start, end } = view;
  const rowStart = cursor - ((cursor - start) % rowLength);
  const last = Math.max(start, end - 1);
  const page = pageRows * rowLength;
  /** Up and down stay in their column: at the ends they stay where they are. */
  const down = (by: number): number => (cursor + by <= last ? cursor + by : lastInColumn(cursor, last, rowLength));
  const up = (by: number): number => (cursor - by >= start ? cursor - by : start + ((cursor - start) % rowLength));
  switch (key) {
    case 'ArrowLeft':
      return Math.max(start, cursor - 1);
    case 'ArrowRight':
      return Math.min(last, cursor + 1);
    case 'ArrowUp':
      return up(rowLength);
    case 'ArrowDown':
      return down(rowLength);
    case 'PageUp':
      return up(page);
    case 'PageDown':
      return down(page);
    case 'Home':
      return control ? start : rowStart;
    case 'End':
      return control ? last : Math.min(last, rowStart + rowLength - 1);
    default:
      return null;
  }
}

function lastInColumn(cursor: number, last: number, rowLength: number): number {
  return Math.max(cursor, cursor + Math.floor((last - cursor) / rowLength) * rowLength);
}
