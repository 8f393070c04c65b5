import assert from 'node:assert/strict';
import { closeChain, openChain } from '../../../src/engine/chain/openChain';
import { runMerge, type MergeResult, type MergeSettings } from '../../../src/engine/operations/merge';
import { planMerge, type MergePlan } from '../../../src/engine/operations/mergePlan';
import { readMergeRecord } from '../../../src/engine/operations/mergeRecord';
import { runToEnd } from '../../../src/engine/operations/progress';
import { sidePath } from '../../../src/engine/storage/sideFiles';
import { TRUSTING } from '../../crash/chainScene';
import { RecordingFileSystem } from '../../crash/recordingFileSystem';
import { runWithFault } from './familyFaults';
import type { InFlux } from './familyCheck';
import { blocksWith, type ModelImage, type ModelMerge } from './familyModel';
import type { FamilyPlace } from './familyScene';
import { assertImpossible, isRefused, requestOf } from './familySteps';

/** A merge that was cut short. */
interface CutMerge extends ModelMerge {
  readonly keep: boolean;
  /** The disks that sectors of the ancestor, and of the layers between it and the top, may come from. */
  readonly disks: Map<ModelImage, Uint8Array[]>;
  /** True when all that is left is to remove the layers. */
  isTied: boolean;
}

/** Merges in a family, one of which may have been cut short and waits to be run again. */
export class FamilyMerges {
  #cut: CutMerge | null = null;
  /** Events of the disk before the merge that was run last. */
  #eventsBefore = 0;
  readonly #place: FamilyPlace;

  constructor(place: FamilyPlace) {
    this.#place = place;
  }

  get isCut(): boolean {
    return this.#cut !== null;
  }

  /** Images that the merge which was cut short still needs. */
  get needed(): readonly ModelImage[] {
    return this.#cut === null || this.#cut.isTied ? [] : [...this.#cut.layers, this.#cut.ancestor];
  }

  get inFlux(): InFlux {
    return this.#cut?.disks ?? new Map<ModelImage, Uint8Array[]>();
  }

