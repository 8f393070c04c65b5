import { requireBase, type Chain, type ParentPolicy } from '../chain/chain';
import type { DoubtfulRange } from '../chain/extents';
import { closeChain, openChain } from '../chain/openChain';
import { EngineError } from '../errors';
import { SECTOR_SIZE } from '../image';
import { t } from '../l10n';
import type { FileSystem } from '../storage/fileSystem';
import { removeForGood, temporaryPath } from '../storage/sideFiles';
import type { NewImageFacts } from './diskWriter';
import { BLOCK_SIZE, dynamicOverhead } from './dynamicWriter';
import { exportDisk } from './exportDisk';
import type { OperationRequest } from './familyOf';
import { fileStateOf, requireUnchanged, type FileState } from './fileState';
import { refusalByDamage, refusalBySpace, refusalByUsers } from './grounds';
import { removeLeftFiles } from './leftFiles';
import { refusalByDoubt, refusalByLostBlock } from './mergeGrounds';
import { refusalByMerge } from './mergeRecord';
import { MergeSource, type OwnedRun } from './mergeSource';
import { PARTIAL_STEM_LENGTH, requireTarget } from './partialFile';
import type { Progress } from './progress';
import { refusalOf, requireNoRefusal, type Refusal } from './refusal';

export interface MergeToFileOptions {
  /** Absolute path of the new file; nothing may stand there. */
  readonly to: string;
  readonly format: 'dynamic' | 'fixed';
  readonly facts: NewImageFacts;
}

/** What merging a chain into a new file will do. Nothing has been changed when it is made. */
export interface MergeToFilePlan extends MergeToFileOptions {
  /** All layers that are read, the image itself first. None of them is changed. */
  readonly layers: readonly FileState[];
  readonly virtualSize: number;
  /** Sectors that any layer owns: each is read once, and written unless it is zero. */
  readonly sectors: number;
  readonly bytesToRead: number;
  /** Bytes that the new file takes on the disk at most: content in whole clusters, and all else that is written. */
  readonly bytesToWrite: number;
  readonly policy: ParentPolicy;
  readonly refusals: readonly Refusal[];
}

export interface MergeToFileResult {
  readonly survivor: string;
  /** Length of the new file, in bytes. */
  readonly fileSize: number;
  /** What earlier attempts had left and was removed first, for people. */
  readonly recovered: readonly string[];
}

/** What a file system gives to a file at a time, mostly; data of new images lies on such boundaries. Bytes. */
const CLUSTER = 4096;

/**
 * Plans to write the disk as of the image at an absolute path into a new file. Yields while the bitmaps are read. Throws EngineError where
 * the image cannot be opened or a parent is missing; what else stands in the way is in the plan's refusals.
 */
export function* planMergeToFile(
  { fileSystem, policy }: OperationRequest,
  path: string,
  options: MergeToFileOptions,
): Generator<unknown, MergeToFilePlan, void> {
  const chain = openChain(fileSystem, fileStateOf(fileSystem, path).path, policy);
  try {
    requireBase(chain);
    const images = chain.layers.map((layer) => layer.image);
    const { sectors, blocks, clusters, doubt } = yield* countSectors(chain);
    const bytes = sectors * SECTOR_SIZE;
    const { virtualSize } = chain.layers[0].image;
    // Behind the content of a fixed image there is its footer alone.
    const overhead = options.format === 'fixed' ? CLUSTER : dynamicOverhead(virtualSize, blocks);
    const space = clusters * CLUSTER + overhead;
    const target = { replace: false, confine: policy.confine };
    const targetRefusal = refusalOf(options.to, () => requireTarget(fileSystem, options.to, chain, target));
    const refusals = [
      ...images.flatMap((image) => [refusalByDamage(image), refusalByLostBlock(image)]),
      refusalByMerge(fileSystem, chain),
      refusalByUsers(fileSystem, chain.layers[0].image.path),
      refusalByDoubt(images, doubt),
      targetRefusal,
      targetRefusal === null ? refusalBySpace(fileSystem, fileSystem.folderOf(options.to), space) : null,
    ];
    return {
      ...options,
      layers: images.map((image) => fileStateOf(fileSystem, image.path)),
      virtualSize,
      sectors,
      bytesToRead: bytes,
      bytesToWrite: space,
      policy,
      refusals: refusals.filter((refusal) => refusal !== null),
    };
  } finally {
    closeChain(chain);
  }
}

/**
 * Writes the disk into the new file as planned; no other file is changed. The file gets its name when it is whole and on the medium. Stopped by
 * `return` it leaves nothing behind; cut short by a loss of power it leaves a file beside it that the next attempt removes.
 *
 * Throws EngineError for the plan's first refusal, `file-changed` where a layer is not as the plan found it or changes meanwhile,
 * `unreadable-sectors` where the medium does not give a sector back, and what the system refuses; there is no new file then.
 */
