import { readdirSync, readFileSync } from 'node:fs';

/** Words of the command line of a process, and the number of its group; null where it is gone. */
function processFacts(pid: string): { readonly group: number; readonly words: string } | null {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ');
    // The name, in brackets, may hold anything. After it come state, parent and group.
    const [, , group] = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
    return { group: Number(group), words };
  } catch {
    return null;
  }
}

/** Extension hosts that stand still. What is asked of them meanwhile waits. */
export interface HeldExtension {
  /** Lets them go on, and do first what they were asked. */
  goOn(): void;
  /** Ends them where they stand, as a machine that goes down does. */
  end(): void;
}

/**
 * Holds the extension hosts of a group of processes where they are, threads and all, so that a test can come before work that would end sooner on one
 * machine than on another. Linux only.
 */
export function holdExtensionHosts(group: number): HeldExtension {
  const pids = readdirSync('/proc').filter((name) => {
    const facts = /^\d+$/.test(name) ? processFacts(name) : null;
    return facts?.group === group && facts.words.includes('--type=extensionHost');
  });
  if (pids.length === 0) throw new Error(`no extension host in the group ${group}`);
  const tell = (signal: NodeJS.Signals): void => {
    for (const pid of pids) process.kill(Number(pid), signal);
  };
  tell('SIGSTOP');
  return { goOn: () => tell('SIGCONT'), end: () => tell('SIGKILL') };
}
