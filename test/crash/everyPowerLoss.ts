import type { DiskEvent, DiskImage } from './diskImage';
import { afterPowerLoss, type Fate, type Random } from './powerLoss';
import { RecordingFileSystem, type Shortcomings } from './recordingFileSystem';

/** A disk that an operation was cut short on. */
export interface CutShort {
  readonly fileSystem: RecordingFileSystem;
  /** For the message when something is wrong. */
  readonly when: string;
}

/**
 * Builds disks as a loss of power may leave them, after every single step of an operation: all that was not flushed kept, all of it lost, and
 * `tries` times something in between.
 */
export function* everyPowerLoss(
  start: DiskImage,
  events: readonly DiskEvent[],
  random: Random,
  tries: number,
  shortcomings: Shortcomings = {},
): Generator<CutShort, void, void> {
  const fates: Fate[] = ['kept', 'lost', ...new Array<Fate>(tries).fill('random')];
  for (let count = 0; count <= events.length; count++) {
    for (const [number, fate] of fates.entries()) {
      const disk = afterPowerLoss(start, events, count, fate, random);
      const last = events[count - 1];
      const when = `after event ${count} of ${events.length} (${last === undefined ? 'none' : wordsOf(last)}), ${fate} ${number}`;
      yield { fileSystem: new RecordingFileSystem(disk, shortcomings), when };
    }
  }
}

/** As `everyPowerLoss`, but only `count` disks, each after a step that is left to chance: for many chains where there is no time for every step. */
export function* somePowerLosses(
  start: DiskImage,
  events: readonly DiskEvent[],
  random: Random,
  count: number,
  shortcomings: Shortcomings = {},
): Generator<CutShort, void, void> {
  for (let number = 0; number < count; number++) {
    const at = random(events.length + 1);
    const fate = (['kept', 'lost', 'random', 'random'] as const)[random(4)]!;
    const disk = afterPowerLoss(start, events, at, fate, random);
    const last = events[at - 1];
    const when = `after event ${at} of ${events.length} (${last === undefined ? 'none' : wordsOf(last)}), ${fate} ${number}`;
    yield { fileSystem: new RecordingFileSystem(disk, shortcomings), when };
  }
}

function wordsOf(event: DiskEvent): string {
  switch (event.kind) {
    case 'write':
      return `write ${event.bytes.length} at ${event.offset} of ${event.inode}`;
    case 'truncate':
      return `truncate ${event.inode} to ${event.length}`;
    case 'flush':
      return `flush ${event.inode}`;
    case 'name':
      return `name ${event.path}`;
    case 'rename':
      return `rename ${event.from} to ${event.to}`;
    case 'remove':
      return `remove ${event.path}`;
    case 'flush-folder':
      return `flush folder ${event.folder}`;
  }
}
