import { writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { EngineError } from '../engine/index';
import { OutputClosed, type Terminal } from './terminal';

const STANDARD_OUTPUT = 1;
const STANDARD_ERROR = 2;

/** How long to let a full pipe drain before another try, in milliseconds. */
const DRAIN_TIME = 2;

/** Signals that ask a process to end, with the exit code that shells expect of them. */
const INTERRUPTS: readonly (readonly [NodeJS.Signals, number])[] = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
];

/**
 * The process's own output. Written straight to the descriptors: Node's streams would have to be set up first, and would keep what
 * the reader has not taken yet in memory.
 */
export class ProcessTerminal implements Terminal {
  readonly workingFolder = process.cwd();
  readonly isWatched = isatty(STANDARD_ERROR);

  write(bytes: Uint8Array): void {
    try {
      writeAll(STANDARD_OUTPUT, bytes);
    } catch (error) {
      if (hasCode(error, 'EPIPE') || hasCode(error, 'EOF')) {
        throw new OutputClosed();
      }
      const isFull = hasCode(error, 'ENOSPC') || hasCode(error, 'EDQUOT');
      throw new EngineError(
        isFull ? 'no-space' : 'file-access',
        {
          what: 'Writing to standard output',
          why: isFull ? 'the disk is full' : 'the system refused',
          remedy: isFull ? 'free some space, and try again' : 'check where the output is sent to',
        },
        error,
      );
    }
  }

  writeError(text: string): void {
    try {
      writeAll(STANDARD_ERROR, Buffer.from(text));
    } catch {
      // Nobody hears us; the exit code still tells.
    }
  }

  onInterrupt(listener: (exitCode: number) => void): () => void {
    const handlers = INTERRUPTS.map(([signal, exitCode]) => ({ signal, handler: () => listener(exitCode) }));
    for (const { signal, handler } of handlers) {
      process.on(signal, handler);
    }
    return () => {
      for (const { signal, handler } of handlers) {
        process.off(signal, handler);
      }
    };
  }
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) {
    try {
      done += writeSync(descriptor, bytes, done);
    } catch (error) {
      // A pipe that another program made non-blocking, and that is full.
      if (!hasCode(error, 'EAGAIN')) {
        throw error;
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, DRAIN_TIME);
    }
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
