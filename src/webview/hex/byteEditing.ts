import type { ByteSource } from '../../protocol/session';
import { SECTOR_SIZE } from '../../protocol/session';
import { t } from '../l10n';
import type { MenuItem } from '../layout/contextMenu';
import { grouped, hexadecimal, sizeText } from '../numbers';
import type { RoomContext } from '../room';
import type { HexPlace } from '../state';
import type { HexColumn } from './hexInput';
import { selectionOf } from './hexRow';
import type { ByteWriter } from './hexTyping';
import { hexBytes, textBytes } from './pastedBytes';
import type { ParsedBytes } from './pastedBytes';

/** More than this is no text for a clipboard; files are imported. */
const MAX_PASTE_LENGTH = 16 * 1024 * 1024;

/** The bytes that a view shows: where its cursor stands, and where its source ends (not included). */
export interface ShownBytes {
  readonly source: ByteSource;
  readonly place: HexPlace;
  readonly end: number;
}

/** What can be done with the bytes of a hex view beside looking at them. */
export class ByteEditing implements ByteWriter {
  readonly #context: RoomContext;
  readonly #shown: () => ShownBytes;
  readonly #select: (anchor: number, cursor: number) => void;

  constructor(context: RoomContext, shown: () => ShownBytes, select: (anchor: number, cursor: number) => void) {
    this.#context = context;
    this.#shown = shown;
    this.#select = select;
  }

  canWrite(tells: boolean): boolean {
    const { editing } = this.#context;
    const refusal = editing.refusal(this.#shown().source);
    if (refusal !== null && tells) editing.tell(refusal);
    return refusal === null;
  }

  write(offset: number, bytes: Uint8Array, isTyped: boolean): void {
    void this.#context.editing.overwrite(this.#shown().source.kind, offset, bytes, isTyped);
  }

  zero(offset: number, length: number): void {
    const { kind } = this.#shown().source;
    if (length === 1) this.write(offset, Uint8Array.of(0), true);
    else void this.#context.editing.fill(kind, offset, length, Uint8Array.of(0));
  }

  /** Puts the bytes of a text over those from the selection's first on. */
  paste(text: string, column: HexColumn): void {
    if (!this.canWrite(true)) return;
    const { place, end } = this.#shown();
    const { offset } = selectionOf(place);
    const problem = this.#pasteProblem(text, column, end - offset);
    if (typeof problem === 'string') {
      this.#context.warn(problem);
      return;
    }
    const behind = Math.min(offset + problem.length, end - 1);
    this.write(offset, problem, false);
    this.#select(behind, behind);
  }

  /** The bytes of a text, or why they cannot be pasted. */
  #pasteProblem(text: string, column: HexColumn, room: number): Uint8Array | string {
    const parsed = column === 'hex' ? hexBytes(text) : textBytes(text);
    if (parsed.bytes === null) return parseProblem(parsed);
    const { length } = parsed.bytes;
    if (length > MAX_PASTE_LENGTH) {
      return t('{0} are too many to paste. Import them from a file.', sizeText(length));
    }
    if (length > room) return t('{0} bytes do not fit: there are {1} up to the end.', grouped(length), grouped(room));
    return parsed.bytes;
  }

  /** Keys for what the menu has. */
  key(event: KeyboardEvent): boolean {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return false;
    if (event.key === 'Insert') this.#askRange('fill');
    else if (event.key === 'Delete') this.#askRange('zero');
    else return false;
    return true;
  }

  /** Lines of the context menu. `isEdited`: whether bytes are written here at all. */
  menu(isEdited: boolean): readonly MenuItem[] {
    const { source, place } = this.#shown();
    const { navigation } = this.#context;
    const { offset } = selectionOf(place);
    const lba = Math.floor(place.cursor / SECTOR_SIZE);
    return [
      { label: t('Copy Offset'), run: () => navigation.copy(hexadecimal(offset)) },
      ...(source.kind === 'disk' ? [{ label: t('Copy LBA'), run: () => navigation.copy(String(lba)) }] : []),
      null,
      ...(isEdited ? this.#editItems() : []),
      { label: t('Export Range…'), run: () => this.#context.askRange('export') },
    ];
  }

  #editItems(): readonly MenuItem[] {
    return [
      { label: t('Paste as Hex'), run: () => void this.#pasteClipboard('hex') },
      { label: t('Paste as Text'), run: () => void this.#pasteClipboard('text') },
      { label: t('Fill Range…'), keys: 'Alt+Insert', run: () => this.#askRange('fill') },
      { label: t('Zero Range…'), keys: 'Alt+Delete', run: () => this.#askRange('zero') },
      { label: t('Import File Here…'), run: () => this.importHere() },
    ];
  }

  async #pasteClipboard(column: HexColumn): Promise<void> {
    if (!this.canWrite(true)) return;
    try {
      this.paste(await navigator.clipboard.readText(), column);
    } catch {
      this.#context.warn(t('The clipboard cannot be read from a menu here. Press Ctrl+V in the bytes instead.'));
    }
  }

  #askRange(kind: 'fill' | 'zero'): void {
    if (this.canWrite(true)) this.#context.askRange(kind);
  }

  /** Lets the user choose a file whose content is written over the bytes from the selection's first on. */
  importHere(): void {
    if (!this.canWrite(true)) return;
    const { source, place } = this.#shown();
    this.#context.navigation.ask('importRange', { target: source.kind, offset: selectionOf(place).offset });
  }
}

/** Why a text is no bytes, for people. */
export function parseProblem({ problem }: ParsedBytes): string {
  switch (problem) {
    case null:
      return '';
    case 'empty':
      return t('There are no bytes in it.');
    case 'not-hex':
      return t('That is no hex: bytes are two digits each from 0 to F, such as 4D CF 23.');
    case 'half-byte':
      return t('A hex digit is missing: bytes are two digits each, such as 4D CF 23.');
  }
}
