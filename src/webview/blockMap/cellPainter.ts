import { NO_LAYER } from '../../protocol/session';
import { PATTERN_TILE_SIZE, patternHasInk } from '../layerAppearance';
import { fillWeight, Mark, WHOLE } from './cellLook';
import type { CellLooks, Looks } from './cellLook';
import { mix } from './palette';
import type { Palette, Pixel } from './palette';

/** CSS pixels a cell's side needs before its pattern is drawn; high contrast has it as soon as it can be told at all. */
const SMALLEST_PATTERN = 6;
const SMALLEST_PATTERN_IN_HIGH_CONTRAST = 4;
/** CSS pixels an outline needs around it to be seen as one. */
const SMALLEST_OUTLINE = 6;
/** Painted squares that are kept; beyond it, which takes a very long chain, they are painted anew. */
const MAX_KEPT_CELLS = 2048;
/** How much of its colour a cell shows where a layer has the block, but not these sectors. */
const UNFILLED_TINT = 0.28;
/** How far a cell whose bitmaps are not read yet steps back. */
const UNREAD_DIM = 0.45;
/** How much of the outline's colour the dot of an empty cell has in high contrast. */
const HOLLOW_DOT = 0.5;
/** Where the diagonal between two owners runs, as the sum of x and y in cells; the others cut off a corner. */
const HALF = 1;
const UNREAD_CORNER = 1.35;
const MORE_CORNER = 1.68;

/** Pixels of the sheet to begin with; it grows. */
const FIRST_SHEET = 1 << 14;

/** The pixels of cells: one pixel for far views, squares for near ones, painted once a look and kept on a sheet. */
export class CellPainter {
  /** Cells of one pixel, by look: the main owner's colour, and the second's for every third pixel of a diagonal. */
  readonly mainDots: Uint32Array;
  readonly secondDots: Uint32Array;
  /** By look, where its dot stands among the dots: there all of them are painted. */
  readonly dotStarts: Uint32Array;
  /** By look, where its square starts on the sheet; 0 for one that is not painted. */
  readonly starts: Uint32Array;
  readonly #palette: Palette;
  readonly #looks: CellLooks;
  /** Squares with the gap on their right and below, pitch × pitch pixels each, row by row; the first one stays empty. */
  #sheet = new Uint32Array(FIRST_SHEET);
  #squareCount = 1;
  #pitch = 0;
  #side = 0;
  #unit = 1;

  constructor(palette: Palette, looks: CellLooks) {
    this.#palette = palette;
    this.#looks = looks;
    this.mainDots = new Uint32Array(looks.size);
    this.secondDots = new Uint32Array(looks.size);
    this.dotStarts = new Uint32Array(looks.size);
    this.starts = new Uint32Array(looks.size);
    for (let look = 0; look < looks.size; look++) {
      const main = looks.main(look);
      const second = looks.second(look);
      this.mainDots[look] = this.#dot(look, main);
      this.secondDots[look] = this.#dot(look, second === NO_LAYER ? main : second);
      this.dotStarts[look] = look;
    }
  }

  /** What the squares are copied from. Another one after more of them are painted. */
  get sheet(): Uint32Array {
    return this.#sheet;
  }

  /** Sets what the squares are like, in device pixels: from cell to cell, the gap in it, and a CSS pixel. */
  setSize(pitch: number, gap: number, unit: number): void {
    if (pitch === this.#pitch && unit === this.#unit) return;
    this.#pitch = pitch;
    this.#side = pitch - gap;
    this.#unit = unit;
    this.#forget();
  }

  /** Paints the squares of these cells, unless they are painted; all of them are on the sheet then. */
  paint(cells: Looks, from: number, end: number): void {
    if (this.#squareCount > MAX_KEPT_CELLS) this.#forget();
    for (let cell = from; cell < end; cell++) {
      const look = cells[cell] ?? 0;
      if (this.starts[look] === 0) this.#keep(look);
    }
  }

  #forget(): void {
    this.starts.fill(0);
    this.#squareCount = 1;
  }

  #keep(look: number): void {
    const size = this.#pitch * this.#pitch;
    const start = this.#squareCount++ * size;
    if (start + size > this.#sheet.length) {
      const larger = new Uint32Array(2 * (start + size));
      larger.set(this.#sheet);
      this.#sheet = larger;
    }
    this.starts[look] = start;
    this.#paintSquare(this.#sheet.subarray(start, start + size), look);
  }

  #dot(look: number, layer: number): Pixel {
    const { empty, layers, background, highContrast } = this.#palette;
    // Where empty squares are outlines, a filled dot would be more than they are.
    if (layer === NO_LAYER) return highContrast ? mix(background, empty, HOLLOW_DOT) : empty;
    const color = layers[layer] ?? empty;
    const level = this.#looks.level(look);
    const seen = this.#looks.mark(look) === Mark.unread ? mix(color, empty, UNREAD_DIM / 2) : color;
    return level === WHOLE ? seen : mix(empty, seen, UNFILLED_TINT + (1 - UNFILLED_TINT) * filledShare(level));
  }

