import { EngineError, type EngineErrorCode } from '../../../src/engine/errors';
import { MemoryFileSystem } from '../../../src/engine/storage/memoryFileSystem';
import type { Storage } from '../../../src/engine/storage/storage';
import type { TestChain } from '../../cli/chains';
import { buildVhd } from '../../fixtures/vhdBuilder';

/** What goes wrong. */
export interface Faults {
  /** Writes, truncations and flushes of new files succeed so many times, and then fail with `code`. */
  readonly changes?: { readonly succeed: number; readonly code: EngineErrorCode };
  /** Reading any of these bytes of a file fails, as on a bad medium. `to` is exclusive. */
  readonly unreadable?: { readonly path: string; readonly from: number; readonly to: number };
  /** Files read as if they had lost so many bytes at their end since they were opened. */
  readonly lostBytes?: { readonly path: string; readonly count: number };
  /** Creating or renaming fails. */
  readonly isUnwritable?: boolean;
}

function failure(code: EngineErrorCode): EngineError {
  return new EngineError(code, { what: 'Touching the medium', why: `it fails with ${code}`, remedy: 'mend it' });
}

/** Files in memory on a bad medium. */
export class FaultyFileSystem extends MemoryFileSystem {
  faults: Faults = {};
  /** Changes of new files so far. */
  changeCount = 0;

  override open(path: string, access: 'read' | 'write'): Storage {
    return new FaultyStorage(super.open(path, access), path, this);
  }

  override create(path: string): Storage {
    if (this.faults.isUnwritable === true) throw failure('file-access');
    return new FaultyStorage(super.create(path), path, this);
  }

  /** All paths, whatever was done to them. */
  get paths(): readonly string[] {
    return this.list('/disks', 1000);
  }
}

/** A chain on a medium that is sound until faults are set. */
export function faultySystemOf({ specs, paths }: TestChain): FaultyFileSystem {
  const system = new FaultyFileSystem('posix');
  for (const [at, spec] of specs.entries()) system.addFile(paths[at]!, buildVhd(spec));
  return system;
}

class FaultyStorage implements Storage {
  readonly readOnly: boolean;
  readonly #inner: Storage;
  readonly #path: string;
  readonly #system: FaultyFileSystem;

  constructor(inner: Storage, path: string, system: FaultyFileSystem) {
    this.readOnly = inner.readOnly;
    this.#inner = inner;
    this.#path = path;
    this.#system = system;
  }

  size(): number {
    return this.#inner.size();
  }

  read(offset: number, target: Uint8Array): number {
    const { unreadable, lostBytes } = this.#system.faults;
    if (unreadable?.path === this.#path && offset < unreadable.to && offset + target.length > unreadable.from) {
      throw failure('file-access');
    }
    const size = this.size() - (lostBytes?.path === this.#path ? lostBytes.count : 0);
    return this.#inner.read(offset, target.subarray(0, Math.max(0, Math.min(target.length, size - offset))));
  }

  write(offset: number, bytes: Uint8Array): void {
    this.#change();
    this.#inner.write(offset, bytes);
  }

  truncate(length: number): void {
    this.#change();
    this.#inner.truncate(length);
  }

  flush(): void {
    this.#change();
    this.#inner.flush();
  }

  close(): void {
    this.#inner.close();
  }

  #change(): void {
    const { changes } = this.#system.faults;
    if (changes !== undefined && this.#system.changeCount >= changes.succeed) throw failure(changes.code);
    this.#system.changeCount++;
  }
}
