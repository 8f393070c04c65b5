import type { Storage } from '../storage/storage';
import { forEachContentRun } from '../storage/contentRuns';
import type { DiskWriter } from './diskWriter';

/** A raw disk; with a footer behind it, a fixed VHD. What is all zero stays a hole where the file system has holes. */
export class FlatWriter implements DiskWriter {
  readonly #storage: Storage;
  readonly #virtualSize: number;
  readonly #footer: Uint8Array | null;
  #bytesWritten = 0;

  constructor(storage: Storage, virtualSize: number, footer: Uint8Array | null) {
    this.#storage = storage;
    this.#virtualSize = virtualSize;
    this.#footer = footer;
  }

  get bytesWritten(): number {
    return this.#bytesWritten;
  }

  write(offset: number, bytes: Uint8Array): void {
    forEachContentRun(bytes, (at, length) => {
      this.#put(offset + at, bytes.subarray(at, at + length));
    });
  }

  finish(): void {
    if (this.#footer === null) {
      this.#storage.truncate(this.#virtualSize);
    } else {
      this.#put(this.#virtualSize, this.#footer);
    }
  }

  #put(offset: number, bytes: Uint8Array): void {
    this.#storage.write(offset, bytes);
    this.#bytesWritten += bytes.length;
  }
}