export function* runMergeToFile(
  fileSystem: FileSystem,
  plan: MergeToFilePlan,
): Generator<Progress, MergeToFileResult, void> {
  requireNoRefusal(plan.refusals);
  const { to, layers, facts, bytesToRead } = plan;
  yield { doneBytes: 0, totalBytes: bytesToRead, what: t('Merging') };
  layers.forEach((layer) => requireUnchanged(fileSystem, layer));
  // What earlier attempts to write the same file have left.
  const prefix = `${fileSystem.nameOf(to)}.vhd-editor-`;
  const recovered = removeLeftFiles(fileSystem, to, (name) => isLeftover(name, prefix));
  const temporary = temporaryPath(to, new DataView(facts.id.slice().buffer).getUint32(0));
  try {
    const fileSize = yield* writeDisk(fileSystem, plan, temporary);
    layers.forEach((layer) => requireUnchanged(fileSystem, layer));
    flushFile(fileSystem, temporary);
    fileSystem.rename(temporary, to, 'keep');
    fileSystem.flushFolder(fileSystem.folderOf(to));
    return { survivor: to, fileSize, recovered };
  } finally {
    if (fileSystem.facts(temporary) !== null) {
      removeForGood(fileSystem, temporary);
    }
  }
}

/** Returns the length of the file. */
function* writeDisk(
  fileSystem: FileSystem,
  { layers: [top], format, facts, policy }: MergeToFilePlan,
  path: string,
): Generator<Progress, number, void> {
  const chain = openChain(fileSystem, top?.path ?? '', policy);
  try {
    const options = { format, layer: 0, replace: false, confine: policy.confine, digest: null, facts };
    const steps = exportDisk(fileSystem, chain, path, options);
    try {
      for (let step = steps.next(); ; step = steps.next()) {
        if (step.done === true) {
          requireReadable(chain, step.value.unreadable);
          return step.value.fileSize;
        }
        yield { ...step.value, what: t('Merging') };
      }
    } finally {
      // Where there are steps left, it clears up behind it.
      steps.return(undefined as never);
    }
  } finally {
    closeChain(chain);
  }
}

interface OwnedSectors {
  readonly sectors: number;
  /** Blocks of a new image, and clusters of these, that have any of the sectors. */
  readonly blocks: number;
  readonly clusters: number;
  readonly doubt: DoubtfulRange | null;
}

/** Counts the sectors that any layer owns. Yields after each block. */
function* countSectors(chain: Chain): Generator<number, OwnedSectors, void> {
  const { blockSize, blockCount } = chain.layers[0].image;
  const source = new MergeSource(chain, { blockSectorCount: blockSize / SECTOR_SIZE, blockCount });
  const [blocks, clusters] = [new TouchedUnits(BLOCK_SIZE / SECTOR_SIZE), new TouchedUnits(CLUSTER / SECTOR_SIZE)];
  let doubt: DoubtfulRange | null = null;
  let sectors = 0;
  for (const block of source.blocks()) {
    for (const run of source.runs(block, (range) => (doubt ??= range))) {
      sectors += run.length;
      blocks.add(run);
      clusters.add(run);
    }
    yield block;
  }
  return { sectors, blocks: blocks.count, clusters: clusters.count, doubt };
}

/** Counts the units of so many sectors that runs of sectors touch; the runs come by rising sector. */
class TouchedUnits {
  count = 0;
  readonly #sectorCount: number;
  /** The first unit that is not counted yet. */
  #next = 0;

  constructor(sectorCount: number) {
    this.#sectorCount = sectorCount;
  }

  add({ sector, length }: OwnedRun): void {
    const end = Math.ceil((sector + length) / this.#sectorCount);
    this.count += end - Math.max(this.#next, Math.floor(sector / this.#sectorCount));
    this.#next = end;
  }
}

function requireReadable(
  chain: Chain,
  unreadable: readonly { readonly start: number; readonly length: number }[],
): void {
  const [first] = unreadable;
  if (first !== undefined) {
    throw new EngineError('unreadable-sectors', {
      what: t('Merging {0}', chain.layers[0].image.path),
      why: t('sectors {0} to {1} of its disk could not be read', first.start, first.start + first.length - 1),
      remedy: t('export it instead, which keeps what can be read, or mend the medium'),
    });
  }
}

function flushFile(fileSystem: FileSystem, path: string): void {
  const file = fileSystem.open(path, 'write');
  try {
    file.flush();
  } finally {
    file.close();
  }
}

/** A file that was whole and had not got its name yet, or one that was still being written: its name begins as that one's does. */
function isLeftover(name: string, prefix: string): boolean {
  const partial = /^(.*)\.[0-9a-z]+\.partial$/.exec(name)?.[1];
  return partial?.length === PARTIAL_STEM_LENGTH
    ? partial.startsWith(prefix.slice(0, PARTIAL_STEM_LENGTH))
    : (partial ?? name).startsWith(prefix) && /^[0-9a-f]{8}\.tmp$/.test((partial ?? name).slice(prefix.length));
}
