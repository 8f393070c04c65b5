import type { ByteSource } from '../../protocol/session';
import type { ReadBytes } from './byteCache';
import { byteCharacter, byteDigits } from './hexLayout';

/** More than this is no text for a clipboard. */
export const MAX_COPY_LENGTH = 1024 * 1024;

/** A range of bytes as text: `FF FF EB 12`, or as ASCII with a point for what has no shape. At most MAX_COPY_LENGTH bytes. */
export async function bytesAsText(
  read: ReadBytes,
  source: ByteSource,
  range: { readonly offset: number; readonly length: number },
  kind: 'hex' | 'text',
): Promise<string> {
  const { bytes } = await read(source, range.offset, Math.min(range.length, MAX_COPY_LENGTH));
  const parts = Array.from(bytes, kind === 'hex' ? byteDigits : byteCharacter);
  return parts.join(kind === 'hex' ? ' ' : '');
}
