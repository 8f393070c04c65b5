/** A digest of bytes that come one after another. */
export interface Digest {
  /** The bytes are read before it returns: the caller may use their buffer again. */
  update(bytes: Uint8Array): void;

  /** The digest of all bytes so far, in lower-case hexadecimal; nothing may be added afterwards. */
  hex(): string;
}
