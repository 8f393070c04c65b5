import type { Chain } from '../chain/chain';
import type { DoubtfulRange } from '../chain/extents';
import type { FamilyScan } from '../chain/familyScan';
import type { Image } from '../image';
import { t } from '../l10n';
import type { FileSystem } from '../storage/fileSystem';
import { readParts } from '../vhd/vhdParts';
import { blockOverlap } from '../vhd/takenPlaces';
import { childPaths, doubtfulPaths } from './familyOf';
import { refusalByAccess, refusalByDamage, refusalBySpace, refusalsByUsers } from './grounds';
import {
  readMergeRecord,
  refusalByMergeOf,
  unfinishedMerge,
  type MergedLayer,
  type MergeRecord,
  type MergeTies,
} from './mergeRecord';
import type { MergeSurvey } from './mergeSurvey';
import type { Refusal } from './refusal';

/** A merge as far as it has been planned. */
interface MergeDraft {
  readonly layers: readonly [MergedLayer, ...MergedLayer[]];
  readonly ancestor: MergedLayer;
  readonly survey: MergeSurvey;
  readonly ties: MergeTies;
  /** The merge that goes on; null for a new one. */
  readonly record: MergeRecord | null;
  /** Paths of all images above the top layer. */
  readonly descendants: readonly string[];
  readonly keep: boolean;
}

function otherFile(): string {
  return t('merge into a new file instead (--to FILE), which touches nothing else');
}

/** Everything that stands in the way of a merge. */
export function mergeRefusals(
  fileSystem: FileSystem,
  chain: Chain,
  family: FamilyScan,
  draft: MergeDraft,
): readonly Refusal[] {
  const { layers, ancestor, ties, survey, record } = draft;
  const images = chain.layers.slice(0, layers.length + 1).map((layer) => layer.image);
  const written = [ancestor.path, ...ties.children, ...ties.stamped];
  const touched = [...new Set([...written, ...layers.map((layer) => layer.path)])];
  const refusals = [
    ...refusalsByRecords(fileSystem, chain, draft),
    ...(isTying(record) ? record.layers : []).map((layer) => refusalByLateChange(fileSystem, layer)),
    ...images.map((image) => refusalByDamage(asResumed(image, ancestor, record))),
    ...images.map(refusalByLostBlock),
    ...images.slice(-1).map(refusalByOverlap),
    ...images.map((image, at) => refusalByTie(image, images[at + 1])),
    ...images.map((image) => refusalBySize(image, images[0])),
    ...refusalsBySiblings(family, draft),
    ...refusalsByUsers(fileSystem, [...new Set([...touched, ...draft.descendants])]),
    ...touched.map((path) => refusalByAccess(fileSystem, path)),
    refusalByDoubt(images, survey.doubt),
    refusalByLimit(ancestor, survey),
    refusalBySpace(fileSystem, fileSystem.folderOf(ancestor.path), survey.space),
  ];
  return refusals.filter((refusal) => refusal !== null);
}

/** A merge that was cut short may have lost the ancestor's footer at the new end; that is put right when it goes on. */
function asResumed(image: Image, ancestor: MergedLayer, record: MergeRecord | null): Pick<Image, 'path' | 'findings'> {
  const isAncestor = record !== null && image.id === ancestor.id;
  const findings = isAncestor ? image.findings.filter(({ id }) => !id.startsWith('footer-')) : image.findings;
  return { path: image.path, findings };
}

/** Other merges that were cut short and have to do with any of these images. */
function refusalsByRecords(fileSystem: FileSystem, chain: Chain, draft: MergeDraft): readonly (Refusal | null)[] {
  const { layers, ancestor, ties, record } = draft;
  const [top] = layers;
  const refusals = [...layers, ancestor, ...ties.children.map((path) => ({ path }))].map(({ path }) => {
    const found = readMergeRecord(fileSystem, path);
    const isOwn = found !== null && record !== null && path === ancestor.path;
    return found === null || isOwn ? null : unfinishedMerge(found, top.path);
  });
  // One that goes on further down needs its layers, and as they are.
  const below = chain.layers.slice(layers.length + 1).map(({ image }) => image.path);
  return [...refusals, refusalByMergeOf(fileSystem, below, [...layers, ancestor])];
}

/** True where children may stand on the ancestor already. */
function isTying(record: MergeRecord | null): record is MergeRecord {
  return record !== null && (record.ties?.children.length ?? 0) > 0;
}

/**
 * A layer was written to after all that it had was in the ancestor. The children may stand on that already, so it is too late to merge what
 * is new.
 */
export function refusalByLateChange(fileSystem: FileSystem, { path, size, modified }: MergedLayer): Refusal | null {
  const facts = fileSystem.facts(path);
  if (facts === null || (facts.size === size && facts.modified === modified)) {
    return null;
  }
  return {
    code: 'file-changed',
    what: t('Merging {0}', path),
    why: t('it was written to after its content had been merged, and what is new is in it alone'),
    remedy: t('save its content by exporting it; then end the merge and remove nothing (--keep)'),
    paths: [path],
  };
}

