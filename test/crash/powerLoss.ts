import { folderOfPath } from '../../src/engine/storage/paths';
import type { DiskEvent, DiskImage, Inode } from './diskImage';
import { truncated, written } from './recordingFileSystem';

const SECTOR = 512;

/** A number from 0 up to, not including, `limit`. */
export type Random = (limit: number) => number;

/** The same numbers for the same seed. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return (limit) => {
    // Mulberry32.
    state = (state + 0x6d2b_79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

/** What becomes of what was not flushed. */
export type Fate = 'kept' | 'lost' | 'random';

type DataEvent = Extract<DiskEvent, { kind: 'write' | 'truncate' }>;
type NameEvent = Extract<DiskEvent, { kind: 'name' | 'rename' | 'remove' }>;

/**
 * A disk as a loss of power may leave it after the first `count` events.
 *
 * What was flushed stands. Of everything else each sector of 512 bytes of a write has arrived or not, in whatever order it was written: the
 * last of several writes to a sector, an earlier one, or none of them. A file may have its new length without the bytes in it. A change of a name has
 * happened or not, each for itself; a renamed file may still have its old name too.
 */
export function afterPowerLoss(
  start: DiskImage,
  events: readonly DiskEvent[],
  count: number,
  fate: Fate,
  random: Random,
): DiskImage {
  const files = new Map<number, { durable: Inode; pending: DataEvent[] }>();
  for (const inode of start.values()) {
    files.set(inode.number, { durable: { ...inode, bytes: inode.bytes.slice() }, pending: [] });
  }
  const names = new Map([...start].map(([path, inode]) => [path, inode.number]));
  let pendingNames: NameEvent[] = [];
  for (const event of events.slice(0, count)) {
    switch (event.kind) {
      case 'write':
      case 'truncate':
        files.get(event.inode)?.pending.push(event);
        break;
      case 'flush': {
        const file = files.get(event.inode);
        if (file !== undefined) {
          file.pending.forEach((pending) => applyWhole(file.durable, pending));
          file.pending = [];
        }
        break;
      }
      case 'flush-folder': {
        const inFolder = (pending: NameEvent): boolean => folderOfPath('posix', pathOf(pending)) === event.folder;
        pendingNames.filter(inFolder).forEach((pending) => applyName(names, pending));
        pendingNames = pendingNames.filter((pending) => !inFolder(pending));
        break;
      }
      case 'name':
        if (!files.has(event.inode)) {
          const durable = { number: event.inode, bytes: new Uint8Array(), modified: event.time };
          files.set(event.inode, { durable, pending: [] });
        }
        pendingNames.push(event);
        break;
      case 'rename':
      case 'remove':
        pendingNames.push(event);
        break;
    }
  }
  settleNames(names, pendingNames, fate, random);
  for (const file of files.values()) settleData(file.durable, file.pending, fate, random);
  const disk = new Map<string, Inode>();
  for (const [path, number] of names) {
    const file = files.get(number);
    if (file !== undefined) disk.set(path, file.durable);
  }
  return disk;
}

function settleNames(names: Map<string, number>, pending: readonly NameEvent[], fate: Fate, random: Random): void {
  if (fate === 'lost') return;
  // A journal of names loses the newest ones; other systems lose any.
  const kept = fate === 'kept' ? pending.length : random(pending.length + 1);
  const losesAny = fate === 'random' && random(2) === 0;
  for (const [index, event] of pending.entries()) {
    if (losesAny ? random(2) === 0 : index < kept) {
      applyName(names, event);
      if (event.kind === 'rename' && fate === 'random' && random(4) === 0) names.set(event.from, event.inode);
    }
  }
}

function settleData(inode: Inode, pending: readonly DataEvent[], fate: Fate, random: Random): void {
  if (fate === 'lost') return;
  for (const event of pending) {
    const chance = fate === 'kept' ? 0 : random(6);
    if (chance < 2) {
      applyWhole(inode, event);
    } else if (chance < 4 && event.kind === 'write') {
      applyTorn(inode, event, random);
    } else if (chance === 4 && event.kind === 'write' && event.offset + event.bytes.length > inode.bytes.length) {
      inode.bytes = truncated(inode.bytes, event.offset + event.bytes.length);
    }
  }
}

function applyWhole(inode: Inode, event: DataEvent): void {
  inode.bytes =
    event.kind === 'write' ? written(inode.bytes, event.offset, event.bytes) : truncated(inode.bytes, event.length);
  inode.modified = event.time;
}

/** Sectors are those of the medium: a write that begins within one reaches it whole or not at all as far as it goes. */
function applyTorn(inode: Inode, { offset, bytes, time }: Extract<DataEvent, { kind: 'write' }>, random: Random): void {
  for (let from = 0; from < bytes.length;) {
    const to = Math.min(bytes.length, from + SECTOR - ((offset + from) % SECTOR));
    if (random(2) === 0) {
      inode.bytes = written(inode.bytes, offset + from, bytes.subarray(from, to));
      inode.modified = time;
    }
    from = to;
  }
}

function applyName(names: Map<string, number>, event: NameEvent): void {
  switch (event.kind) {
    case 'name':
      names.set(event.path, event.inode);
      break;
    case 'rename':
      if (names.get(event.from) === event.inode) names.delete(event.from);
      names.set(event.to, event.inode);
      break;
    case 'remove':
      names.delete(event.path);
      break;
  }
}

function pathOf(event: NameEvent): string {
  return event.kind === 'rename' ? event.to : event.path;
}
