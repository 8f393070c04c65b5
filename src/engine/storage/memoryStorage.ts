import { EngineError } from '../errors';
import { t } from '../l10n';
import type { Storage } from './storage';

/** The bytes of a file in memory: for images that were loaded whole, and for tests. */
export class MemoryStorage implements Storage {
  readonly readOnly: boolean;
  private content: Uint8Array;
  private length: number;

  /** Writes into `bytes` as long as it does not grow. */
  constructor(bytes: Uint8Array, access: 'read' | 'write' = 'read') {
    this.content = bytes;
    this.length = bytes.length;
    this.readOnly = access === 'read';
  }

  size(): number {
    return this.length;
  }

  read(offset: number, target: Uint8Array): number {
    const count = Math.min(target.length, Math.max(0, this.length - offset));
    if (count > 0) {
      target.set(this.content.subarray(offset, offset + count));
    }
    return count;
  }

  write(offset: number, bytes: Uint8Array): void {
    this.checkWritable();
    if (bytes.length === 0) {
      return;
    }
    if (offset + bytes.length > this.length) {
      this.grow(offset + bytes.length);
    }
    this.content.set(bytes, offset);
  }

  truncate(length: number): void {
    this.checkWritable();
    if (length > this.length) {
      this.grow(length);
    } else {
      // What is cut off must read as zero when the file grows again.
      this.content.fill(0, length, this.length);
      this.length = length;
    }
  }

  flush(): void {
    this.checkWritable();
  }

  close(): void {
    // Nothing is held.
  }

  /** A copy of the whole content. */
  bytes(): Uint8Array {
    return this.content.slice(0, this.length);
  }

  /** The same bytes, changes included, for one who may only read. */
  reader(): Storage {
    return new MemoryReader(this);
  }

  private grow(length: number): void {
    if (length > this.content.length) {
      const larger = new Uint8Array(Math.max(length, this.content.length * 2));
      larger.set(this.content.subarray(0, this.length));
      this.content = larger;
    }
    this.length = length;
  }

  private checkWritable(): void {
    if (this.readOnly) {
      throw readOnlyError();
    }
  }
}

class MemoryReader implements Storage {
  readonly readOnly = true;
  private readonly file: MemoryStorage;

  constructor(file: MemoryStorage) {
    this.file = file;
  }

  size(): number {
    return this.file.size();
  }

  read(offset: number, target: Uint8Array): number {
    return this.file.read(offset, target);
  }

  write(): void {
    throw readOnlyError();
  }

  truncate(): void {
    throw readOnlyError();
  }

  flush(): void {
    throw readOnlyError();
  }

  close(): void {
    // Nothing is held.
  }
}

function readOnlyError(): EngineError {
  return new EngineError('file-access', {
    what: t('Writing a file in memory'),
    why: t('it is open for reading only'),
    remedy: t('open it for writing'),
  });
}
