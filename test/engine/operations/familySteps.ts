import assert from 'node:assert/strict';
import { EngineError } from '../../../src/engine/errors';
import type { OperationRequest } from '../../../src/engine/operations/familyOf';
import { planMergeToFile, runMergeToFile } from '../../../src/engine/operations/mergeToFile';
import { runToEnd } from '../../../src/engine/operations/progress';
import type { Refusal } from '../../../src/engine/operations/refusal';
import { planRevert, runRevert } from '../../../src/engine/operations/revert';
import { planSnapshot, runSnapshot } from '../../../src/engine/operations/snapshot';
import { TRUSTING } from '../../crash/chainScene';
import { RecordingFileSystem } from '../../crash/recordingFileSystem';
import { writeAsGuest } from '../../fixtures/guestWriter';
import { idOf } from '../../fixtures/vhdBuilder';
import { runWithFault } from './familyFaults';
import { sectorBytes, type ModelImage } from './familyModel';
import { LARGE_BLOCK, type FamilyPlace } from './familyScene';

/** What a step did, in words, for the message when something is wrong. */
type Words = string;

export function requestOf({ fileSystem, folders }: FamilyPlace): OperationRequest {
  return { fileSystem, policy: TRUSTING, familyFolders: folders };
}

export function pick<T>({ random }: FamilyPlace, items: readonly T[]): T {
  return items[random(items.length)]!;
}

function codesOf(refusals: readonly Refusal[]): string[] {
  return [...new Set(refusals.map(({ code }) => code))].sort();
}

function newFacts(place: FamilyPlace): { readonly id: Uint8Array; readonly created: Date } {
  return { id: idOf(place.nextNumber()), created: new Date(Date.UTC(2024, 5, 1, 12)) };
}

function newPath(place: FamilyPlace, folder: string): string {
  return place.fileSystem.resolve(folder, `n${place.nextNumber()}.avhd`);
}

/** A virtual machine writes here and there, zeros among it. */
export function write(place: FamilyPlace, leaf: ModelImage): Words {
  const { random } = place;
  const stamp = 256 + place.nextNumber();
  const sectors = new Map<number, number>();
  for (let runs = 1 + random(3); runs > 0; runs--) {
    const start = random(leaf.sectorCount);
    const end = Math.min(leaf.sectorCount, start + 1 + random(9));
    const isZero = random(4) === 0;
    for (let lba = start; lba < end; lba++) sectors.set(lba, isZero ? 0 : stamp);
  }
  const bytes = [...sectors].map(([lba, each]) => [lba, sectorBytes(each, lba)] as const);
  writeAsGuest(place.fileSystem, leaf.path, new Map(bytes));
  for (const [lba, each] of sectors) leaf.sectors.set(lba, each);
  return `write ${leaf.path} ${[...sectors.keys()].join(' ')}`;
}

/** Freezes an image; of one that others stand on it makes a branch. Throws what the plan refuses beyond what it must. */
export function snapshot(place: FamilyPlace, image: ModelImage, mayRefuse: readonly string[]): Words {
  const { fileSystem, model, random, folders } = place;
  const keepName = random(3) === 0;
  const folder = keepName ? fileSystem.folderOf(image.path) : pick(place, folders);
  const output = random(3) === 0 ? null : newPath(place, folder);
  const words = `snapshot ${image.path} to ${String(output)}${keepName ? ' keeping the name' : ''}`;
  const facts = newFacts(place);
  const plan = runToEnd(planSnapshot(requestOf(place), image.path, { output, keepName, facts }));
  const mustRefuse = keepName && model.childrenOf(image).length > 0 ? ['has-children'] : [];
  if (isRefused(plan.refusals, mustRefuse, mayRefuse, words)) return `${words}: refused`;
  assert.equal(plan.depth, model.chainOf(image).length + 1);
  const result = runOrFail(place, runSnapshot(fileSystem, plan));
  if (result === null) return `${words}: failed`;
  assert.deepEqual([result.leaf, result.parent], [plan.leaf, plan.parent], words);
  assert.equal(fileSystem.facts(result.leaf)?.size, plan.bytesToWrite, `${words}: bytes`);
  image.path = result.parent;
  model.images.add(emptyLeaf(image, result.leaf));
  return words;
}

