/** Stands for the thread of a service: its callbacks are called by hand, and time passes at every look at the clock. */
export class Slices {
  readonly #millisecondsPerLook: number;
  #waiting: (() => void)[] = [];
  #time = 0;

  constructor(millisecondsPerLook: number) {
    this.#millisecondsPerLook = millisecondsPerLook;
  }

  /** What a service takes for the end of the messages that wait, and for the clock. */
  readonly afterMessages = (callback: () => void): void => {
    this.#waiting.push(callback);
  };
  readonly now = (): number => (this.#time += this.#millisecondsPerLook);

  /** Lets one slice of background work run; false where there is none. */
  slice(): boolean {
    const next = this.#waiting.shift();
    next?.();
    return next !== undefined;
  }

  finish(): void {
    while (this.slice());
  }
}
