import { changeImage } from '../changeImage';
import { requireBase, type Chain } from '../chain/chain';
import { DiskReader } from '../chain/diskReader';
import { EngineError } from '../errors';
import { SECTOR_SIZE } from '../image';
import type { SectorsBelow } from '../imageChanger';
import { t } from '../l10n';
import type { Progress } from '../operations/progress';
import type { FileSystem } from '../storage/fileSystem';
import { checkPatchFits, writePatch } from '../storage/patch';
import type { Storage } from '../storage/storage';
import type { Edit, EditTarget, HostEdit, ImportEdit } from './edit';

/** Bytes that go through memory at a time. */
const PIECE_LENGTH = 1024 * 1024;

/** Memory that an edit may take for each byte that it writes: what stood there, what stands there, and the page that shows it. */
const MEMORY_PER_BYTE = 3;

/** An image that is to be changed. */
export interface EditGround {
  readonly fileSystem: FileSystem;
  /** As it is before the edit. */
  readonly chain: Chain;
  /** The bytes of the leaf, to be written to. */
  readonly storage: Storage;
}

/**
 * Makes an edit in the bytes of a leaf. Returns the ids of the nodes that it is about: the one that was edited, then those that followed. Throws EngineError
 * `out-of-range`, `bad-value`, `not-possible`, `parent-not-found`, or what reading throws; the storage may have been written to then. Yields between pieces.
 */
export function* makeEdit(ground: EditGround, edit: Edit | HostEdit): Generator<Progress, readonly string[], void> {
  switch (edit.kind) {
    case 'overwrite':
      writerTo(ground, edit.target)(edit.offset, edit.bytes);
      return [];
    case 'fill':
      yield* fill(writerTo(ground, edit.target), edit.offset, edit.length, edit.pattern);
      return [];
    case 'import':
      yield* importFile(ground, edit);
      return [];
    case 'patch':
      checkPatchFits(ground.storage, edit.patch, ground.chain.layers[0].image.path);
      writePatch(ground.storage, edit.patch);
      return [];
    case 'field':
      return [edit.node, ...changerOf(ground).setField(edit.node, edit.text, edit.alone)];
    case 'makeConsistent':
      return changerOf(ground).makeConsistent(edit.node);
    case 'sectorBits':
      changerOf(ground).setSectorBits(edit.block, edit.firstSector, edit.sectorCount, edit.present);
      return [];
  }
}

/**
 * Makes sure, before anything is done, that what an edit writes lies within its target; returns how much memory it may take, in bytes. Throws EngineError
 * `out-of-range`.
 */
export function checkExtent(fileSystem: FileSystem, chain: Chain, edit: Edit | HostEdit): number {
  if (edit.kind !== 'overwrite' && edit.kind !== 'fill' && edit.kind !== 'import') {
    return 0;
  }
  const length = lengthOf(fileSystem, edit);
  const [{ image }] = chain.layers;
  const size = edit.target === 'disk' ? image.virtualSize : image.storage.size();
  const { offset } = edit;
  const isWhole = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length > 0;
  if (!isWhole || offset + length > size || (edit.kind === 'fill' && edit.pattern.length === 0)) {
    throw new EngineError('out-of-range', {
      what:
        edit.target === 'disk'
          ? t('Writing {0} bytes at {1} of the disk', length, offset)
          : t('Writing {0} bytes at {1} of the file', length, offset),
      why: length === 0 ? t('there is nothing to write') : t('it has {0} bytes', size),
      remedy: t('choose a range that lies within it'),
    });
  }
  return length * MEMORY_PER_BYTE;
}

function lengthOf(fileSystem: FileSystem, edit: Extract<Edit | HostEdit, { readonly target: EditTarget }>): number {
  if (edit.kind !== 'import') {
    return edit.kind === 'fill' ? edit.length : edit.bytes.length;
  }
  const file = fileSystem.open(edit.path, 'read');
  try {
    return file.size();
  } finally {
    file.close();
  }
}

type Writer = (offset: number, bytes: Uint8Array) => void;

function writerTo(ground: EditGround, target: EditTarget): Writer {
  if (target === 'file') {
    return (offset, bytes) => ground.storage.write(offset, bytes);
  }
  const changer = changerOf(ground);
  return (offset, bytes) => changer.writeDisk(offset, bytes);
}

function changerOf({ chain, storage }: EditGround): ReturnType<typeof changeImage> {
  return changeImage(storage, chain.layers[0].image.path, new DiskBelow(chain));
}

/** Whole patterns in each piece, so that the next piece goes on where this one ends. */
function* fill(write: Writer, offset: number, length: number, pattern: Uint8Array): Generator<Progress, void, void> {
  const repeats = Math.max(1, Math.floor(PIECE_LENGTH / pattern.length));
  const piece = new Uint8Array(Math.min(length, repeats * pattern.length));
  for (let at = 0; at < piece.length; at += pattern.length) {
    piece.set(pattern.subarray(0, piece.length - at), at);
  }
  for (let done = 0; done < length; done += piece.length) {
    write(offset + done, piece.subarray(0, length - done));
    yield { doneBytes: Math.min(length, done + piece.length), totalBytes: length, what: t('Filling') };
  }
}

function* importFile(ground: EditGround, { target, offset, path }: ImportEdit): Generator<Progress, void, void> {
  const write = writerTo(ground, target);
  const file = ground.fileSystem.open(path, 'read');
  try {
    const size = file.size();
    const piece = new Uint8Array(Math.min(PIECE_LENGTH, size));
    for (let done = 0; done < size; done += piece.length) {
      const part = piece.subarray(0, size - done);
      if (file.read(done, part) < part.length) {
        throw new EngineError('file-changed', {
          what: t('Reading {0}', path),
          why: t('it became shorter meanwhile'),
          remedy: t('see that no program writes it, then try again'),
        });
      }
      write(offset + done, part);
      yield { doneBytes: done + part.length, totalBytes: size, what: t('Importing') };
    }
  } finally {
    file.close();
  }
}

/** The disk without its leaf. */
class DiskBelow implements SectorsBelow {
  readonly #chain: Chain;
  #reader: DiskReader | null = null;

  constructor(chain: Chain) {
    this.#chain = chain;
  }

  read(sector: number, target: Uint8Array): void {
    target.fill(0);
    if (this.#chain.layers.length === 1) {
      requireBase(this.#chain);
      return;
    }
    this.#reader ??= new DiskReader(this.#chain, 1);
    this.#reader.read(sector * SECTOR_SIZE, target, ({ start, length, reason }) => {
      if (reason === 'parent-missing') {
        requireBase(this.#chain);
      }
      throw new EngineError('unreadable-sectors', {
        what: t('Writing a part of sector {0}', sector),
        why: t('a layer below is damaged: sectors {0} to {1} cannot be read', start, start + length - 1),
        remedy: t('write whole sectors, or repair that layer first'),
      });
    });
  }
}
