import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import type { ByteSource, DoubtfulRange } from '../../protocol/session';
import { NO_LAYER, SECTOR_SIZE } from '../../protocol/session';
import { t } from '../l10n';
import { layerClasses } from '../layout/swatch';
import { grouped, hexadecimal } from '../numbers';
import type { HexPlace } from '../state';
import type { ByteCache, KnownByte } from './byteCache';
import { halfWritten } from './hexInput';
import type { HalfByte, HexColumn } from './hexInput';
import { byteCharacter, byteDigits } from './hexLayout';
import type { HexLayout } from './hexLayout';

/** What a hex view shows: a range of a source, `end` not included. */
export interface HexContent {
  readonly source: ByteSource;
  readonly start: number;
  readonly end: number;
  /** Names by layer, for the owners of a disk's sectors. */
  readonly layerNames: readonly string[];
}

/** All that a row is drawn from. */
export interface HexPicture {
  /** Of the view, for the ids of its cells. */
  readonly id: string;
  readonly content: HexContent;
  readonly layout: HexLayout;
  readonly place: HexPlace;
  readonly bytes: ByteCache;
  /** In which column the cursor is. */
  readonly column: HexColumn;
  /** The byte whose first digit is typed; null where none is. */
  readonly half: HalfByte | null;
  /** Whether a byte is another one where it is compared; null where nothing is. */
  readonly differs: ((offset: number, value: number) => boolean) | null;
}

/** First byte and number of bytes. */
export function selectionOf(place: HexPlace): { readonly offset: number; readonly length: number } {
  const offset = Math.min(place.anchor, place.cursor);
  return { offset, length: Math.abs(place.anchor - place.cursor) + 1 };
}

/** The id of a byte's cell: another one for another byte, so that a screen reader hears of each. */
export function cellId(viewId: string, offset: number): string {
  return `${viewId}-${String(offset)}`;
}

/** Why nobody can vouch for a sector. */
export function doubtText(reason: DoubtfulRange['reason']): string {
  return reason === 'parent-missing'
    ? t('uncertain: the parent is missing')
    : t('uncertain: the file is damaged there');
}

/** A row of bytes, 0 = the first one of the content. */
export function hexRow(picture: HexPicture, row: number): TemplateResult {
  const { content, layout, place, bytes } = picture;
  const { rowLength, digits } = layout;
  const start = content.start + row * rowLength;
  const selection = selectionOf(place);
  const cells: TemplateResult[] = [];
  let text = '';
  let isUnsaved = false;
  for (let at = start; at < start + rowLength; at++) {
    const byte = at < content.end ? bytes.at(at) : null;
    cells.push(cell(picture, at, byte, at >= selection.offset && at < selection.offset + selection.length));
    text += byte === null ? ' ' : byteCharacter(byte.value);
    isUnsaved ||= byte?.isUnsaved === true;
  }
  const offset = start.toString(16).toUpperCase().padStart(digits, '0');
  const isSectorStart = start % SECTOR_SIZE === 0 && start !== content.start;
  return html`<div
    role="row"
    class="hex-row${isSectorStart ? ' sector-start' : ''}${isUnsaved ? ' has-unsaved' : ''}"
    aria-rowindex=${row < 2 ** 31 ? row + 1 : nothing}
  >
    ${content.source.kind === 'disk' ? ownerStripe(picture, start) : nothing}<span role="rowheader" class="hex-offset"
      >${offset}</span
    ><span role="presentation" class="hex-bytes">${cells}</span>${textColumn(picture, start, text)}
  </div>`;
}

