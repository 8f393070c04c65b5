import type { L10n } from './l10n';

/** Speed is that of about the last so many milliseconds, so that it follows what happens without trembling. */
const SPEED_TIME = 3000;

/** How long is still to go is told after so many milliseconds: a guess before that would jump. */
const GUESS_TIME = 1000;

/** How fast a long operation goes on. */
export class SpeedMeter {
  readonly #now: () => number;
  /** Oldest first. */
  readonly #samples: { readonly time: number; readonly bytes: number }[] = [];

  /** `now`: milliseconds of a clock that never goes back. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Seconds that some bytes will take; null where nobody can tell yet, and when it is all but done. */
  secondsFor(bytes: number): number | null {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (first === undefined || last === undefined || last.time - first.time < GUESS_TIME || last.bytes <= first.bytes) {
      return null;
    }
    const seconds = Math.ceil((bytes * (last.time - first.time)) / (last.bytes - first.bytes) / 1000);
    return seconds < 2 ? null : seconds;
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

/** A time in words, no finer than one can rely on: seconds by fives above ten, then minutes, then hours and minutes. */
export function timeLeftText(l10n: L10n, seconds: number): string {
  if (seconds <= 10) return l10n.t('{0} s left', seconds);
  if (seconds <= 55) return l10n.t('{0} s left', Math.ceil(seconds / 5) * 5);
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 60) return l10n.t('{0} min left', minutes);
  return l10n.t('{0} h {1} min left', Math.floor(minutes / 60), minutes % 60);
}
