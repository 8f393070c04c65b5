import { closeChain, openChain } from '../chain/openChain';
import { descendantPaths, doubtfulPaths, readFamily, type OperationRequest } from './familyOf';
import { refusalsByFile } from './grounds';
import { refusalByMerge } from './mergeRecord';
import type { Refusal } from './refusal';

/** Whether an image can be edited where it stands. */
export interface EditGrounds {
  /** Somebody uses it, the system does not let us write it, or a merge into its chain was cut short. */
  readonly refusals: readonly Refusal[];
  /** Paths of the images that would change with it: those that stand on it, through others too, and those of which nobody can say that they do not. */
  readonly dependents: readonly string[];
}

/**
 * What speaks against editing the image at an absolute path. `withFamily`: false where only the file itself is looked at; nobody depends on it then.
 * Yields while the family is read. Throws EngineError where the image cannot be opened.
 */
export function* editGrounds(
  request: OperationRequest,
  path: string,
  withFamily: boolean,
): Generator<number, EditGrounds, void> {
  const { fileSystem, policy } = request;
  const chain = openChain(fileSystem, path, policy);
  try {
    const [{ image }] = chain.layers;
    const realPath = fileSystem.realPath(image.path) ?? image.path;
    const merge = refusalByMerge(fileSystem, chain);
    const refusals = [...refusalsByFile(fileSystem, realPath), ...(merge === null ? [] : [merge])];
    if (!withFamily) return { refusals, dependents: [] };
    const family = yield* readFamily(request, chain);
    const dependents = [...descendantPaths(family, realPath), ...doubtfulPaths(family, image.id)];
    return { refusals, dependents: [...new Set(dependents)].filter((each) => each !== realPath) };
  } finally {
    closeChain(chain);
  }
}
