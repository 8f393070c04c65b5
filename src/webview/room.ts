import type { BlockDetail, ByteRun, ByteSource } from '../protocol/session';
import type { Connection } from './connection';
import type { Editing } from './editing/editing';
import type { CopyFormat } from './hex/copyBytes';
import type { Navigation } from './navigation';
import type { Store } from './state';

/** What is done with a range of bytes. */
export type RangeWish = 'fill' | 'zero' | 'export';

/** What the views of the panel share. */
export interface RoomContext {
  readonly store: Store;
  readonly connection: Connection;
  readonly navigation: Navigation;
  readonly editing: Editing;
  readBytes(source: ByteSource, offset: number, length: number): Promise<ByteRun>;
  /** One block as of the chosen layer; answers are kept for a while. */
  describeBlock(block: number): Promise<BlockDetail>;
  /** Puts a range of bytes on the clipboard. */
  copyBytes(source: ByteSource, range: { readonly offset: number; readonly length: number }, format: CopyFormat): void;
  /** Asks in the hex view for a range of the bytes that are chosen, and does something with it. */
  askRange(wish: RangeWish): void;
  /** Says in a line over the page what went wrong. */
  warn(text: string): void;
  /** Opens the structure view on the field that covers a byte of a layer's file. */
  showStructureAt(layer: number, offset: number): void;
}
