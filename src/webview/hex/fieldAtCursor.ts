import { messageOf } from '../connection';
import type { Connection } from '../connection';

/** Which structure of a file the byte at the cursor belongs to, in words: `Footer › Checksum`. */
export class FieldAtCursor {
  readonly #connection: Connection;
  readonly #changed: () => void;
  #place: { readonly layer: number; readonly offset: number } | null = null;
  #words = '';

  /** `changed` is called when more is known. */
  constructor(connection: Connection, changed: () => void) {
    this.#connection = connection;
    this.#changed = changed;
  }

  /** What is known of a byte; empty until it is, and where it belongs to nothing. Of another byte than before it is asked for. */
  at(layer: number, offset: number): string {
    if (this.#place?.layer !== layer || this.#place.offset !== offset) {
      this.#words = '';
      this.#place = { layer, offset };
      void this.#ask(this.#place);
    }
    return this.#words;
  }

  /** The structures may be others now. */
  forget(): void {
    this.#place = null;
  }

  async #ask(place: { readonly layer: number; readonly offset: number }): Promise<void> {
    let words: string;
    try {
      const nodes = await this.#connection.request('structureAt', place);
      words = nodes.map(({ name }) => name).join(' › ');
    } catch (error) {
      words = messageOf(error);
    }
    if (place !== this.#place) return;
    this.#words = words;
    this.#changed();
  }
}
