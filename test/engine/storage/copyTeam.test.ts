import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  constants,
  fsyncSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { CopyOrder, CopySegment, CopyStretch, CopyTeam } from '../../../src/engine/storage/copyOrder';
import { MAX_STRETCH_LENGTH } from '../../../src/engine/storage/copyOrder';
import { copyTeamOf } from '../../../src/engine/storage/copyTeam';
import { MemoryFileSystem } from '../../../src/engine/storage/memoryFileSystem';
import { nodeCopyTeam } from '../../../src/engine/storage/nodeCopyTeam';
import { NodeFlushLane } from '../../../src/engine/storage/nodeFlushLane';
import { openNodeFile } from '../../../src/engine/storage/nodeFileStorage';
import type { Storage } from '../../../src/engine/storage/storage';
import { CliProcess } from '../../cli/cliProcess';
import { sized } from '../../testSize';

const SOURCE_SIZE = 40_000;
const SLOT = 8192;
const SLOTS = 24;

/** Enough to be worth threads, whatever is really copied. */
const MUCH = 2 ** 40;

function patterned(seed: number): Buffer {
  // Whole grains of zeros among the rest.
  return Buffer.from(
    Array.from({ length: SOURCE_SIZE }, (_, i) => (Math.floor(i / 4096) % 3 === seed % 3 ? 0 : (i * 7 + seed) & 0xff)),
  );
}

const sources = [patterned(1), patterned(2)];

/** Stretches in slots of their own: nobody else writes where one goes. */
const stretches = fc.uniqueArray(fc.nat(SLOTS - 1), { maxLength: SLOTS }).chain((slots) =>
  fc.tuple(
    ...slots.map((slot) =>
      fc
        .array(
          fc.record({
            source: fc.nat(1),
            offset: fc.nat((SOURCE_SIZE - 1024) / 4).map((n) => n * 4),
            length: fc.integer({ min: 1, max: 256 }).map((n) => n * 4),
          }),
          { minLength: 1, maxLength: 6 },
        )
        .map((segments): CopyStretch => ({ targetOffset: slot * SLOT, segments })),
    ),
  ),
);

function expected(all: readonly CopyStretch[]): Buffer {
  const bytes = Buffer.alloc(SLOTS * SLOT);
  for (const { targetOffset, segments } of all) {
    const parts = segments.map(({ source, offset, length }) => sources[source]!.subarray(offset, offset + length));
    Buffer.concat(parts).copy(bytes, targetOffset);
  }
  return bytes;
}

interface Scene {
  readonly target: Storage;
  readonly sources: readonly Storage[];
  /** What the target holds. */
  content(): Buffer;
  team(order: CopyOrder): CopyTeam;
}

