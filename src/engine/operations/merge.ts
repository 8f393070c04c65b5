import type { Chain } from '../chain/chain';
import type { FamilyScan } from '../chain/familyScan';
import { EngineError } from '../errors';
import { SECTOR_SIZE } from '../image';
import { t } from '../l10n';
import type { FileSystem } from '../storage/fileSystem';
import { RecordFile } from '../storage/recordFile';
import { removeForGood, sidePath } from '../storage/sideFiles';
import { openImageFile } from '../unfinished';
import { readParts, type VhdParts } from '../vhd/vhdParts';
import { makeBatmapTrue } from './batmapTruth';
import { childPaths, doubtfulPaths, readFamily } from './familyOf';
import { fileStateOf } from './fileState';
import { refusalsByUsers } from './grounds';
import { BATCH_SECTORS, copyLayers } from './mergeCopy';
import { siblingRefusal } from './mergeGrounds';
import { areSame, tiesOf, type MergePlan } from './mergePlan';
import { hasWhatWasMerged } from './mergeProof';
import {
  createMergeRecord,
  readMergeRecord,
  recordKeeping,
  recordRestart,
  recordTied,
  recordTies,
  type MergedLayer,
  type MergeTies,
} from './mergeRecord';
import { OpenImages } from './mergeImages';
import { MergeSource } from './mergeSource';
import type { MergeSurvey } from './mergeSurvey';
import { gridOf, targetOf, type MergeTarget } from './mergeTarget';
import { stampChild, tieChild } from './mergeTies';
import { verifyStructure } from './mergeVerify';
import { runToEnd, type Progress } from './progress';
import { recoverImage } from './recover';
import { requireNoRefusal, type Refusal } from './refusal';
import { idOfFile, removeLayer } from './swap';

export interface MergeResult {
  /** The image that the layers have been merged into. */
  readonly survivor: string;
  /** Images, and then what was kept of their changes. */
  readonly removed: readonly string[];
  readonly leafs: readonly string[];
  /** What earlier operations had left and was ended first, for people. */
  readonly recovered: readonly string[];
}

/**
 * Merges layers into an ancestor as planned. While it runs they stay on top and hide the ancestor, so that whatever is written there changes
 * nothing that is read as of the top layer or above; when all is there and verified, their children are tied to the ancestor, and
 * then they are removed. Stopped at any time, by `return` or by a loss of power, it goes on when it is planned and run again.
 *
 * Throws EngineError for the plan's first refusal, `file-changed` where a file is not as the plan found it, and what the system refuses. What has
 * been copied stays, and stays hidden; a record beside the ancestor says that the merge is to be ended.
 */
export function* runMerge(
  fileSystem: FileSystem,
  plan: MergePlan,
  settings: MergeSettings = {},
): Generator<Progress, MergeResult, void> {
  requireNoRefusal(plan.refusals);
  const totalBytes = (plan.survey?.sectors ?? 0) * SECTOR_SIZE;
  yield { doneBytes: 0, totalBytes, what: t('Merging') };
  [...plan.layers, plan.ancestor].forEach((layer) => requireAsPlanned(fileSystem, layer, plan));
  const recovered = involvedPaths(plan).flatMap((path) => recoverImage(fileSystem, path));
  const run = new MergeRun(fileSystem, plan, settings);
  if (plan.survey !== null) {
    for (const sectors of run.copy(plan.survey)) {
      yield { doneBytes: sectors * SECTOR_SIZE, totalBytes, what: t('Merging') };
    }
    for (const message of run.tie()) {
      recovered.push(...message);
      yield { doneBytes: totalBytes, totalBytes, what: t('Tying the children') };
    }
  }
  if (plan.remove.length === 0) {
    recovered.push(...run.keepLayers());
  }
  const removed = run.removeLayers();
  return { survivor: plan.ancestor.path, removed, leafs: plan.leafs, recovered };
}

/** For tests. */
export interface MergeSettings {
  /** Sectors that are copied, flushed and compared at a time. */
  readonly batchSectors?: number;
}

/** A layer that has been removed already is not missed. */
function requireAsPlanned(fileSystem: FileSystem, layer: MergedLayer, { survey }: MergePlan): void {
  const facts = fileSystem.facts(layer.path);
  if (survey === null || (facts?.size === layer.size && facts.modified === layer.modified)) {
    return;
  }
  throw changed(layer, facts === null ? t('it is not there any more') : undefined);
}

