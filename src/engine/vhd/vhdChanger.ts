import { EngineError } from '../errors';
import type { ImageChanger, SectorsBelow } from '../imageChanger';
import type { Storage } from '../storage/storage';
import { readParts } from './vhdParts';

/** Changes a VHD image. */
export class VhdChanger implements ImageChanger {
  readonly #path: string;

  constructor(storage: Storage, path: string, _below: SectorsBelow) {
    readParts(storage, path);
    this.#path = path;
  }

  setField(): readonly string[] {
    throw this.#notYet();
  }

  makeConsistent(): readonly string[] {
    throw this.#notYet();
  }

  setSectorBits(): void {
    throw this.#notYet();
  }

  writeDisk(): void {
    throw this.#notYet();
  }

  #notYet(): EngineError {
    const why = 'this is being built';
    return new EngineError('not-possible', { what: `Changing ${this.#path}`, why, remedy: 'wait for a later version' });
  }
}
