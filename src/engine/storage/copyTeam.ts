import { EngineError } from '../errors';
import type { CopyOrder, CopyStretch, CopyTeam } from './copyOrder';
import type { FileSystem } from './fileSystem';
import type { Storage } from './storage';
import { StretchCopier } from './stretchCopier';

/** The team of a file system that has one for these files; else one that does everything at once. */
export function copyTeamOf(fileSystem: FileSystem, order: CopyOrder): CopyTeam {
  return fileSystem.copyTeam?.(order) ?? new SoloCopyTeam(order);
}

/** A team of one. */
class SoloCopyTeam implements CopyTeam {
  readonly isFlushing = false;
  readonly #target: Storage;
  readonly #copier: StretchCopier;
  #failed: CopyStretch[] = [];
  #bytesWritten = 0;

  constructor(order: CopyOrder) {
    this.#target = order.target;
    this.#copier = new StretchCopier(order);
  }

  get hasFailed(): boolean {
    return this.#failed.length > 0;
  }

  get bytesWritten(): number {
    return this.#bytesWritten;
  }

  add(stretch: CopyStretch): void {
    try {
      const written = this.#copier.copy(stretch);
      if (written === null) {
        this.#failed.push(stretch);
      } else {
        this.#bytesWritten += written;
      }
    } catch (error) {
      // Whoever asked tries again by themselves, and has the words for it.
      if (!EngineError.is(error)) {
        throw error;
      }
      this.#failed.push(stretch);
    }
  }

  startEarlyFlush(): void {
    // One alone would have to wait for it.
  }

  startFlush(): void {
    this.#target.flush();
  }

  endFlush(): void {
    // It ended when it began.
  }

  settle(): readonly CopyStretch[] {
    const failed = this.#failed;
    this.#failed = [];
    return failed;
  }

  close(): void {
    // Nothing goes on.
  }
}
