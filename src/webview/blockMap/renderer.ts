import type { BlockIndex } from './blockIndex';
import type { Looks } from './cellLook';
import type { CellPainter } from './cellPainter';
import type { Palette } from './palette';
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

  draw(viewport: Viewport, index: BlockIndex, painter: CellPainter, palette: Palette): void {
    const image = this.#imageOf(viewport.width, viewport.height);
    if (this.#context === null || image === null) return;
    this.#pixels.fill(palette.background);
    const cells = index.level(viewport.indexLevel);
    if (viewport.pitch === 1) this.#drawDots(viewport, cells, painter);
    else if (viewport.gap === 0) this.#drawSpecks(viewport, cells, painter);
    else this.#drawSquares(image, viewport, cells, painter);
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

  #drawDots(viewport: Viewport, cells: Looks, painter: CellPainter): void {
    const pixels = this.#pixels;
    const { mainDots, secondDots } = painter;
    const { width, height, margin, columns, phase, scrollTop } = viewport;
    const firstRow = Math.max(0, scrollTop - margin);
    const endRow = Math.min(viewport.rows, scrollTop + height - margin);
    for (let row = firstRow; row < endRow; row++) {
      const first = row * columns - phase;
      const end = Math.min(cells.length, first + columns);
      const skipped = first < 0 ? -first : 0;
      let at = (margin + row - scrollTop) * width + margin + skipped;
      let diagonal = (row + skipped) % 3;
      for (let cell = first + skipped; cell < end; cell++) {
        const look = cells[cell] ?? 0;
        pixels[at++] = (diagonal === 0 ? secondDots[look] : mainDots[look]) ?? 0;
        diagonal = diagonal === 2 ? 0 : diagonal + 1;
      }
    }
  }

  /** Cells of few pixels, too small for a gap, a pattern or a level: the second owner has the lower right corner. */
  #drawSpecks(viewport: Viewport, cells: Looks, painter: CellPainter): void {
    const pixels = this.#pixels;
    const { mainDots, secondDots } = painter;
    const { width, height, margin, columns, phase, scrollTop, pitch } = viewport;
    const firstLine = Math.max(0, scrollTop - margin);
    const endLine = Math.min(viewport.rows * pitch, scrollTop + height - margin);
    for (let line = firstLine; line < endLine; line++) {
      const first = Math.floor(line / pitch) * columns - phase;
      const end = Math.min(cells.length, first + columns);
      const skipped = first < 0 ? -first : 0;
      const split = pitch - (line % pitch);
      let at = (margin + line - scrollTop) * width + margin + skipped * pitch;
      for (let cell = first + skipped; cell < end; cell++) {
        const look = cells[cell] ?? 0;
        const main = mainDots[look] ?? 0;
        for (let x = 0; x < split; x++) pixels[at++] = main;
        if (split === pitch) continue;
        const second = secondDots[look] ?? 0;
        for (let x = split; x < pitch; x++) pixels[at++] = second;
      }
    }
  }

  #drawSquares(image: ImageData, viewport: Viewport, cells: Looks, painter: CellPainter): void {
    const { height, margin, columns, phase, scrollTop, pitch, scale } = viewport;
    painter.setSize(pitch, Math.round(viewport.gap * scale), Math.max(1, Math.floor(scale)));
    let look = -1;
    let square: Uint32Array = this.#pixels;
    const firstRow = Math.max(0, Math.floor((scrollTop - margin) / pitch));
    const endRow = Math.min(viewport.rows, Math.ceil((scrollTop + height - margin) / pitch));
    for (let row = firstRow; row < endRow; row++) {
      const top = margin + row * pitch - scrollTop;
      const first = row * columns - phase;
      const end = Math.min(cells.length, first + columns);
      for (let cell = Math.max(0, first); cell < end; cell++) {
        const next = cells[cell] ?? 0;
        if (next !== look) square = painter.square(next);
        look = next;
        this.#copySquare(image, square, pitch, margin + (cell - first) * pitch, top);
      }
    }
  }

  #copySquare(image: ImageData, square: Uint32Array, side: number, left: number, top: number): void {
    const pixels = this.#pixels;
    const { width, height } = image;
    const end = Math.min(side, height - top);
    for (let y = Math.max(0, -top); y < end; y++) {
      let from = y * side;
      let to = (top + y) * width + left;
      for (let x = 0; x < side; x++) pixels[to++] = square[from++] ?? 0;
    }
  }
}
