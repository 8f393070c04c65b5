import { closeSync, constants, fstatSync, fsyncSync, ftruncateSync, readSync, statSync, writeSync } from 'node:fs';
import { EngineError } from '../errors';
import { t } from '../l10n';
import { THIS_SYSTEM, type NodeSystem } from './nodeSystem';
import type { Storage } from './storage';
import { systemError } from './systemErrors';

/** One call of the system moves at most this many bytes: its counter is a signed 32-bit number. */
const MAX_BYTES_A_CALL = 0x4000_0000;

/** A regular file on this computer. */
export class NodeFileStorage implements Storage {
  readonly readOnly: boolean;
  readonly path: string;
  private descriptor: number;

  /** Takes an open file over; see `openNodeFile`. `path` is for errors, and for a second opening that makes sure it is the same file. */
  constructor(path: string, descriptor: number, readOnly: boolean) {
    this.path = path;
    this.descriptor = descriptor;
    this.readOnly = readOnly;
  }

  /** For other threads of this process, as long as this is open. */
  get openDescriptor(): number {
    return this.descriptor;
  }

  size(): number {
    try {
      return fstatSync(this.descriptor).size;
    } catch (error) {
      throw systemError(t('Reading {0}', this.path), error);
    }
  }

  read(offset: number, target: Uint8Array): number {
    const wanted = target.length;
    let done = 0;
    try {
      while (done < wanted) {
        const count = readSync(this.descriptor, target, done, Math.min(wanted - done, MAX_BYTES_A_CALL), offset + done);
        if (count === 0) {
          break;
        }
        done += count;
      }
    } catch (error) {
      throw systemError(t('Reading {0} at byte {1}', this.path, offset), error);
    }
    return done;
  }

  write(offset: number, bytes: Uint8Array): void {
    this.checkWritable();
    let done = 0;
    try {
      while (done < bytes.length) {
        const length = Math.min(bytes.length - done, MAX_BYTES_A_CALL);
        done += writeSync(this.descriptor, bytes, done, length, offset + done);
      }
    } catch (error) {
      throw systemError(t('Writing {0} at byte {1}', this.path, offset), error);
    }
  }

  truncate(length: number): void {
    this.checkWritable();
    try {
      ftruncateSync(this.descriptor, length);
    } catch (error) {
      throw systemError(t('Setting the length of {0}', this.path), error);
    }
  }

  flush(): void {
    this.checkWritable();
    try {
      fsyncSync(this.descriptor);
    } catch (error) {
      throw systemError(t('Writing {0}', this.path), error);
    }
  }

  close(): void {
    const descriptor = this.descriptor;
    // What is used after closing must fail, not meet another file that got the same number.
    this.descriptor = -1;
    if (descriptor >= 0) {
      closeSync(descriptor);
    }
  }

  private checkWritable(): void {
    if (this.readOnly) {
      throw new EngineError('file-access', {
        what: t('Writing {0}', this.path),
        why: t('it is open for reading only'),
        remedy: t('open it for writing'),
      });
    }
  }
}

/**
 * Opens an existing regular file; links are followed. A device or a pipe is refused before it is opened, and a pipe put in its place
 * meanwhile cannot hang us. Throws EngineError `file-not-found`, `file-access` or `not-a-file`.
 */
export function openNodeFile(
  path: string,
  access: 'read' | 'write',
  system: NodeSystem = THIS_SYSTEM,
): NodeFileStorage {
  const what = t('Opening {0}', path);
  let descriptor = -1;
  try {
    checkRegular(what, statSync(path));
    const mode = access === 'write' ? constants.O_RDWR : constants.O_RDONLY;
    // Not on Windows, where the constant is missing and reads as 0 here.
    descriptor = system.open(path, mode | constants.O_NONBLOCK);
    checkRegular(what, fstatSync(descriptor));
    return new NodeFileStorage(path, descriptor, access === 'read');
  } catch (error) {
    if (descriptor >= 0) {
      closeSync(descriptor);
    }
    throw systemError(what, error);
  }
}

/** Makes a new, empty file; see `FileSystem.create`. */
export function createNodeFile(path: string, system: NodeSystem = THIS_SYSTEM): NodeFileStorage {
  try {
    return new NodeFileStorage(path, system.open(path, 'wx+'), false);
  } catch (error) {
    throw systemError(t('Creating {0}', path), error);
  }
}

function checkRegular(what: string, facts: { isFile(): boolean; isDirectory(): boolean }): void {
  if (!facts.isFile()) {
    const why = facts.isDirectory() ? t('it is a folder') : t('it is a device, a pipe or a socket');
    throw new EngineError('not-a-file', { what, why, remedy: t('name a regular file') });
  }
}
