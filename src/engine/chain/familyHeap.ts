import { EngineError } from '../errors';
import { t } from '../l10n';
import type { FileSystem } from '../storage/fileSystem';
import type { Storage } from '../storage/storage';
import { familiesOf, type Family, type FamilyImage, type Member, type MissingLink } from './family';
import { fileKey } from './locateParent';

/** Images with the same id: at most one of them belongs to a chain. */
export interface Duplicates {
  readonly id: string;
  readonly paths: readonly string[];
  /** True where the files were the same in every place that was looked at. */
  readonly areAlike: boolean;
}

/** An image whose name says something else. */
export interface Misnamed {
  readonly path: string;
  /** What it is, for people. */
  readonly is: string;
}

/** A parent that was found where its child's words do not lead: relinking makes the words right. */
export interface MovedParent {
  readonly child: string;
  readonly parent: string;
}

/** What else is to be known of a heap of images. */
export interface Heap {
  readonly duplicates: readonly Duplicates[];
  readonly misnamed: readonly Misnamed[];
  readonly moved: readonly MovedParent[];
}

/** Places of a file that are compared, spread over it, its head and its end among them. */
const SAMPLES = 64;
const SAMPLE_LENGTH = 4096;

/** Which files were found to be alike, by what they were like then: what is asked again and again need not be read again. */
export type KnownCopies = Map<string, boolean>;

/**
 * What some families tell beyond themselves. Reads a few pieces of the files that have the same id, unless `known` has them; changes nothing.
 */
export function describeHeap(
  fileSystem: FileSystem,
  families: readonly Family[],
  known: KnownCopies = new Map<string, boolean>(),
): Heap {
  const images = families.flatMap((family) => family.images);
  return {
    duplicates: duplicatesAmong(fileSystem, images, known),
    misnamed: images.flatMap((image) => {
      const is = otherThanNamed(fileSystem.nameOf(image.path), image);
      return is === null ? [] : [{ path: image.path, is }];
    }),
    moved: [
      ...images
        .filter(({ foundBy }) => foundBy === 'folder' || foundBy === 'user')
        .map(({ path, parent }) => ({ child: path, parent: parent ?? '' })),
      ...families.flatMap(({ missing }) =>
        missing.flatMap((link) => {
          const parent = onlyCandidate(link);
          return parent === null ? [] : [{ child: link.child, parent }];
        }),
      ),
    ],
  };
}

/**
 * The families with every image on its parent where one image alone can be it, wherever that lies: what is torn apart when files are strewn over folders
 * is one family again. How such a parent was found is null.
 */
export function joinMoved(families: readonly Family[]): readonly Family[] {
  const links = new Map(families.flatMap(({ missing }) => missing.map((link) => [link.child, link])));
  const images = families.flatMap((family) => family.images);
  const parents = new Map(images.map(({ path, parent }) => [path, parent]));
  for (const link of links.values()) {
    const parent = onlyCandidate(link);
    // What stands on an image itself is no parent of it, whatever its id says.
    if (parent !== null && !standsOn(parents, parent, link.child)) {
      parents.set(link.child, parent);
    }
  }
  return familiesOf(
    images.map((image): Member => {
      const parent = parents.get(image.path) ?? null;
      return { image: { ...image, parent }, missing: parent === null ? (links.get(image.path) ?? null) : null };
    }),
  );
}

function onlyCandidate({ candidates: [only, ...others] }: MissingLink): string | null {
  return only === undefined || others.length > 0 ? null : only;
}

/** True where an image is another one, or stands on it, through others too. */
function standsOn(parents: ReadonlyMap<string, string | null>, path: string, other: string): boolean {
  const seen = new Set<string>();
  for (let at: string | null = path; at !== null && !seen.has(at); at = parents.get(at) ?? null) {
    if (at === other) {
      return true;
    }
    seen.add(at);
  }
  return false;
}

function duplicatesAmong(
  fileSystem: FileSystem,
  images: readonly FamilyImage[],
  known: KnownCopies,
): readonly Duplicates[] {
  const byId = new Map<string, string[]>();
  for (const { id, path } of images) {
    byId.set(id, [...(byId.get(id) ?? []), path]);
  }
  return [...byId]
    .filter(([, paths]) => paths.length > 1)
    .map(([id, paths]) => ({
      id,
      paths,
      areAlike: paths.slice(1).every((path) => isKnownAlike(fileSystem, paths[0] ?? '', path, known)),
    }));
}

function isKnownAlike(fileSystem: FileSystem, one: string, other: string, known: KnownCopies): boolean {
  const key = `${fileKey(fileSystem, one)} ${fileKey(fileSystem, other)}`;
  const alike = known.get(key) ?? isAlike(fileSystem, one, other);
  known.set(key, alike);
  return alike;
}

/** A file that has gone meanwhile is like no other. */
function isAlike(fileSystem: FileSystem, one: string, other: string): boolean {
  try {
    return compare(fileSystem, one, other);
  } catch (error) {
    if (!EngineError.is(error)) {
      throw error;
    }
    return false;
  }
}

function compare(fileSystem: FileSystem, one: string, other: string): boolean {
  const first = fileSystem.open(one, 'read');
  try {
    const second = fileSystem.open(other, 'read');
    try {
      return (
        first.size() === second.size() && samplePlaces(first.size()).every((offset) => isSameAt(first, second, offset))
      );
    } finally {
      second.close();
    }
  } finally {
    first.close();
  }
}

function samplePlaces(size: number): readonly number[] {
  const last = Math.max(0, size - SAMPLE_LENGTH);
  return Array.from({ length: SAMPLES }, (_, index) => Math.floor((last * index) / (SAMPLES - 1)));
}

function isSameAt(one: Storage, other: Storage, offset: number): boolean {
  const [bytes, others] = [new Uint8Array(SAMPLE_LENGTH), new Uint8Array(SAMPLE_LENGTH)];
  one.read(offset, bytes);
  other.read(offset, others);
  return bytes.every((byte, at) => byte === others[at]);
}

function otherThanNamed(name: string, { type }: FamilyImage): string | null {
  if (/\.a?vhdx$/i.test(name)) {
    return t('a {0} VHD image, and no VHDX', type);
  }
  if (/\.avhd$/i.test(name)) {
    return type === 'differencing' ? null : t('a {0} image without a parent, and no snapshot', type);
  }
  return /\.vhd$/i.test(name) ? null : t('a {0} VHD image', type);
}
