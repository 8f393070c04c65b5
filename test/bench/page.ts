import type { Browser, CDPSession, Page } from 'playwright-core';
import { launchChromium } from '../host/chromium';
import { HostUnavailable } from '../host/install';
import { openStage } from '../webview/blockMap/mapHarness';
import { median, milliseconds, NotMeasured } from './measure';
import type { BenchPart, BenchRow } from './measure';

const BLOCKS = 1_000_000;
const LAYERS = 6;
const ROUNDS = 5;
const ZOOM_STEPS = 22;
const HOVERS = 40;

/** Milliseconds: by the clock, and of the processor for the page's main thread, which tells the work from what else the machine does. */
interface Times {
  readonly clock: number;
  readonly processor: number;
}

interface PageTimes {
  /** From the data's arrival to the end of the frame that shows it, the wait for that frame included. */
  readonly drawn: Times;
  /** The longest of all steps from the whole disk to the largest cells and back: the event's handling and the frame's work. */
  readonly zoom: Times;
  /** The longest of many. */
  readonly hover: Times;
  /** Frames in a second in which nothing happens. */
  readonly frames: number;
}

/** The block map in a browser: every round on a new page, whose code has not been run before. */
export const page: BenchPart = {
  name: 'the page',
  async run() {
    const browser = await launched();
    try {
      const times: PageTimes[] = [];
      for (let round = 0; round < ROUNDS; round++) times.push(await measure(browser));
      return rows(times);
    } finally {
      await browser.close();
    }
  },
};

function rows(times: readonly PageTimes[]): BenchRow[] {
  const row = (what: string, name: 'drawn' | 'zoom' | 'hover', most: number): BenchRow => {
    const clock = median(times.map((time) => time[name].clock));
    const processor = median(times.map((time) => time[name].processor));
    return {
      what,
      ours: milliseconds(clock),
      peer: `its processor time: ${milliseconds(processor)}`,
      ratio: null,
      promise: `at most ${most} ms`,
      isKept: clock <= most,
    };
  };
  const frames = Math.max(...times.map((time) => time.frames));
  return [
    row('a map of a million blocks, from its data to the screen', 'drawn', 50),
    row('the slowest step of the zoom in it', 'zoom', 16),
    row('the slowest answer to the pointer over it', 'hover', 16),
    {
      what: 'frames in a second at rest',
      ours: String(frames),
      peer: '',
      ratio: null,
      promise: 'none',
      isKept: frames === 0,
    },
  ];
}

async function launched(): Promise<Browser> {
  try {
    return await launchChromium();
  } catch (error) {
    if (error instanceof HostUnavailable) throw new NotMeasured(error.message);
    throw error;
  }
}

async function measure(browser: Browser): Promise<PageTimes> {
  const page = await openStage(browser);
  try {
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    return {
      drawn: await drawn(page, session),
      hover: await hover(page, session),
      zoom: await zoom(page, session),
      frames: await framesAtRest(page),
    };
  } finally {
    await page.context().close();
  }
}

async function drawn(page: Page, session: CDPSession): Promise<Times> {
  const map = await page.evaluateHandle(([blocks, layers]) => window.stage.prepare(blocks, layers), [
    BLOCKS,
    LAYERS,
  ] as const);
  // What is left of making the sample is not the map's to clear away.
  await session.send('HeapProfiler.collectGarbage');
  return timed(session, () => page.evaluate((map) => window.stage.time(() => map.show(), true), map));
}

async function hover(page: Page, session: CDPSession): Promise<Times> {
  const all: Times[] = [];
  for (let i = 0; i < HOVERS; i++) {
    all.push(
      await timed(session, () =>
        page.evaluate(
          ([x, y]) => {
            const surface = document.querySelector('.block-map-surface')!;
            const { left, top } = surface.getBoundingClientRect();
            const move = new PointerEvent('pointermove', { clientX: left + x, clientY: top + y, bubbles: true });
            return window.stage.time(() => surface.dispatchEvent(move), false);
          },
          [40 + 19 * i, 30 + 11 * i] as const,
        ),
      ),
    );
  }
  return slowest(all);
}

async function zoom(page: Page, session: CDPSession): Promise<Times> {
  const all: Times[] = [];
  for (let step = 0; step < 2 * ZOOM_STEPS; step++) {
    all.push(
      await timed(session, () =>
        page.evaluate(
          (deltaY) => {
            const surface = document.querySelector('.block-map-surface')!;
            const { left, top } = surface.getBoundingClientRect();
            const place = { clientX: left + 400, clientY: top + 250, bubbles: true, cancelable: true };
            const wheel = new WheelEvent('wheel', { ...place, deltaY });
            return window.stage.time(() => surface.dispatchEvent(wheel), false);
          },
          step < ZOOM_STEPS ? -100 : 100,
        ),
      ),
    );
  }
  return slowest(all);
}

async function framesAtRest(page: Page): Promise<number> {
  return page.evaluate(async () => {
    await window.stage.drawn();
    const before = window.stage.frames;
    // A second without anything to do is what is measured here.
    await new Promise((resolve) => setTimeout(resolve, 1000));
    return window.stage.frames - before;
  });
}

/** The clock is read in the page; the processor's time, which holds a little of the measuring too, is asked of the browser. */
async function timed(session: CDPSession, deed: () => Promise<number>): Promise<Times> {
  const before = await processorTime(session);
  const clock = await deed();
  return { clock, processor: (await processorTime(session)) - before };
}

async function processorTime(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN);
}

function slowest(all: readonly Times[]): Times {
  return {
    clock: Math.max(...all.map((times) => times.clock)),
    processor: Math.max(...all.map((times) => times.processor)),
  };
}
