import type { Family, FamilyImage, MissingLink } from '../../engine/chain/family';
import type { Duplicates } from '../../engine/chain/familyHeap';
import type { KnownFamilies, UnfinishedWork } from '../../worker/familyWire';
import { shortNameOf, sizeText } from '../numbers';
import type { L10n } from '../operations/l10n';

/** What a row is about; menus and icons go by it. */
export type RowKind =
  | 'base'
  | 'layer'
  | 'leaf'
  | 'active'
  | 'single'
  | 'missing'
  | 'unreadable'
  | 'unfinished'
  | 'running'
  /** A file that is told of beside its family. */
  | 'file'
  /** A heading over rows that tell of something wrong, or of nothing wrong. */
  | 'troubles'
  | 'section';

/** What is out of order about an image: its parent is not where it says; another file is a copy of it; one has its id and other content. */
export type RowTrait = 'moved' | 'copy' | 'conflict';

/** A row of the tree, with everything that is shown of it. */
export interface FamilyRow {
  /** The same as long as it is the same row. */
  readonly id: string;
  readonly kind: RowKind;
  readonly traits: readonly RowTrait[];
  /** Of the file that it opens; null for a row that is no file. */
  readonly path: string | null;
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  /** For a screen reader: the whole row in words. */
  readonly spoken: string;
  /** The merge that can go on. */
  readonly merge: UnfinishedWork['merge'];
  /** The image beside which something is left of what the row tells; left out for other rows. */
  readonly beside?: string;
  readonly children: readonly FamilyRow[];
  /** True where its children are shown only when somebody asks for them. */
  readonly isFolded: boolean;
}

/** What the tree is made of beside the families themselves. */
export interface TreeSurroundings {
  readonly l10n: L10n;
  /** The folder of a file as people know it, empty for that of the workspace itself. */
  readonly folderOf: (path: string) => string;
  /** True while an operation of this window works on an image. */
  readonly isBusy: (path: string) => boolean;
}

/** A family with its images by their paths and by their parents. */
interface IndexedFamily {
  readonly family: Family;
  readonly images: ReadonlyMap<string, FamilyImage>;
  readonly above: ReadonlyMap<string, readonly FamilyImage[]>;
  readonly leafs: ReadonlySet<string>;
  readonly shown: Set<string>;
}

/**
 * The families of a workspace as rows: the base with the layers above it, branches side by side, and what is wrong with them.
 * Yields after each family, so that thousands of them need not be made at once.
 */
export function* familyRows(
  known: KnownFamilies,
  surroundings: TreeSurroundings,
): Generator<void, readonly FamilyRow[], void> {
  const builder = new RowBuilder(known, surroundings);
  const rows: FamilyRow[] = [];
  for (const family of known.families) {
    rows.push(...builder.family(family));
    yield;
  }
  const unreadable = known.unreadable.map(({ path, reason }) => builder.unreadable(path, reason));
  return [...rows, ...unreadable, ...builder.others(known.families)].sort(byLabel);
}

/** Makes the rows of families. What is told of its images beside themselves comes from `known`, which may name more of them. */
export class RowBuilder {
  readonly #unfinished: readonly UnfinishedWork[];
  readonly #surroundings: TreeSurroundings;
  readonly #l10n: L10n;
  readonly #duplicates: ReadonlyMap<string, Duplicates>;
  readonly #moved: ReadonlyMap<string, string>;
  readonly #misnamed: ReadonlyMap<string, string>;

  constructor(
    { unfinished, duplicates, moved, misnamed }: Omit<KnownFamilies, 'families' | 'unreadable'>,
    surroundings: TreeSurroundings,
  ) {
    this.#unfinished = unfinished;
    this.#surroundings = surroundings;
    this.#l10n = surroundings.l10n;
    this.#duplicates = new Map(duplicates.flatMap((each) => each.paths.map((path) => [path, each])));
    this.#moved = new Map(moved.map(({ child, parent }) => [child, parent]));
    this.#misnamed = new Map(misnamed.map(({ path, is }) => [path, is]));
  }

