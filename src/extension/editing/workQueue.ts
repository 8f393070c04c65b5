/** Does one piece of work after the other, in the order in which they were asked for. One that fails does not keep the next from its turn. */
export class WorkQueue {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** True while nothing is being done and nothing waits. */
  get isIdle(): boolean {
    return this.#waiting === 0;
  }

  /** Resolves or rejects with the work's own end. Work that waits for other work of the same queue never ends. */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#waiting += 1;
    const before = this.#last;
    const mine = (async (): Promise<Result> => {
      await before;
      return work();
    })();
    this.#last = mine.catch(() => undefined);
    try {
      return await mine;
    } finally {
      this.#waiting -= 1;
    }
  }
}