  #paintSquare(pixels: Uint32Array, look: number): void {
    if (this.#side === this.#pitch) {
      this.#paintSpeck(pixels, look);
      return;
    }
    pixels.fill(this.#palette.empty);
    const main = this.#looks.main(look);
    if (main !== NO_LAYER) this.#paintOwners(pixels, look, main);
    else if (this.#palette.highContrast) this.#outlineEmpty(pixels);
    this.#paintGap(pixels);
  }

  /** A cell of few pixels, too small for a gap, a pattern or a level: the second owner has the lower right corner. */
  #paintSpeck(pixels: Uint32Array, look: number): void {
    const pitch = this.#pitch;
    pixels.fill(this.mainDots[look] ?? 0);
    for (let y = 1; y < pitch; y++) pixels.fill(this.secondDots[look] ?? 0, (y + 1) * pitch - y, (y + 1) * pitch);
  }

  /** The main owner's colour rises from the bottom as far as the block is filled; the lower right half of it is the second's. */
  #paintOwners(pixels: Uint32Array, look: number, main: number): void {
    const { empty, layers, foreground, highContrast } = this.#palette;
    const side = this.#side;
    const second = this.#looks.second(look);
    const mark = this.#looks.mark(look);
    const color = layers[main] ?? empty;
    const other = second !== NO_LAYER ? (layers[second] ?? empty) : mix(color, empty, UNREAD_DIM);
    const split = second !== NO_LAYER ? HALF : mark === Mark.unread ? UNREAD_CORNER : 2;
    const top = this.#unfilledHeight(this.#looks.level(look));
    pixels.fill(mix(empty, color, UNFILLED_TINT), 0, top * this.#pitch);
    if (highContrast && side >= SMALLEST_PATTERN_IN_HIGH_CONTRAST * this.#unit) this.#hollow(pixels, top, color);

    for (let y = top; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const diagonal = (x + 0.5) / side + (y - top + 0.5) / (side - top);
        // From 0 to 1 within half a pixel of the diagonal, so that its edge is smooth.
        const beyond = Math.min(1, Math.max(0, (diagonal - split) * (side / 2) + 0.5));
        let pixel = mix(color, other, beyond);
        if (beyond === 0) pixel = this.#inked(main, x, y) ?? color;
        else if (beyond === 1 && second !== NO_LAYER) pixel = this.#inked(second, x, y) ?? other;
        if (mark === Mark.more && diagonal > MORE_CORNER) pixel = foreground;
        pixels[y * this.#pitch + x] = pixel;
      }
    }
  }

  /** Device pixels above the filled part: at least one of both parts shows. */
  #unfilledHeight(level: number): number {
    if (level === WHOLE) return 0;
    return Math.min(this.#side - 1, Math.max(1, Math.round(this.#side * (1 - filledShare(level)))));
  }

  /** The colour of a stroke of the layer's pattern; null where there is none. */
  #inked(layer: number, x: number, y: number): Pixel | null {
    const { patterns, inks, highContrast } = this.#palette;
    const smallest = highContrast ? SMALLEST_PATTERN_IN_HIGH_CONTRAST : SMALLEST_PATTERN;
    if (this.#side < smallest * this.#unit) return null;
    const column = Math.floor(x / this.#unit) % PATTERN_TILE_SIZE;
    const row = Math.floor(y / this.#unit) % PATTERN_TILE_SIZE;
    return patternHasInk(patterns[layer] ?? 'solid', column, row) ? (inks[layer] ?? null) : null;
  }

  #outlineEmpty(pixels: Uint32Array): void {
    if (this.#side < SMALLEST_OUTLINE * this.#unit) pixels.fill(this.mainDots[this.#looks.empty] ?? 0);
    else this.#hollow(pixels, this.#side, this.#palette.empty);
  }

  /** Leaves only an outline of the cell's upper part: in high contrast nothing is told by a shade. */
  #hollow(pixels: Uint32Array, height: number, outline: Pixel): void {
    const side = this.#side;
    const unit = this.#unit;
    const bottom = height === side ? side - unit : height;
    for (let y = 0; y < height; y++) {
      const row = y * this.#pitch;
      pixels.fill(outline, row, row + side);
      if (y >= unit && y < bottom) pixels.fill(this.#palette.background, row + unit, row + side - unit);
    }
  }

  /** Small cells keep some of their colour in the gap, since it would take too much of the light of the map. */
  #paintGap(pixels: Uint32Array): void {
    const pitch = this.#pitch;
    const side = this.#side;
    const strength = Math.min(1, Math.max(0.3, pitch / this.#unit / 6 - 0.5));
    for (let y = 0; y < side; y++) {
      const edge = pixels[y * pitch + side - 1] ?? 0;
      pixels.fill(mix(edge, this.#palette.background, strength), y * pitch + side, (y + 1) * pitch);
    }
    for (let y = side; y < pitch; y++) {
      for (let x = 0; x < pitch; x++) {
        const edge = pixels[(side - 1) * pitch + Math.min(x, side - 1)] ?? 0;
        pixels[y * pitch + x] = mix(edge, this.#palette.background, strength);
      }
    }
  }
}

function filledShare(level: number): number {
  return fillWeight(level) / fillWeight(WHOLE);
}