/** Only an image whose id the child names is written: the user's word that it is the parent is not enough here. */
function refusalByTie(child: Image, parent: Image | undefined): Refusal | null {
  if (parent === undefined || child.parent?.id === parent.id) {
    return null;
  }
  return {
    code: 'not-possible',
    what: t('Merging {0}', child.path),
    why: t('it names a parent with the id {0}, and {1} has {2}', child.parent?.id ?? '', parent.path, parent.id),
    remedy: t('tie it to the right parent first'),
    paths: [child.path, parent.path],
  };
}

/** What lies past the end of a smaller disk reads as zero through it, whatever a larger one below holds there. */
function refusalBySize(image: Image, top: Image | undefined): Refusal | null {
  if (top === undefined || image.virtualSize === top.virtualSize) {
    return null;
  }
  return {
    code: 'not-possible',
    what: t('Merging {0}', top.path),
    why: t('its disk has {0} bytes, and that of {1} has {2}', top.virtualSize, image.path, image.virtualSize),
    remedy: otherFile(),
    paths: [image.path],
  };
}

/** Images outside the merged layers whose content would change, or which would lose their parent. */
function refusalsBySiblings(family: FamilyScan, draft: MergeDraft): readonly (Refusal | null)[] {
  const { layers, ancestor, record } = draft;
  const chain = [...layers, ancestor];
  return chain.map((layer, at) => {
    const above = chain[at - 1];
    const doubtful = doubtfulPaths(family, layer.id);
    const others = above === undefined ? doubtful : [...childPaths(family, layer.path), ...doubtful];
    const tied = record?.ties?.children ?? [];
    return siblingRefusal(
      layer,
      ancestor,
      others.filter((path) => path !== above?.path && !tied.includes(path)),
    );
  });
}

/** Null where nobody else stands on a layer. */
export function siblingRefusal(layer: MergedLayer, ancestor: MergedLayer, others: readonly string[]): Refusal | null {
  if (others.length === 0) {
    return null;
  }
  return {
    code: 'has-children',
    what: t('Merging into {0}', ancestor.path),
    why: harmTo(others, layer, layer.path === ancestor.path),
    remedy: otherFile(),
    paths: others,
  };
}

function harmTo(others: readonly string[], { path }: MergedLayer, contentChanges: boolean): string {
  const names = others.join(', ');
  if (others.length === 1) {
    return contentChanges
      ? t('{0} stands on {1}, and its content would change', names, path)
      : t('{0} stands on {1}, and it would be left without a parent', names, path);
  }
  return contentChanges
    ? t('{0} stand on {1}, and their content would change', names, path)
    : t('{0} stand on {1}, and they would be left without a parent', names, path);
}

/** A block whose place cannot be reads as if it were absent; what it held would be gone with the image, and nothing can be put there. */
export function refusalByLostBlock(image: Image): Refusal | null {
  for (let block = 0; block < image.blockCount; block++) {
    if (image.isBlockDamaged(block)) {
      return damaged(image.path, t('the table gives block {0} a place that cannot be', block));
    }
  }
  return null;
}

/** What is written into one of two blocks that lie over each other would show in the other. */
function refusalByOverlap(ancestor: Image): Refusal | null {
  const parts = readParts(ancestor.storage, ancestor.path);
  const overlap = 'grid' in parts ? blockOverlap(parts) : null;
  return overlap === null ? null : damaged(ancestor.path, t('two of its blocks lie at byte {0} of the file', overlap));
}

function damaged(path: string, why: string): Refusal {
  return {
    code: 'damaged-image',
    what: t('Merging {0}', path),
    why,
    remedy: t('check it and repair it first, or save its content by exporting it'),
    paths: [path],
  };
}

/** Sectors that cannot be had are not merged. `images` are the layers as the range numbers them. */
export function refusalByDoubt(images: readonly Image[], doubt: DoubtfulRange | null): Refusal | null {
  if (doubt === null) {
    return null;
  }
  const path = images[doubt.layer ?? 0]?.path ?? '';
  return damaged(
    path,
    t('its sectors {0} to {1} cannot be read ({2})', doubt.start, doubt.start + doubt.length - 1, doubt.reason),
  );
}

function refusalByLimit({ path }: MergedLayer, { limit }: MergeSurvey): Refusal | null {
  if (limit === null) {
    return null;
  }
  return {
    code: limit === 'table' ? 'damaged-image' : 'too-large',
    what: t('Merging into {0}', path),
    why: limit === 'table' ? t('its table has no room for the new blocks') : t('it would become larger than 2 TiB'),
    remedy: otherFile(),
    paths: [path],
  };
}
