import { EngineError } from '../errors';
import type { FileSystem } from '../storage/fileSystem';
import type { Storage } from '../storage/storage';
import type { FamilyImage } from './family';
import type { FamilyScan } from './familyScan';

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

/** What the scan of some folders tells beyond the families. Reads a few pieces of the files that have the same id; changes nothing. */
export function describeHeap(fileSystem: FileSystem, { families }: FamilyScan): Heap {
  const images = families.flatMap((family) => family.images);
  return {
    duplicates: duplicatesAmong(fileSystem, images),
    misnamed: images.flatMap((image) => {
      const is = otherThanNamed(fileSystem.nameOf(image.path), image);
      return is === null ? [] : [{ path: image.path, is }];
    }),
    moved: [
      ...images
        .filter(({ foundBy }) => foundBy === 'folder' || foundBy === 'user')
        .map(({ path, parent }) => ({ child: path, parent: parent ?? '' })),
      ...families.flatMap(({ missing }) =>
        missing.flatMap(({ child, candidates: [only, ...others] }) =>
          only === undefined || others.length > 0 ? [] : [{ child, parent: only }],
        ),
      ),
    ],
  };
}

function duplicatesAmong(fileSystem: FileSystem, images: readonly FamilyImage[]): readonly Duplicates[] {
  const byId = new Map<string, string[]>();
  for (const { id, path } of images) {
    byId.set(id, [...(byId.get(id) ?? []), path]);
  }
  return [...byId]
    .filter(([, paths]) => paths.length > 1)
    .map(([id, paths]) => ({
      id,
      paths,
      areAlike: paths.slice(1).every((path) => isAlike(fileSystem, paths[0] ?? '', path)),
    }));
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
    return `a ${type} VHD image, and no VHDX`;
  }
  if (/\.avhd$/i.test(name)) {
    return type === 'differencing' ? null : `a ${type} image without a parent, and no snapshot`;
  }
  return /\.vhd$/i.test(name) ? null : `a ${type} VHD image`;
}
