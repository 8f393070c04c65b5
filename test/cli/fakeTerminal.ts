import { OutputClosed, type Terminal } from '../../src/cli/terminal';

/** Keeps what a call writes. */
export class FakeTerminal implements Terminal {
  readonly workingFolder: string;
  readonly isWatched: boolean;
  error = '';
  private readonly pieces: Uint8Array[] = [];
  private length = 0;
  private readonly readerLimit: number;
  private readonly listeners = new Set<(exitCode: number) => void>();

  /** `readerLimit`: the reader goes away after so many bytes. */
  constructor(options: { workingFolder?: string; isWatched?: boolean; readerLimit?: number } = {}) {
    this.workingFolder = options.workingFolder ?? '/';
    this.isWatched = options.isWatched ?? false;
    this.readerLimit = options.readerLimit ?? Infinity;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.pieces);
  }

  get text(): string {
    return this.bytes.toString('utf8');
  }

  get listenerCount(): number {
    return this.listeners.size;
  }

  write(bytes: Uint8Array): void {
    this.length += bytes.length;
    if (this.length > this.readerLimit) throw new OutputClosed();
    this.pieces.push(Uint8Array.from(bytes));
  }

  writeError(text: string): void {
    this.error += text;
  }

  onInterrupt(listener: (exitCode: number) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  interrupt(exitCode: number): void {
    for (const listener of this.listeners) listener(exitCode);
  }
}
