import type { HostNotification, PageNotification, PageRequestName, PageRequests } from '../../src/protocol/messages';
import type {
  BlockDetail,
  BlockGrainMap,
  ByteRun,
  ByteSource,
  Finding,
  LayerStatistics,
  LayerSummary,
  MissingParent,
  OpenedImage,
  SectorGrainRun,
} from '../../src/protocol/session';
import { NO_LAYER } from '../../src/protocol/session';
import { cannedStructure } from './cannedStructure';
import type { PageHost } from './pageHost';

/** An image that exists only as answers: any size and any number of layers, at no cost. For how the page looks, not for what an engine says. */
export interface CannedOptions {
  readonly layerCount?: number;
  readonly blockCount?: number;
  /** Bytes. */
  readonly blockSize?: number;
  readonly findings?: readonly Finding[];
  readonly missing?: MissingParent | null;
  readonly readOnlyReason?: string | null;
  /** Sector bitmaps stop being read after this many blocks; all of them when left out. */
  readonly grainBlocks?: number;
}

const FOLDER = '/vm/web01/Snapshots/';
const GRAIN_RUN = 4096;

/** A fixed pseudo-random number from 0 to 1 for any place. */
function noise(...place: readonly number[]): number {
  let hash = 0x811c9dc5;
  for (const number of place) hash = Math.imul(hash ^ (number + 0x9e3779b9), 0x01000193) ^ (hash >>> 15);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}

function notCanned(): never {
  throw new Error('Answers alone cannot be edited');
}

export function cannedImage(options: CannedOptions = {}): PageHost {
  return new CannedImage(options);
}

class CannedImage implements PageHost {
  readonly #options: CannedOptions;
  readonly #layerCount: number;
  readonly #blockCount: number;
  readonly #blockSize: number;
  readonly #sectorsPerBlock: number;
  readonly #opened: OpenedImage;

