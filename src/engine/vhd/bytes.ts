/** Numbers of a structure are all big-endian, which is what a DataView reads and writes unasked. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Each byte as the character of that number, so that any four bytes of a creator or a platform code survive as text. */
export function readCharacters(bytes: Uint8Array, offset: number, length: number): string {
  let characters = '';
  for (const byte of bytes.subarray(offset, offset + length)) characters += String.fromCharCode(byte);
  return characters;
}

/** The other way; characters beyond U+00FF lose their upper byte. */
export function writeCharacters(bytes: Uint8Array, offset: number, characters: string): void {
  for (let i = 0; i < characters.length; i++) {
    bytes[offset + i] = characters.charCodeAt(i);
  }
}