/** The characters in five parts: before the selection, in it before the cursor, the cursor's, in it behind the cursor, and behind the selection. */
function textColumn({ place, column }: HexPicture, start: number, text: string): TemplateResult {
  const selection = selectionOf(place);
  const at = (offset: number): number => within(offset - start, text.length);
  const [from, cursor, behind, to] = [
    at(selection.offset),
    at(place.cursor),
    at(place.cursor + 1),
    at(selection.offset + selection.length),
  ];
  return html`<span aria-hidden="true" class="hex-text${column === 'text' ? ' active-column' : ''}"
    >${text.slice(0, from)}<span class="selected"
      >${text.slice(from, cursor)}<span class=${cursor < behind ? 'active' : ''}>${text.slice(cursor, behind)}</span
      >${text.slice(behind, to)}</span
    >${text.slice(to)}</span
  >`;
}

function ownerStripe({ content, bytes }: HexPicture, start: number): TemplateResult {
  const owner = bytes.at(start)?.owner;
  const look = owner === undefined ? '' : layerClasses(owner, content.layerNames.length);
  return html`<span class="hex-owner ${look}" aria-hidden="true"></span>`;
}

function cell(picture: HexPicture, offset: number, byte: KnownByte | null, selected: boolean): TemplateResult {
  const { id, content, place, bytes } = picture;
  if (offset >= content.end) return html`<span class="hex-byte" aria-hidden="true"></span>`;
  const active = offset === place.cursor;
  const failed = byte === null && bytes.failureAt(offset) !== null;
  const kind = byte === null ? (failed ? ' unreadable' : ' pending') : byteKind(byte);
  const differs = byte !== null && picture.differs?.(offset, byte.value) === true;
  const half = picture.half?.offset === offset ? picture.half : null;
  return html`<span
    role="gridcell"
    class="hex-byte${kind}${differs ? ' differs' : ''}${selected ? ' selected' : ''}${active ? ' active' : ''}"
    id=${active ? cellId(id, offset) : nothing}
    aria-label=${active ? cellLabel(picture, offset, byte) : nothing}
    >${half !== null ? halfText(half, byte) : byte === null ? (failed ? '??' : '··') : byteDigits(byte.value)}</span
  >`;
}

/** The digit that is typed stands out from the one that is not yet. */
function halfText(half: HalfByte, byte: KnownByte | null): TemplateResult {
  const digits = byteDigits(halfWritten(half, byte?.value ?? 0));
  return html`<span class="typed-digit">${digits.slice(0, 1)}</span>${digits.slice(1)}`;
}

function byteKind({ value, doubt, isUnsaved }: KnownByte): string {
  const mark = isUnsaved ? ' unsaved' : '';
  if (doubt !== null) return ` doubtful${mark}`;
  return value === 0 ? ` zero${mark}` : mark;
}

/** What a screen reader says of the byte under the cursor. */
function cellLabel(
  { content, place, bytes, column, half, differs }: HexPicture,
  offset: number,
  byte: KnownByte | null,
): string {
  const { length } = selectionOf(place);
  const isHalf = half?.offset === offset;
  const value = byte === null ? null : isHalf ? halfWritten(half, byte.value) : byte.value;
  const parts = [
    value === null ? (bytes.failureAt(offset) ?? t('not read yet')) : byteDigits(value),
    t('offset {0}', hexadecimal(offset)),
  ];
  if (column === 'text') parts.unshift(t('text {0}', byte === null ? '' : byteCharacter(byte.value)));
  if (isHalf) parts.push(t('first digit {0}, the second one is to be typed', half.digit.toString(16).toUpperCase()));
  if (content.source.kind === 'disk' && byte !== null) {
    const name = content.layerNames[byte.owner];
    parts.push(byte.owner === NO_LAYER || name === undefined ? t('no layer owns it') : t('owner {0}', name));
    if (byte.doubt !== null) parts.push(doubtText(byte.doubt));
  }
  if (byte?.isUnsaved === true) parts.push(t('not saved'));
  if (byte !== null && differs?.(offset, byte.value) === true) parts.push(t('differs'));
  if (length > 1) parts.push(t('{0} bytes selected', grouped(length)));
  return parts.join(', ');
}

function within(column: number, rowLength: number): number {
  return Math.max(0, Math.min(column, rowLength));
}
