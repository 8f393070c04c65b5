import { constants, linkSync, openSync, renameSync, statSync, unlinkSync } from 'node:fs';
import type { PathStyle } from './paths';
import { REFUSED_FOR_NOW, WRITE_PROTECTED } from './systemErrors';

/** The calls of Node that a system answers in its own way. */
export interface FileCalls {
  /** Returns a descriptor. */
  open(path: string, flags: string | number): number;
  rename(path: string, newPath: string): void;
  unlink(path: string): void;
  link(path: string, secondPath: string): void;
}

/** What systems do differently about files. It is all here, so that a test can put another system in the place of its own. */
export interface NodeSystem extends FileCalls {
  readonly pathStyle: PathStyle;
  /** How a file is opened that is only to be brought to the medium. */
  readonly flushAccess: number;
  /** True where a file has permissions and an owner of its own; elsewhere its folder gives them. */
  readonly hasOwnPermissions: boolean;
  /** True where `/proc` tells who uses a file. */
  readonly tellsUsers: boolean;
}

const NODE_CALLS: FileCalls = { open: openSync, rename: renameSync, unlink: unlinkSync, link: linkSync };

/** Linux and macOS: whatever is open may be renamed, replaced and removed, and a refusal stands. */
const POSIX_SYSTEM: NodeSystem = {
  ...NODE_CALLS,
  pathStyle: 'posix',
  // Nobody is to take us for one who writes once the file itself is closed; and to open a pipe that stands at its path by then must not take forever.
  flushAccess: constants.O_RDONLY | constants.O_NONBLOCK,
  hasOwnPermissions: true,
  tellsUsers: process.platform === 'linux',
};

/**
 * How long we wait for another program that has a file open for a moment: a virus scanner, an indexer, a backup. In milliseconds. What is
 * opened is as a rule held by a virtual machine, which does not let go of it soon.
 */
const OPEN_PATIENCE = 300;
const NAME_PATIENCE = 2000;
const FIRST_PAUSE = 5;

/** What Windows answers where a file is open elsewhere, too; the last two also where it does not permit something for good. */
const MAY_PASS = new Set(['EBUSY', 'EPERM', 'EACCES']);

/**
 * Windows refuses what concerns a file that another program has open without sharing it, for as long as that lasts, and to replace one that is
 * open at all. A file may carry a read-only mark, and has no other permissions of its own. Its refusals get codes that `systemError` knows.
 */
export class WindowsSystem implements NodeSystem {
  readonly pathStyle: PathStyle = 'windows';
  // Without the right to write it flushes nothing.
  readonly flushAccess = constants.O_RDWR;
  readonly hasOwnPermissions = false;
  readonly tellsUsers = false;
  readonly #calls: FileCalls;
  readonly #wait: (milliseconds: number) => void;

  constructor(calls: FileCalls = NODE_CALLS, wait: (milliseconds: number) => void = sleep) {
    this.#calls = calls;
    this.#wait = wait;
  }

  open(path: string, flags: string | number): number {
    const writes = typeof flags === 'string' || (flags & (constants.O_WRONLY | constants.O_RDWR)) !== 0;
    return this.#patiently(OPEN_PATIENCE, writes ? path : null, () => this.#calls.open(path, flags));
  }

  rename(path: string, newPath: string): void {
    this.#patiently(NAME_PATIENCE, newPath, () => this.#calls.rename(path, newPath));
  }

  unlink(path: string): void {
    this.#patiently(NAME_PATIENCE, null, () => this.#calls.unlink(path));
  }

  link(path: string, secondPath: string): void {
    // A file system without second names says EPERM, and no patience helps there.
    this.#calls.link(path, secondPath);
  }

  /** `changed`: the file whose read-only mark would be in the way; null where none would. */
  #patiently<Result>(patience: number, changed: string | null, call: () => Result): Result {
    for (let waited = 0, pause = FIRST_PAUSE; ; waited += pause, pause *= 2) {
      try {
        return call();
      } catch (error) {
        if (!MAY_PASS.has(codeOf(error))) {
          throw error;
        }
        if (changed !== null && isWriteProtected(changed)) {
          throw withCode(WRITE_PROTECTED, error);
        }
        if (waited >= patience) {
          throw withCode(REFUSED_FOR_NOW, error);
        }
        this.#wait(pause);
      }
    }
  }
}

/** The system that this process runs on. */
export const THIS_SYSTEM: NodeSystem = process.platform === 'win32' ? new WindowsSystem() : POSIX_SYSTEM;

/** Node shows the read-only mark of Windows as a file that nobody may write. */
function isWriteProtected(path: string): boolean {
  try {
    return (statSync(path).mode & 0o222) === 0;
  } catch {
    return false;
  }
}

/** The engine is synchronous, and its thread has nothing else to do. */
function sleep(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function withCode(code: string, cause: unknown): Error {
  return Object.assign(new Error(code, { cause }), { code });
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
