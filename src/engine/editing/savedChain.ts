import type { Chain, ParentPolicy } from '../chain/chain';
import { closeChain } from '../chain/openChain';
import { reopenLeaf, type ReopenedChain } from '../chain/reopenLeaf';
import type { FileSystem } from '../storage/fileSystem';
import type { Storage } from '../storage/storage';
import { LeafView, ShownStorage } from './leafView';

/** What is shown, and the file under it. */
export interface SavedGround {
  readonly fileSystem: FileSystem;
  readonly policy: ParentPolicy;
  /** Absolute path of the leaf. */
  readonly path: string;
  readonly chain: Chain;
  readonly file: Storage;
}

/** The chain as it is without the edits of its leaf, beside the one that is shown: opened when it is wanted. */
export class SavedChain {
  #opened: ReopenedChain | null = null;

  /** Throws as `openChain`. It shares the layers below the leaf with what is shown, and is to be closed before these are. */
  open({ fileSystem, policy, path, chain, file }: SavedGround): Chain {
    this.#opened ??= reopenLeaf(new LeafView(fileSystem, path, new ShownStorage(file)), chain, policy);
    return this.#opened.chain;
  }

  /** The next one who wants it has it opened anew. */
  close(): void {
    if (this.#opened?.sharesParents === false) {
      closeChain(this.#opened.chain);
    }
    this.#opened = null;
  }
}
