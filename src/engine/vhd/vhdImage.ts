import type { Finding } from '../finding';
import type { Image } from '../image';
import type { Storage } from '../storage/storage';
import { FixedImage } from './fixedImage';
import { SparseImage } from './sparseImage';
import { readParts, type SparseParts, type VhdParts } from './vhdParts';

/**
 * Opens a VHD image over its bytes; `path` is its absolute path, for people. A damaged image opens with findings, as long as one footer
 * can be read. The image takes the storage over, and `Image.close` closes it; when opening fails it is left open.
 * `earlier` findings, of the file itself, come before its own.
 * Throws EngineError `not-an-image`, `unsupported-version`, `unsupported-format`, `damaged-image` or `file-access`.
 */
export function openVhdImage(storage: Storage, path: string, earlier: readonly Finding[] = []): Image {
  return imageOf(withEarlier(readParts(storage, path), earlier));
}

/** The image whose parts these are. */
export function imageOf(parts: VhdParts | SparseParts): Image {
  return 'grid' in parts ? new SparseImage(parts) : new FixedImage(parts);
}

function withEarlier<P extends VhdParts>(parts: P, earlier: readonly Finding[]): P {
  return earlier.length === 0 ? parts : { ...parts, findings: [...earlier, ...parts.findings] };
}
