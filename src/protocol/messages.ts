import type { FindOrder, FindRun, PageEditRequests } from './editing';
import type { PageRepairRequests } from './repair';
import type {
  BlockDetail,
  BlockGrainMap,
  ByteRun,
  ByteSource,
  LayerStatistics,
  OpenedImage,
  SectorGrainRun,
  StructureNode,
  UnreadBlocks,
} from './session';

/**
 * The page's questions: parameters and answers by name. Those that the engine answers are passed on to its worker as they are.
 * An answer may be an error, which the asker gets as a rejection with words for people.
 */
export interface EngineRequests {
  /** Who owns each block, as of a layer. */
  blockMap: { params: { asOf: number }; result: BlockGrainMap };
  /** One block down to its sectors. */
  blockDetail: { params: { asOf: number; block: number }; result: BlockDetail };
  /** A range of bytes, at most 1 MiB; shorter at the end. */
  readBytes: { params: { source: ByteSource; offset: number; length: number }; result: ByteRun };
  /** The structures of a layer's file. */
  structureRoots: { params: { layer: number }; result: readonly StructureNode[] };
  /** The nodes below one, by range, at most 1,000 a time. */
  structureChildren: {
    params: { layer: number; id: string; from: number; count: number };
    result: readonly StructureNode[];
  };
  /** The fields of the leaf's file that say where a block stands and which of its sectors are present, each with all above it from the root on. */
  structureOfBlock: { params: { block: number }; result: readonly (readonly StructureNode[])[] };
  /** From the root to the smallest node that covers a byte of a layer's file. */
  structureAt: { params: { layer: number; offset: number }; result: readonly StructureNode[] };
}

export interface HostRequests {
  /** The page is loaded and wants everything that it shows. Asked again after it was hidden. */
  open: { params: Record<string, never>; result: OpenedImage };
  /** Puts a text on the clipboard. */
  copyText: { params: { text: string }; result: null };
  /** Lets the user choose a file for the missing parent; the page is opened anew if they do. */
  locateParent: { params: Record<string, never>; result: null };
  /** Opens another image of the chain in an editor of its own. */
  openImage: { params: { path: string; beside: boolean }; result: null };
  /**
   * Begins an operation on an image of the chain; what it does is asked and shown outside the page. `path`: which one, not by its number, since the
   * chain may have become another one than the page shows; null for the image that is open.
   */
  layerCommand: { params: { command: LayerCommand; path: string | null }; result: null };
  /** Shows the extension's log. */
  showLog: { params: Record<string, never>; result: null };
}

/** `repairImage` may be asked for an image that could not be opened. */
export type LayerCommand =
  | 'createSnapshot'
  | 'mergeSnapshot'
  | 'revertToSnapshot'
  | 'deleteSnapshot'
  | 'compare'
  | 'checkImage'
  | 'repairImage'
  | 'finishOperation'
  | 'locateParent'
  | 'explainChangedParent';

export type PageRequests = EngineRequests & HostRequests & PageEditRequests & PageRepairRequests;
export type PageRequestName = keyof PageRequests;

/**
 * Another program wrote to the files; an operation of ours did; a parent was located; the engine runs again after it broke down; or the image was edited
 * (also undone, redone, reverted), or can be edited now, or no more.
 */
export type OpenedBecause = 'changed-on-disk' | 'operation' | 'parent-located' | 'recovered' | 'edited';

/** What the host tells the page unasked. A hidden page misses it and gets the whole by `open` when it is shown again. */
export type HostNotification =
  /** Everything is to be shown anew. */
  | { readonly type: 'opened'; readonly image: OpenedImage; readonly because: OpenedBecause }
  /** Sector bitmaps of one more run of blocks are read. Runs come in order from block 0, for one `asOf` at a time. */
  | { readonly type: 'sectorGrain'; readonly run: SectorGrainRun }
  /** All bitmaps are read, but for those that the medium does not give. */
  | { readonly type: 'statistics'; readonly layers: readonly LayerStatistics[]; readonly unread: UnreadBlocks | null }
  /** One more part of a search is done; pages other than that which ordered it leave it alone. */
  | { readonly type: 'found'; readonly run: FindRun }
  /** How far the engine is in looking for repairs; of interest to whoever asked. */
  | { readonly type: 'repairProgress'; readonly doneBytes: number; readonly totalBytes: number }
  /** What can be put right is to be shown: in a view of the findings, before anything is changed. */
  | { readonly type: 'repair' }
  /** The file cannot be read any more; what is shown is what was read last. */
  | { readonly type: 'lost'; readonly message: string }
  /** Go to… : show the place while the user still types, come back if they leave, stay if they accept. */
  | { readonly type: 'goTo'; readonly place: GoToPlace; readonly step: 'preview' | 'accept' }
  | { readonly type: 'goTo'; readonly place: null; readonly step: 'cancel' }
  /** A command of the palette that the page answers. */
  | { readonly type: 'command'; readonly command: PageCommand };

/** The last three are about the bytes that the hex view shows. */
export type PageCommand = 'copyOffset' | 'copyLba' | 'copyBlock' | 'focusMap' | 'find' | 'exportRange' | 'importRange';

/** A place on the virtual disk, in bytes, or in the file of the layer that the hex view shows. */
export interface GoToPlace {
  readonly kind: 'disk' | 'file';
  readonly offset: number;
}

/** What the page tells the host unasked. */
export type PageNotification =
  /** Where the cursor is, for the status bar; null fields where nothing is chosen. */
  | { readonly type: 'position'; readonly position: PagePosition }
  /** The page shows the disk as of this layer, after each opening too: its sector bitmaps are wanted before those of any other. */
  | { readonly type: 'asOf'; readonly layer: number }
  /** Bytes are to be looked for; the answers are `found`. What the page has had looked for before is not looked for any more. */
  | { readonly type: 'find'; readonly order: FindOrder }
  | { readonly type: 'stopFind'; readonly find: number }
  /** Something failed in the page; goes to the log. */
  | { readonly type: 'failed'; readonly message: string };

export interface PagePosition {
  readonly asOf: number;
  /** Null where no block is selected or hovered. */
  readonly block: number | null;
  /** LBA; null where only the block is known. */
  readonly sector: number | null;
  /** Byte offset on the virtual disk, or in the file when the hex view shows one. */
  readonly offset: number | null;
  /** The owners, for people: `web01_1CE6964B.avhd + 1`. */
  readonly owner: string | null;
}

/**
 * Attribute of the page's body element that holds the translations of the page's texts: JSON of English text to translated text.
 * Absent where VS Code speaks English.
 */
export const TRANSLATIONS_ATTRIBUTE = 'data-translations';

/** The envelopes on the wire. `id` is the asker's, unique among its open requests. */
export type PageToHost =
  | {
      readonly kind: 'request';
      readonly id: number;
      readonly name: PageRequestName;
      readonly params: PageRequests[PageRequestName]['params'];
    }
  | { readonly kind: 'notification'; readonly notification: PageNotification };

export type HostToPage =
  | { readonly kind: 'answer'; readonly id: number; readonly result: PageRequests[PageRequestName]['result'] }
  | { readonly kind: 'failure'; readonly id: number; readonly message: string }
  | { readonly kind: 'notification'; readonly notification: HostNotification };
