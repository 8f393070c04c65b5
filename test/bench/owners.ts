import { closeSync, openSync, readSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Chain } from '../../src/engine/index';
import { layoutOf } from '../fixtures/vhdBuilder';
import { builtEngine } from './builtEngine';
import { writeBitmapChain, writeGiants } from './images';
import { ratioRow, runProgram, timeInTurn, type BenchPart } from './measure';

const LAYERS = 8;
const BITMAPS = 20_000;

type Engine = ReturnType<typeof builtEngine>;

function open({ openChain, NodeFileSystem }: Engine, path: string): Chain {
  return openChain(new NodeFileSystem(), path, { trusted: true, given: [], confine: null });
}

/** Opening a chain and telling who has each of a million blocks, beside `cat` of the eight tables. */
export const blockGrain: BenchPart = {
  name: `block-grain owners of ${LAYERS} layers of 2040 GiB`,
  run(folder) {
    const { paths, specs } = writeGiants(folder, LAYERS);
    const tables = paths.map((path, i) => {
      const spec = specs[i]!;
      const table = Buffer.alloc((spec.virtualSize / 2 ** 21) * 4);
      const descriptor = openSync(path, 'r');
      readSync(descriptor, table, 0, table.length, layoutOf(spec).tableOffset);
      closeSync(descriptor);
      writeFileSync(join(folder, `table${i}`), table);
      return join(folder, `table${i}`);
    });
    const leaf = paths.at(-1) ?? '';
    const engine = builtEngine();
    let owners: ReturnType<Engine['blockOwners']> | null = null;
    const times = timeInTurn(11, {
      ours: {
        deed: () => {
          const chain = open(engine, leaf);
          owners = engine.blockOwners(chain);
          engine.closeChain(chain);
        },
        after: () => {
          if (owners === null || owners.top.some((layer) => layer !== 0) || owners.shared.includes(0)) {
            throw new Error('Wrong owners');
          }
        },
      },
      cat: { deed: () => runProgram('sh', ['-c', `cat ${tables.join(' ')} > /dev/null`]) },
    });
    return [ratioRow('open and map', times.ours, times.cat, 'cat of the tables', 3)];
  },
};

/** Who owns each sector, every bitmap of the chain being partly set, beside reading the same bitmaps. */
export const sectorGrain: BenchPart = {
  name: `sector-grain owners, ${BITMAPS.toLocaleString('en')} bitmaps in 4 layers`,
  run(folder) {
    const paths = writeBitmapChain(folder, 4, BITMAPS);
    const engine = builtEngine();
    const chain = open(engine, paths.at(-1) ?? '');
    try {
      const bitmap = new Uint8Array(512);
      const { blockCount } = chain.layers[0].image;
      const times = timeInTurn(11, {
        ours: {
          deed: () => {
            const scan = engine.scanSectors(chain);
            while (scan.next().done !== true);
          },
        },
        reading: {
          deed: () => {
            for (let block = 0; block < blockCount; block++) {
              for (const { image } of chain.layers) image.storage.read(image.blockOffset(block) - 512, bitmap);
            }
          },
        },
      });
      return [ratioRow('scan of the whole disk', times.ours, times.reading, 'reading the bitmaps', 2)];
    } finally {
      engine.closeChain(chain);
    }
  },
};
