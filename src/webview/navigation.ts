import type { LayerCommand } from '../protocol/messages';
import { SECTOR_SIZE } from '../protocol/session';
import { messageOf } from './connection';
import type { Connection } from './connection';
import type { HexPlace, Store, Tab } from './state';

/** Bytes left above a place that is jumped to, so that it is seen with what stands before it. */
const LEAD = 16 * 4;

/** A hex view's place with a field selected, its first byte under the cursor. */
export function placeAt(offset: number, length: number): HexPlace {
  const top = Math.max(0, offset - (offset % 16) - LEAD);
  return { anchor: offset + Math.max(1, length) - 1, cursor: offset, top };
}

/** Everything that can be chosen in the page, in terms of what is meant; each keeps the views in step. */
export class Navigation {
  readonly #store: Store;
  readonly #connection: Connection;

  constructor(store: Store, connection: Connection) {
    this.#store = store;
    this.#connection = connection;
  }

  /** Bytes of a block as of the chosen layer; null before the image is known. */
  get #blockSize(): number | null {
    const { image, view } = this.#store.state;
    return image?.layers[view.asOf]?.blockSize ?? null;
  }

  /** Shows the disk as of a layer. The selected sector stays selected, in whatever block it lies then. */
  chooseLayer(layer: number): void {
    const { view, image } = this.#store.state;
    const chosen = image?.layers[layer];
    if (chosen === undefined || layer === view.asOf) return;
    const sector = view.sector !== null && view.sector * SECTOR_SIZE < chosen.virtualSize ? view.sector : null;
    const block = sector === null ? null : Math.floor((sector * SECTOR_SIZE) / chosen.blockSize);
    const structure = { layer, expanded: [], selected: null, top: 0 };
    const isShown = layer === view.structure.layer;
    this.#store.set(
      { map: null, grainCount: 0, hovered: null },
      { asOf: layer, sector, block, structure: isShown ? view.structure : structure },
    );
  }

  openTab(tab: Tab): void {
    if (tab !== this.#store.view.tab) this.#store.setView({ tab });
  }

  /** Selects a block as the map does; its first sector, unless one of its sectors is selected already. */
  selectBlock(block: number | null): void {
    const blockSize = this.#blockSize;
    if (block === null || blockSize === null) {
      this.#store.setView({ block: null, sector: null });
      return;
    }
    if (block === this.#store.view.block) return;
    const offset = block * blockSize;
    this.#store.setView({ block, sector: offset / SECTOR_SIZE, disk: placeAt(offset, 1) });
  }

  /** Selects a sector by its LBA, and its block. */
  selectSector(sector: number): void {
    const blockSize = this.#blockSize;
    if (blockSize === null) return;
    const offset = sector * SECTOR_SIZE;
    this.#store.setView({ block: Math.floor(offset / blockSize), sector, disk: placeAt(offset, 1) });
  }

  /** The selection in the bytes of the disk was moved; block and sector follow its cursor. */
  selectDiskBytes(anchor: number, cursor: number): void {
    const blockSize = this.#blockSize;
    if (blockSize === null) return;
    const disk = { ...this.#store.view.disk, anchor, cursor };
    this.#store.setView({ disk, block: Math.floor(cursor / blockSize), sector: Math.floor(cursor / SECTOR_SIZE) });
  }

  selectFileBytes(anchor: number, cursor: number): void {
    this.#store.setView({ file: { ...this.#store.view.file, anchor, cursor } });
  }

  /** Has a range of a layer's file stand in the hex view, whichever view is open. */
  placeInFile(layer: number, offset: number, length: number): void {
    this.#store.setView({ hexKind: 'file', hexLayer: layer, file: placeAt(offset, length) });
  }

  /** Opens the hex view on a range of a layer's file. */
  showFileBytes(layer: number, offset: number, length: number): void {
    this.placeInFile(layer, offset, length);
    this.openTab('hex');
  }

  /** Opens the hex view on the disk as of the chosen layer. */
  showDiskBytes(offset: number): void {
    this.selectSector(Math.floor(offset / SECTOR_SIZE));
    this.#store.setView({ hexKind: 'disk', disk: placeAt(offset, 1), tab: 'hex' });
  }

  copy(text: string): void {
    this.ask('copyText', { text });
  }

  locateParent(): void {
    this.ask('locateParent', {});
  }

  openImage(path: string, beside: boolean): void {
    this.ask('openImage', { path, beside });
  }

  /** `path` names an image of the chain; null is the one that is open. */
  layerCommand(command: LayerCommand, path: string | null): void {
    this.ask('layerCommand', { command, path });
  }

  showLog(): void {
    this.ask('showLog', {});
  }

  /** A wish whose answer is nothing to show; if it fails, a line over the page says so. */
  ask(...[name, params]: Parameters<Connection['request']>): void {
    this.#connection.request(name, params).catch((error: unknown) => {
      const text = messageOf(error);
      this.#store.set({ banner: { severity: 'warning', text, dismissible: true } });
    });
  }
}
