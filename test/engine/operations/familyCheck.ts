import assert from 'node:assert/strict';
import { DiskReader } from '../../../src/engine/chain/diskReader';
import { scanFamilies } from '../../../src/engine/chain/familyScan';
import { closeChain, openChain } from '../../../src/engine/chain/openChain';
import { runToEnd } from '../../../src/engine/operations/progress';
import type { FileSystem } from '../../../src/engine/storage/fileSystem';
import { readRecord } from '../../../src/engine/storage/recordFile';
import { ownFileName, sidePath } from '../../../src/engine/storage/sideFiles';
import { TRUSTING } from '../../crash/chainScene';
import { brokenRules, parentStamp } from '../../fixtures/specRules';
import type { FamilyModel, ModelImage } from './familyModel';
import { OTHER_FILE } from './familyScene';

const SECTOR = 512;

/** Images whose content is in flux while a merge is cut short, each with the disks that its sectors may come from. */
export type InFlux = ReadonlyMap<ModelImage, readonly Uint8Array[]>;

/** A family on disk, and what a merge that was cut short lets it look like. */
export interface CheckedFamily {
  readonly fileSystem: FileSystem;
  /** Absolute paths of all folders that the family lies in. */
  readonly folders: readonly string[];
  readonly model: FamilyModel;
  readonly inFlux: InFlux;
}

/** Reads every image of a family and compares it, and the tree that they make, with the model. */
export function checkFamily(family: CheckedFamily): void {
  checkFiles(family);
  checkTree(family);
  for (const image of family.model.images) checkImage(family, image);
}

function checkFiles({ fileSystem, folders, model, inFlux }: CheckedFamily): void {
  const found = folders.flatMap((folder) => {
    const names = fileSystem.list(folder, 10_000).filter((name) => name !== OTHER_FILE);
    const paths = names.map((name) => fileSystem.resolve(folder, name));
    return paths.filter((path) => fileSystem.facts(path)?.kind === 'file');
  });
  const isOwn = (path: string): boolean => ownFileName(fileSystem.nameOf(path)) !== null;
  const isUnbegun = (path: string): boolean => {
    const isRecord = path.endsWith(sidePath('', 'merge')) && readRecord(fileSystem, path).length === 0;
    return isRecord && [...model.images].some((image) => sidePath(image.path, 'merge') === path);
  };
  assert.deepEqual(
    found.filter((path) => !isUnbegun(path) && (inFlux.size === 0 || !isOwn(path))).sort(),
    [...model.images].map(({ path }) => path).sort(),
    'the files',
  );
}

function checkTree({ fileSystem, folders, model }: CheckedFamily): void {
  const scan = runToEnd(scanFamilies(fileSystem, { folders, files: [] }, TRUSTING));
  assert.deepEqual(scan.others, []);
  const images = scan.families.flatMap((family) => family.images);
  const found = new Map(images.map((image) => [image.path, image.parent]));
  for (const image of model.images) {
    assert.equal(found.get(image.path), image.parent?.path ?? null, `what ${image.path} stands on`);
  }
  assert.deepEqual(
    scan.families.flatMap((family) => family.missing),
    [],
  );
  const leafs = scan.families.flatMap((family) => family.leafs);
  assert.deepEqual(leafs.sort(), sortedPaths(model.leafs()), 'the leafs');
}

function sortedPaths(images: readonly ModelImage[]): string[] {
  return images.map(({ path }) => path).sort();
}

function checkImage({ fileSystem, model, inFlux }: CheckedFamily, image: ModelImage): void {
  const disks = inFlux.get(image);
  const seen = seenAt(fileSystem, image.path);
  if (disks === undefined) {
    assertSame(seen.content, model.contentOf(image), image.path);
    assert.deepEqual(seen.paths, model.chainOf(image).map(({ path }) => path)); // prettier-ignore
  } else {
    assertMixed(seen.content, disks, image.path);
  }
  const chain = model.chainOf(image);
  const isExpected = (finding: string): boolean =>
    finding === 'unfinished-merge' ||
    (/^(?:unfinished|footer)-/.test(finding) && inFlux.size > 0) ||
    (finding === 'parent-size-mismatch' && chain.some((each) => each.sectorCount !== image.sectorCount));
  assert.deepEqual(
    seen.findings.filter((finding) => !isExpected(finding)),
    [],
    `${image.path}: findings`,
  );
  if (inFlux.size > 0) return;
  assert.deepEqual(brokenRules(fileSystem, image.path), [], image.path);
  if (image.parent !== null && !image.isStale) checkStamp(fileSystem, image, image.parent);
}

/** Windows takes a child only where the time that it names is that of its parent's file; 0 says nothing. */
function checkStamp(fileSystem: FileSystem, image: ModelImage, parent: ModelImage): void {
  const stamp = parentStamp(fileSystem, image.path);
  const modified = fileSystem.facts(parent.path)?.modified ?? 0;
  const expected = Math.floor(modified / 1000) - 946_684_800;
  assert.ok(stamp === 0 || stamp === expected, `${image.path} has the time ${stamp}, its parent ${expected}`);
}

interface Seen {
  readonly content: Uint8Array;
  /** Of the layers, the image itself first. */
  readonly paths: readonly string[];
  /** Ids of warnings and errors. */
  readonly findings: readonly string[];
}

function seenAt(fileSystem: FileSystem, path: string): Seen {
  const chain = openChain(fileSystem, path, TRUSTING);
  try {
    const reader = new DiskReader(chain);
    const content = new Uint8Array(reader.size);
    reader.read(0, content, (range) => assert.fail(`${path}: sector ${range.start} is in doubt: ${range.reason}`));
    return {
      content,
      paths: chain.layers.map((layer) => layer.image.path),
      findings: chain.findings.filter(({ severity }) => severity !== 'note').map(({ id }) => id),
    };
  } finally {
    closeChain(chain);
  }
}

function assertSame(actual: Uint8Array, expected: Uint8Array, what: string): void {
  assert.equal(actual.length, expected.length, `${what}: length`);
  if (Buffer.compare(actual, expected) === 0) return;
  const sectors = sectorsOf(actual).filter((sector, lba) => Buffer.compare(sector, sectorAt(expected, lba)) !== 0);
  const first = sectorsOf(actual).findIndex((sector, lba) => Buffer.compare(sector, sectorAt(expected, lba)) !== 0);
  assert.fail(`${what}: ${sectors.length} sectors differ, the first is ${first}`);
}

/** Every sector is that of one of the disks. */
function assertMixed(actual: Uint8Array, disks: readonly Uint8Array[], what: string): void {
  for (const [lba, sector] of sectorsOf(actual).entries()) {
    const isOneOf = disks.some((disk) => Buffer.compare(sector, sectorAt(disk, lba)) === 0);
    assert.ok(isOneOf, `${what}: sector ${lba} is neither old nor new`);
  }
}

function sectorsOf(disk: Uint8Array): Uint8Array[] {
  return Array.from({ length: disk.length / SECTOR }, (_, lba) => sectorAt(disk, lba));
}

function sectorAt(disk: Uint8Array, lba: number): Uint8Array {
  return disk.subarray(lba * SECTOR, (lba + 1) * SECTOR);
}