/** Throws a leaf's changes away, on its parent or on a layer further down. */
export function revert(place: FamilyPlace, leaf: ModelImage, mayRefuse: readonly string[]): Words {
  const { fileSystem, model, random } = place;
  const below = model.chainOf(leaf).slice(1);
  const to = random(2) === 0 ? null : pick(place, [leaf, ...below]);
  const keepAs = random(4) === 0 ? newPath(place, fileSystem.folderOf(leaf.path)) : null;
  const prune = random(2) === 0;
  const words = `revert ${leaf.path} to ${String(to?.path)}, keeping ${String(keepAs)}${prune ? ', pruning' : ''}`;
  const options = { to: to?.path ?? null, keepAs, prune, facts: newFacts(place) };
  const target = to ?? below[0];
  if (target === undefined || target === leaf) {
    assertImpossible(() => runToEnd(planRevert(requestOf(place), leaf.path, options)), words);
    return `${words}: impossible`;
  }
  const plan = runToEnd(planRevert(requestOf(place), leaf.path, options));
  const mustRefuse = model.childrenOf(leaf).length > 0 ? ['has-children'] : [];
  if (isRefused(plan.refusals, mustRefuse, mayRefuse, words)) return `${words}: refused`;
  const unneeded = keepAs === null ? model.neededOnlyBy(leaf, target) : [];
  const paths = unneeded.map(({ path }) => path);
  assert.deepEqual(plan.remove.map(({ path }) => path), prune ? paths : [], `${words}: removes`); // prettier-ignore
  assert.deepEqual(plan.left, prune ? [] : paths, `${words}: leaves`);
  assert.equal(plan.lostBytes, keepAs === null ? fileSystem.facts(leaf.path)?.size : 0, `${words}: loses`);
  const result = prune ? runToEnd(runRevert(fileSystem, plan)) : runOrFail(place, runRevert(fileSystem, plan));
  if (result === null) return `${words}: failed`;
  assert.equal(fileSystem.facts(result.leaf)?.size, plan.bytesToWrite, `${words}: bytes`);
  assert.deepEqual([result.leaf, result.removed, result.keptAs], [leaf.path, prune ? paths : [], keepAs], words);
  model.images.add(emptyLeaf(target, leaf.path));
  if (keepAs === null) model.images.delete(leaf);
  else leaf.path = keepAs;
  if (prune) unneeded.forEach((image) => model.images.delete(image));
  return words;
}

/** Makes a file of its own of the disk as of an image, or stops midway and leaves nothing. */
export function mergeToFile(place: FamilyPlace, image: ModelImage, mayRefuse: readonly string[]): Words {
  const { fileSystem, model, random, folders } = place;
  const format = random(2) === 0 ? 'fixed' : 'dynamic';
  const to = fileSystem.resolve(pick(place, folders), `n${place.nextNumber()}.vhd`);
  const words = `merge ${image.path} to ${to}, ${format}`;
  const options = { to, format, facts: newFacts(place) } as const;
  const plan = runToEnd(planMergeToFile(requestOf(place), image.path, options));
  if (isRefused(plan.refusals, [], mayRefuse, words)) return `${words}: refused`;
  const owned = ownedAsOf(image);
  assert.equal(plan.sectors, owned.size, `${words}: sectors`);
  const steps = runMergeToFile(fileSystem, plan);
  if (random(4) === 0) {
    for (let count = 1 + random(3); count > 0 && steps.next().done !== true;) count--;
    steps.return(undefined as never);
    if (fileSystem.facts(to) === null) return `${words}: stopped`;
  } else {
    const result = runOrFail(place, steps);
    if (result === null) return `${words}: failed`;
    assert.deepEqual(result, { survivor: to, fileSize: fileSystem.facts(to)?.size, recovered: [] }, words);
  }
  // Its blocks are whole, and there is but one; where all is zero it need not be there.
  const { sectorCount } = image;
  const isEmpty = format === 'dynamic' && [...owned.values()].every((stamp) => stamp === 0);
  const lbas = isEmpty ? [] : Array.from({ length: sectorCount }, (_, lba) => lba);
  const sectors = new Map(lbas.map((lba) => [lba, owned.get(lba) ?? 0]));
  model.images.add({
    path: to,
    parent: null,
    type: format,
    sectorCount,
    sectorsPerBlock: LARGE_BLOCK,
    sectors,
    isStale: false,
  });
  return words;
}

/** Now and then there is no room for one change; then all is to be as it was. Null where it was so. */
function runOrFail<Result>(
  { fileSystem, random }: FamilyPlace,
  steps: Generator<unknown, Result, void>,
): Result | null {
  if (!(fileSystem instanceof RecordingFileSystem) || random(4) > 0) return runToEnd(steps);
  return runWithFault(fileSystem, steps, { kind: 'full', change: random(14) });
}

/** Somebody removes a file that nobody stands on. */
export function discard({ fileSystem, model }: FamilyPlace, leaf: ModelImage): Words {
  fileSystem.remove(leaf.path);
  model.images.delete(leaf);
  return `discard ${leaf.path}`;
}

/** Sectors that an image and those below it have; past the end of a smaller one nothing is seen. */
function ownedAsOf(image: ModelImage): Map<number, number> {
  const owned = image.parent === null ? new Map<number, number>() : ownedAsOf(image.parent);
  for (const lba of [...owned.keys()]) if (lba >= image.sectorCount) owned.delete(lba);
  for (const [lba, stamp] of image.sectors) owned.set(lba, stamp);
  return owned;
}

function emptyLeaf(parent: ModelImage, path: string): ModelImage {
  return {
    path,
    parent,
    type: 'differencing',
    sectorCount: parent.sectorCount,
    sectorsPerBlock: parent.sectorsPerBlock,
    sectors: new Map(),
    isStale: false,
  };
}

/** True where a plan refuses what it must, or what it may. */
export function isRefused(
  refusals: readonly Refusal[],
  mustRefuse: readonly string[],
  mayRefuse: readonly string[],
  words: string,
): boolean {
  const codes = codesOf(refusals);
  assert.deepEqual(
    codes.filter((code) => mustRefuse.includes(code) || !mayRefuse.includes(code)),
    [...mustRefuse].sort(),
    `${words}: ${JSON.stringify(refusals)}`,
  );
  return codes.length > 0;
}

export function assertImpossible(plan: () => unknown, words: string): void {
  assert.throws(plan, (error) => EngineError.is(error, 'not-possible'), words);
}
