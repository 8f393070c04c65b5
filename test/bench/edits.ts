import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { WorkerClient } from '../../src/worker/client';
import { writeGiants } from './images';
import { median, milliseconds, settle, type BenchPart, type BenchRow } from './measure';

const LAYERS = 8;
const ROUNDS = 15;
const MEMORY = 64 * 2 ** 20;

/** So long may a key take to be answered, in milliseconds: what a person takes for at once. A save waits for the medium four times. */
const MOST_FOR_KEY = 100;
const MOST_FOR_SAVE = 250;

/** One byte typed into a 2040 GiB image with seven others below it, by way of the worker as it is shipped: the edit, its undoing and its save. */
export const keyToSaved: BenchPart = {
  name: 'key to saved state of one byte in a 2040 GiB image',
  async run(folder) {
    const { paths } = writeGiants(folder, LAYERS);
    const client = startWorker(folder);
    try {
      const path = paths.at(-1) ?? '';
      const policy = { trusted: true, given: [], confine: null };
      await client.request('openChain', { path, loaded: null, policy, readOnlyReason: null });
      const times: Times[] = [];
      settle();
      // The first round warms up and does not count.
      for (let round = 0; round <= ROUNDS; round++) times.push(await oneByte(client, round));
      return rows(times.slice(1));
    } finally {
      await client.dispose();
    }
  },
};

interface Times {
  readonly key: number;
  readonly undo: number;
  readonly save: number;
}

function startWorker(folder: string): WorkerClient {
  const program = join(folder, 'worker.js');
  const entryPoints = [join(__dirname, '../../src/worker/main.ts')];
  buildSync({ entryPoints, bundle: true, minify: true, platform: 'node', target: 'node20', outfile: program });
  return new WorkerClient(program, {
    notified: () => undefined,
    scanFailed: (failure) => {
      throw failure;
    },
    ended: (failure) => {
      throw failure;
    },
  });
}

/** Each round in a block of its own. */
async function oneByte(client: WorkerClient, round: number): Promise<Times> {
  const offset = 1_234_567_890 * (round + 1);
  const edit = { kind: 'overwrite', target: 'disk', offset, bytes: Uint8Array.of(round + 1) } as const;
  const start = performance.now();
  const { done } = await client.request('edit', { edit, memoryLimit: MEMORY });
  const edited = performance.now();
  await client.request('undoEdit', { id: done.id });
  const undone = performance.now();
  await client.request('redoEdit', { id: done.id });
  const redone = performance.now();
  await client.request('saveEdits', {});
  return { key: edited - start, undo: undone - edited, save: performance.now() - redone };
}

function rows(times: readonly Times[]): BenchRow[] {
  const row = (what: string, time: number, most: number): BenchRow => ({
    what,
    ours: milliseconds(time),
    peer: '',
    ratio: null,
    promise: `at most ${String(most)} ms`,
    isKept: time <= most,
  });
  const key = median(times.map((time) => time.key));
  const save = median(times.map((time) => time.save));
  return [
    row('from the key to what is shown', key, MOST_FOR_KEY),
    row('its undoing', median(times.map(({ undo }) => undo)), MOST_FOR_KEY),
    row('its save, on the medium when it is done', save, MOST_FOR_SAVE),
    row('from the key to the saved state', key + save, MOST_FOR_KEY + MOST_FOR_SAVE),
  ];
}
