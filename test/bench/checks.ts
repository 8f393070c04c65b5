import { closeSync, openSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildVhd, idOf, layoutOf } from '../fixtures/vhdBuilder';
import { builtEngine } from './builtEngine';
import { writeGiants } from './images';
import { milliseconds, ratioRow, timeInTurn, type BenchPart } from './measure';

const TRUSTED = { trusted: true, given: [], confine: null };
const FILES = 1000;

/** Everything that is wrong with a differencing image of a million blocks, beside reading its bitmaps alone. */
export const checkGiant: BenchPart = {
  name: 'check of a 2040 GiB image with all blocks used',
  run(folder) {
    const { paths, specs } = writeGiants(folder, 2);
    const path = paths.at(-1) ?? '';
    const places = [...layoutOf(specs.at(-1)!).blockOffsets.values()];
    const engine = builtEngine();
    const fileSystem = new engine.NodeFileSystem();
    const times = timeInTurn(5, {
      ours: {
        deed: () => {
          const { findings } = engine.runToEnd(engine.checkImage(fileSystem, path, TRUSTED, { now: Date.now() }));
          if (findings.some(({ severity }) => severity !== 'note')) throw new Error('Wrong findings');
        },
      },
      reading: {
        deed: () => {
          const bitmap = new Uint8Array(512);
          const descriptor = openSync(path, 'r');
          for (const place of places) readSync(descriptor, bitmap, 0, 512, place);
          closeSync(descriptor);
        },
      },
    });
    return [ratioRow('check', times.ours, times.reading, 'reading the bitmaps', 2)];
  },
};

/** Sorting a heap of images into families, beside reading the head and the tail of each file. */
export const scanHeap: BenchPart = {
  name: `scan of ${FILES.toLocaleString('en')} files`,
  run(folder) {
    const paths = Array.from({ length: FILES }, (_, index) => join(folder, `${(index * 7919) % FILES}.avhd`));
    for (const [index, path] of paths.entries()) writeFileSync(path, heapImage(index));
    const engine = builtEngine();
    const fileSystem = new engine.NodeFileSystem();
    const times = timeInTurn(5, {
      ours: {
        deed: () => {
          const scan = engine.runToEnd(engine.scanFamilies(fileSystem, { folders: [folder], files: [] }, TRUSTED));
          engine.describeHeap(fileSystem, scan.families);
          if (scan.families.length !== FILES / 10) throw new Error(`${scan.families.length} families`);
        },
      },
      reading: {
        deed: () => {
          const bytes = new Uint8Array(512);
          for (const path of paths) {
            const descriptor = openSync(path, 'r');
            for (const offset of [0, 512, 1024, 4096]) readSync(descriptor, bytes, 0, 512, offset);
            closeSync(descriptor);
          }
        },
      },
    });
    const what = 'read into families';
    const peer = `reading four sectors of each: ${milliseconds(times.reading)}`;
    return [
      { what, ours: milliseconds(times.ours), peer, ratio: times.ours / times.reading, promise: '', isKept: true },
    ];
  },
};

/** Ten images a chain. */
function heapImage(index: number): Uint8Array {
  const common = { virtualSize: 65536, blockSize: 4096, id: numberedId(index) };
  return index % 10 === 0
    ? buildVhd({ ...common, type: 'dynamic' })
    : buildVhd({ ...common, type: 'differencing', parent: { id: numberedId(index - 1), name: 'C:\\vm\\gone.vhd' } });
}

function numberedId(index: number): Uint8Array {
  const id = idOf(1);
  new DataView(id.buffer).setUint32(4, index);
  return id;
}
