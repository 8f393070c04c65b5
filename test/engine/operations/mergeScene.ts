import assert from 'node:assert/strict';
import { closeChain, openChain } from '../../../src/engine/chain/openChain';
import { SectorOwners } from '../../../src/engine/chain/sectorOwners';
import { runMerge, type MergeResult } from '../../../src/engine/operations/merge';
import { planMerge, type MergeOptions, type MergePlan } from '../../../src/engine/operations/mergePlan';
import { runToEnd } from '../../../src/engine/operations/progress';
import type { FileSystem } from '../../../src/engine/storage/fileSystem';
import { requestOn, TRUSTING } from '../../crash/chainScene';
import { RecordingFileSystem, type Shortcomings } from '../../crash/recordingFileSystem';
import { layerModel, modelContent, type LayerModel } from '../../fixtures/diskModel';
import { buildVhd, idOf, stampOf } from '../../fixtures/vhdBuilder';
import { blocksOf, type VhdSpec } from '../../fixtures/vhdSpec';

export const SECTOR = 512;
/** Sectors of the disks here, unless a test says otherwise. */
export const SECTOR_COUNT = 64;
/** Bytes: eight sectors. */
export const BLOCK_SIZE = 4096;

/** An image of a family: what differs from an empty one. */
export interface FamilySpec {
  /** Path of the parent; left out for a base. */
  readonly on?: string;
  /** LBAs that it has. */
  readonly owned?: readonly number[];
  /** Those of them that are all zero. */
  readonly zeros?: readonly number[];
  readonly type?: VhdSpec['type'];
  readonly blockSize?: number;
  readonly more?: Partial<VhdSpec>;
}

/** A family in files, and what it must read as. */
export interface MergeFamily {
  readonly fileSystem: RecordingFileSystem;
  readonly models: ReadonlyMap<string, LayerModel>;
  /** The disk as of an image, by the model. */
  readonly content: (path: string) => Buffer;
}

/** Images by path, parents before their children; the n-th has the id `idOf(n + 1)`. */
export function family(specs: Readonly<Record<string, FamilySpec>>, shortcomings: Shortcomings = {}): MergeFamily {
  const fileSystem = new RecordingFileSystem(new Map(), shortcomings);
  const paths = Object.keys(specs);
  const models = new Map<string, LayerModel>();
  for (const [at, path] of paths.entries()) {
    const spec = vhdSpecOf(fileSystem, paths, at, specs[path]!);
    fileSystem.add(path, buildVhd(spec));
    models.set(path, layerModel(spec));
  }
  const wayDown = (path: string): LayerModel[] => {
    const { on } = specs[path]!;
    return [models.get(path)!, ...(on === undefined ? [] : wayDown(on))];
  };
  return { fileSystem, models, content: (path) => Buffer.from(modelContent(wayDown(path))) };
}

function vhdSpecOf(fileSystem: FileSystem, paths: readonly string[], at: number, spec: FamilySpec): VhdSpec {
  const { on, owned = [], zeros = [], blockSize = BLOCK_SIZE, more = {} } = spec;
  const content = (lba: number): Uint8Array => (zeros.includes(lba) ? new Uint8Array(SECTOR) : stampOf(at + 1)(lba));
  const common = { virtualSize: SECTOR_COUNT * SECTOR, id: idOf(at + 1), content };
  if (spec.type === 'fixed') return { ...common, type: 'fixed', ...more };
  const blocks = blocksOf(owned, blockSize);
  if (on === undefined) return { ...common, type: 'dynamic', blockSize, blocks, ...more };
  const timestamp = Math.floor((fileSystem.facts(on)?.modified ?? 0) / 1000) - 946_684_800;
  const locators = [{ code: 'MacX', text: `file://${on}` }];
  const parent = { id: idOf(paths.indexOf(on) + 1), name: fileSystem.nameOf(on), timestamp, locators };
  return { ...common, type: 'differencing', blockSize, blocks, parent, ...more };
}

export function planOf(fileSystem: FileSystem, path: string, options: Partial<MergeOptions> = {}): MergePlan {
  return runToEnd(planMerge(requestOn(fileSystem), path, { into: null, keep: false, ...options }));
}

/** Plans and runs a merge. */
export function merge(fileSystem: FileSystem, path: string, options: Partial<MergeOptions> = {}): MergeResult {
  return runToEnd(runMerge(fileSystem, planOf(fileSystem, path, options)));
}

/** LBAs that an image has by itself, by its bitmaps. */
export function ownedBy(fileSystem: FileSystem, path: string): number[] {
  const chain = openChain(fileSystem, path, TRUSTING);
  try {
    const [layer] = chain.layers;
    const owners = new SectorOwners({ layers: [layer], missing: null, findings: [] });
    const found: number[] = [];
    const buffer = new Uint8Array(owners.blockSectorCount);
    for (let block = 0; block < owners.blockCount; block++) {
      owners.fill(block, buffer);
      for (let sector = 0; sector < owners.sectorsOf(block); sector++) {
        if (buffer[sector] === 0) found.push(block * owners.blockSectorCount + sector);
      }
    }
    return found;
  } finally {
    closeChain(chain);
  }
}

/** The bytes of all files as they are now. */
export function filesOf(fileSystem: RecordingFileSystem): Map<string, Uint8Array> {
  return new Map([...fileSystem.disk].map(([path, inode]) => [path, inode.bytes]));
}

/** Asserts that no file has changed, and none came or went. */
export function assertUntouched(fileSystem: RecordingFileSystem, before: ReadonlyMap<string, Uint8Array>): void {
  assert.deepEqual(filesOf(fileSystem), new Map(before));
  assert.equal(fileSystem.openFiles, 0);
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, at) => from + at);
}
