import type { Edit, EditDone, EditPreview, EditTarget } from '../../protocol/editing';
import type { ByteSource } from '../../protocol/session';
import { messageOf } from '../connection';
import type { Connection } from '../connection';
import { t } from '../l10n';
import type { Navigation } from '../navigation';
import type { Store, WayOut } from '../state';
import { EditQueue } from './editQueue';
import { PendingBytes } from './pendingBytes';

/** Why something cannot be edited, for people, and what they may do about it. */
export interface Refusal {
  readonly reason: string;
  readonly ways: readonly WayOut[];
}

/** Edits of the leaf of the open chain: whether they are possible, and the way to the host. */
export class Editing {
  readonly pending = new PendingBytes();
  readonly #store: Store;
  readonly #connection: Connection;
  readonly #navigation: Navigation;
  readonly #queue: EditQueue;

  constructor(store: Store, connection: Connection, navigation: Navigation) {
    this.#store = store;
    this.#connection = connection;
    this.#navigation = navigation;
    this.#queue = new EditQueue((edit) => connection.request('edit', { edit }));
  }

  /** Why nothing of the leaf can be changed; null where it can. */
  get leafRefusal(): Refusal | null {
    const { image } = this.#store.state;
    if (image === null) return { reason: t('The image is still being opened.'), ways: [] };
    const { readOnlyReason, waysOut } = image.editability;
    if (readOnlyReason === null) return null;
    return { reason: readOnlyReason, ways: waysOut.map((way) => this.#wayOut(way)) };
  }

  /** Why the bytes of a source cannot be changed; null where they can. */
  refusal(source: ByteSource): Refusal | null {
    const layer = this.#store.state.image?.layers[source.layer];
    if (source.layer === 0 || layer === undefined) return this.leafRefusal;
    if (source.kind === 'disk') {
      return {
        reason: t('This is the disk as of {0}. What is written goes into the image that is open.', layer.name),
        ways: [{ label: t('Show the Disk as of Now'), run: () => this.#navigation.chooseLayer(0) }],
      };
    }
    return {
      reason: t(
        'This is the file {0}, which the open image stands on. Only the open image can be edited here.',
        layer.name,
      ),
      ways: [{ label: t('Open {0}', layer.name), run: () => this.#navigation.openImage(layer.path, false) }],
    };
  }

  /** Says in a line over the page why something is not done. */
  tell({ reason, ways }: Refusal): void {
    this.#store.set({ banner: { severity: 'note', text: reason, dismissible: true, ways } });
  }

  /** What an edit would do; rejects with the reason why it cannot be made. */
  preview(edit: Edit): Promise<EditPreview> {
    return this.#connection.request('previewEdit', { edit });
  }

  /** Makes an edit after all that were asked for before; rejects with the reason why it cannot be made. */
  make(edit: Edit): Promise<EditDone> {
    return this.#queue.add(edit, false);
  }

  /** Writes bytes, which are shown at once. Settles when they are written; what fails is said in a line over the page. */
  async overwrite(target: EditTarget, offset: number, bytes: Uint8Array, isTyped: boolean): Promise<void> {
    await this.#write({ kind: 'overwrite', target, offset, bytes }, bytes.length, bytes, isTyped);
  }

  /** Writes a pattern again and again, likewise. */
  async fill(target: EditTarget, offset: number, length: number, pattern: Uint8Array): Promise<void> {
    await this.#write({ kind: 'fill', target, offset, length, pattern }, length, pattern, false);
  }

  async #write(
    edit: Extract<Edit, { readonly target: EditTarget }>,
    length: number,
    pattern: Uint8Array,
    isTyped: boolean,
  ): Promise<void> {
    const range = this.pending.add(edit.target, edit.offset, length, pattern);
    try {
      await this.#queue.add(edit, isTyped);
      this.pending.settle(range);
    } catch (error) {
      this.pending.drop(range);
      this.#store.set({ banner: { severity: 'warning', text: messageOf(error), dismissible: true } });
    }
  }

  #wayOut(way: 'createSnapshot' | 'editAnyway'): WayOut {
    switch (way) {
      case 'createSnapshot':
        return { label: t('Create Snapshot…'), run: () => this.#navigation.layerCommand('createSnapshot', null) };
      case 'editAnyway':
        return { label: t('Edit Anyway…'), run: () => this.#navigation.ask('editAnyway', {}) };
    }
  }
}
