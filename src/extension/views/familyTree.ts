import type { Family, FamilyImage, MissingLink } from '../../engine/chain/family';
import type { KnownFamilies, UnfinishedWork } from '../../worker/familyWire';
import { nameOf, sizeText } from '../numbers';
import type { L10n } from '../operations/l10n';

/** What a row is about; menus and icons go by it. */
export type RowKind =
  'base' | 'layer' | 'leaf' | 'active' | 'single' | 'missing' | 'unreadable' | 'unfinished' | 'running';

/** A row of the tree, with everything that is shown of it. */
export interface FamilyRow {
  /** The same as long as it is the same row. */
  readonly id: string;
  readonly kind: RowKind;
  /** Of the file that it opens; null for a row that is no file. */
  readonly path: string | null;
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  /** For a screen reader: the whole row in words. */
  readonly spoken: string;
  /** The merge that can go on. */
  readonly merge: UnfinishedWork['merge'];
  readonly children: readonly FamilyRow[];
}

/** What the tree is made of beside the families themselves. */
export interface TreeSurroundings {
  readonly l10n: L10n;
  /** The folder of a file as people know it, empty for that of the workspace itself. */
  readonly folderOf: (path: string) => string;
  /** True while an operation of this window works on an image. */
  readonly isBusy: (path: string) => boolean;
}

/**
 * The families of a workspace as rows: the base with the layers above it, branches side by side, and what is wrong with them.
 * Yields after each family, so that thousands of them need not be made at once.
 */
export function* familyRows(
  known: KnownFamilies,
  surroundings: TreeSurroundings,
): Generator<void, readonly FamilyRow[], void> {
  const builder = new RowBuilder(known.unfinished, surroundings);
  const rows: FamilyRow[] = [];
  for (const family of known.families) {
    rows.push(...builder.family(family));
    yield;
  }
  const unreadable = known.unreadable.map(({ path, reason }) => builder.unreadable(path, reason));
  return [...rows, ...unreadable, ...builder.others(known)].sort(byLabel);
}

class RowBuilder {
  readonly #unfinished: readonly UnfinishedWork[];
  readonly #surroundings: TreeSurroundings;
  readonly #l10n: L10n;

  constructor(unfinished: readonly UnfinishedWork[], surroundings: TreeSurroundings) {
    this.#unfinished = unfinished;
    this.#surroundings = surroundings;
    this.#l10n = surroundings.l10n;
  }

