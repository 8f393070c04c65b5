import { closeSync, fdatasync, fstatSync, openSync } from 'node:fs';
import { THIS_SYSTEM } from './nodeSystem';

/**
 * Has the system bring what was written to a file to the medium, on one of Node's own threads. The file is opened for itself for that: a
 * system tells each opening of a file once that bringing its bytes to the medium failed, and it is `flush` that has to be told.
 */
export class NodeEarlyFlush {
  /** -1 where there is none: then nothing is begun. */
  private descriptor: number;
  private isRunning = false;

  /** `like`: a descriptor of the file that stands at the path. */
  constructor(path: string, like: number) {
    this.descriptor = -1;
    try {
      this.descriptor = openSync(path, THIS_SYSTEM.flushAccess);
      const [own, other] = [fstatSync(this.descriptor), fstatSync(like)];
      if (own.dev !== other.dev || own.ino !== other.ino) {
        this.close();
      }
    } catch {
      this.close();
    }
  }

  /** Does nothing while the last one has not ended. */
  begin(): void {
    if (this.isRunning || this.descriptor < 0) {
      return;
    }
    const { descriptor } = this;
    this.isRunning = true;
    fdatasync(descriptor, () => {
      this.isRunning = false;
      if (this.descriptor < 0) {
        closeSync(descriptor);
      }
    });
  }

  /** Does not wait for one that goes on. */
  close(): void {
    const { descriptor } = this;
    this.descriptor = -1;
    if (descriptor >= 0 && !this.isRunning) {
      closeSync(descriptor);
    }
  }
}
