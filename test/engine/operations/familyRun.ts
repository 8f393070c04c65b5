import assert from 'node:assert/strict';
import type { FileSystem } from '../../../src/engine/storage/fileSystem';
import { sidePath } from '../../../src/engine/storage/sideFiles';
import { seededRandom } from '../../crash/powerLoss';
import { RecordingFileSystem } from '../../crash/recordingFileSystem';
import { checkFamily } from './familyCheck';
import { FamilyMerges } from './familyMerges';
import { FamilyModel, type ModelImage } from './familyModel';
import { addFamily, type FamilyPlace } from './familyScene';
import { discard, mergeToFile, pick, revert, snapshot, write } from './familySteps';

/** More images than this make a step slow and tell no more. */
const MAX_IMAGES = 9;

export interface FamilyRunOptions {
  readonly fileSystem: FileSystem;
  /** Absolute path of a folder that is there and empty, and of two others. */
  readonly folders: readonly [string, ...string[]];
  readonly seed: number;
  readonly steps: number;
  readonly blockSizes: readonly number[];
}

/** Does random things to a family, the same for the same seed, and compares it with the model after each. Returns the model. */
export function runFamily({ fileSystem, folders, seed, steps, blockSizes }: FamilyRunOptions): FamilyModel {
  const random = seededRandom(seed);
  const model = new FamilyModel();
  let number = 0;
  const nextNumber = (): number => ++number;
  const place: FamilyPlace = { fileSystem, folders, model, random, nextNumber, blockSizes };
  const merges = new FamilyMerges(place);
  const log: string[] = [];
  const check = (): void => {
    checkFamily({ fileSystem, folders, model, inFlux: merges.inFlux });
    if (fileSystem instanceof RecordingFileSystem) assert.equal(fileSystem.openFiles, 0, 'files left open');
    for (const image of merges.needed) assert.ok(model.images.has(image), `${image.path} is needed to end the merge`);
  };
  try {
    addFamily(place);
    check();
    for (let step = 0; step < steps; step++) {
      log.push('?');
      log[step] = takeStep(place, merges);
      check();
    }
    if (merges.isCut) {
      log.push('?');
      log[log.length - 1] = merges.resume(false);
      check();
    }
    return model;
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    throw new Error(`seed ${seed}\n${log.join('\n')}\n${message}`, { cause: error });
  }
}

function takeStep(place: FamilyPlace, merges: FamilyMerges): string {
  const { model, random, fileSystem } = place;
  const images = [...model.images];
  const mayRefuse = merges.isCut ? ['unfinished-operation'] : [];
  const isWritable = (leaf: ModelImage): boolean =>
    fileSystem.facts(sidePath(leaf.path, 'journal')) === null && !merges.inFlux.has(leaf) && !leaf.isStale;
  const leafs = model.leafs().filter(isWritable);
  const choice = random(20);
  if (merges.isCut && choice < 6) return merges.resume(true);
  if (choice < 6 && leafs.length > 0) return write(place, pick(place, leafs));
  if (choice < 10 && images.length < MAX_IMAGES) return snapshot(place, pick(place, images), mayRefuse);
  if (choice < 12) return revert(place, pick(place, random(4) === 0 ? images : model.leafs()), mayRefuse);
  if (choice === 12 && images.length < MAX_IMAGES) return mergeToFile(place, pick(place, images), mayRefuse);
  if (choice === 13 && images.length > 2) {
    const isFree = (leaf: ModelImage): boolean => fileSystem.facts(sidePath(leaf.path, 'merge')) === null;
    const free = model.leafs().filter(isFree);
    if (free.length > 0 && !merges.isCut) return discard(place, pick(place, free));
  }
  return merges.merge(pick(place, images), mayRefuse);
}
