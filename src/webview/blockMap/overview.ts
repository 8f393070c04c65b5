import type { UnsavedRun } from '../../protocol/session';
import type { BlockIndex } from './blockIndex';
import type { CellPainter } from './cellPainter';
import { add } from './elements';
import type { Palette } from './palette';
import { markStrip } from './unsavedMarks';
import type { Viewport } from './viewport';

/** CSS pixels of the frame's least width, so that it can be grabbed. */
const SMALLEST_FRAME = 8;

/**
 * The whole disk in a strip, from left to right, with a frame around what the map shows. A column of pixels holds as many blocks,
 * from top to bottom, as fall on its width.
 */
export class Overview {
  readonly element: HTMLElement;
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D | null;
  readonly #frame: HTMLElement;
  readonly #marker: HTMLElement;
  #image: ImageData | null = null;
  #width = 0;
  #height = 0;
  /** CSS pixels; kept, since asking the element in the midst of drawing would make the browser lay out the page once more. */
  #length = 0;
  /** Device pixels of a CSS pixel. */
  #scale = 1;

  /** `moved` is called with the share of the disk, 0 to 1, that is to be in the middle of the map. */
  constructor(parent: HTMLElement, moved: (share: number) => void) {
    this.element = add(parent, 'div', 'block-map-overview');
    this.element.ariaHidden = 'true';
    this.#canvas = add(this.element, 'canvas', 'block-map-overview-canvas');
    this.#context = this.#canvas.getContext('2d', { alpha: false });
    this.#frame = add(this.element, 'div', 'block-map-overview-frame');
    this.#marker = add(this.element, 'div', 'block-map-overview-marker');
    this.#listen(moved);
  }

  /** Device pixels of the strip, `scale` of them for a CSS pixel. */
  setSize(width: number, height: number, scale: number): void {
    this.#width = width;
    this.#height = height;
    this.#length = width / scale;
    this.#scale = scale;
  }

  /** Nothing before the strip has a size, as where it is hidden. `unsaved`: the blocks that are marked as not saved. */
  draw(index: BlockIndex, painter: CellPainter, unsaved: readonly UnsavedRun[], palette: Palette): void {
    if (this.#width === 0) return;
    const image = this.#imageOfSize();
    if (this.#context === null || image === null || index.blockCount === 0) return;
    const pixels = new Uint32Array(image.data.buffer);
    const blocksPerPixel = index.blockCount / (this.#width * this.#height);
    const level = Math.max(0, Math.floor(Math.log2(blocksPerPixel)));
    const cells = index.level(level);
    const perColumn = index.blockCount / this.#width / 2 ** level;
    // Where not even a block falls on a column it is the same from top to bottom.
    const perRow = perColumn < 1 ? 0 : perColumn / this.#height;
    const { mainDots, secondDots } = painter;
    let at = 0;
    for (let y = 0; y < this.#height; y++) {
      const first = (y + 0.5) * perRow;
      for (let x = 0; x < this.#width; x++) {
        const look = cells[Math.floor(first + x * perColumn)] ?? 0;
        pixels[at++] = ((x + y) % 3 === 0 ? secondDots[look] : mainDots[look]) ?? 0;
      }
    }
    if (unsaved.length > 0) {
      const picture = { pixels, width: this.#width, height: this.#height };
      markStrip(picture, { blockCount: index.blockCount, scale: this.#scale }, unsaved, palette);
    }
    this.#context.putImageData(image, 0, 0);
  }

  /** Moves the frame to what the map shows. */
  showFrame(viewport: Viewport): void {
    const width = this.#length;
    const start = viewport.visibleStart * width;
    const length = Math.max(SMALLEST_FRAME, viewport.visibleEnd * width - start);
    const left = Math.min(start, Math.max(0, width - length));
    this.#frame.style.transform = `translateX(${String(left)}px)`;
    this.#frame.style.width = `${String(length)}px`;
  }

  /** Marks the selected block; null for none. */
  showMarker(block: number | null, blockCount: number): void {
    this.#marker.hidden = block === null;
    if (block === null) return;
    const left = ((block + 0.5) / blockCount) * this.#length;
    this.#marker.style.transform = `translateX(${String(left)}px)`;
  }

  #imageOfSize(): ImageData | null {
    if (this.#image?.width !== this.#width || this.#image.height !== this.#height) {
      this.#canvas.width = this.#width;
      this.#canvas.height = this.#height;
      this.#image = this.#context?.createImageData(this.#width, this.#height) ?? null;
    }
    return this.#image;
  }

  /** The frame is dragged; a press beside it brings it there first. */
  #listen(moved: (share: number) => void): void {
    // From the pointer to the frame's middle, CSS pixels; null while nothing is pressed.
    let grip: number | null = null;
    const move = (event: PointerEvent): void => {
      if (grip === null) return;
      const box = this.element.getBoundingClientRect();
      moved((event.clientX + grip - box.left) / box.width);
    };
    this.element.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return;
      const frame = this.#frame.getBoundingClientRect();
      const inside = event.clientX >= frame.left && event.clientX <= frame.right;
      grip = inside ? (frame.left + frame.right) / 2 - event.clientX : 0;
      this.element.setPointerCapture(event.pointerId);
      // The focus stays where it is.
      event.preventDefault();
      move(event);
    });
    this.element.addEventListener('pointermove', move);
    this.element.addEventListener('lostpointercapture', () => (grip = null));
  }
}