  family(family: Family): readonly FamilyRow[] {
    const indexed = indexedFamily(family);
    const missing = family.missing;
    const [link] = missing;
    if (link !== undefined) {
      const children = missing.map(({ child }) => this.#at(indexed, child)).filter((row) => row !== null);
      return [this.#missing(link, children)];
    }
    // Where the parents run in a circle there is no base: it is shown from some image on.
    const root = family.base ?? family.images[0]?.path;
    const row = root === undefined ? null : this.#at(indexed, root);
    return row === null ? [] : [row];
  }

  unreadable(path: string, reason: string): FamilyRow {
    const label = shortNameOf(path);
    const description = this.#l10n.t('cannot be read');
    return {
      ...PLAIN,
      ...{ id: `unreadable ${path}`, kind: 'unreadable', path, label, description },
      tooltip: `${path}\n${reason}`,
      spoken: [label, description, reason].join(', '),
    };
  }

  /** What was cut short beside no image that is shown. */
  others(families: readonly Family[]): readonly FamilyRow[] {
    const shown = new Set(families.flatMap(({ images }) => images.map(({ path }) => path)));
    return this.#unfinished.filter(({ path }) => !shown.has(path)).map((work) => this.unfinished(work));
  }

  /** How people tell a file from others: its name, and where it does not lie in the workspace's folder itself, that of its folder. */
  placeOf(path: string): string {
    const folder = this.#surroundings.folderOf(path);
    return folder === '' ? shortNameOf(path) : `${folder}/${shortNameOf(path)}`;
  }

  #at(indexed: IndexedFamily, path: string): FamilyRow | null {
    const image = indexed.images.get(path);
    if (image === undefined || indexed.shown.has(path)) return null;
    indexed.shown.add(path);
    const above = (indexed.above.get(path) ?? [])
      .map((each) => this.#at(indexed, each.path))
      .filter((row) => row !== null);
    const unfinished = this.#unfinished.filter((work) => work.path === path).map((work) => this.unfinished(work));
    return this.#image(indexed, image, [...unfinished, ...above.sort(byLabel)]);
  }

  #image({ family, leafs }: IndexedFamily, image: FamilyImage, children: readonly FamilyRow[]): FamilyRow {
    const { path, type, virtualSize, id, parent } = image;
    const isLeaf = leafs.has(path);
    const isAlone = family.images.length === 1 && image.parentId === null;
    // One leaf alone is what a virtual machine uses; of several, only its settings tell which.
    const leafKind = leafs.size === 1 ? 'active' : 'leaf';
    const kind = isAlone ? 'single' : isLeaf ? leafKind : image.parentId === null ? 'base' : 'layer';
    const label = shortNameOf(path);
    const folder = image.parentId === null ? this.#surroundings.folderOf(path) : '';
    const role = kind === 'active' ? this.#l10n.t('active') : kind === 'leaf' ? this.#l10n.t('leaf') : null;
    const circle = family.base === null && family.missing.length === 0 ? this.#l10n.t('parents run in a circle') : null;
    const words = [this.#type(type), sizeText(virtualSize), folder === '' ? null : folder];
    const notes = this.#notesOf(path);
    const told = [role, circle, ...notes.words].filter((word) => word !== null);
    const facts = words.filter((word) => word !== null);
    // A layer's disk is as large as its base's, and its icon says that it is a layer.
    const shown = type === 'differencing' ? told : [...told, ...facts];
    const lines = [
      path,
      facts.slice(0, 2).join(' · '),
      this.#l10n.t('Id {0}', id),
      ...(parent === null ? [] : [this.#l10n.t('Parent {0}', parent)]),
      ...notes.lines,
    ];
    return {
      ...PLAIN,
      ...{ id: `image ${path}`, kind, path, label, children, traits: notes.traits },
      description: shown.join(' · '),
      tooltip: lines.join('\n'),
      spoken: [label, ...told, ...facts].join(', '),
    };
  }

  /** What is out of order about an image: in a word, in a sentence, and for menus. */
  #notesOf(path: string): {
    readonly words: readonly string[];
    readonly lines: readonly string[];
    readonly traits: readonly RowTrait[];
  } {
    const words: string[] = [];
    const lines: string[] = [];
    const traits: RowTrait[] = [];
    const parent = this.#moved.get(path);
    if (parent !== undefined) {
      traits.push('moved');
      words.push(this.#l10n.t('parent moved'));
      lines.push(this.#l10n.t('Its parent {0} is not where it says. Relinking makes that right.', parent));
    }
    const duplicates = this.#duplicates.get(path);
    const others = duplicates?.paths.filter((each) => each !== path) ?? [];
    const [other] = others;
    if (duplicates !== undefined && other !== undefined) {
      const place = this.placeOf(other);
      traits.push(duplicates.areAlike ? 'copy' : 'conflict');
      words.push(duplicates.areAlike ? this.#l10n.t('copy of {0}', place) : this.#l10n.t('same id as {0}', place));
      lines.push(
        duplicates.areAlike
          ? this.#l10n.t('The same as {0}, wherever they were compared.', others.join(', '))
          : this.#l10n.t(
              '{0} has the same id and other content: only one of them is the right one.',
              others.join(', '),
            ),
      );
    }
    const is = this.#misnamed.get(path);
    if (is !== undefined) lines.push(this.#l10n.t('Its name says otherwise, but it is {0}.', is));
    return { words, lines, traits };
  }

  #missing({ id, claimedPaths, candidates }: MissingLink, children: readonly FamilyRow[]): FamilyRow {
    const [claimed] = claimedPaths;
    const label = claimed === undefined ? this.#l10n.t('Parent') : shortNameOf(claimed);
    const [only, ...others] = candidates;
    const description =
      only === undefined
        ? this.#l10n.t('missing')
        : others.length === 0
          ? this.#l10n.t('missing; it is {0}', this.placeOf(only))
          : this.#l10n.t('missing; {0} images have its id', candidates.length);
    const lines = [
      only === undefined
        ? this.#l10n.t('No image with the id {0} was found.', id)
        : this.#l10n.t('It has the id {0}.', id),
      ...claimedPaths,
      ...candidates,
    ];
    const spoken = this.#l10n.t('{0}, missing parent of {1} images', label, children.length);
    return {
      ...PLAIN,
      ...{ id: `missing ${id}`, kind: 'missing', label, description, children },
      traits: only !== undefined && others.length === 0 ? ['moved'] : [],
      tooltip: lines.join('\n'),
      spoken: only === undefined ? spoken : `${spoken}, ${description}`,
    };
  }

  unfinished({ path, merge }: UnfinishedWork): FamilyRow {
    const isRunning = this.#surroundings.isBusy(path);
    const what =
      merge === null
        ? this.#l10n.t('Change of {0}', shortNameOf(path))
        : this.#l10n.t('Merge of {0}', shortNameOf(merge.path));
    const description = isRunning ? this.#l10n.t('running') : this.#l10n.t('not finished');
    const advice =
      merge === null
        ? this.#l10n.t('It was cut short. The next operation on {0} ends it or takes it back.', path)
        : this.#l10n.t('It was cut short. Resume goes on where it stopped.');
    return {
      ...PLAIN,
      ...{ id: `unfinished ${path}`, kind: isRunning ? 'running' : 'unfinished', label: what, description },
      tooltip: isRunning ? what : advice,
      spoken: `${what}, ${description}`,
      merge: isRunning ? null : merge,
      beside: path,
    };
  }

  #type(type: FamilyImage['type']): string {
    switch (type) {
      case 'fixed':
        return this.#l10n.t('fixed');
      case 'dynamic':
        return this.#l10n.t('dynamic');
      case 'differencing':
        return this.#l10n.t('differencing');
    }
  }
}

/** What most rows are. */
export const PLAIN = { path: null, traits: [], merge: null, children: [], isFolded: false } as const;

function indexedFamily(family: Family): IndexedFamily {
  const above = new Map<string, FamilyImage[]>();
  for (const image of family.images) {
    if (image.parent === null) continue;
    const children = above.get(image.parent) ?? [];
    above.set(image.parent, children);
    children.push(image);
  }
  const images = new Map(family.images.map((image) => [image.path, image]));
  return { family, images, above, leafs: new Set(family.leafs), shown: new Set() };
}

export function byLabel(a: FamilyRow, b: FamilyRow): number {
  const rank = Number(b.kind === 'unfinished') - Number(a.kind === 'unfinished');
  return rank !== 0 ? rank : a.label < b.label ? -1 : a.label > b.label ? 1 : a.id < b.id ? -1 : 1;
}
