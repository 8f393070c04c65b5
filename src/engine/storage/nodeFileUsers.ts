import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { t } from '../l10n';
import { THIS_SYSTEM } from './nodeSystem';

/** The bits of an open file's flags, in the octal number that Linux prints, that say it may be written through. */
const WRITE_FLAGS = 0o3;

/** The files that are asked of, by device and inode, and who uses each. */
type Users = ReadonlyMap<string, Set<string>>;

/**
 * See `FileSystem.usersOf`. Linux tells: who has locked a file in /proc/locks (fcntl, OFD and flock locks alike), who has it open in
 * /proc/PID/fd as far as we may look, and which loop devices stand on it. Other systems tell when the file is opened, or not at all.
 */
export function nodeFileUsers(paths: readonly string[]): readonly (readonly string[])[] {
  const keys = THIS_SYSTEM.tellsUsers ? paths.map(keyOfFile) : [];
  const users = new Map(keys.filter((key) => key !== null).map((key) => [key, new Set<string>()]));
  if (users.size > 0) {
    addWriters(users);
    addLockers(users);
    addLoopDevices(users);
  }
  return paths.map((_, at) => named(users.get(keys[at] ?? '')));
}

/** Whoever holds a lock without a name is as a rule one of those who were found by their open file. */
function named(users: ReadonlySet<string> = new Set()): readonly string[] {
  const nameless = t('another program');
  return users.size > 1 ? [...users].filter((user) => user !== nameless) : [...users];
}

/** As /proc/locks names a file; null where nothing stands at the path. */
function keyOfFile(path: string): string | null {
  const facts = orNull(() => statSync(path, { bigint: true }));
  return facts === null ? null : `${deviceText(facts.dev)}:${facts.ino}`;
}

function addWriters(users: Users): void {
  for (const id of namesIn('/proc').filter((name) => /^\d+$/.test(name))) {
    for (const descriptor of namesIn(`/proc/${id}/fd`)) {
      const found = openedFile(id, descriptor, users);
      if (found !== undefined && isWritable(id, descriptor)) {
        found.add(processName(id));
      }
    }
  }
}

/** The users of the file behind a descriptor, where it is one that is asked of. */
function openedFile(processId: string, descriptor: string, users: Users): Set<string> | undefined {
  const entry = `/proc/${processId}/fd/${descriptor}`;
  // Most descriptors are sockets, pipes and devices: the link's text tells without asking for more.
  const target = orNull(() => readlinkSync(entry));
  return target?.startsWith('/') === true && !target.startsWith('/dev/')
    ? users.get(keyOfFile(entry) ?? '')
    : undefined;
}

function isWritable(processId: string, descriptor: string): boolean {
  const flags = /^flags:\s*([0-7]+)$/m.exec(textOf(`/proc/${processId}/fdinfo/${descriptor}`))?.[1] ?? '0';
  return (Number.parseInt(flags, 8) & WRITE_FLAGS) !== 0;
}

/** A line reads `2: OFDLCK ADVISORY  READ -1 08:01:1234 100 101`: the process (-1 for an OFD lock), device and inode. */
function addLockers(users: Users): void {
  for (const line of textOf('/proc/locks').split('\n')) {
    const [, id = '-1', key = ''] = /(-?\d+) ([0-9a-f]+:[0-9a-f]+:\d+) \S+ \S+$/.exec(line) ?? [];
    users.get(key)?.add(processName(id));
  }
}

/** Device numbers as /proc/locks prints them, from how `stat` packs them. */
function deviceText(device: bigint): string {
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & 0xfffff000n);
  const minor = (device & 0xffn) | ((device >> 12n) & 0xffffff00n);
  return `${major.toString(16).padStart(2, '0')}:${minor.toString(16).padStart(2, '0')}`;
}

/** The kernel itself writes through these; no process shows the file. */
function addLoopDevices(users: Users): void {
  for (const name of namesIn('/sys/block').filter((each) => each.startsWith('loop'))) {
    const backing = textOf(join('/sys/block', name, 'loop/backing_file')).trim();
    users.get(backing === '' ? '' : (keyOfFile(backing) ?? ''))?.add(name);
  }
}

function processName(id: string): string {
  const name = id === '-1' ? '' : textOf(`/proc/${id}/comm`).trim();
  return name === '' ? t('another program') : `${name} (${id})`;
}

function namesIn(folder: string): string[] {
  return orNull(() => readdirSync(folder)) ?? [];
}

function textOf(file: string): string {
  return orNull(() => readFileSync(file, 'utf8')) ?? '';
}

/** Processes come and go while we look, and not all of them let us. */
function orNull<T>(ask: () => T): T | null {
  try {
    return ask();
  } catch {
    return null;
  }
}
