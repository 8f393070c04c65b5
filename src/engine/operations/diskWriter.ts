/** Takes the content of a virtual disk, in ascending order, and makes an image file of it. */
export interface DiskWriter {
  /** `offset` is a byte of the virtual disk on a sector's boundary; `bytes` are whole sectors. What is never written is zero. */
  write(offset: number, bytes: Uint8Array): void;

  /** Makes the file whole. */
  finish(): void;

  /** Bytes that were written to the file so far; holes are not counted. */
  readonly bytesWritten: number;
}

/** What a new VHD is to say of itself. */
export interface NewImageFacts {
  /** 16 bytes. */
  readonly id: Uint8Array;
  readonly created: Date;
}
