import type { HexPlace } from '../state';
import { halfWritten, typedKey } from './hexInput';
import type { HalfByte, HexColumn, TypedKey } from './hexInput';
import { selectionOf } from './hexRow';

/** What a hex view does with what is typed in it. */
export interface ByteWriter {
  /** Whether the bytes can be changed. `tells`: the user is told why not. */
  canWrite(tells: boolean): boolean;
  write(offset: number, bytes: Uint8Array, isTyped: boolean): void;
  zero(offset: number, length: number): void;
  /** A text from the clipboard; `column` says as what it is meant. */
  paste(text: string, column: HexColumn): void;
}

/** What the typing has to know of the view it is typed into. */
export interface TypedView {
  place(): HexPlace;
  /** Bytes from the start of the source; `end` is not included. */
  range(): { readonly start: number; readonly end: number };
  byteAt(offset: number): number | null;
  moveTo(cursor: number): void;
  draw(): void;
}

/** Keys that write bytes: keeps the column and the digit that waits for its second half. */
export class HexTyping {
  readonly #view: TypedView;
  readonly #writer: ByteWriter | null;
  #column: HexColumn = 'hex';
  #half: HalfByte | null = null;

  /** `writer` is null where nothing is ever typed. */
  constructor(view: TypedView, writer: ByteWriter | null) {
    this.#view = view;
    this.#writer = writer;
  }

  get column(): HexColumn {
    return this.#column;
  }

  get half(): HalfByte | null {
    return this.#half;
  }

  chooseColumn(column: HexColumn): void {
    if (column === this.#column) return;
    this.settle();
    this.#column = column;
    this.#view.draw();
  }

  /** Whether the key was typed into the bytes. */
  key(event: KeyboardEvent): boolean {
    if (this.#writer === null) return false;
    if (event.key === 'Tab') return this.#changeColumn(event.shiftKey);
    // Characters of a third level of the keyboard come with Ctrl and Alt on Windows.
    const isShortcut = (event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState('AltGraph');
    if (isShortcut || event.isComposing) return false;
    const place = this.#view.place();
    const { start, end } = this.#view.range();
    const selection = selectionOf(place);
    const typing = { column: this.#column, half: this.#half, cursor: place.cursor, selection, start, end };
    const typed = typedKey(event.key, typing);
    if (typed === null) return false;
    if (this.#writer.canWrite(true)) this.#take(typed, this.#writer);
    return true;
  }

  /** The cursor leaves: a byte of which only the first digit is typed is written with its second one as it was. */
  settle(): void {
    const half = this.#half;
    this.#half = null;
    if (half === null || this.#writer === null) return;
    const before = this.#view.byteAt(half.offset);
    if (before !== null) this.#writer.write(half.offset, Uint8Array.of(halfWritten(half, before)), true);
    this.#view.draw();
  }

  /** Forgets a first digit: the bytes are others now. */
  drop(): void {
    this.#half = null;
  }

  #take({ half, write, zero, cursor }: TypedKey, writer: ByteWriter): void {
    this.#half = half;
    if (write !== null) writer.write(write.offset, write.bytes, true);
    if (zero !== null) writer.zero(zero.offset, zero.length);
    if (cursor !== null) this.#view.moveTo(cursor);
    this.#view.draw();
  }

  /** Tab goes on to the text and then out of the view; Shift+Tab the other way. */
  #changeColumn(back: boolean): boolean {
    const next: HexColumn = back ? 'hex' : 'text';
    if (next === this.#column || this.#writer?.canWrite(false) !== true) return false;
    this.chooseColumn(next);
    return true;
  }
}
