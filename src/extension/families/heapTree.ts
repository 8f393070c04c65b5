import { dirname } from 'node:path';
import type { Duplicates } from '../../engine/chain/familyHeap';
import type { RebuiltFolder } from '../../worker/familyWire';
import { nameOf } from '../numbers';
import { byLabel, PLAIN, RowBuilder, type FamilyRow, type TreeSurroundings } from '../views/familyTree';

/**
 * What a folder's heap of files is, as rows: what is wrong first, each kind under a heading of its own, then the families that are whole, then what need not
 * trouble anybody. Yields after each family.
 */
export function* heapRows(
  heap: RebuiltFolder,
  surroundings: TreeSurroundings,
): Generator<void, readonly FamilyRow[], void> {
  const { l10n } = surroundings;
  // What was cut short has a heading of its own.
  const rows = new RowBuilder({ ...heap, unfinished: [] }, surroundings);
  const [broken, whole, single]: [FamilyRow[], FamilyRow[], FamilyRow[]] = [[], [], []];
  for (const family of heap.families) {
    const list = family.missing.length > 0 || family.base === null ? broken : family.images.length > 1 ? whole : single;
    list.push(...rows.family(family));
    yield;
  }
  const unfinished = new RowBuilder(heap, surroundings);
  const sections: (FamilyRow | null)[] = [
    section('troubles', 'missing', l10n.t('Missing Parents'), broken),
    section('troubles', 'conflicts', l10n.t('Same Id, Other Content'), duplicateRows(heap, rows, false, surroundings)),
    section(
      'troubles',
      'unfinished',
      l10n.t('Not Finished'),
      heap.unfinished.map((work) => unfinished.unfinished(work)),
    ),
    section(
      'troubles',
      'unreadable',
      l10n.t('Cannot Be Read'),
      heap.unreadable.map(({ path, reason }) => rows.unreadable(path, reason)),
    ),
    // The families show each of them in its place.
    folded(section('troubles', 'moved', l10n.t('Parents Moved'), movedRows(heap, rows, surroundings), ['moved'])),
    section('section', 'families', l10n.t('Families'), whole),
    section('section', 'single', l10n.t('Images Without Snapshots'), single),
    folded(section('section', 'copies', l10n.t('Copies'), duplicateRows(heap, rows, true, surroundings))),
    folded(section('section', 'misnamed', l10n.t('Not What Their Names Say'), misnamedRows(heap, surroundings))),
  ];
  return sections.filter((row) => row !== null);
}

/** One line over the rows: how much there is, and how much of it is wrong. */
export function heapSummary({ l10n }: Pick<TreeSurroundings, 'l10n'>, heap: RebuiltFolder): string {
  const { families, duplicates, moved, unreadable, unfinished, isWhole } = heap;
  const images = families.reduce((sum, family) => sum + family.images.length, 0);
  const missing = new Set(families.flatMap((family) => family.missing.map(({ id }) => id))).size;
  const conflicts = duplicates.filter(({ areAlike }) => !areAlike).length;
  const troubles = [
    missing === 0 ? null : l10n.t('parents missing: {0}', missing),
    conflicts === 0 ? null : l10n.t('ids used twice: {0}', conflicts),
    unfinished.length === 0 ? null : l10n.t('not finished: {0}', unfinished.length),
    unreadable.length === 0 ? null : l10n.t('cannot be read: {0}', unreadable.length),
    moved.length === 0 ? null : l10n.t('parents moved: {0}', moved.length),
  ].filter((text) => text !== null);
  const counts = l10n.t('Images: {0}, families: {1}.', images, families.length);
  const state = troubles.length === 0 ? l10n.t('Nothing is wrong between them.') : `${troubles.join(', ')}.`;
  const limit = isWhole ? [] : [l10n.t('There are more files than were looked at.')];
  return [counts, `${state.charAt(0).toUpperCase()}${state.slice(1)}`, ...limit].join(' ');
}

function section(
  kind: 'troubles' | 'section',
  id: string,
  label: string,
  children: readonly FamilyRow[],
  traits: FamilyRow['traits'] = [],
): FamilyRow | null {
  if (children.length === 0) return null;
  const description = String(children.length);
  const spoken = `${label}, ${description}`;
  return {
    ...PLAIN,
    ...{ id: `section ${id}`, kind, traits, label, description, tooltip: label, spoken },
    children: [...children].sort(byLabel),
  };
}

function folded(row: FamilyRow | null): FamilyRow | null {
  return row === null ? null : { ...row, isFolded: true };
}

function movedRows({ moved }: RebuiltFolder, rows: RowBuilder, { l10n }: TreeSurroundings): readonly FamilyRow[] {
  return moved.map(({ child, parent }) => ({
    ...fileRow('moved', child),
    traits: ['moved'] as const,
    description: l10n.t('its parent is {0}', rows.placeOf(parent)),
    tooltip: [child, l10n.t('Its parent {0} is not where it says. Relinking makes that right.', parent)].join('\n'),
    spoken: [nameOf(child), l10n.t('its parent is {0}', rows.placeOf(parent))].join(', '),
  }));
}

function duplicateRows(
  { duplicates }: RebuiltFolder,
  rows: RowBuilder,
  areAlike: boolean,
  surroundings: TreeSurroundings,
): readonly FamilyRow[] {
  return duplicates
    .filter((each) => each.areAlike === areAlike)
    .map(({ id, paths }: Duplicates): FamilyRow => {
      const { l10n } = surroundings;
      const names = paths.map((path) => rows.placeOf(path)).join(', ');
      const description = l10n.t('{0} files', paths.length);
      return {
        ...PLAIN,
        ...{
          id: `duplicates ${id}`,
          kind: areAlike ? 'section' : 'troubles',
          label: nameOf(paths[0] ?? ''),
          description,
        },
        tooltip: [l10n.t('Id {0}', id), ...paths].join('\n'),
        spoken: [names, description].join(', '),
        children: paths.map((path) => ({ ...fileRow('duplicate', path), description: surroundings.folderOf(path) })),
      };
    });
}

function misnamedRows({ misnamed, families }: RebuiltFolder, { l10n }: TreeSurroundings): readonly FamilyRow[] {
  const images = new Set(families.flatMap((family) => family.images.map((image) => image.path)));
  return misnamed.map(({ path, is }) => ({
    ...fileRow('misnamed', path),
    // What is no image is not for our editor.
    path: images.has(path) ? path : null,
    description: is,
    tooltip: [path, l10n.t('Its name says otherwise, but it is {0}.', is)].join('\n'),
    spoken: [nameOf(path), is].join(', '),
  }));
}

function fileRow(about: string, path: string): FamilyRow {
  const label = nameOf(path);
  const facts = { label, description: '', tooltip: path, spoken: [label, dirname(path)].join(', ') };
  return { ...PLAIN, id: `${about} ${path}`, kind: 'file', path, ...facts };
}
