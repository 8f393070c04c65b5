import { EngineError } from '../errors';
import { t } from '../l10n';
import { OverlayStorage } from '../storage/overlayStorage';
import { writePatch } from '../storage/patch';
import type { Storage } from '../storage/storage';
import type { StructureSource } from '../structure';
import { changedFields, findNode } from './structureNodes';
import { imageOf } from './vhdImage';
import { readParts, type SparseParts, type VhdParts } from './vhdParts';

/** An image whose structures are changed on trial: what leaves it unreadable does not reach its storage. */
export class ImageTrial {
  readonly path: string;
  /** What is changed; its bytes are those of the image as it was until then. */
  readonly storage: OverlayStorage;
  /** As they were when the trial began. */
  readonly parts: VhdParts | SparseParts;
  readonly structure: StructureSource;
  readonly #base: Storage;

  /** `parts` as they stand in `parts.storage`, the image's. */
  constructor(parts: VhdParts | SparseParts) {
    this.#base = parts.storage;
    this.path = parts.path;
    this.storage = new OverlayStorage(parts.storage);
    this.parts = { ...parts, storage: this.storage };
    this.structure = imageOf(this.parts).structure;
    // Its small structures are read when they are first asked for, which must be before anything is changed.
    this.structure.roots();
  }

  /**
   * Runs `change`, which writes to `storage`, and brings it into the image. Returns the ids of the fields whose bytes it changed. Where the image
   * could not be opened any more, or has lost the root that `kept` names, nothing is changed and what `refused` makes of the reason is thrown.
   */
  run(change: () => void, refused: (why: string) => Error, kept: string | null = null): readonly string[] {
    const patch = this.storage.transaction(change);
    const after = this.#structureAfter(refused);
    if (kept !== null && findNode(after, kept) === null) {
      throw refused(t('it could not be found in the image any more'));
    }
    const changed = changedFields(this.structure, this.#base, after, this.storage);
    writePatch(this.#base, patch);
    return changed;
  }

  #structureAfter(refused: (why: string) => Error): StructureSource {
    try {
      return imageOf(readParts(this.storage, this.path)).structure;
    } catch (error) {
      throw EngineError.is(error) ? refused(t('the image could not be opened any more: {0}', error.words.why)) : error;
    }
  }
}
