import type { Chain, Layer } from '../engine/chain/chain';
import type { UnsavedBytes } from '../engine/editing/unsavedBytes';
import type { Image } from '../engine/image';
import { DiskReader, blockDetail, blockOwners } from '../engine/index';
import type { FileSystem } from '../engine/storage/fileSystem';
import type { EngineRequests } from '../protocol/messages';
import type {
  BlockDetail,
  BlockGrainMap,
  ByteRun,
  ByteSource,
  LayerSummary,
  OpenedImage,
  StructureNode,
} from '../protocol/session';
import { MAX_READ_LENGTH, MAX_STRUCTURE_ID_LENGTH, MAX_STRUCTURE_NODES, text, wholeNumber } from './params';
import { readDisk, readFile, unsavedIn } from './readRun';
import type { ChainFile } from './openReport';

export type EngineRequestName = keyof EngineRequests;

type Answers = {
  readonly [Name in EngineRequestName]: (params: EngineRequests[Name]['params']) => EngineRequests[Name]['result'];
};

/** An open chain and the answers to the page's questions about it. Every answer is given at once. */
export class ImageSession {
  readonly chain: Chain;
  readonly opened: OpenedImage;
  /** The files as they were when they were opened, from the leaf on. */
  readonly files: readonly ChainFile[];
  /** The disk as of the layer that was read last; it keeps the owners of the last block. */
  #disk: { readonly layer: number; readonly reader: DiskReader } | null = null;
  /** Null where all is saved. */
  readonly #unsaved: UnsavedBytes | null;
  readonly #answers: Answers = {
    blockMap: ({ asOf }) => this.#blockMap(this.layerNumber(asOf)),
    blockDetail: ({ asOf, block }) => this.#blockDetail(this.layerNumber(asOf), block),
    readBytes: ({ source, offset, length }) => this.#readBytes(source, offset, length),
    structureRoots: ({ layer }) => this.#marked(layer, this.#image(layer).structure.roots()),
    structureChildren: ({ layer, id, from, count }) =>
      this.#marked(
        layer,
        this.#image(layer).structure.children(
          text(id, 'Structure', MAX_STRUCTURE_ID_LENGTH),
          wholeNumber(from, 'First row', 0, Number.MAX_SAFE_INTEGER),
          wholeNumber(count, 'Number of rows', 0, MAX_STRUCTURE_NODES),
        ),
      ),
    structureOfBlock: ({ block }) =>
      this.#image(0)
        .structure.ofBlock(wholeNumber(block, 'Block', 0, Number.MAX_SAFE_INTEGER))
        .map((path) => this.#marked(0, path)),
    structureAt: ({ layer, offset }) =>
      this.#marked(layer, this.#image(layer).structure.at(wholeNumber(offset, 'Offset', 0, Number.MAX_SAFE_INTEGER))),
  };

  /**
   * `files`: those of the chain's layers as they were when they were opened. `unsaved`: what of the leaf is not saved, null where all is. Whoever opened
   * the chain closes it.
   */
  constructor(
    fileSystem: FileSystem,
    chain: Chain,
    files: readonly ChainFile[],
    readOnlyReason: string | null,
    unsaved: UnsavedBytes | null,
  ) {
    this.chain = chain;
    this.files = files;
    this.#unsaved = unsaved;
    this.opened = {
      layers: chain.layers.map((layer) => summaryOf(fileSystem, layer)),
      missing: chain.missing,
      findings: chain.findings,
      editability: { readOnlyReason, waysOut: [] },
    };
  }

  /**
   * Answers a question of the page, whose parameters are checked here: the page is trusted no more than the image that it shows.
   * Throws EngineError: `out-of-range` for parameters that make no sense, and what reading the files may throw.
   */
  answer<Name extends EngineRequestName>(
    name: Name,
    params: EngineRequests[Name]['params'],
  ): EngineRequests[Name]['result'] {
    return this.#answers[name](params);
  }

  /** The number of a layer as it came from outside. Throws EngineError `out-of-range` where there is none of that number. */
  layerNumber(layer: number): number {
    return wholeNumber(layer, 'Layer', 0, this.chain.layers.length - 1);
  }

  #image(layer: number): Image {
    const found = this.chain.layers[this.layerNumber(layer)];
    if (found === undefined) throw new RangeError(`No layer ${layer}`);
    return found.image;
  }

  #readBytes(source: ByteSource, offset: number, length: number): ByteRun {
    wholeNumber(offset, 'Offset', 0, Number.MAX_SAFE_INTEGER - MAX_READ_LENGTH);
    wholeNumber(length, 'Length', 0, MAX_READ_LENGTH);
    const unsaved = this.#unsavedOf(source.layer);
    return source.kind === 'disk'
      ? readDisk(this.#diskAsOf(this.layerNumber(source.layer)), offset, length, unsaved)
      : readFile(this.#image(source.layer), offset, length, unsaved);
  }

  #blockMap(asOf: number): BlockGrainMap {
    return { asOf, ...blockOwners(this.chain, asOf), ...unsavedIn(this.#unsavedOf(asOf)?.blocks) };
  }

  #blockDetail(asOf: number, block: number): BlockDetail {
    const detail = blockDetail(this.chain, block, asOf);
    return { ...detail, ...unsavedIn(this.#unsavedOf(asOf)?.inBlock(block)) };
  }

  #marked(layer: number, nodes: readonly StructureNode[]): readonly StructureNode[] {
    const unsaved = this.#unsavedOf(layer);
    if (unsaved === null) return nodes;
    return nodes.map((node) => (unsaved.covers(node.offset, node.length) ? { ...node, isUnsaved: true } : node));
  }

  /** Only the leaf is edited, and what is seen without it is as it is saved. */
  #unsavedOf(layer: number): UnsavedBytes | null {
    return layer === 0 ? this.#unsaved : null;
  }

  #diskAsOf(layer: number): DiskReader {
    if (this.#disk?.layer !== layer) this.#disk = { layer, reader: new DiskReader(this.chain, layer) };
    return this.#disk.reader;
  }
}

function summaryOf(fileSystem: FileSystem, { image, foundBy }: Layer): LayerSummary {
  const { path, format, type, virtualSize, fileSize, blockSize, blockCount, allocatedBlockCount, id, creator } = image;
  return {
    ...{ path, name: fileSystem.nameOf(path), format, type, virtualSize, fileSize, blockSize, blockCount },
    ...{ allocatedBlockCount, id, created: image.created?.getTime() ?? null, creator, foundBy },
  };
}
