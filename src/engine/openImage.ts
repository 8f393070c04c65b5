import { EngineError } from './errors';
import type { Image } from './image';
import { t } from './l10n';
import type { FileSystem } from './storage/fileSystem';
import { readPadded } from './storage/storage';
import { openImageFile, type OpenedFile } from './unfinished';
import { openVhdImage } from './vhd/vhdImage';

/** Bytes of the first and of the last sector that tell what a file is. */
const SNIFF_LENGTH = 512;

const VHD_COOKIES = ['conectix', 'v_poison'];
const VHDX_COOKIE = 'vhdxfile';

/**
 * Opens an image, whatever its format; `path` is absolute. A damaged image opens with findings as long as anything of it can be read.
 * `Image.close` closes the file. Throws EngineError `file-not-found`, `file-access`, `not-a-file`, `not-an-image`, `unsupported-format`,
 * `unsupported-version`, `damaged-image`, or `unfinished-operation` where an image is to be written whose last save was cut short.
 */
export function openImage(fileSystem: FileSystem, path: string, access: 'read' | 'write' = 'read'): Image {
  const file = openImageFile(fileSystem, path, access);
  try {
    return openStorage(fileSystem, file, path);
  } catch (error) {
    file.storage.close();
    throw error;
  }
}

/**
 * Tells a disk image from a text file that has the same ending, as VHDL sources do. `head` and `tail` are the first and the last 512 bytes
 * of the file, all of it where it is shorter. True for what has an image's marks, and for anything else that is not text.
 */
export function sniffImage(head: Uint8Array, tail: Uint8Array): boolean {
  return hasVhdCookie(head) || startsWith(head, VHDX_COOKIE) || hasVhdFooter(tail) || !isText(head);
}

function openStorage(fileSystem: FileSystem, { storage, findings }: OpenedFile, path: string): Image {
  const size = storage.size();
  const head = readPadded(storage, 0, Math.min(size, SNIFF_LENGTH));
  if (startsWith(head, VHDX_COOKIE)) {
    throw unsupported(path, t('it is a VHDX image, and only VHD images are supported'), t('convert it to VHD'));
  }
  if (/\.v\d\d$/i.test(path)) {
    throw splitImage(path);
  }
  let image;
  try {
    image = openVhdImage(storage, path, findings);
  } catch (error) {
    if (!EngineError.is(error, 'not-an-image')) {
      throw error;
    }
    if (hasSecondPart(fileSystem, path)) {
      throw splitImage(path);
    }
    throw isText(head) ? textFile(path, size) : error;
  }
  // The first part of a split image begins like a whole one and lacks the footer at its end.
  if (image.findings.some((finding) => finding.id === 'footer-missing') && hasSecondPart(fileSystem, path)) {
    throw splitImage(path);
  }
  return image;
}

/** Virtual PC split large images into `x.vhd`, `x.v01`, ... `x.v63` (FORMAT 1.1). */
function hasSecondPart(fileSystem: FileSystem, path: string): boolean {
  const folder = fileSystem.folderOf(path);
  const stem = fileSystem.nameOf(path).replace(/\.[^.]*$/, '');
  return fileSystem.facts(fileSystem.resolve(folder, `${stem}.v01`))?.kind === 'file';
}

function splitImage(path: string): EngineError {
  const why = t('it is one part of an image that was split into several files, which are not supported');
  return unsupported(path, why, t('join them with the program that made them'));
}

function unsupported(path: string, why: string, remedy: string): EngineError {
  return new EngineError('unsupported-format', { what: t('Opening {0}', path), why, remedy });
}

function textFile(path: string, size: number): EngineError {
  const why = size === 0 ? t('it is empty') : t('it is a text file, such as VHDL source, and no disk image');
  const remedy = size === 0 ? t('choose a virtual hard disk image') : t('open it in a text editor');
  return new EngineError('not-an-image', { what: t('Opening {0}', path), why, remedy });
}

function hasVhdFooter(tail: Uint8Array): boolean {
  // A footer of 511 bytes begins one byte later.
  return (
    hasVhdCookie(tail) ||
    (tail.length >= SNIFF_LENGTH - 1 && hasVhdCookie(tail.subarray(tail.length - SNIFF_LENGTH + 1)))
  );
}

function hasVhdCookie(bytes: Uint8Array): boolean {
  return VHD_COOKIES.some((cookie) => startsWith(bytes, cookie));
}

function startsWith(bytes: Uint8Array, characters: string): boolean {
  return bytes.length >= characters.length && Array.from(characters).every((c, i) => bytes[i] === c.charCodeAt(0));
}

/** True for bytes without control characters, and for UTF-16, where NULs stand in every other place. The empty file is text. */
function isText(bytes: Uint8Array): boolean {
  const even = bytes.filter((_, i) => i % 2 === 0);
  const odd = bytes.filter((_, i) => i % 2 === 1);
  const isUtf16 = even.includes(0) !== odd.includes(0);
  return !bytes.some((byte) => isControl(byte) && !(isUtf16 && byte === 0));
}

/** Other than tab, line feed, vertical tab, form feed, carriage return, and the end of file of DOS. */
function isControl(byte: number): boolean {
  return byte < 0x20 && (byte < 0x09 || byte > 0x0d) && byte !== 0x1a;
}