  family(family: Family): readonly FamilyRow[] {
    const missing = family.missing;
    const [link] = missing;
    const shown = new Set<string>();
    if (link !== undefined) {
      const children = missing.map(({ child }) => this.#at(family, child, shown)).filter((row) => row !== null);
      return [this.#missing(link, children)];
    }
    // Where the parents run in a circle there is no base: it is shown from some image on.
    const root = family.base ?? family.images[0]?.path;
    const row = root === undefined ? null : this.#at(family, root, shown);
    return row === null ? [] : [row];
  }

  unreadable(path: string, reason: string): FamilyRow {
    const label = nameOf(path);
    const description = this.#l10n.t('cannot be read');
    return {
      ...{ id: `unreadable ${path}`, kind: 'unreadable', path, label, description, merge: null, children: [] },
      tooltip: `${path}\n${reason}`,
      spoken: [label, description, reason].join(', '),
    };
  }

  /** What was cut short beside no image that is shown. */
  others(known: KnownFamilies): readonly FamilyRow[] {
    const shown = new Set(known.families.flatMap(({ images }) => images.map(({ path }) => path)));
    return this.#unfinished.filter(({ path }) => !shown.has(path)).map((work) => this.#unfinishedRow(work));
  }

  #at(family: Family, path: string, shown: Set<string>): FamilyRow | null {
    const image = family.images.find((each) => each.path === path);
    if (image === undefined || shown.has(path)) return null;
    shown.add(path);
    const above = family.images
      .filter((each) => each.parent === path)
      .map((each) => this.#at(family, each.path, shown))
      .filter((row) => row !== null);
    const unfinished = this.#unfinished.filter((work) => work.path === path).map((work) => this.#unfinishedRow(work));
    return this.#image(family, image, [...unfinished, ...above.sort(byLabel)]);
  }

  #image(family: Family, image: FamilyImage, children: readonly FamilyRow[]): FamilyRow {
    const { path, type, virtualSize, id, parent } = image;
    const isLeaf = family.leafs.includes(path);
    const isAlone = family.images.length === 1 && image.parentId === null;
    // One leaf alone is what a virtual machine uses; of several, only its settings tell which.
    const leafKind = family.leafs.length === 1 ? 'active' : 'leaf';
    const kind = isAlone ? 'single' : isLeaf ? leafKind : image.parentId === null ? 'base' : 'layer';
    const label = nameOf(path);
    const folder = image.parentId === null ? this.#surroundings.folderOf(path) : '';
    const role = kind === 'active' ? this.#l10n.t('active') : kind === 'leaf' ? this.#l10n.t('leaf') : null;
    const circle = family.base === null && family.missing.length === 0 ? this.#l10n.t('parents run in a circle') : null;
    const words = [this.#type(type), sizeText(virtualSize), folder === '' ? null : folder];
    const told = [role, circle].filter((word) => word !== null);
    const facts = words.filter((word) => word !== null);
    // A layer's disk is as large as its base's, and its icon says that it is a layer.
    const shown = type === 'differencing' ? told : [...told, ...facts];
    const lines = [
      path,
      facts.slice(0, 2).join(' · '),
      this.#l10n.t('Id {0}', id),
      ...(parent === null ? [] : [this.#l10n.t('Parent {0}', parent)]),
    ];
    return {
      ...{ id: `image ${path}`, kind, path, label, merge: null, children },
      description: shown.join(' · '),
      tooltip: lines.join('\n'),
      spoken: [label, ...told, ...facts].join(', '),
    };
  }

  #missing({ id, claimedPaths }: MissingLink, children: readonly FamilyRow[]): FamilyRow {
    const [claimed] = claimedPaths;
    const label = claimed === undefined ? this.#l10n.t('Parent') : nameOf(claimed);
    const description = this.#l10n.t('missing');
    return {
      ...{ id: `missing ${id}`, kind: 'missing', path: null, label, description, merge: null, children },
      tooltip: [this.#l10n.t('No image with the id {0} was found.', id), ...claimedPaths].join('\n'),
      spoken: this.#l10n.t('{0}, missing parent of {1} images', label, children.length),
    };
  }

  #unfinishedRow({ path, merge }: UnfinishedWork): FamilyRow {
    const isRunning = this.#surroundings.isBusy(path);
    const what =
      merge === null ? this.#l10n.t('Change of {0}', nameOf(path)) : this.#l10n.t('Merge of {0}', nameOf(merge.path));
    const description = isRunning ? this.#l10n.t('running') : this.#l10n.t('not finished');
    const advice =
      merge === null
        ? this.#l10n.t('It was cut short. The next operation on {0} ends it or takes it back.', path)
        : this.#l10n.t('It was cut short. Resume goes on where it stopped.');
    return {
      ...{ id: `unfinished ${path}`, kind: isRunning ? 'running' : 'unfinished', path: null, label: what, description },
      tooltip: isRunning ? what : advice,
      spoken: `${what}, ${description}`,
      merge: isRunning ? null : merge,
      children: [],
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

function byLabel(a: FamilyRow, b: FamilyRow): number {
  const rank = Number(b.kind === 'unfinished') - Number(a.kind === 'unfinished');
  return rank !== 0 ? rank : a.label < b.label ? -1 : a.label > b.label ? 1 : a.id < b.id ? -1 : 1;
}
