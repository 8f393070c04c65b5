import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { browser } from '../browser';

/** Not in Node's types of the oldest VS Code. Microseconds. */
interface ThreadTimes {
  threadCpuUsage(): { readonly user: number; readonly system: number };
}

/** Milliseconds of the processor's time that the extension host's thread has taken so far: what else the machine does is not counted. */
function threadTime(): number {
  const { user, system } = (process as unknown as ThreadTimes).threadCpuUsage();
  return (user + system) / 1000;
}

/** How long the extension host's thread worked at a stretch, at most, while `act` ran: so long nothing else could run in it. Milliseconds. */
export async function longestBlock(act: () => Promise<void>): Promise<number> {
  let longest = 0;
  let last = threadTime();
  // Due again at once: between two of its turns lies one round of the event loop.
  const timer = setInterval(() => {
    const now = threadTime();
    longest = Math.max(longest, now - last);
    last = now;
  }, 1);
  try {
    await act();
  } finally {
    clearInterval(timer);
  }
  return longest;
}

/** The longest blocks while something large is opened: of the extension host's thread and of the page's, in milliseconds of the processor. */
export interface OpeningTimes {
  readonly opening: number[];
  readonly page: number[];
}

/** Measures some rounds of opening something large. */
export async function openingTimes(
  rounds: number,
  open: () => Promise<void>,
  close: () => Promise<void>,
): Promise<OpeningTimes> {
  const times: OpeningTimes = { opening: [], page: [] };
  for (let round = 0; round < rounds; round++) {
    await browser.startTracing();
    times.opening.push(await longestBlock(open));
    times.page.push(await browser.longestTask());
    await close();
  }
  return times;
}

/** Puts what was measured where the benchmark looks for it, beside what others have put there. */
export function noteMeasures(file: string, name: string, measures: unknown): void {
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>) : {};
  writeFileSync(file, JSON.stringify({ ...before, [name]: measures }));
}
