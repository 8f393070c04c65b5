import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../host/chromium';
import { HostUnavailable } from '../host/install';
import { openStage } from '../webview/blockMap/mapHarness';
import { median, milliseconds, NotMeasured } from './measure';
import type { BenchPart, BenchRow } from './measure';

const BLOCKS = 1_000_000;
const LAYERS = 6;
const ROUNDS = 5;

/** Milliseconds of the page's main thread. */
interface PageTimes {
  /** From the data's arrival to the end of the frame that shows it, the wait for that frame included. */
  readonly drawn: number;
  /** The longest of all steps from the whole disk to the largest cells and back: the event's handling and the frame's work. */
  readonly zoom: number;
  /** The longest of many. */
  readonly hover: number;
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
  const of = (name: keyof PageTimes): number => median(times.map((time) => time[name]));
  const row = (what: string, time: number, most: number): BenchRow => ({
    what,
    ours: milliseconds(time),
    peer: '',
    ratio: null,
    promise: `at most ${most} ms`,
    isKept: time <= most,
  });
  const frames = Math.max(...times.map((time) => time.frames));
  return [
    row('a map of a million blocks, from its data to the screen', of('drawn'), 50),
    row('the slowest step of the zoom in it', of('zoom'), 16),
    row('the slowest answer to the pointer over it', of('hover'), 16),
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
    return await measureIn(page);
  } finally {
    await page.context().close();
  }
}

async function measureIn(page: Page): Promise<PageTimes> {
  return page.evaluate(
    async ([blocks, layers]) => {
      const { stage } = window;
      const frame = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
      const frameEnd = (): Promise<number> =>
        new Promise((resolve) => {
          requestAnimationFrame(() => {
            // Comes after the frame's style, layout and painting.
            const channel = new MessageChannel();
            channel.port1.onmessage = () => resolve(performance.now());
            channel.port2.postMessage(null);
          });
        });
      /** What a deed takes by itself, and the frame that follows it from its beginning to its end. */
      const work = async (deed: () => void): Promise<number> => {
        await frame();
        await new Promise((resolve) => setTimeout(resolve));
        const began = new Promise<number>((resolve) => requestAnimationFrame(() => resolve(performance.now())));
        const start = performance.now();
        deed();
        const handled = performance.now() - start;
        const end = await frameEnd();
        return handled + end - (await began);
      };

      const sample = stage.prepare(blocks, layers);
      for (let i = 0; i < 3; i++) await frame();
      const arrived = performance.now();
      sample.show();
      const drawn = (await frameEnd()) - arrived;
      await frame();

      const surface = document.querySelector('.block-map-surface')!;
      const box = surface.getBoundingClientRect();
      const at = (x: number, y: number): MouseEventInit => ({
        clientX: box.left + x,
        clientY: box.top + y,
        bubbles: true,
      });
      let hover = 0;
      for (let i = 0; i < 60; i++) {
        const move = new PointerEvent('pointermove', at(40 + 13 * i, 30 + 7 * i));
        hover = Math.max(hover, await work(() => surface.dispatchEvent(move)));
      }
      let zoom = 0;
      for (const deltaY of [...new Array<number>(22).fill(-100), ...new Array<number>(22).fill(100)]) {
        const wheel = new WheelEvent('wheel', { ...at(400, 250), deltaY, cancelable: true });
        zoom = Math.max(zoom, await work(() => surface.dispatchEvent(wheel)));
      }
      for (let i = 0; i < 5; i++) await frame();
      const before = stage.frames;
      // A second without anything to do is what is measured here.
      await new Promise((resolve) => setTimeout(resolve, 1000));
      return { drawn, zoom, hover, frames: stage.frames - before };
    },
    [BLOCKS, LAYERS] as const,
  );
}
