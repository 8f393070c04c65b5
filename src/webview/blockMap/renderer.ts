import type { UnsavedRun } from '../../protocol/session';
import type { BlockIndex } from './blockIndex';
import type { Looks } from './cellLook';
import type { CellPainter } from './cellPainter';
import { drawPixels } from './drawPixels';
import type { Palette } from './palette';
import { markUnsaved } from './unsavedMarks';
import type { Viewport } from './viewport';

/** Draws the map into a canvas, pixel by pixel in memory. Holds no state but the memory. */
export class Renderer {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D | null;
  #image: ImageData | null = null;
  #pixels = new Uint32Array();

  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d', { alpha: false, desynchronized: false });
  }

  /** `unsaved`: the blocks that are marked as not saved. */
  draw(
    viewport: Viewport,
    index: BlockIndex,
    painter: CellPainter,
    palette: Palette,
    unsaved: readonly UnsavedRun[],
  ): void {
    const { width, height } = viewport;
    const image = this.#imageOf(width, height);
    if (this.#context === null || image === null) return;
    this.#pixels.fill(palette.background);
    const cells = index.level(viewport.indexLevel);
    if (viewport.pitch === 1) this.#drawDots(viewport, cells, painter);
    else this.#drawSquares(viewport, cells, painter);
    if (unsaved.length > 0) markUnsaved({ pixels: this.#pixels, width, height }, viewport, unsaved, palette);
    this.#context.putImageData(image, 0, 0);
  }

  #imageOf(width: number, height: number): ImageData | null {
    if (this.#image?.width !== width || this.#image.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
      this.#image = this.#context?.createImageData(width, height) ?? null;
      this.#pixels = new Uint32Array(this.#image?.data.buffer ?? new ArrayBuffer());
    }
    return this.#image;
  }

  /** Cells of one pixel: every third one of a diagonal shows the second owner. */
  #drawDots(viewport: Viewport, cells: Looks, { dotStarts, mainDots, secondDots }: CellPainter): void {
    const { width, height, margin, columns, phase, scrollTop } = viewport;
    const firstRow = Math.max(0, scrollTop - margin);
    const endRow = Math.min(viewport.rows, scrollTop + height - margin);
    for (let row = firstRow; row < endRow; row++) {
      const first = Math.max(0, row * columns - phase);
      const end = Math.min(cells.length, (row + 1) * columns - phase);
      const column = first + phase - row * columns;
      const at = (margin + row - scrollTop) * width + margin + column;
      drawPixels(this.#pixels, at, 1, cells, first, end, 1, dotStarts, mainDots, 0);
      const skipped = (3 - ((row + column) % 3)) % 3;
      drawPixels(this.#pixels, at + skipped, 3, cells, first + skipped, end, 3, dotStarts, secondDots, 0);
    }
  }

  #drawSquares(viewport: Viewport, cells: Looks, painter: CellPainter): void {
    const { width, height, margin, columns, phase, scrollTop, pitch, scale } = viewport;
    painter.setSize(pitch, Math.round(viewport.gap * scale), Math.max(1, Math.floor(scale)));
    const firstRow = Math.max(0, Math.floor((scrollTop - margin) / pitch));
    const endRow = Math.min(viewport.rows, Math.ceil((scrollTop + height - margin) / pitch));
    for (let row = firstRow; row < endRow; row++) {
      const first = Math.max(0, row * columns - phase);
      const end = Math.min(cells.length, (row + 1) * columns - phase);
      const left = margin + (first + phase - row * columns) * pitch;
      const top = margin + row * pitch - scrollTop;
      const endLine = Math.min(pitch, height - top);
      for (let line = Math.max(0, -top); line < endLine; line++) {
        const at = (top + line) * width + left;
        if (this.#drawLine(at, pitch, cells, first, end, painter, line)) continue;
        painter.paint(cells, first, end);
        this.#drawLine(at, pitch, cells, first, end, painter, line);
      }
    }
  }

  /** Draws a line of square cells, counted from their top; returns false where one of them is not painted yet. */
  #drawLine(
    at: number,
    pitch: number,
    cells: Looks,
    first: number,
    end: number,
    { starts, sheet }: CellPainter,
    line: number,
  ): boolean {
    for (let x = 0; x < pitch; x++) {
      const offset = line * pitch + x;
      if (drawPixels(this.#pixels, at + x, pitch, cells, first, end, 1, starts, sheet, offset) === 0) return false;
    }
    return true;
  }
}
