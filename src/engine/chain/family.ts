import type { ImageType } from '../image';
import type { FoundBy } from './chain';

/** An image of a family, as far as its ties go. */
export interface FamilyImage {
  /** Absolute, with every link followed. */
  readonly path: string;
  readonly id: string;
  readonly type: ImageType;
  /** Bytes. */
  readonly virtualSize: number;
  /** Null for an image without a parent. */
  readonly parentId: string | null;
  /** Path of the parent that was found, as it stands in `images`; null where there is none. */
  readonly parent: string | null;
  readonly foundBy: FoundBy | null;
}

/** A parent that was not found. */
export interface MissingLink {
  readonly child: string;
  /** The id that it must have. */
  readonly id: string;
  /** What the child says, for people. */
  readonly claimedPaths: readonly string[];
  /** Images that have the id and lie where the child's own words do not lead. */
  readonly candidates: readonly string[];
}

/** All images that are tied by parent ids: a tree with branches, from the base to the leafs. */
export interface Family {
  /** Path of the image that all others stand on; null where it is missing, or where the parents run in a circle. */
  readonly base: string | null;
  /** Parents before their children, then by path. */
  readonly images: readonly FamilyImage[];
  /** Paths of those that no other one of the family stands on. */
  readonly leafs: readonly string[];
  readonly missing: readonly MissingLink[];
}

/** What is known of an image before it has its place in a family. */
export interface Member {
  readonly image: FamilyImage;
  /** Null where the parent was found or there is none. */
  readonly missing: MissingLink | null;
}

/** Sorts images into families; each path stands among the members once. Families come by the path of their first image. */
export function familiesOf(members: readonly Member[]): readonly Family[] {
  const byPath = new Map(members.map((member) => [member.image.path, member]));
  const groups = new Map<string, Member[]>();
  for (const member of [...members].sort((a, b) => (a.image.path < b.image.path ? -1 : 1))) {
    const key = rootKeyOf(member, byPath);
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(member);
  }
  return [...groups.values()].map((group) => familyOf(group, byPath));
}

/** The images that stand on another one, themselves and not through others. */
export function childrenOf(images: readonly FamilyImage[], path: string): readonly FamilyImage[] {
  return images.filter((image) => image.parent === path);
}

/** What all members of a family have in common: their base, the parent that they all miss, or their circle. */
function rootKeyOf(member: Member, byPath: ReadonlyMap<string, Member>): string {
  const way = wayDown(member, byPath);
  const last = way.at(-1) ?? member;
  if (last.image.parent !== null) {
    // The circle alone, wherever it was entered.
    const circle = way.slice(way.findIndex(({ image }) => image.path === last.image.parent));
    return `circle ${circle
      .map(({ image }) => image.path)
      .sort()
      .join(' ')}`;
  }
  return last.missing === null ? `base ${last.image.path}` : `missing ${last.missing.id}`;
}

/** A member and its parents, down to the one without a parent or to the last one before a circle closes. */
function wayDown(member: Member, byPath: ReadonlyMap<string, Member>): readonly Member[] {
  const way = new Set<Member>();
  for (let at: Member | undefined = member; at !== undefined && !way.has(at);) {
    way.add(at);
    at = at.image.parent === null ? undefined : byPath.get(at.image.parent);
  }
  return [...way];
}

function familyOf(members: readonly Member[], byPath: ReadonlyMap<string, Member>): Family {
  const depths = new Map(members.map((member) => [member.image, wayDown(member, byPath).length]));
  const images = [...depths.keys()].sort((a, b) => (depths.get(a) ?? 0) - (depths.get(b) ?? 0));
  const parents = new Set(images.map((image) => image.parent));
  return {
    base: images.find((image) => image.parentId === null)?.path ?? null,
    images,
    leafs: images.map((image) => image.path).filter((path) => !parents.has(path)),
    missing: members.map((member) => member.missing).filter((missing) => missing !== null),
  };
}
