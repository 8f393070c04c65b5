import { readdirSync, readFileSync, readlinkSync, statSync, type BigIntStats } from 'node:fs';
import { join } from 'node:path';
import { t } from '../l10n';
import { THIS_SYSTEM } from './nodeSystem';

/** The bits of an open file's flags, in the octal number that Linux prints, that say it may be written through. */
const WRITE_FLAGS = 0o3;

/**
 * See `FileSystem.usersOf`. Linux tells: who has locked a file in /proc/locks (fcntl, OFD and flock locks alike), who has it open in
 * /proc/PID/fd as far as we may look, and which loop devices stand on it. Other systems tell when the file is opened, or not at all.
 */
export function nodeFileUsers(path: string): readonly string[] {
  if (!THIS_SYSTEM.tellsUsers) {
    return [];
  }
  const file = orNull(() => statSync(path, { bigint: true }));
  if (file === null) {
    return [];
  }
  const users = new Set([...writersOf(file), ...lockersOf(file), ...loopDevicesOf(file)]);
  // Whoever holds a lock without a name is as a rule one of those who were found by their open file.
  const nameless = t('another program');
  return users.size > 1 ? [...users].filter((user) => user !== nameless) : [...users];
}

function writersOf(file: BigIntStats): string[] {
  const processes = namesIn('/proc').filter((name) => /^\d+$/.test(name));
  return processes.filter((id) => namesIn(`/proc/${id}/fd`).some((fd) => isWriter(id, fd, file))).map(processName);
}

function isWriter(processId: string, descriptor: string, file: BigIntStats): boolean {
  const entry = `/proc/${processId}/fd/${descriptor}`;
  // Most descriptors are sockets, pipes and devices: the link's text tells without asking for more.
  const target = orNull(() => readlinkSync(entry));
  if (!target?.startsWith('/') || target.startsWith('/dev/')) {
    return false;
  }
  const open = orNull(() => statSync(entry, { bigint: true }));
  if (open?.ino !== file.ino || open.dev !== file.dev) {
    return false;
  }
  const flags = /^flags:\s*([0-7]+)$/m.exec(textOf(`/proc/${processId}/fdinfo/${descriptor}`))?.[1] ?? '0';
  return (Number.parseInt(flags, 8) & WRITE_FLAGS) !== 0;
}

/** A line reads `2: OFDLCK ADVISORY  READ -1 08:01:1234 100 101`: the process (-1 for an OFD lock), device and inode. */
function lockersOf(file: BigIntStats): string[] {
  const wanted = `${deviceText(file.dev)}:${file.ino}`;
  return textOf('/proc/locks')
    .split('\n')
    .map((line) => /(-?\d+) ([0-9a-f]+:[0-9a-f]+:\d+) \S+ \S+$/.exec(line))
    .filter((match) => match?.[2] === wanted)
    .map((match) => processName(match?.[1] ?? '-1'));
}

/** Device numbers as /proc/locks prints them, from how `stat` packs them. */
function deviceText(device: bigint): string {
  const major = ((device >> 8n) & 0xfffn) | ((device >> 32n) & 0xfffff000n);
  const minor = (device & 0xffn) | ((device >> 12n) & 0xffffff00n);
  return `${major.toString(16).padStart(2, '0')}:${minor.toString(16).padStart(2, '0')}`;
}

/** The kernel itself writes through these; no process shows the file. */
function loopDevicesOf(file: BigIntStats): string[] {
  const devices = namesIn('/sys/block').filter((name) => name.startsWith('loop'));
  return devices.filter((name) => {
    const backing = textOf(join('/sys/block', name, 'loop/backing_file')).trim();
    const facts = backing === '' ? null : orNull(() => statSync(backing, { bigint: true }));
    return facts?.ino === file.ino && facts.dev === file.dev;
  });
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
