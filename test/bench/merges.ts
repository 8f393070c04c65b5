import { spawnSync } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { closeSync, copyFileSync, mkdirSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { CliProcess } from '../cli/cliProcess';
import { mixedBlocks, writeFilled } from '../fixtures/filledImages';
import { idOf, writeVhd } from '../fixtures/vhdBuilder';
import type { BlockSpec, VhdSpec } from '../fixtures/vhdSpec';
import { writeGiants } from './images';
import { milliseconds, ratioRow, runProgram, settle, sizeRow, timeInTurn, type BenchPart } from './measure';

const MIB = 2 ** 20;
const BLOCK_SIZE = 2 * MIB;

/** Loaded before the program: tells at its end how much memory it took, in bytes. */
const PROBE = `
process.on('exit', () => {
  require('node:fs').writeSync(2, 'resident ' + process.resourceUsage().maxRSS * 1024);
});
`;

function onParent(number: number, name: string): Pick<VhdSpec, 'type' | 'parent'> {
  return {
    type: 'differencing',
    parent: { id: idOf(number), name, locators: [{ code: 'W2ru', text: `.\\${name}` }] },
  };
}

/** A child with 512 whole blocks and 512 blocks of scattered sectors, and a parent with every other block. */
function writePair(folder: string): { base: string; child: string; bytes: number } {
  const [base, child] = [join(folder, 'base.vhd'), join(folder, 'child.avhd')];
  const common = { virtualSize: 1024 * BLOCK_SIZE, alignment: 4096 } as const;
  const runs = { count: 64, length: 4 };
  const blocks = mixedBlocks({ from: 0, to: 1024, whole: 1, of: 2 }, runs);
  const ofBase = Array.from({ length: 1024 }, (_, index): BlockSpec => ({ index, sectors: 'all' as const }));
  writeFilled(
    base,
    { ...common, type: 'dynamic', id: idOf(1), blocks: ofBase.filter(({ index }) => index % 4 < 2) },
    1,
  );
  writeFilled(child, { ...common, ...onParent(1, 'base.vhd'), id: idOf(2), blocks }, 2);
  return { base, child, bytes: 512 * BLOCK_SIZE + 512 * runs.count * runs.length * 512 };
}

/** A file of so many bytes that do not compress. */
function writePlain(path: string, size: number): void {
  const bytes = randomFillSync(Buffer.alloc(BLOCK_SIZE));
  const file = openSync(path, 'w');
  for (let offset = 0; offset < size; offset += bytes.length) {
    writeSync(file, bytes, 0, Math.min(bytes.length, size - offset), offset);
  }
  closeSync(file);
}

/** Reads files so that they are in memory, whoever reads them next. */
function warm(paths: readonly string[]): void {
  for (const path of paths) spawnSync('cat', [path], { stdio: ['ignore', 'ignore', 'ignore'] });
}

export const mergePair: BenchPart = {
  name: 'merge of 512 whole and 512 scattered blocks into the parent',
  run(folder) {
    const { base, child, bytes } = writePair(folder);
    const plain = join(folder, 'plain');
    writePlain(plain, bytes);
    const probe = join(folder, 'probe.cjs');
    writeFileSync(probe, PROBE);
    const cli = new CliProcess();
    const used = join(folder, 'used');
    let resident = 0;
    const clear = (): void => {
      rmSync(used, { recursive: true, force: true });
      mkdirSync(used);
    };
    /**
     * On a virtual machine, memory that was free for two seconds comes from its host anew. Each deed finds as much at hand as it needs, whatever the
     * preparation of it has used up.
     */
    const haveMemoryAtHand = (): void => {
      const scratch = join(used, 'scratch');
      writePlain(scratch, bytes);
      rmSync(scratch);
    };
    /** Without the removal of the child, on a medium that is told what is free a large part of the time, and with it on both sides. */
    const compare = (removes: boolean): ReturnType<typeof timeInTurn<'ours' | 'peer'>> =>
      timeInTurn(5, {
        ours: {
          before: () => {
            clear();
            for (const path of [base, child]) copyFileSync(path, join(used, path.slice(folder.length + 1)));
            settle();
            warm([join(used, 'base.vhd'), join(used, 'child.avhd')]);
            haveMemoryAtHand();
          },
          deed: () => {
            const words = ['-r', probe, cli.path, 'merge', join(used, 'child.avhd'), ...(removes ? [] : ['--keep'])];
            const result = spawnSync(process.execPath, words, { encoding: 'utf8' });
            if (result.status !== 0) throw new Error(result.stderr);
            resident = Math.max(resident, Number(/resident (\d+)/.exec(result.stderr)?.[1]));
          },
        },
        peer: {
          before: () => {
            clear();
            copyFileSync(child, join(used, 'old'));
            settle();
            warm([plain, join(used, 'old')]);
            haveMemoryAtHand();
          },
          deed: () => {
            runProgram('cp', ['--reflink=never', plain, join(used, 'copy')]);
            runProgram('sync', ['-d', join(used, 'copy')]);
            if (removes) runProgram('rm', [join(used, 'old')]);
          },
        },
      });
    try {
      const kept = compare(false);
      const removed = compare(true);
      return [
        ratioRow('both flushed, the child kept', kept.ours, kept.peer, 'cp, sync', 1.3),
        ratioRow('both flushed, the child removed', removed.ours, removed.peer, 'cp, sync, rm of the child', 1.3),
        sizeRow('resident at most', resident, 200 * MIB),
      ];
    } finally {
      cli.remove();
    }
  },
};

/** What the system counted for a process by itself. Bytes. */
const COUNTING_PROBE = `
process.on('exit', () => {
  const fs = require('node:fs');
  const io = fs.readFileSync('/proc/self/io', 'utf8');
  fs.writeSync(2, JSON.stringify({ read: Number(/rchar: (\\d+)/.exec(io)[1]), written: Number(/wchar: (\\d+)/.exec(io)[1]) }));
});
`;

export const snapshotOfGiant: BenchPart = {
  name: 'snapshot of a 2040 GiB disk',
  run(folder) {
    const { paths } = writeGiants(folder, 1);
    const image = paths[0] ?? '';
    const cli = new CliProcess();
    const leaf = join(folder, 'leaf.avhd');
    try {
      const times = timeInTurn(7, {
        ours: {
          before: () => rmSync(leaf, { force: true }),
          deed: () => runProgram(process.execPath, [cli.path, 'snapshot', image, '--output', leaf]),
        },
      });
      const isKept = times.ours < 1000;
      return [
        {
          what: 'whole program',
          ours: milliseconds(times.ours),
          peer: `${(statSync(leaf).size / MIB).toFixed(1)} MiB`,
          ratio: null,
          promise: 'well under a second',
          isKept,
        },
      ];
    } finally {
      cli.remove();
    }
  },
};

export const mergeRange: BenchPart = {
  name: 'merge of a range of eight layers',
  run(folder) {
    const count = 64;
    const common = { virtualSize: count * BLOCK_SIZE, alignment: 4096 } as const;
    const names = Array.from({ length: 9 }, (_, at) => (at === 0 ? 'base.vhd' : `layer${at}.avhd`));
    const eight = (from: number): BlockSpec[] =>
      Array.from({ length: 8 }, (_, at) => ({ index: from + at, sectors: 'all' as const }));
    writeVhd(join(folder, 'base.vhd'), { ...common, type: 'dynamic', id: idOf(1) });
    for (let at = 1; at <= 8; at++) {
      // The first eight blocks all have, so that only the top one's survive; each of the others has eight of its own.
      const blocks = at === 8 ? eight(0) : [...eight(0), ...eight(8 * at)];
      const spec: VhdSpec = { ...common, ...onParent(at, names[at - 1] ?? ''), id: idOf(at + 1), blocks };
      writeFilled(join(folder, names[at] ?? ''), spec, at);
    }
    const probe = join(folder, 'probe.cjs');
    writeFileSync(probe, COUNTING_PROBE);
    const cli = new CliProcess();
    try {
      const count = (words: readonly string[]): { read: number; written: number } => {
        const result = spawnSync(process.execPath, ['-r', probe, cli.path, ...words], { encoding: 'utf8' });
        if (result.status !== 0) throw new Error(result.stderr);
        return JSON.parse(result.stderr) as { read: number; written: number };
      };
      const words = ['merge', join(folder, names[8] ?? ''), '--into', join(folder, 'base.vhd'), '--json'];
      const planned = count([...words, '--dry-run']);
      const merged = count(words);
      const surviving = 64 * BLOCK_SIZE;
      return [
        sizeRow('written, beside 128 MiB that survive', merged.written - planned.written, surviving + 4 * MIB),
        sizeRow('read, once from its layer and once to verify it', merged.read - planned.read, 2 * surviving + 4 * MIB),
      ];
    } finally {
      cli.remove();
    }
  },
};
