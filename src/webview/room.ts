import type { BlockDetail, ByteRun, ByteSource } from '../protocol/session';
import type { Connection } from './connection';
import type { Navigation } from './navigation';
import type { Store } from './state';

/** What the views of the panel share. */
export interface RoomContext {
  readonly store: Store;
  readonly connection: Connection;
  readonly navigation: Navigation;
  readBytes(source: ByteSource, offset: number, length: number): Promise<ByteRun>;
  /** One block as of the chosen layer; answers are kept for a while. */
  describeBlock(block: number): Promise<BlockDetail>;
  /** Puts a range of bytes on the clipboard, or where it begins. */
  copyBytes(
    source: ByteSource,
    range: { readonly offset: number; readonly length: number },
    kind: 'hex' | 'text' | 'offset',
  ): void;
  /** Opens the structure view on the field that covers a byte of a layer's file. */
  showStructureAt(layer: number, offset: number): void;
}
