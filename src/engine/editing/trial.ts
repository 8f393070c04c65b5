import type { Chain, ParentPolicy } from '../chain/chain';
import { closeChain } from '../chain/openChain';
import { reopenLeaf, type ReopenedChain } from '../chain/reopenLeaf';
import { EngineError } from '../errors';
import { t } from '../l10n';
import type { FileSystem } from '../storage/fileSystem';
import { OverlayStorage } from '../storage/overlayStorage';
import type { Patch } from '../storage/patch';
import type { Storage } from '../storage/storage';
import { LeafView, ShownStorage } from './leafView';

/** What is shown before something is tried on it. */
export interface TrialGround {
  readonly fileSystem: FileSystem;
  readonly policy: ParentPolicy;
  /** Absolute path of the leaf. */
  readonly path: string;
  readonly chain: Chain;
  /** The bytes of the leaf. */
  readonly shown: Storage;
}

/** What came of a change that was tried; whoever takes it on closes what it does not share with the chain before. */
export interface Trial {
  readonly patch: Patch;
  readonly reopened: ReopenedChain;
  /** What the leaf of the new chain reads: the bytes with the change. */
  readonly shown: ShownStorage;
}

/** A trial, and what making the change returned. */
export interface TriedSteps<Result> {
  readonly trial: Trial;
  readonly result: Result;
}

/**
 * Makes a change beside what is shown and opens what comes of it: what is shown stays as it is. Throws what `change` throws, and EngineError `not-possible`
 * where nothing could open the image any more.
 */
export function tryOut(ground: TrialGround, change: (storage: OverlayStorage) => void): Trial {
  const storage = new OverlayStorage(ground.shown);
  change(storage);
  return trialOf(ground, storage);
}

/** Makes a change likewise, in steps between which what is shown stays as it is. */
export function* trySteps<Step, Result>(
  ground: TrialGround,
  change: (storage: OverlayStorage) => Generator<Step, Result, void>,
): Generator<Step, TriedSteps<Result>, void> {
  const storage = new OverlayStorage(ground.shown);
  const result = yield* change(storage);
  return { trial: trialOf(ground, storage), result };
}

function trialOf(ground: TrialGround, storage: OverlayStorage): Trial {
  const patch = storage.difference();
  const shown = new ShownStorage(storage);
  return { patch, reopened: reopen(ground, shown), shown };
}

/** Lets go of a trial that nobody takes on. */
export function dropTrial({ reopened: { chain, sharesParents } }: Trial): void {
  if (!sharesParents) {
    closeChain(chain);
  }
}

function reopen({ fileSystem, policy, path, chain }: TrialGround, shown: ShownStorage): ReopenedChain {
  try {
    return reopenLeaf(new LeafView(fileSystem, path, shown), chain, policy);
  } catch (error) {
    if (!EngineError.is(error)) {
      throw error;
    }
    const words = {
      what: t('This change'),
      why: t('the image could not be opened any more ({0})', error.words.why),
      remedy: t('change something else first, or something else instead'),
    };
    throw new EngineError('not-possible', words, error);
  }
}
