import { DiskReader } from '../../../src/engine/chain/diskReader';
import { closeChain, openChain } from '../../../src/engine/chain/openChain';
import { EditedImage } from '../../../src/engine/editing/editedImage';
import { NO_LAYER } from '../../../src/engine/image';
import { copyDisk } from '../../crash/diskImage';
import { buildScene, TRUSTING } from '../../crash/chainScene';
import type { Random } from '../../crash/powerLoss';
import { RecordingFileSystem } from '../../crash/recordingFileSystem';

/** More than any of these tests needs. */
export const MUCH_MEMORY = 64 * 1024 * 1024;

/** What an image is like, as plain bytes. */
export interface PlainState {
  readonly file: Buffer;
  /** The whole disk as of the leaf. */
  readonly disk: Buffer;
  /** Who owns each of its sectors. */
  readonly owners: readonly (number | null)[];
}

export interface EditScene {
  readonly fileSystem: RecordingFileSystem;
  readonly path: string;
}

/** A chain of one to three layers on a disk of its own. */
export function editScene(random: Random): EditScene {
  const { fileSystem, images } = buildScene(random, {
    depth: 1 + random(3),
    baseType: random(4) === 0 ? 'fixed' : 'dynamic',
  });
  return { fileSystem, path: images.at(-1)!.path };
}

export function openEdited({ fileSystem, path }: EditScene): EditedImage {
  return new EditedImage(fileSystem, path, TRUSTING);
}

/** The bytes of the leaf as they are shown. */
export function shownFile(image: EditedImage): Buffer {
  const { storage } = image.chain.layers[0].image;
  const bytes = Buffer.alloc(storage.size());
  storage.read(0, bytes);
  return bytes;
}

/** The disk as the open chain reads it. */
export function shownDisk(image: EditedImage): Buffer {
  const reader = new DiskReader(image.chain);
  const bytes = Buffer.alloc(reader.size);
  reader.read(0, bytes);
  return bytes;
}

export function fileOnDisk({ fileSystem, path }: EditScene): Buffer {
  return Buffer.from(fileSystem.disk.get(path)!.bytes);
}

/** What a file system reads that has `file` in the place of the leaf: nothing of what is open takes part in it. */
export function stateOf({ fileSystem, path }: EditScene, file: Buffer): PlainState {
  const disk = copyDisk(fileSystem.disk);
  disk.set(path, { ...disk.get(path)!, bytes: new Uint8Array(file) });
  const chain = openChain(new RecordingFileSystem(disk), path, TRUSTING);
  try {
    const reader = new DiskReader(chain);
    const content = Buffer.alloc(reader.size);
    reader.read(0, content);
    const owners = new Uint8Array(reader.size / 512);
    reader.owners(0, owners);
    return {
      file,
      disk: content,
      owners: Array.from(owners, (owner) => (owner === NO_LAYER ? null : owner)),
    };
  } finally {
    closeChain(chain);
  }
}
