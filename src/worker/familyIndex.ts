import type { Family } from '../engine/chain/family';
import type { OtherFile } from '../engine/chain/familyFiles';
import type { FileSystem } from '../engine/storage/fileSystem';
import { describeHeap, runToEnd, scanFamilies, type Heap, type KnownCopies } from '../engine/index';
import type { FamilyOrder, KnownFamilies } from './familyWire';
import { mayBeImage } from './mayBeImage';
import { unfinishedAt } from './unfinishedWork';

const NO_HEAP: Heap = { duplicates: [], misnamed: [], moved: [] };

/** The families of a workspace's images. Where files change, only the families that they have to do with are read again. */
export class FamilyIndex {
  readonly #fileSystem: FileSystem;
  #families: readonly Family[] = [];
  #unreadable: ReadonlyMap<string, string> = new Map();
  #heap: Heap = NO_HEAP;
  readonly #copies: KnownCopies = new Map();
  /** What each image's file was like when it was read. */
  readonly #traces = new Map<string, string>();

  constructor(fileSystem: FileSystem) {
    this.#fileSystem = fileSystem;
  }

  update({ images, sideFiles, anew, policy }: FamilyOrder): KnownFamilies {
    if (anew) this.#forgetAll();
    const stale = this.#staleOf(images);
    if (stale.size > 0) {
      this.#readAgain(stale, policy);
      this.#heap = describeHeap(this.#fileSystem, this.#families, this.#copies);
    }
    return {
      families: this.#families,
      unreadable: [...this.#unreadable].map(([path, reason]): OtherFile => ({ path, reason })),
      unfinished: sideFiles.map((path) => unfinishedAt(this.#fileSystem, path)).filter((work) => work !== null),
      ...this.#heap,
    };
  }

  #forgetAll(): void {
    this.#families = [];
    this.#unreadable = new Map();
    this.#heap = NO_HEAP;
    this.#copies.clear();
    this.#traces.clear();
  }

  /** What is new or not as it was, among what is told of and what is known. */
  #staleOf(told: readonly string[]): ReadonlySet<string> {
    const paths = new Set([...told.map((path) => this.#fileSystem.realPath(path) ?? path), ...this.#traces.keys()]);
    return new Set([...paths].filter((path) => this.#traceOf(path) !== this.#traces.get(path)));
  }

  #readAgain(stale: ReadonlySet<string>, policy: FamilyOrder['policy']): void {
    // What misses a parent may find it among what is new.
    const isTouched = (family: Family): boolean =>
      family.missing.length > 0 || family.images.some(({ path }) => stale.has(path));
    let kept = this.#families.filter((family) => !isTouched(family));
    const files = new Set([...stale, ...pathsIn(this.#families.filter(isTouched))]);
    for (;;) {
      const scan = runToEnd(scanFamilies(this.#fileSystem, { folders: [], files: this.#existing(files) }, policy));
      const found = new Set(pathsIn(scan.families));
      const joined = kept.filter((family) => family.images.some(({ path }) => found.has(path)));
      if (joined.length === 0) {
        this.#families = [...kept, ...scan.families].sort((a, b) => (firstPath(a) < firstPath(b) ? -1 : 1));
        this.#noteUnreadable(stale, scan.others);
        this.#noteTraces(new Set([...files, ...found]));
        return;
      }
      // The tie leads into a family that was thought to be untouched: it is one family now.
      kept = kept.filter((family) => !joined.includes(family));
      for (const path of pathsIn(joined)) files.add(path);
    }
  }

  #existing(paths: ReadonlySet<string>): readonly string[] {
    return [...paths].filter((path) => this.#fileSystem.realPath(path) !== null);
  }

  #noteUnreadable(stale: ReadonlySet<string>, others: readonly OtherFile[]): void {
    const unreadable = new Map([...this.#unreadable].filter(([path]) => !stale.has(path)));
    for (const { path, reason } of others) if (mayBeImage(this.#fileSystem, path)) unreadable.set(path, reason);
    this.#unreadable = unreadable;
  }

  #noteTraces(paths: ReadonlySet<string>): void {
    for (const path of paths) {
      const trace = this.#traceOf(path);
      if (trace === undefined) this.#traces.delete(path);
      else this.#traces.set(path, trace);
    }
  }

  /** Undefined where no file stands. */
  #traceOf(path: string): string | undefined {
    const facts = this.#fileSystem.facts(path);
    return facts === null ? undefined : `${facts.identity} ${facts.size} ${facts.modified}`;
  }
}

function pathsIn(families: readonly Family[]): readonly string[] {
  return families.flatMap(({ images }) => images.map(({ path }) => path));
}

/** By the alphabet, as a scan sorts families. */
function firstPath({ images }: Family): string {
  return images.map(({ path }) => path).sort()[0] ?? '';
}
