import type { Chain } from '../chain/chain';
import { DiskReader } from '../chain/diskReader';
import { EngineError } from '../errors';
import { t } from '../l10n';
import { PartialFile, requireTarget } from '../operations/partialFile';
import type { Progress } from '../operations/progress';
import type { FileSystem } from '../storage/fileSystem';
import { copySparsely, type ByteReader } from './copySparsely';

/** Bytes of a layer's file, or of the disk as of a layer. */
export interface ExportedRange {
  readonly source: { readonly kind: 'file' | 'disk'; readonly layer: number };
  readonly offset: number;
  readonly length: number;
}

/**
 * Writes a range of bytes to a file of its own, whole or not at all; what stands at `path` (absolute) is replaced, but never a layer of the chain. Yields between
 * pieces. Throws EngineError `out-of-range`, `unreadable-sectors`, as `requireTarget`, and what reading and writing throw.
 */
export function* exportRange(
  fileSystem: FileSystem,
  chain: Chain,
  { source, offset, length }: ExportedRange,
  path: string,
): Generator<Progress, void, void> {
  const { size, read } = source.kind === 'disk' ? diskOf(chain, source.layer) : fileOf(chain, source.layer);
  const isWhole = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length > 0;
  if (!isWhole || offset + length > size) {
    throw new EngineError('out-of-range', {
      what: t('Exporting {0} bytes at {1}', length, offset),
      why: t('there are {0} bytes', size),
      remedy: t('choose a range that lies within them'),
    });
  }
  const partial = new PartialFile(fileSystem, requireTarget(fileSystem, path, chain, { replace: true, confine: null }));
  try {
    yield* copySparsely((at, target) => read(offset + at, target), length, partial.storage, 'Exporting');
    partial.storage.flush();
    partial.finish();
  } finally {
    partial.discard();
  }
}

interface Source {
  readonly size: number;
  readonly read: ByteReader;
}

function fileOf(chain: Chain, layer: number): Source {
  const storage = chain.layers[layer]?.image.storage;
  if (storage === undefined) {
    throw new RangeError(`No layer ${layer}`);
  }
  return { size: storage.size(), read: (offset, target) => storage.read(offset, target) };
}

function diskOf(chain: Chain, layer: number): Source {
  const reader = new DiskReader(chain, layer);
  const read: ByteReader = (offset, target) =>
    reader.read(offset, target, ({ start, length }) => {
      throw new EngineError('unreadable-sectors', {
        what: t('Exporting sectors {0} to {1}', start, start + length - 1),
        why: t('nobody can say what they hold: a layer is missing or damaged'),
        remedy: t('choose another range, or locate the missing layer first'),
      });
    });
  return { size: reader.size, read };
}
