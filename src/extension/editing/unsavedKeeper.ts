import type { Edit, HostEdit } from '../../engine/editing/edit';

/** The unsaved edits of a document outside of the engine. */
export interface KeptEdits {
  /** A backup of the engine's; null where there was none to begin with. */
  readonly bytes: Uint8Array | null;
  /** Edits that were made after it, in order. */
  readonly since: readonly (Edit | HostEdit)[];
}

/** Keeps the unsaved edits of a document where the engine cannot take them along when it breaks down. */
export class UnsavedKeeper {
  #bytes: Uint8Array | null = null;
  #since: (Edit | HostEdit)[] = [];

  get kept(): KeptEdits {
    return { bytes: this.#bytes, since: this.#since };
  }

  /** True where the backup alone is not all. */
  get isBehind(): boolean {
    return this.#since.length > 0;
  }

  /** All unsaved edits are in this backup. */
  take(bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#since = [];
  }

  /** One more edit was made. */
  add(edit: Edit | HostEdit): void {
    this.#since.push(edit);
  }

  /** Nothing is unsaved. */
  clear(): void {
    this.#bytes = null;
    this.#since = [];
  }
}
