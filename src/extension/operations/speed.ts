/** Speed is that of about the last so many milliseconds, so that it follows what happens without trembling. */
const SPEED_TIME = 3000;

/** How fast a long operation goes on. */
export class SpeedMeter {
  readonly #now: () => number;
  /** Oldest first. */
  readonly #samples: { readonly time: number; readonly bytes: number }[] = [];

  /** `now`: milliseconds of a clock that never goes back. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Notes how many bytes are done. Returns bytes a second; null while that cannot be told. */
  note(bytes: number): number | null {
    const time = this.#now();
    this.#samples.push({ time, bytes });
    while ((this.#samples[1]?.time ?? time) <= time - SPEED_TIME) this.#samples.shift();
    const [first] = this.#samples;
    if (first === undefined || first.bytes >= bytes || first.time >= time) return null;
    return ((bytes - first.bytes) * 1000) / (time - first.time);
  }
}
