/** Draws once in the next frame whatever was asked for until then; nothing asked for, no frame. */
export class DrawQueue<Part extends string> {
  readonly #draw: (parts: ReadonlySet<Part>) => void;
  #wanted = new Set<Part>();
  #spare = new Set<Part>();
  #frame: number | null = null;

  constructor(draw: (parts: ReadonlySet<Part>) => void) {
    this.#draw = draw;
  }

  request(...parts: readonly Part[]): void {
    for (const part of parts) this.#wanted.add(part);
    this.#frame ??= requestAnimationFrame(() => this.flush());
  }

  /** Draws now what was asked for. */
  flush(): void {
    this.cancel();
    const parts = this.#wanted;
    this.#wanted = this.#spare;
    this.#spare = parts;
    this.#draw(parts);
    parts.clear();
  }

  cancel(): void {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frame = null;
  }
}