  /** Merges an image into its parent or further down, and now and then stops midway. */
  merge(top: ModelImage, mayRefuse: readonly string[]): string {
    const { model, random, fileSystem } = this.#place;
    const below = model.chainOf(top).slice(1);
    const keep = random(5) === 0;
    if (below.length === 0) {
      assertImpossible(() => this.#plan(top, null, keep), top.path);
      return `merge ${top.path}: impossible`;
    }
    const index = random(2) === 0 ? 0 : random(below.length);
    const ancestor = below[index]!;
    const merge: ModelMerge = { layers: [top, ...below.slice(0, index)], ancestor };
    if (this.#isCut(merge)) return this.resume(true);
    const words = wordsOf(merge, keep);
    const plan = this.#plan(top, index === 0 && random(2) === 0 ? null : ancestor, keep);
    if (isRefused(plan.refusals, this.#mustRefuse(merge), mayRefuse, words)) return `${words}: refused`;
    this.#checkPlan(plan, merge, keep);
    const before = fileSystem.facts(ancestor.path)?.size ?? 0;
    const batchSectors = [1, 3, 8, 50][random(4)]!;
    const mayStop = random(3) === 0 && this.#cut === null;
    const { result, stopped } = this.#run(plan, { batchSectors }, mayStop);
    if (result !== null) {
      assert.equal(result.survivor, ancestor.path, words);
      assert.deepEqual(result.removed, keep ? [] : merge.layers.map(({ path }) => path), words);
      model.merge(merge, keep);
      assert.equal(fileSystem.facts(ancestor.path)?.size, before + (plan.survey?.growth ?? 0), `${words}: growth`);
      return words;
    }
    return `${words}, ${batchSectors} sectors at a time, ${stopped}: ${this.#noteCut(merge, keep, stopped)}`;
  }

  /** Runs the merge that was cut short again; it may be cut short once more. */
  resume(mayStop: boolean): string {
    const { random } = this.#place;
    const cut = this.#cut;
    assert.ok(cut !== null);
    const words = `resume ${wordsOf(cut, cut.keep)}`;
    const { ancestor, layers, keep } = cut;
    const plan = this.#plan(layers[0], layers.length === 1 && random(2) === 0 ? null : ancestor, keep);
    assert.deepEqual(plan.refusals, [], words);
    const batchSectors = [1, 3, 8, 50][random(4)]!;
    const { result, stopped } = this.#run(plan, { batchSectors }, mayStop && random(2) === 0);
    if (result !== null) {
      assert.equal(result.survivor, ancestor.path, words);
      this.#end(cut, keep);
      return words;
    }
    return `${words}, ${batchSectors} sectors at a time, ${stopped}: ${this.#noteCut(cut, keep, stopped)}`;
  }

  #isCut({ layers, ancestor }: ModelMerge): boolean {
    const cut = this.#cut;
    return cut?.ancestor === ancestor && cut.layers[0] === layers[0];
  }

  #plan(top: ModelImage, into: ModelImage | null, keep: boolean): MergePlan {
    return runToEnd(planMerge(requestOf(this.#place), top.path, { into: into?.path ?? null, keep }));
  }

  #mustRefuse(merge: ModelMerge): string[] {
    const { layers, ancestor } = merge;
    const hasOtherSize = layers.some(({ sectorCount }) => sectorCount !== ancestor.sectorCount);
    const harmed = this.#place.model.harmedBy(merge);
    return [...(harmed.length > 0 ? ['has-children'] : []), ...(hasOtherSize ? ['not-possible'] : [])];
  }

  #checkPlan(plan: MergePlan, { layers, ancestor }: ModelMerge, keep: boolean): void {
    const { model } = this.#place;
    const lbas = [...model.ownedBy(layers).keys()];
    const paths = layers.map(({ path }) => path);
    const touched = blocksWith(lbas, ancestor.sectorsPerBlock);
    const present = blocksWith(ancestor.sectors.keys(), ancestor.sectorsPerBlock);
    const isNew = (block: number): boolean => ancestor.type !== 'fixed' && !present.has(block);
    assert.deepEqual(
      {
        layers: plan.layers.map(({ path }) => path),
        ancestor: plan.ancestor.path,
        remove: plan.remove.map(({ path }) => path),
        leafs: [...plan.leafs].sort(),
        children: [...plan.ties.children].sort(),
        sectors: plan.survey?.sectors,
        blocks: plan.survey?.blocks,
        newBlocks: plan.survey?.newBlocks,
        bytesToRead: plan.bytesToRead,
      },
      {
        layers: paths,
        ancestor: ancestor.path,
        remove: keep ? [] : paths,
        leafs: sortedPaths(model.childrenOf(layers[0]).length === 0 ? [ancestor] : model.leafsAbove(layers[0])),
        children: sortedPaths(model.childrenOf(layers[0])),
        sectors: lbas.length,
        blocks: touched.size,
        newBlocks: [...touched].filter(isNew).length,
        bytesToRead: lbas.length * 512,
      },
    );
  }

  /** Runs a merge; with `mayStop` up to some place where it is cancelled or the program is killed. `result` is null where it was stopped. */
  #run(plan: MergePlan, settings: MergeSettings, mayStop: boolean): { result: MergeResult | null; stopped: string } {
    const { fileSystem, random } = this.#place;
    const steps = runMerge(fileSystem, plan, settings);
    if (fileSystem instanceof RecordingFileSystem) this.#eventsBefore = fileSystem.events.length;
    if (!mayStop) return { result: runToEnd(steps), stopped: '' };
    if (fileSystem instanceof RecordingFileSystem && random(2) === 0) {
      const change = random(random(2) === 0 ? 12 : 60);
      const kind = random(2) === 0 ? 'killed' : 'full';
      return { result: runWithFault(fileSystem, steps, { kind, change }), stopped: `${kind} at change ${change}` };
    }
    const count = 1 + random(random(2) === 0 ? 5 : 30);
    for (let number = 0; number < count; number++) {
      const step = steps.next();
      if (step.done === true) return { result: step.value, stopped: '' };
    }
    steps.return(undefined as never);
    return { result: null, stopped: `cancelled at step ${count}` };
  }

  /** Takes down what a merge that was cut short has left. Returns it in words. */
  #noteCut(merge: ModelMerge, keep: boolean, stopped: string): string {
    const { fileSystem, model } = this.#place;
    const { layers, ancestor } = merge;
    const isThere = (image: ModelImage): boolean => fileSystem.facts(image.path) !== null;
    const record = readMergeRecord(fileSystem, ancestor.path);
    if (record === null) {
      const isEnded = keep ? stopped.startsWith('killed') && this.#hasEnded(ancestor) : !layers.every(isThere);
      if (!isEnded && this.#cut === null) {
        // Where there was no room the ancestor is as it was, but for its file's time.
        if (stopped.startsWith('full')) model.childrenOf(ancestor).forEach((child) => (child.isStale = true));
        return 'not begun';
      }
      this.#end(merge, keep);
      return 'ended';
    }
    const content = model.contentOf(layers[0]);
    if (record.ties !== null) {
      this.#placeChildren(merge);
      layers.filter((layer) => !isThere(layer)).forEach((layer) => model.images.delete(layer));
      this.#cut = { ...merge, keep, disks: new Map([[ancestor, [content]]]), isTied: record.isTied };
      return record.isTied ? 'tied' : 'tying';
    }
    const disks = this.#cut?.disks ?? new Map<ModelImage, Uint8Array[]>();
    this.#cut = { ...merge, keep, disks, isTied: false };
    for (const image of [...layers, ancestor].slice(1)) {
      disks.set(image, [...(disks.get(image) ?? [model.contentOf(image)]), content]);
    }
    return 'copying';
  }

  /** Nothing tells that layers which are kept have been merged but the record that was made, and removed as the last thing. */
  #hasEnded(ancestor: ModelImage): boolean {
    const { fileSystem } = this.#place;
    const path = sidePath(ancestor.path, 'merge');
    const events = fileSystem instanceof RecordingFileSystem ? fileSystem.events.slice(this.#eventsBefore) : [];
    const last = events.at(-1);
    const isMade = events.some((event) => event.kind === 'name' && event.path === path);
    return isMade && last?.kind === 'remove' && last.path === path;
  }

  /** All is in the ancestor; its new children are those that the files say. */
  #placeChildren(merge: ModelMerge): void {
    const { fileSystem, model } = this.#place;
    const [top] = merge.layers;
    const children = model.childrenOf(top);
    model.merge(merge, true);
    for (const layer of merge.layers) layer.isStale = true;
    for (const child of children) {
      const chain = openChain(fileSystem, child.path, TRUSTING);
      closeChain(chain);
      if (chain.layers[1]?.image.path === top.path) child.parent = top;
    }
  }

  #end(merge: ModelMerge, keep: boolean): void {
    this.#place.model.merge(merge, keep);
    this.#cut = null;
  }
}

function wordsOf({ layers, ancestor }: ModelMerge, keep: boolean): string {
  return `merge ${layers.map(({ path }) => path).join(' ')} into ${ancestor.path}${keep ? ', keeping them' : ''}`;
}

function sortedPaths(images: readonly ModelImage[]): string[] {
  return images.map(({ path }) => path).sort();
}
