import type { Terminal } from './terminal';
import { durationForPeople, sizeForPeople } from './wording';

/** Redrawn at most so often, in milliseconds. */
const REDRAW_TIME = 100;

/** Speed is that of about the last so many milliseconds, so that it follows what happens without trembling. */
const SPEED_TIME = 3000;

/** Back to the start of the line, and everything behind it gone. */
const CLEAR_LINE = '\r\x1b[K';

/** One line on standard error that says how far a long deed is; silent where nobody watches. */
export class ProgressLine {
  private readonly terminal: Terminal;
  private readonly what: string;
  private readonly now: () => number;
  private lastDrawn = -Infinity;
  private isShown = false;
  /** Bytes done at a time, oldest first. */
  private readonly samples: { time: number; doneBytes: number }[] = [];

  constructor(terminal: Terminal, what: string, now: () => number = () => performance.now()) {
    this.terminal = terminal;
    this.what = what;
    this.now = now;
  }

  update(doneBytes: number, totalBytes: number): void {
    const time = this.now();
    if (!this.terminal.isWatched || time - this.lastDrawn < REDRAW_TIME) {
      return;
    }
    this.lastDrawn = time;
    this.samples.push({ time, doneBytes });
    while ((this.samples[1]?.time ?? time) < time - SPEED_TIME) {
      this.samples.shift();
    }
    const share = totalBytes === 0 ? 1 : doneBytes / totalBytes;
    const words = [`${this.what} ${Math.floor(share * 100)}%`, ...this.speedWords(time, doneBytes, totalBytes)];
    this.terminal.writeError(CLEAR_LINE + words.join(', '));
    this.isShown = true;
  }

  /** Takes the line away. */
  clear(): void {
    if (this.isShown) {
      this.terminal.writeError(CLEAR_LINE);
      this.isShown = false;
    }
  }

  private speedWords(time: number, doneBytes: number, totalBytes: number): string[] {
    const first = this.samples[0];
    if (first === undefined || first.doneBytes >= doneBytes) {
      return [];
    }
    const bytesASecond = ((doneBytes - first.doneBytes) * 1000) / (time - first.time);
    const secondsLeft = (totalBytes - doneBytes) / bytesASecond;
    return [`${sizeForPeople(Math.round(bytesASecond))}/s`, `${durationForPeople(secondsLeft)} left`];
  }
}
