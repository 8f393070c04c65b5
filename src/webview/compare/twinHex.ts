import type { ComparedImage, CompareSide } from '../../protocol/compare';
import { bytesAsText } from '../hex/copyBytes';
import type { CopyFormat } from '../hex/copyBytes';
import { selectionOf } from '../hex/hexRow';
import { HexView } from '../hex/hexView';
import { t } from '../l10n';
import type { MenuItem } from '../layout/contextMenu';
import { hexadecimal } from '../numbers';
import type { HexPlace } from '../state';
import type { CompareConnection } from './compareConnection';

const SIDES = [0, 1] as const;

/** The bytes of both disks side by side, in step: one place for both, and what differs marked in each. */
export class TwinHex {
  readonly element: HTMLElement;
  readonly #connection: CompareConnection;
  readonly #onMove: (cursor: number) => void;
  readonly #views: readonly [HexView, HexView];
  #images: readonly [ComparedImage, ComparedImage] | null = null;
  #place: HexPlace = { anchor: 0, cursor: 0, top: 0 };
  #isShowing = false;

  /** `onMove`: the cursor came to stand on another byte. */
  constructor(connection: CompareConnection, onMove: (cursor: number) => void) {
    this.#connection = connection;
    this.#onMove = onMove;
    this.element = document.createElement('div');
    this.element.className = 'twin-hex';
    this.#views = [this.#view(0, t('Bytes on the left')), this.#view(1, t('Bytes on the right'))];
    this.element.append(...this.#views.map(({ element }) => element));
  }

  get cursor(): number {
    return this.#place.cursor;
  }

  /** Shows other disks, or the same ones anew; the place is kept as far as it is there. */
  show(images: readonly [ComparedImage, ComparedImage]): void {
    this.#images = images;
    this.#place = {
      ...this.#place,
      cursor: this.#within(this.#place.cursor),
      anchor: this.#within(this.#place.anchor),
    };
    for (const view of this.#views) view.reload();
    this.#draw();
  }

  /** Puts the cursor on a byte of both sides; it is scrolled to. */
  goTo(offset: number): void {
    const cursor = this.#within(offset);
    this.#move({ ...this.#place, cursor, anchor: cursor });
  }

  focus(): void {
    this.#views[0].focus();
  }

  /** Bytes that both disks have. */
  get #end(): number {
    return this.#images === null ? 0 : Math.min(...this.#images.map(({ virtualSize }) => virtualSize));
  }

  #within(offset: number): number {
    return Math.max(0, Math.min(offset, this.#end - 1));
  }

  #view(side: CompareSide, label: string): HexView {
    return new HexView(label, {
      read: (_, offset, length) => this.#connection.read(side, offset, length),
      onSelect: (anchor, cursor) => this.#move({ ...this.#place, anchor, cursor }),
      onScroll: (top) => this.#move({ ...this.#place, top }),
      onCopy: (format) => this.#copy(side, format),
      // What arrives on one side tells what differs on the other.
      onArrive: () => this.#draw(),
      menu: () => this.#menu(side),
      differs: (offset, value) => {
        const other = this.#views[1 - side]?.byteAt(offset) ?? null;
        return other !== null && other.value !== value;
      },
    });
  }

  #move(place: HexPlace): void {
    const isMoved = place.cursor !== this.#place.cursor;
    this.#place = place;
    this.#draw();
    if (isMoved) this.#onMove(place.cursor);
  }

  #draw(): void {
    // A view that is shown another place tells that it was scrolled there.
    if (this.#images === null || this.#isShowing) return;
    this.#isShowing = true;
    for (const side of SIDES) {
      const layerNames = this.#images[side].layerNames;
      const content = { source: { kind: 'disk', layer: side } as const, start: 0, end: this.#end, layerNames };
      this.#views[side].show(content, this.#place);
    }
    this.#isShowing = false;
  }

  #copy(side: CompareSide, format: CopyFormat): void {
    const read = (_: unknown, offset: number, length: number): ReturnType<CompareConnection['read']> =>
      this.#connection.read(side, offset, length);
    bytesAsText(read, { kind: 'disk', layer: side }, selectionOf(this.#place), format).then(
      (text) => navigator.clipboard.writeText(text),
      () => undefined,
    );
  }

  #menu(side: CompareSide): readonly MenuItem[] {
    return [
      { label: t('Copy as Hex'), run: () => this.#copy(side, 'hex') },
      { label: t('Copy as Text'), run: () => this.#copy(side, 'text') },
      {
        label: t('Copy Offset'),
        run: () => void navigator.clipboard.writeText(hexadecimal(selectionOf(this.#place).offset)),
      },
    ];
  }
}
