import { EngineError } from '../errors';
import type { Image, ParentClaim } from '../image';
import { t } from '../l10n';
import { openImage } from '../openImage';
import type { FileSystem } from '../storage/fileSystem';
import { hasImageExtension, requireConfined } from './bounds';
import type { FoundBy, ParentPolicy } from './chain';
import { familiesOf, type Family, type Member, type MissingLink } from './family';
import { findFiles, type FoundFiles, type OtherFile, type ScanPlaces } from './familyFiles';
import { fileKey, locateParent } from './locateParent';
import { ParentFiles } from './parentFiles';

export interface FamilyScan {
  readonly families: readonly Family[];
  /** Files with an image's name that cannot be opened as one, and why. */
  readonly others: readonly OtherFile[];
  /** Files that an operation of ours left when it was cut short. */
  readonly unfinished: readonly OtherFile[];
  /** False where there were more names than are looked at. */
  readonly isWhole: boolean;
}

/**
 * Reads the families of all images in some places, and of the parents that these lead to under `policy`. Ties are by id and by the same
 * search that opens a chain, never by names. Yields how many files were looked at, where stopping is safe; changes nothing.
 */
export function* scanFamilies(
  fileSystem: FileSystem,
  places: ScanPlaces,
  policy: ParentPolicy,
): Generator<number, FamilyScan, void> {
  for (const folder of places.folders) {
    requireConfinedFolder(fileSystem, folder, policy);
  }
  const found: FoundFiles = yield* findFiles(fileSystem, places);
  const scan = new Scan(fileSystem, policy);
  for (const [index, path] of found.paths.entries()) {
    scan.look(path);
    yield found.nameCount + index + 1;
  }
  const { unfinished, isWhole } = found;
  return { families: familiesOf(scan.members()), others: scan.others, unfinished, isWhole };
}

/** The folder that all is confined to may be read itself. Throws EngineError `outside-confinement`, or `file-not-found` for no folder. */
export function requireConfinedFolder(fileSystem: FileSystem, folder: string, policy: ParentPolicy): void {
  const isTheConfine = policy.confine !== null && fileSystem.resolve(policy.confine) === fileSystem.resolve(folder);
  if (!isTheConfine) {
    requireConfined(fileSystem, folder, policy);
  }
  const realPath = fileSystem.realPath(folder);
  if (realPath === null || fileSystem.facts(realPath)?.kind !== 'folder') {
    throw new EngineError('file-not-found', {
      what: t('Reading {0}', folder),
      why: t('there is no such folder'),
      remedy: t('check the path'),
    });
  }
}

class Scan {
  readonly others: OtherFile[] = [];
  readonly #fileSystem: FileSystem;
  readonly #policy: ParentPolicy;
  readonly #parentFiles: ParentFiles;
  readonly #members = new Map<string, Member>();
  /** The `fileKey` of each file that was looked into, and its path: a file with two names is one image. */
  readonly #seen = new Map<string, string>();

  constructor(fileSystem: FileSystem, policy: ParentPolicy) {
    this.#fileSystem = fileSystem;
    this.#policy = policy;
    this.#parentFiles = new ParentFiles(fileSystem);
  }

  /** Looks into a file, and into the parents that it leads to. */
  look(path: string): void {
    let next: string | null = this.#fileSystem.realPath(path);
    while (next !== null) {
      next = this.#lookAtOne(next);
    }
  }

  members(): readonly Member[] {
    const members = [...this.#members.values()];
    const byId = new Map<string, string[]>();
    for (const { image } of members) {
      byId.set(image.id, [...(byId.get(image.id) ?? []), image.path]);
    }
    return members.map((member) => this.#withCandidates(member, byId));
  }

  /** Returns the path of its parent, where that is to be looked at next. */
  #lookAtOne(path: string): string | null {
    const key = fileKey(this.#fileSystem, path);
    if (this.#seen.has(key)) {
      return null;
    }
    this.#seen.set(key, path);
    let image: Image;
    try {
      image = openImage(this.#fileSystem, path);
    } catch (error) {
      this.#noteOther(path, error);
      return null;
    }
    try {
      return this.#add(image, path);
    } finally {
      image.close();
    }
  }

  #add(image: Image, path: string): string | null {
    const { id, type, virtualSize } = image;
    const known = { path, id, type, virtualSize };
    if (image.parent === null) {
      const noParent = { parentId: null, parent: null, foundBy: null };
      this.#members.set(path, { image: { ...known, ...noParent }, missing: null });
      return null;
    }
    const found = this.#parentOf(image, image.parent);
    const parentId = image.parent.id;
    const parent = found?.path ?? null;
    const claimedPaths = [...new Set(image.parent.places.map((place) => place.text))];
    const missing: MissingLink = { child: path, id: parentId, claimedPaths, candidates: [] };
    this.#members.set(path, {
      image: { ...known, parentId, parent, foundBy: found?.foundBy ?? null },
      missing: parent === null ? missing : null,
    });
    return parent;
  }

  #parentOf(image: Image, claim: ParentClaim): { readonly path: string; readonly foundBy: FoundBy } | null {
    const fileSystem = this.#fileSystem;
    const taken = new Set([fileKey(fileSystem, image.path)]);
    const search = { fileSystem, files: this.#parentFiles, policy: this.#policy, taken };
    const { found } = locateParent(search, image, claim);
    if (found === null) {
      return null;
    }
    found.image.close();
    const path = fileSystem.realPath(found.image.path) ?? found.image.path;
    return { path: this.#seen.get(fileKey(fileSystem, path)) ?? path, foundBy: found.foundBy };
  }

  /** Where the search of a folder met its bound before the parent, the scan has seen it all the same. */
  #withCandidates(member: Member, byId: ReadonlyMap<string, readonly string[]>): Member {
    const { image, missing } = member;
    if (missing === null) {
      return member;
    }
    const candidates = (byId.get(missing.id) ?? []).filter((path) => path !== image.path);
    const folder = this.#fileSystem.folderOf(image.path);
    const beside = candidates.find((path) => this.#fileSystem.folderOf(path) === folder);
    return beside === undefined
      ? { image, missing: { ...missing, candidates } }
      : { image: { ...image, parent: beside, foundBy: 'folder' }, missing: null };
  }

  /** Files without an image's name are looked into only to see whether they are images. */
  #noteOther(path: string, error: unknown): void {
    if (!EngineError.is(error)) {
      throw error;
    }
    if (hasImageExtension(this.#fileSystem.nameOf(path))) {
      this.others.push({ path, reason: error.words.why });
    }
  }
}
