import { BlockMapView } from '../../../src/webview/blockMap/blockMapView';
import { blockDetail, blockGrain, layerSummaries, sectorGrain, usedDisk } from './sampleMap';
import type { Sample } from './sampleMap';

/** What the map told the page, in order. */
export type MapEvent = readonly ['select' | 'hover', number | null] | readonly ['activate' | 'describe', number];

const requestFrame = window.requestAnimationFrame.bind(window);

/** The map alone on a page, for tests: `window.stage`. */
class MapStage {
  readonly view: BlockMapView;
  readonly events: MapEvent[] = [];
  /** Frames that anything asked for. */
  frames = 0;
  /** Answers to `describe` wait while this is true. */
  holdsAnswers = false;
  #sample: Sample = { layerCount: 1, blocks: [] };
  #waiting: (() => void)[] = [];

  constructor(container: HTMLElement) {
    window.requestAnimationFrame = (callback) => {
      this.frames++;
      return requestFrame(callback);
    };
    this.view = new BlockMapView(container, {
      onSelect: (block) => this.events.push(['select', block]),
      onHover: (block) => this.events.push(['hover', block]),
      onActivate: (block) => this.events.push(['activate', block]),
      describe: async (block) => {
        this.events.push(['describe', block]);
        if (this.holdsAnswers) await new Promise<void>((resolve) => this.#waiting.push(resolve));
        return blockDetail(this.#sample, block);
      },
    });
  }

  end(): void {
    this.view.dispose();
  }

  show(sample: Sample): void {
    this.#sample = sample;
    this.view.show(blockGrain(sample), layerSummaries(sample.layerCount, sample.blocks.length));
  }

  showUsed(blockCount: number, layerCount: number): void {
    this.prepare(blockCount, layerCount).show();
  }

  /** Makes a map to be shown later, so that only showing it can be timed. */
  prepare(blockCount: number, layerCount: number): { show(): void } {
    this.#sample = usedDisk(blockCount, layerCount);
    const map = blockGrain(this.#sample);
    const layers = layerSummaries(layerCount, blockCount);
    return { show: () => this.view.show(map, layers) };
  }

  /** Edits have changed these blocks; nothing else is known to be different. */
  edit(blocks: readonly number[]): void {
    const map = { ...blockGrain(this.#sample), unsaved: blocks.map((start) => ({ start, length: 1 })) };
    this.view.refresh(map, layerSummaries(this.#sample.layerCount, this.#sample.blocks.length));
  }

  addGrain(firstBlock = 0, blockCount = this.#sample.blocks.length): void {
    this.view.addSectorGrain(sectorGrain(this.#sample, firstBlock, blockCount));
  }

  answer(): void {
    this.holdsAnswers = false;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Milliseconds that a deed takes, and the frame after it from its beginning to its end; the wait for that frame counts only if asked. */
  async time(deed: () => void, withWait: boolean): Promise<number> {
    for (let i = 0; i < 2; i++) await new Promise((resolve) => requestFrame(resolve));
    await new Promise((resolve) => setTimeout(resolve));
    const began = new Promise<number>((resolve) => requestFrame(() => resolve(performance.now())));
    const start = performance.now();
    deed();
    const done = performance.now();
    const ended = new Promise<number>((resolve) => {
      requestFrame(() => {
        // Its answer comes after the frame's style, layout and painting.
        const channel = new MessageChannel();
        channel.port1.onmessage = () => resolve(performance.now());
        channel.port2.postMessage(null);
      });
    });
    return withWait ? (await ended) - start : done - start + (await ended) - (await began);
  }

  /** Two frames later: what is asked for now is drawn, and what that asked for as well. */
  async drawn(): Promise<void> {
    for (let i = 0; i < 2; i++) await new Promise((resolve) => requestFrame(resolve));
  }
}

declare global {
  interface Window {
    stage: MapStage;
    /** Puts a new map in the place of the one before. */
    restart(): void;
  }
}

const container = document.createElement('div');
container.className = 'stage';
document.body.append(container);
window.stage = new MapStage(container);
window.restart = () => {
  window.stage.end();
  window.stage = new MapStage(container);
};
