import { asOf, requireBase, type Chain } from '../chain/chain';
import type { Digest } from '../storage/digest';
import type { FileSystem } from '../storage/fileSystem';
import type { Storage } from '../storage/storage';
import { CopyProgress, type ExportProgress } from './copyProgress';
import { DiskCopy } from './diskCopy';
import type { DiskWriter, NewImageFacts } from './diskWriter';
import { DynamicWriter } from './dynamicWriter';
import { FlatCopy } from './flatCopy';
import { FlatWriter } from './flatWriter';
import { newFooter } from './newFooter';
import { PartialFile, requireTarget } from './partialFile';
import type { UnreadableRange } from './unreadable';

export type ExportFormat = 'raw' | 'fixed' | 'dynamic';

export interface ExportOptions {
  /** `raw`: the disk's bytes alone; `fixed` and `dynamic`: a VHD without a parent. */
  readonly format: ExportFormat;
  /** The disk as of this layer, 0 = the leaf. */
  readonly layer: number;
  /** True lets a file that stands at the path be replaced. */
  readonly replace: boolean;
  /** Absolute path of a folder beyond which nothing is written; null for none. */
  readonly confine: string | null;
  /** Is given the whole content of the disk, holes included; null for none. */
  readonly digest: Digest | null;
  /** What a new VHD says of itself. */
  readonly facts: NewImageFacts;
}

export interface ExportResult {
  /** Absolute. */
  readonly path: string;
  /** Bytes that were written; holes are not counted. */
  readonly bytesWritten: number;
  /** Length of the file, in bytes. */
  readonly fileSize: number;
  /** Lower-case hexadecimal; null where no digest was asked for. */
  readonly digest: string | null;
  /** Sectors that could not be read; they are zero in the file, or what a lower layer has. */
  readonly unreadable: readonly UnreadableRange[];
}

/**
 * Writes the disk as of a layer into a new file at `outPath` (absolute). The file gets its name when it is whole; where this fails, or the
 * generator is returned at any of its yields, nothing is left behind and what stood at `outPath` stands there still.
 *
 * Throws EngineError `parent-not-found` where the chain has no base, and `out-of-range` for a layer that is not there; `file-exists`, `in-use` (a layer
 * of the chain), `file-not-found`, `not-a-file` or `outside-confinement` for `outPath`; `file-access` or `no-space` where writing fails.
 */
export function* exportDisk(
  fileSystem: FileSystem,
  chain: Chain,
  outPath: string,
  options: ExportOptions,
): Generator<ExportProgress, ExportResult, void> {
  const disk = asOf(chain, options.layer);
  requireBase(disk);
  const { virtualSize } = disk.layers[0].image;
  const target = requireTarget(fileSystem, outPath, chain, options);
  const partial = new PartialFile(fileSystem, target);
  try {
    const progress = new CopyProgress(chain, options.layer, options.digest !== null);
    const copied = yield* copyInto(partial.storage, { fileSystem, chain, options, progress, virtualSize });
    const fileSize = partial.storage.size();
    partial.finish();
    const digest = options.digest?.hex() ?? null;
    return { path: target.path, fileSize, digest, ...copied };
  } finally {
    partial.discard();
  }
}

interface CopyWork {
  readonly fileSystem: FileSystem;
  readonly chain: Chain;
  readonly options: ExportOptions;
  readonly progress: CopyProgress;
  readonly virtualSize: number;
}

type Copied = Pick<ExportResult, 'bytesWritten' | 'unreadable'>;

function* copyInto(storage: Storage, work: CopyWork): Generator<ExportProgress, Copied, void> {
  const { options, virtualSize } = work;
  const { format, facts, digest } = options;
  if (format !== 'dynamic') {
    const footer = format === 'raw' ? null : newFooter(facts, virtualSize, null);
    const writer = new FlatWriter(storage, virtualSize, footer);
    // A digest has to see all bytes one after the other.
    return yield* digest === null ? copyFlat(storage, writer, work) : copyInOrder(writer, work);
  }
  return yield* copyInOrder(new DynamicWriter(storage, virtualSize, facts), work);
}

function* copyInOrder(
  writer: DiskWriter,
  { chain, options, progress }: CopyWork,
): Generator<ExportProgress, Copied, void> {
  const copy = new DiskCopy(chain, options.layer, writer, options.digest);
  for (const offset of copy.run()) {
    yield progress.at(offset);
  }
  writer.finish();
  return { bytesWritten: writer.bytesWritten, unreadable: copy.unreadable };
}

function* copyFlat(storage: Storage, writer: FlatWriter, work: CopyWork): Generator<ExportProgress, Copied, void> {
  const { fileSystem, chain, options, progress } = work;
  const { totalBytes } = progress;
  const copy = new FlatCopy({ fileSystem, chain, layer: options.layer, storage, writer, length: totalBytes });
  try {
    for (const offset of copy.run()) {
      yield progress.at(offset);
    }
  } finally {
    copy.close();
  }
  writer.finish();
  return { bytesWritten: copy.bytesWritten + writer.bytesWritten, unreadable: copy.unreadable };
}