  constructor(options: CannedOptions) {
    this.#options = options;
    this.#layerCount = options.layerCount ?? 4;
    this.#blockCount = options.blockCount ?? 20_480;
    this.#blockSize = options.blockSize ?? 2 * 1024 * 1024;
    this.#sectorsPerBlock = this.#blockSize / 512;
    this.#opened = {
      layers: Array.from({ length: this.#layerCount }, (_, layer) => this.#layer(layer)),
      missing: options.missing ?? null,
      findings: options.findings ?? cannedFindings(`${FOLDER}${this.#name(0)}`),
      editability: { readOnlyReason: options.readOnlyReason ?? null, waysOut: [] },
    };
  }

  answer<Name extends PageRequestName>(
    name: Name,
    params: PageRequests[Name]['params'],
  ): PageRequests[Name]['result'] | Promise<PageRequests[Name]['result']> {
    const answers: {
      [Each in PageRequestName]: (params: PageRequests[Each]['params']) => PageRequests[Each]['result'];
    } = {
      open: () => this.#opened,
      blockMap: ({ asOf }) => this.#map(asOf),
      blockDetail: ({ asOf, block }) => this.#detail(asOf, block),
      readBytes: ({ source, offset, length }) => this.#bytes(source, offset, length),
      structureRoots: ({ layer }) => this.#structure(layer).roots(),
      structureChildren: ({ layer, id, from, count }) => this.#structure(layer).children(id, from, count),
      structureOfBlock: () => [],
      structureAt: ({ layer, offset }) => this.#structure(layer).at(offset),
      copyText: () => null,
      locateParent: () => null,
      layerCommand: () => null,
      openImage: () => null,
      showLog: () => null,
      previewEdit: () => notCanned(),
      edit: () => notCanned(),
      exportRange: () => null,
      importRange: () => null,
      editAnyway: () => null,
      planRepair: notCanned,
      repair: notCanned,
    };
    return answers[name](params);
  }

  hear(notification: PageNotification, send: (notification: HostNotification) => Promise<void>): void {
    if (notification.type === 'asOf') void this.#sendGrain(notification.layer, send);
  }

  async #sendGrain(asOf: number, send: (notification: HostNotification) => Promise<void>): Promise<void> {
    const end = Math.min(this.#blockCount, this.#options.grainBlocks ?? this.#blockCount);
    for (let first = 0; first < end; first += GRAIN_RUN) {
      await send({ type: 'sectorGrain', run: this.#grain(asOf, first, Math.min(GRAIN_RUN, end - first)) });
    }
    if (end === this.#blockCount) await send({ type: 'statistics', layers: this.#statistics(), unread: null });
  }

  #structure(layer: number): ReturnType<typeof cannedStructure> {
    const summary = this.#opened.layers[layer]!;
    return cannedStructure(summary, (block) => this.#fileOffset(layer, block));
  }

  #name(layer: number): string {
    if (layer === this.#layerCount - 1) return 'base.vhd';
    const id = Math.floor(noise(layer, 7) * 2 ** 32).toString(16);
    return `web01_${id.toUpperCase().padStart(8, '0')}.avhd`;
  }

  #layer(layer: number): LayerSummary {
    const base = layer === this.#layerCount - 1;
    const allocated = this.#allocated(layer);
    return {
      path: FOLDER + this.#name(layer),
      name: this.#name(layer),
      format: 'vhd',
      type: base ? 'dynamic' : 'differencing',
      virtualSize: this.#blockCount * this.#blockSize,
      fileSize: 0x2000 + this.#blockCount * 4 + allocated * (this.#blockSize + 512) + 512,
      blockSize: this.#blockSize,
      blockCount: this.#blockCount,
      allocatedBlockCount: allocated,
      id: `1ce6964b-8f0e-4c51-9a22-${String(layer).padStart(12, '0')}`,
      created: Date.UTC(2026, 10, 3, 9, 12, 44) - layer * 86_400_000 * 9,
      creator: { application: 'Windows', version: '10.0', hostOs: 'Windows' },
      foundBy: layer === 0 ? null : layer % 3 === 2 ? 'W2ku' : 'W2ru',
    };
  }

  #allocated(layer: number): number {
    let count = 0;
    const step = Math.max(1, Math.floor(this.#blockCount / 20_000));
    for (let block = 0; block < this.#blockCount; block += step) if (this.#has(layer, block)) count += step;
    return Math.min(count, this.#blockCount);
  }

  /** Layers have runs of blocks; the base has more than the others. */
  #has(layer: number, block: number): boolean {
    const base = layer === this.#layerCount - 1;
    const run = Math.floor(block / (8 + Math.floor(noise(layer, 3) * 24)));
    return noise(layer, run) < (base ? 0.45 : 0.55 / this.#layerCount) && noise(layer, block, 1) < 0.97;
  }

  #holders(asOf: number, block: number): number[] {
    const holders: number[] = [];
    for (let layer = asOf; layer < this.#layerCount; layer++) if (this.#has(layer, block)) holders.push(layer);
    return holders;
  }

  #fileOffset(layer: number, block: number): number | null {
    if (!this.#has(layer, block)) return null;
    return 0x20000 + block * (this.#blockSize + 4096);
  }

  #map(asOf: number): BlockGrainMap {
    const top = new Uint8Array(this.#blockCount).fill(NO_LAYER);
    const shared = new Uint8Array(this.#blockCount);
    for (let block = 0; block < this.#blockCount; block++) {
      for (let layer = asOf; layer < this.#layerCount; layer++) {
        if (!this.#has(layer, block)) continue;
        if (top[block] === NO_LAYER) top[block] = layer;
        else shared[block] = 1;
      }
    }
    return { asOf, blockSize: this.#blockSize, sectorCount: this.#blockCount * this.#sectorsPerBlock, top, shared };
  }

  /** Runs of sectors: every layer above the last holder has some, and one block in six has some that nobody has. */
  #owners(asOf: number, block: number): Uint8Array {
    const owners = new Uint8Array(this.#sectorsPerBlock).fill(NO_LAYER);
    const holders = this.#holders(asOf, block);
    if (holders.length === 0) return owners;
    const partial = noise(block, 99) < 0.16;
    for (let sector = 0; sector < owners.length; sector++) {
      const run = Math.floor(sector / (24 + Math.floor(noise(block, 5) * 200)));
      const bottom = holders[holders.length - 1]!;
      const owner = holders.find((layer) => noise(layer, block, run) < 0.4) ?? bottom;
      owners[sector] = partial && owner === bottom && noise(block, run, 17) < 0.6 ? NO_LAYER : owner;
    }
    return owners;
  }

  #detail(asOf: number, block: number): BlockDetail {
    const owners = this.#owners(asOf, block);
    const counts = new Map<number, number>();
    for (const owner of owners) if (owner !== NO_LAYER) counts.set(owner, (counts.get(owner) ?? 0) + 1);
    const parts = [...counts].map(([layer, sectorCount]) => ({
      layer,
      sectorCount,
      fileOffset: this.#fileOffset(layer, block),
    }));
    parts.sort((one, other) => other.sectorCount - one.sectorCount);
    const firstSector = block * this.#sectorsPerBlock;
    return { block, asOf, firstSector, sectorCount: owners.length, parts, owners, doubtful: [] };
  }

  #grain(asOf: number, firstBlock: number, count: number): SectorGrainRun {
    const run = { main: new Uint8Array(count), second: new Uint8Array(count), ownerCount: new Uint8Array(count) };
    const filled = new Uint8Array(count);
    for (let index = 0; index < count; index++) {
      const holders = this.#holders(asOf, firstBlock + index);
      run.main[index] = holders[0] ?? NO_LAYER;
      run.second[index] = holders[1] ?? NO_LAYER;
      run.ownerCount[index] = holders.length;
      const partial = noise(firstBlock + index, 99) < 0.16;
      filled[index] = holders.length === 0 ? 0 : partial ? 150 : 255;
    }
    return { asOf, firstBlock, ...run, filled };
  }

  #statistics(): LayerStatistics[] {
    return this.#opened.layers.map(({ allocatedBlockCount: blocks }, layer) => ({
      layer,
      blocks,
      sectors: Math.floor(blocks * this.#sectorsPerBlock * 0.82),
      visibleSectors: Math.floor(blocks * this.#sectorsPerBlock * (layer === 0 ? 0.82 : 0.6)),
    }));
  }

  #bytes(source: ByteSource, offset: number, length: number): ByteRun {
    const layer = this.#opened.layers[source.layer]!;
    const size = source.kind === 'disk' ? layer.virtualSize : layer.fileSize;
    const end = Math.min(size, offset + length);
    const bytes = new Uint8Array(Math.max(0, end - offset));
    const owners: number[] = [];
    for (let sector = Math.floor(offset / 512); sector * 512 < end; sector++) {
      const block = Math.floor(sector / this.#sectorsPerBlock);
      const owner = this.#owners(source.layer, block)[sector % this.#sectorsPerBlock] ?? NO_LAYER;
      owners.push(owner);
      const text = `sector ${String(sector)} of ${source.kind} as of layer ${String(source.layer)} · `;
      for (let at = Math.max(offset, sector * 512); at < Math.min(end, sector * 512 + 512); at++) {
        const place = at % 512;
        const content = place < 64 ? text.charCodeAt(place % text.length) : Math.floor(noise(sector, place) * 256);
        bytes[at - offset] = source.kind === 'disk' && owner === NO_LAYER ? 0 : content;
      }
    }
    return { offset, bytes, owners: Uint8Array.from(source.kind === 'disk' ? owners : []), doubtful: [] };
  }
}

function cannedFindings(path: string): Finding[] {
  return [
    {
      id: 'footer-checksum',
      severity: 'error',
      path,
      offset: 0x2000_0040,
      length: 4,
      found: '0xFFFFEB12',
      expected: '0xFFFFEB21',
      windowsError: 'ERROR_VHD_DRIVE_FOOTER_CHECKSUM_MISMATCH (0xC03A0002)',
      message: 'The checksum of the footer does not match its content.',
    },
    {
      id: 'parent-timestamp',
      severity: 'warning',
      path,
      offset: 0x238,
      length: 4,
      found: '2026-10-20 08:00:01 UTC',
      expected: '2026-10-25 09:12:44 UTC',
      windowsError: 'ERROR_VHD_PARENT_VHD_TIMESTAMP_MISMATCH (0xC03A000F)',
      message: 'The parent was changed after this snapshot was made.',
    },
  ];
}