function changed({ path }: MergedLayer, why = t('another program has changed it in the meantime')): EngineError {
  return new EngineError('file-changed', {
    what: t('Merging {0}', path),
    why,
    remedy: t('see that no program uses it, then try again'),
  });
}

function involvedPaths({ layers, ancestor, ties, survey }: MergePlan): readonly string[] {
  return survey === null ? [] : [...layers.map(({ path }) => path), ancestor.path, ...ties.children, ...ties.stamped];
}

class MergeRun {
  readonly #fileSystem: FileSystem;
  readonly #plan: MergePlan;
  readonly #settings: MergeSettings;
  readonly #recordPath: string;
  /** The layers as they are when copying begins. */
  #layers: readonly [MergedLayer, ...MergedLayer[]];

  constructor(fileSystem: FileSystem, plan: MergePlan, settings: MergeSettings) {
    this.#fileSystem = fileSystem;
    this.#plan = plan;
    this.#settings = settings;
    this.#recordPath = sidePath(plan.ancestor.path, 'merge');
    this.#layers = plan.layers;
  }

  /** Copies the layers into the ancestor, and sees that they are there. Yields the number of sectors copied. */
  *copy(survey: MergeSurvey): Generator<number, void, void> {
    const [top, ...others] = this.#plan.layers;
    this.#layers = [this.#asNow(top), ...others.map((layer) => this.#asNow(layer))];
    this.#requireUnused([...this.#layers, this.#plan.ancestor].map(({ path }) => path));
    if (survey.newBlocks > 0) {
      makeBatmapTrue(this.#fileSystem, this.#plan.ancestor.path);
    }
    const images = new OpenImages(this.#fileSystem, this.#layers);
    try {
      yield* this.#copyFrom(images.chain, survey);
    } finally {
      images.close();
    }
    verifyStructure(this.#fileSystem, this.#plan.ancestor.path);
    this.#layers.forEach((layer) => requireAsPlanned(this.#fileSystem, layer, this.#plan));
  }

  *#copyFrom(chain: Chain, survey: MergeSurvey): Generator<number, void, void> {
    const { path } = this.#plan.ancestor;
    const { storage } = openImageFile(this.#fileSystem, path, 'write');
    let record: RecordFile | null = null;
    try {
      const parts = readParts(storage, path);
      const target = targetOf(parts, survey.places);
      const { file, doneBlocks } = this.#openRecord(survey);
      record = file;
      const source = new MergeSource(chain, gridOf(parts));
      if (doneBlocks > 0) {
        yield* this.#prove(source, record, doneBlocks);
      }
      this.#prepare(target, parts, record);
      const into = { fileSystem: this.#fileSystem, storage, path, record };
      const batchSectors = Math.min(this.#settings.batchSectors ?? BATCH_SECTORS, Math.max(1, survey.sectors));
      yield* copyLayers({ ...into, source, target, doneBlocks, batchSectors, sectors: survey.sectors });
    } finally {
      record?.close();
      storage.close();
    }
  }

  /** Where the ancestor has not what an earlier attempt put there, its record is set back and all is copied when the merge is run again. */
  *#prove(source: MergeSource, record: RecordFile, doneBlocks: number): Generator<number, void, void> {
    const { ancestor } = this.#plan;
    if (!(yield* hasWhatWasMerged(this.#fileSystem, ancestor.path, source, doneBlocks))) {
      recordRestart(record, this.#layers);
      throw changed(ancestor, t('it has not what was merged into it before; all will be merged again'));
    }
  }

  /** Where there is no room for so much as the new end, nothing has been changed and nothing is to be ended. */
  #prepare(target: MergeTarget, { storage, fileSize }: VhdParts, record: RecordFile): void {
    try {
      target.prepare();
    } catch (error) {
      if (this.#plan.resumed === null) {
        if (storage.size() !== fileSize) {
          storage.truncate(fileSize);
        }
        record.close();
        removeForGood(this.#fileSystem, this.#recordPath);
      }
      throw error;
    }
  }

  #openRecord(survey: MergeSurvey): { readonly file: RecordFile; readonly doneBlocks: number } {
    const { resumed, ancestor } = this.#plan;
    if (resumed === null) {
      const first = { ancestor, layers: this.#layers, firstPlace: survey.places.next };
      return { file: createMergeRecord(this.#fileSystem, first), doneBlocks: 0 };
    }
    const file = RecordFile.continue(this.#fileSystem, this.#recordPath);
    if (areSame(resumed.layers, this.#layers)) {
      return { file, doneBlocks: resumed.doneBlocks };
    }
    recordRestart(file, this.#layers);
    return { file, doneBlocks: 0 };
  }

  /** Ties the children of the top layer to the ancestor. Yields after each what was ended first. */
  *tie(): Generator<readonly string[], void, void> {
    const { ancestor } = this.#plan;
    const [top] = this.#layers;
    const family = this.#readFamily();
    const recorded = readMergeRecord(this.#fileSystem, ancestor.path)?.ties ?? null;
    const request = { fileSystem: this.#fileSystem, policy: this.#plan.policy };
    const ties = tiesOf(request, family, { top, ancestor }, recorded);
    this.#requireNoSiblings(family, ties);
    this.#requireUnused([...ties.children, ...ties.stamped]);
    const record = RecordFile.continue(this.#fileSystem, this.#recordPath);
    try {
      recordTies(record, ties);
      const modified = fileStateOf(this.#fileSystem, ancestor.path).modified;
      for (const child of ties.children) {
        yield tieChild(this.#fileSystem, child, { path: ancestor.path, id: ancestor.id, modified });
      }
      const images = family.families.flatMap((each) => each.images);
      for (const path of ties.stamped) {
        const parent = images.find((image) => image.path === path)?.parent;
        yield parent === undefined || parent === null ? [] : stampChild(this.#fileSystem, path, parent);
      }
      recordTied(record);
    } finally {
      record.close();
    }
  }

  /**
   * Layers that are kept learn when their parents were changed last, the lowest first: each change is one of the next one's parent. None of them may be removed
   * after that, since a change of ours cannot be told from one of others. Returns what was ended first: this itself may have been cut short.
   */
  keepLayers(): readonly string[] {
    const record = RecordFile.continue(this.#fileSystem, this.#recordPath);
    try {
      recordKeeping(record);
    } finally {
      record.close();
    }
    const isThere = ({ path, id }: MergedLayer): boolean => idOfFile(this.#fileSystem, path) === id;
    const layers = this.#layers.filter(isThere).reverse();
    return layers.flatMap(({ path }, at) => {
      const parent = layers[at - 1] ?? this.#plan.ancestor;
      return stampChild(this.#fileSystem, path, parent.path);
    });
  }

  /** Removes the layers, children before their parents, and then the record. Returns the paths of those that are gone. */
  removeLayers(): readonly string[] {
    const { remove, undoFiles } = this.#plan;
    for (const layer of this.#layers.filter(({ path }) => remove.some((each) => each.path === path))) {
      this.#requireAsRecorded(layer);
      removeLayer(this.#fileSystem, layer);
    }
    removeForGood(this.#fileSystem, this.#recordPath);
    return [...remove, ...undoFiles].map(({ path }) => path);
  }

  /** What was written into a layer after it was copied is nowhere else: it is merged when the merge is run again. */
  #requireAsRecorded(layer: MergedLayer): void {
    const facts = this.#fileSystem.facts(layer.path);
    if (facts !== null && (facts.size !== layer.size || facts.modified !== layer.modified)) {
      throw changed(layer);
    }
  }

  #asNow({ path, id }: MergedLayer): MergedLayer {
    const { size, modified } = fileStateOf(this.#fileSystem, path);
    return { path, id, size, modified };
  }

  #readFamily(): FamilyScan {
    const { policy, familyFolders } = this.#plan;
    const images = new OpenImages(this.#fileSystem, [...this.#layers, this.#plan.ancestor]);
    try {
      const steps = readFamily({ fileSystem: this.#fileSystem, policy, familyFolders }, images.chain);
      return runToEnd(steps);
    } finally {
      images.close();
    }
  }

  /** Somebody may have built on a layer while it was copied. */
  #requireNoSiblings(family: FamilyScan, ties: MergeTies): void {
    const { ancestor } = this.#plan;
    const layers = [...this.#layers, ancestor];
    for (const [at, layer] of layers.entries()) {
      const above = layers[at - 1];
      const children = above === undefined ? [] : childPaths(family, layer.path);
      const others = [...children, ...doubtfulPaths(family, layer.id)].filter(
        (path) => path !== above?.path && !ties.children.includes(path),
      );
      throwRefusal(siblingRefusal(layer, ancestor, others));
    }
  }

  #requireUnused(paths: readonly string[]): void {
    requireNoRefusal(refusalsByUsers(this.#fileSystem, paths));
  }
}

function throwRefusal(refusal: Refusal | null): void {
  if (refusal !== null) {
    requireNoRefusal([refusal]);
  }
}
