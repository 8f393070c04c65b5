import type { Chain, ParentPolicy } from '../chain/chain';
import { openChain } from '../chain/openChain';
import { EngineError } from '../errors';
import { fileStateOf, requireUnchanged, type FileState } from '../operations/fileState';
import type { FileSystem } from '../storage/fileSystem';
import { OverlayStorage } from '../storage/overlayStorage';
import type { Storage } from '../storage/storage';
import { endsOf } from './fingerprint';
import { LeafView, ShownStorage } from './leafView';

/** The file of a leaf, open for reading, and what it was like when it was opened or last saved. */
export interface LeafFile {
  readonly storage: Storage;
  readonly state: FileState;
  /** See `endsOf`. */
  readonly ends: number;
}

/** A leaf whose changes are kept in memory, and the chain that is shown of it. */
export interface OpenLeaf {
  readonly file: LeafFile;
  readonly overlay: OverlayStorage;
  readonly shown: ShownStorage;
  readonly chain: Chain;
}

/** Opens a chain so that its leaf can be changed in memory; the file is opened for reading only. Throws as `openChain`. */
export function openLeaf(fileSystem: FileSystem, path: string, policy: ParentPolicy): OpenLeaf {
  const storage = fileSystem.open(path, 'read');
  try {
    const file = { storage, state: fileStateOf(fileSystem, path), ends: endsOf(storage) };
    const overlay = new OverlayStorage(storage);
    const shown = new ShownStorage(overlay);
    return { file, overlay, shown, chain: openChain(new LeafView(fileSystem, path, shown), path, policy) };
  } catch (error) {
    storage.close();
    throw error;
  }
}

/** True where the file is what it was when it was opened or last saved, by all that can be seen of it without reading it whole. */
export function isUnchanged(fileSystem: FileSystem, { storage, state, ends }: LeafFile): boolean {
  try {
    requireUnchanged(fileSystem, state);
    return endsOf(storage) === ends;
  } catch (error) {
    if (EngineError.is(error, 'file-changed')) {
      return false;
    }
    throw error;
  }
}
