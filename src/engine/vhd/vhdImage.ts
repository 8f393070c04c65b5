import type { Image } from '../image';
import type { Storage } from '../storage/storage';
import { FixedImage } from './fixedImage';
import { SparseImage } from './sparseImage';
import { readParts } from './vhdParts';

/**
 * Opens a VHD image over its bytes; `path` is its absolute path, for people. A damaged image opens with findings, as long as one footer
 * can be read. The image takes the storage over, and `Image.close` closes it; when opening fails it is left open.
 * Throws EngineError `not-an-image`, `unsupported-version`, `unsupported-format`, `damaged-image` or `file-access`.
 */
export function openVhdImage(storage: Storage, path: string): Image {
  const parts = readParts(storage, path);
  return 'grid' in parts ? new SparseImage(parts) : new FixedImage(parts);
}
