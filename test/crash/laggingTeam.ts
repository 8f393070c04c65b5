import type { CopyOrder, CopyStretch, CopyTeam } from '../../src/engine/storage/copyOrder';
import { copyTeamOf } from '../../src/engine/storage/copyTeam';
import { MemoryFileSystem } from '../../src/engine/storage/memoryFileSystem';

/** A team whose flushes take their time: nothing is on the medium before they are waited for, and then all is, what was written meanwhile too. */
export class LaggingTeam implements CopyTeam {
  readonly #order: CopyOrder;
  readonly #team: CopyTeam;
  readonly #lag: number;
  #isStarted = false;
  #left = 0;

  /** `lag`: so often a flush is asked for before it has come to its end by itself. */
  constructor(order: CopyOrder, lag: number) {
    this.#order = order;
    this.#team = copyTeamOf(new MemoryFileSystem('posix'), order);
    this.#lag = lag;
  }

  get hasFailed(): boolean {
    return this.#team.hasFailed;
  }

  get bytesWritten(): number {
    return this.#team.bytesWritten;
  }

  get isFlushing(): boolean {
    return this.#isStarted && this.#left-- > 0;
  }

  add(stretch: CopyStretch): void {
    this.#team.add(stretch);
  }

  settle(): readonly CopyStretch[] {
    return this.#team.settle();
  }

  startEarlyFlush(): void {
    this.#team.startEarlyFlush();
  }

  startFlush(): void {
    this.#isStarted = true;
    this.#left = this.#lag;
  }

  endFlush(): void {
    if (this.#isStarted) this.#order.target.flush();
    this.#isStarted = false;
  }

  close(): void {
    this.#team.close();
  }
}
