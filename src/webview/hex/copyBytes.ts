import type { ByteSource } from '../../protocol/session';
import type { ReadBytes } from './byteCache';
import { byteCharacter, byteDigits } from './hexLayout';

/** More than this is no text for a clipboard. */
export const MAX_COPY_LENGTH = 1024 * 1024;

/** Bytes in a line of a C array. */
const ARRAY_LINE = 12;

/** As what bytes are copied. */
export type CopyFormat = 'hex' | 'text' | 'array' | 'base64';

/** A range of bytes as text; at most MAX_COPY_LENGTH bytes. */
export async function bytesAsText(
  read: ReadBytes,
  source: ByteSource,
  range: { readonly offset: number; readonly length: number },
  format: CopyFormat,
): Promise<string> {
  const { bytes } = await read(source, range.offset, Math.min(range.length, MAX_COPY_LENGTH));
  return formatted(bytes, format);
}

/** `FF FF EB 12`; ASCII with a point for what has no shape; an array of C; base64. */
export function formatted(bytes: Uint8Array, format: CopyFormat): string {
  switch (format) {
    case 'hex':
      return Array.from(bytes, byteDigits).join(' ');
    case 'text':
      return Array.from(bytes, byteCharacter).join('');
    case 'array':
      return cArray(bytes);
    case 'base64':
      return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  }
}

function cArray(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += ARRAY_LINE) {
    const line = Array.from(bytes.subarray(at, at + ARRAY_LINE), (byte) => `0x${byteDigits(byte)}`);
    lines.push(`  ${line.join(', ')},`);
  }
  return ['const unsigned char bytes[] = {', ...lines, '};', ''].join('\n');
}