function describeTeam(name: string, sceneOf: () => Scene): void {
  describe(name, () => {
    let scene: Scene;
    beforeEach(() => (scene = sceneOf()));

    function run(all: readonly CopyStretch[], options: { verifies: boolean; skipsZeros: boolean }): CopyTeam {
      const team = scene.team({
        target: scene.target,
        sources: scene.sources,
        length: MUCH,
        flushes: false,
        ...options,
      });
      try {
        for (const stretch of all) team.add(stretch);
        assert.deepEqual(team.settle(), []);
      } finally {
        team.close();
      }
      return team;
    }

    it('copies all stretches as a loop over arrays does', () => {
      fc.assert(
        fc.property(
          fc.array(stretches, { minLength: 1, maxLength: 3 }),
          fc.boolean(),
          fc.boolean(),
          (rounds, verifies, skipsZeros) => {
            for (const all of rounds) {
              scene.target.truncate(0);
              scene.target.truncate(SLOTS * SLOT);
              const { bytesWritten } = run(all, { verifies, skipsZeros });
              assert.ok(scene.content().equals(expected(all)));
              const length = all.reduce(
                (sum, { segments }) => sum + segments.reduce((s, each) => s + each.length, 0),
                0,
              );
              assert.ok(skipsZeros ? bytesWritten <= length : bytesWritten === length);
            }
          },
        ),
        { numRuns: sized({ small: 15, ci: 40, full: 400 }) },
      );
    });

    it('does more than it can hold at a time', () => {
      const all = Array.from({ length: 9000 }, (_, at): CopyStretch => ({
        targetOffset: at * 16,
        segments: [
          { source: at % 2, offset: at * 4, length: 8 },
          { source: 0, offset: 0, length: 8 },
        ],
      }));
      run(all, { verifies: true, skipsZeros: false });
      const content = scene.content();
      for (const { targetOffset, segments } of all) {
        const parts = segments.map(({ source, offset, length }) => sources[source]!.subarray(offset, offset + length));
        assert.ok(content.subarray(targetOffset, targetOffset + 16).equals(Buffer.concat(parts)));
      }
    });

    it('copies what is posted, settled and posted anew in the same places, round after round', async () => {
      const { target } = scene;
      const how = { verifies: true, skipsZeros: false, flushes: false };
      const team = scene.team({ target, sources: scene.sources, length: MUCH, ...how });
      try {
        for (let round = 0; round < sized({ small: 100, ci: 400, full: 20_000 }); round++) {
          const all = Array.from({ length: 1 + (round % SLOTS) }, (_, slot): CopyStretch => ({
            targetOffset: slot * SLOT,
            segments: [{ source: round % 2, offset: ((round * 7 + slot) % 1000) * 8, length: 64 + (round % 500) * 4 }],
          }));
          for (const stretch of all) team.add(stretch);
          assert.deepEqual(team.settle(), []);
          const content = scene.content();
          for (const { targetOffset, segments } of all) {
            const [{ source, offset, length }] = segments as [CopySegment];
            const bytes = content.subarray(targetOffset, targetOffset + length);
            assert.ok(bytes.equals(sources[source]!.subarray(offset, offset + length)), `round ${round}`);
          }
          // Threads start, and end, only when this one lets them.
          if (round % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
        }
      } finally {
        team.close();
      }
    });

    it('gives back what a source is too short for, and does the rest', () => {
      const good: CopyStretch = { targetOffset: 0, segments: [{ source: 0, offset: 4096, length: 4096 }] };
      const bad: CopyStretch = {
        targetOffset: SLOT,
        segments: [{ source: 1, offset: SOURCE_SIZE - 512, length: 1024 }],
      };
      const team = scene.team({
        target: scene.target,
        sources: scene.sources,
        length: MUCH,
        flushes: false,
        verifies: true,
        skipsZeros: false,
      });
      team.add(bad);
      team.add(good);
      assert.deepEqual(team.settle(), [bad]);
      assert.equal(team.hasFailed, false);
      assert.equal(team.bytesWritten, 4096);
      team.close();
      assert.ok(scene.content().subarray(0, 4096).equals(sources[0]!.subarray(4096, 8192)));
    });

    it('flushes while it copies on, as often as it is asked to', async () => {
      const how = { verifies: true, skipsZeros: false, flushes: true };
      const team = scene.team({ target: scene.target, sources: scene.sources, length: MUCH, ...how });
      team.endFlush();
      for (let slot = 0; slot < SLOTS; slot++) {
        team.add({ targetOffset: slot * SLOT, segments: [{ source: 0, offset: slot * 4, length: SLOT }] });
        assert.deepEqual(team.settle(), []);
        if (slot % 2 === 0) team.startEarlyFlush();
        team.startFlush();
        team.add({ targetOffset: slot * SLOT, segments: [{ source: 1, offset: slot * 4, length: SLOT / 2 }] });
        assert.deepEqual(team.settle(), []);
        while (slot % 3 === 0 && team.isFlushing) await new Promise(setImmediate);
        team.endFlush();
        assert.equal(team.isFlushing, false);
      }
      team.startFlush();
      team.close();
      const expectedSlot = (slot: number): Buffer =>
        Buffer.concat([
          sources[1]!.subarray(slot * 4, slot * 4 + SLOT / 2),
          sources[0]!.subarray(slot * 4 + SLOT / 2, slot * 4 + SLOT),
        ]);
      const content = scene.content();
      for (let slot = 0; slot < SLOTS; slot++) {
        assert.ok(content.subarray(slot * SLOT, (slot + 1) * SLOT).equals(expectedSlot(slot)));
      }
    });

    it('touches nothing after it was closed', () => {
      const team = scene.team({
        target: scene.target,
        sources: scene.sources,
        length: MUCH,
        flushes: false,
        verifies: false,
        skipsZeros: false,
      });
      for (let slot = 0; slot < SLOTS; slot++) {
        team.add({ targetOffset: slot * SLOT, segments: [{ source: 0, offset: 0, length: SLOT }] });
      }
      team.close();
      team.close();
      scene.target.truncate(0);
      assert.equal(scene.content().length, 0);
    });
  });
}

/** The descriptors of a process that lead to the file at a path, where the system tells. */
function openedBy(pid: number, path: string): string[] {
  if (process.platform !== 'linux') return [];
  const { ino } = statSync(path);
  return readdirSync(`/proc/${pid}/fd`).filter((fd) => {
    return statSync(`/proc/${pid}/fd/${fd}`, { throwIfNoEntry: false })?.ino === ino;
  });
}

describe('a copy team', () => {
  describeTeam('of one', () => {
    const files = new MemoryFileSystem('posix', {
      '/target': Buffer.alloc(SLOTS * SLOT),
      '/0': sources[0]!,
      '/1': sources[1]!,
    });
    const target = files.open('/target', 'write');
    return {
      target,
      sources: [files.open('/0', 'read'), files.open('/1', 'read')],
      content: () => {
        const bytes = Buffer.alloc(target.size());
        target.read(0, bytes);
        return bytes;
      },
      team: (order) => copyTeamOf(files, order),
    };
  });

  describe('of threads', () => {
    let cli: CliProcess;
    let folder: string;
    const opened: Storage[] = [];
    before(() => {
      cli = new CliProcess();
      folder = mkdtempSync(join(tmpdir(), 'vhd-editor-copy-'));
      sources.forEach((bytes, at) => writeFileSync(join(folder, String(at)), bytes));
    });
    afterEach(() => opened.splice(0).forEach((storage) => storage.close()));
    after(() => {
      cli.remove();
      rmSync(folder, { recursive: true });
    });

    function sceneOf(flushes: boolean, processors: number): Scene {
      const path = join(folder, 'target');
      writeFileSync(path, Buffer.alloc(SLOTS * SLOT));
      const target = openNodeFile(path, 'write');
      const files = sources.map((_, at) => openNodeFile(join(folder, String(at)), 'read'));
      opened.push(target, ...files);
      return {
        target,
        sources: files,
        content: () => readFileSync(path),
        team: (order) => {
          const team = nodeCopyTeam(cli.path, { ...order, flushes }, processors);
          assert.ok(team !== null);
          return team;
        },
      };
    }

    // As many as there are at most, whatever the machine has.
    describeTeam('of four', () => sceneOf(false, 16));
    describeTeam('of four beside one that flushes', () => sceneOf(true, 16));
    describeTeam('of one beside one that flushes', () => sceneOf(true, 2));

    it('throws what the system says to a flush, once', () => {
      const wrong = join(folder, 'wrong');
      // A pipe cannot be flushed.
      assert.equal(spawnSync('mkfifo', [wrong]).status, 0);
      const pipe = openSync(wrong, constants.O_RDWR | constants.O_NONBLOCK);
      const lane = new NodeFlushLane(cli.path, { flush: () => fsyncSync(pipe) }, pipe, wrong);
      lane.startEarly();
      lane.start();
      assert.throws(() => lane.end());
      lane.end();
      lane.close();
      closeSync(pipe);
    });

    it('flushes early only the file itself, and no other that stands at its path by then', async () => {
      const path = join(folder, 'replaced');
      writeFileSync(path, 'first');
      const target = openNodeFile(path, 'write');
      opened.push(target);
      rmSync(path);
      writeFileSync(path, 'second');
      const lane = new NodeFlushLane(cli.path, target, target.openDescriptor, path);
      lane.startEarly();
      lane.start();
      while (lane.isBusy) await new Promise(setImmediate);
      lane.end();
      // Nobody is to hold the other one open.
      assert.deepEqual(openedBy(process.pid, path), []);
      lane.close();
    });

    it('does not wait for a pipe that stands at the path of the file by then', async () => {
      const path = join(folder, 'piped');
      writeFileSync(path, 'content');
      const target = openNodeFile(path, 'write');
      opened.push(target);
      rmSync(path);
      assert.equal(spawnSync('mkfifo', [path]).status, 0);
      const lane = new NodeFlushLane(cli.path, target, target.openDescriptor, path);
      try {
        lane.startEarly();
        lane.start();
        while (lane.isBusy) await new Promise(setImmediate);
        lane.end();
      } finally {
        lane.close();
        // Whoever waits for somebody to write is let go.
        closeSync(openSync(path, constants.O_RDWR | constants.O_NONBLOCK));
      }
    });

    it('is not made for little, nor for what is no file of this computer', () => {
      const files = new MemoryFileSystem('posix', { '/a': Buffer.alloc(10) });
      const target = openNodeFile(join(folder, '0'), 'write');
      opened.push(target);
      const order = {
        target,
        sources: [],
        verifies: false,
        skipsZeros: false,
        flushes: true,
        length: MAX_STRETCH_LENGTH,
      };
      assert.equal(nodeCopyTeam(cli.path, order, 16), null);
      const ofMemory = { ...order, length: MUCH, sources: [files.open('/a', 'read')] };
      assert.equal(nodeCopyTeam(cli.path, ofMemory, 16), null);
    });
  });
});
