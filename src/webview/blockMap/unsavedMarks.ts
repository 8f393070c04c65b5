import type { UnsavedRun } from '../../protocol/session';
import type { Palette } from './palette';
import type { Viewport } from './viewport';

/** The part of a cell's side that the dot of an unsaved block takes, and its least size in CSS pixels, at which it reaches over small cells. */
const DOT_SHARE = 0.36;
const SMALLEST_DOT = 4;

/** CSS pixels of a mark half way up the strip that is the whole disk, where no frame covers it, and its least width. */
const STRIP_MARK_HEIGHT = 8;
const SMALLEST_STRIP_MARK = 4;

/** Pixels of a map, row by row. */
export interface Picture {
  readonly pixels: Uint32Array;
  readonly width: number;
  readonly height: number;
}

/** Marks the cells of blocks that are not saved by a dot with a rim, one of which shows on any colour. */
export function markUnsaved(
  picture: Picture,
  viewport: Viewport,
  unsaved: readonly UnsavedRun[],
  { foreground, background }: Palette,
): void {
  const { pitch, scale, gap } = viewport;
  const side = pitch - Math.round(gap * scale);
  const dot = Math.max(Math.round(SMALLEST_DOT * scale), Math.round(side * DOT_SHARE));
  const rim = Math.max(1, Math.round(scale));
  const cells = cellsInView(viewport, unsaved);
  // Rims first, so that the dots of neighbours stay whole where they reach over their cells.
  for (const [size, color] of [[dot + 2 * rim, background] as const, [dot, foreground] as const]) {
    const inset = Math.floor((side - size) / 2);
    for (const { left, top } of cells) fillDisc(picture, left + inset, top + inset, size, color);
  }
}

/** Marks in the strip that is the whole disk, from left to right, where blocks are not saved. `scale`: device pixels of a CSS pixel. */
export function markStrip(
  picture: Picture,
  { blockCount, scale }: { readonly blockCount: number; readonly scale: number },
  unsaved: readonly UnsavedRun[],
  { foreground, background }: Palette,
): void {
  const rim = Math.max(1, Math.round(scale));
  const height = Math.min(picture.height - 2 * rim, Math.round(STRIP_MARK_HEIGHT * scale));
  const top = Math.floor((picture.height - height) / 2);
  const marks = stripMarks(picture.width, Math.round(SMALLEST_STRIP_MARK * scale), blockCount, unsaved);
  // Rims first, as in the map.
  for (const [margin, color] of [[rim, background] as const, [0, foreground] as const]) {
    for (const { left, right } of marks) {
      const [from, to] = [Math.max(0, left - margin), Math.min(picture.width, right + margin)];
      for (let y = top - margin; y < top + height + margin; y++) {
        picture.pixels.fill(color, y * picture.width + from, y * picture.width + to);
      }
    }
  }
}

/** Columns of pixels, from `left` up to, not including, `right`; at least `least` for a mark. Those that touch are one, so that there are never more than fit. */
function stripMarks(
  width: number,
  least: number,
  blockCount: number,
  unsaved: readonly UnsavedRun[],
): { left: number; right: number }[] {
  const marks: { left: number; right: number }[] = [];
  const perBlock = width / blockCount;
  for (const { start, length } of unsaved) {
    const middle = (start + length / 2) * perBlock;
    const half = Math.max(length * perBlock, least) / 2;
    const left = Math.max(0, Math.min(Math.round(middle - half), width - least));
    const right = Math.max(left + least, Math.round(middle + half));
    const last = marks.at(-1);
    if (last !== undefined && left <= last.right) last.right = Math.max(last.right, right);
    else marks.push({ left, right });
  }
  return marks;
}

/** How many of the blocks from `first` up to, not including, `end` are not saved. */
export function countUnsaved(unsaved: readonly UnsavedRun[], first: number, end: number): number {
  let count = 0;
  for (const run of unsaved) {
    count += Math.max(0, Math.min(end, run.start + run.length) - Math.max(first, run.start));
  }
  return count;
}

/** The upper left corners, in device pixels, of the cells in view that hold any of these blocks. */
function cellsInView(viewport: Viewport, unsaved: readonly UnsavedRun[]): { left: number; top: number }[] {
  const { blocksPerCell, columns, phase, margin, pitch, scrollTop, height, cellCount } = viewport;
  const firstInView = Math.max(0, Math.floor((scrollTop - margin) / pitch)) * columns - phase;
  const endInView = Math.ceil((scrollTop - margin + height) / pitch) * columns - phase;
  const corners: { left: number; top: number }[] = [];
  let next = Math.max(0, firstInView);
  for (const { start, length } of unsaved) {
    const end = Math.min(endInView, cellCount, Math.ceil((start + length) / blocksPerCell));
    for (let cell = Math.max(next, Math.floor(start / blocksPerCell)); cell < end; cell++) {
      const slot = cell + phase;
      const top = margin + Math.floor(slot / columns) * pitch - scrollTop;
      corners.push({ left: margin + (slot % columns) * pitch, top });
      next = cell + 1;
    }
  }
  return corners;
}

function fillDisc({ pixels, width, height }: Picture, left: number, top: number, size: number, color: number): void {
  const radius = size / 2;
  for (let y = Math.max(0, -top); y < size && top + y < height; y++) {
    const half = Math.sqrt(Math.max(0, radius * radius - (y + 0.5 - radius) ** 2));
    const from = Math.max(0, left + Math.round(radius - half));
    const to = Math.min(width, left + Math.round(radius + half));
    const line = (top + y) * width;
    if (from < to) pixels.fill(color, line + from, line + to);
  }
}
