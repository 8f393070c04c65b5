import type { FileSystem } from '../engine/storage/fileSystem';
import { ownFileName, readMergeRecord } from '../engine/index';
import type { UnfinishedWork } from './familyWire';

/** What a file tells that an operation of ours left; null where it is none, or has gone. */
export function unfinishedAt(fileSystem: FileSystem, sidePath: string): UnfinishedWork | null {
  const own = ownFileName(fileSystem.nameOf(sidePath));
  if (own === null || fileSystem.facts(sidePath) === null) return null;
  const path = fileSystem.resolve(fileSystem.folderOf(sidePath), own.of);
  const record = sidePath.endsWith('-merge') ? readMergeRecord(fileSystem, path) : null;
  const top = record?.layers[0].path ?? null;
  // A record may come from a stranger: a path to another computer is never touched.
  const isLocal = top !== null && !/^[\\/]{2}/.test(top);
  return { path, merge: isLocal ? { path: top, into: path } : null };
}
