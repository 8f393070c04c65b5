import { TIME_STEP } from '../chain/chainFindings';
import { hasImageExtension, requireConfined } from '../chain/bounds';
import type { Chain, ParentPolicy } from '../chain/chain';
import { DiskReader } from '../chain/diskReader';
import { findFiles } from '../chain/familyFiles';
import { fileKey } from '../chain/locateParent';
import { closeChain, openChain } from '../chain/openChain';
import type { CheckStep } from '../checkSteps';
import { EngineError } from '../errors';
import { NO_OFFSET, SECTOR_SIZE, type Image, type ImageType, type ParentClaim } from '../image';
import { t } from '../l10n';
import { openImage } from '../openImage';
import type { FileSystem } from '../storage/fileSystem';
import { guestMarksOf } from './guestMarks';

/** One reason for or against a candidate; null where it tells neither. */
export interface ParentProof {
  readonly kind: 'id' | 'virtual-size' | 'time' | 'block-size' | 'name' | 'content';
  readonly agrees: boolean | null;
  /** For people. */
  readonly words: string;
}

/** A file that may be the parent of an image. */
export interface RankedParent {
  readonly path: string;
  readonly id: string;
  readonly type: ImageType;
  /** Bytes. */
  readonly virtualSize: number;
  /** Higher is likelier; only the order means anything. */
  readonly score: number;
  /** True where id and size are those that the image needs: it can be relinked without a further word. */
  readonly isProven: boolean;
  readonly proofs: readonly ParentProof[];
}

/** Folders to be looked into, those below them too; absolute paths. The image's own folder is always among them. */
export interface CandidatePlaces {
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

/** An id outweighs all else, a size all but the id. */
const WEIGHTS: Readonly<Record<ParentProof['kind'], number>> = {
  id: 1000,
  'virtual-size': 300,
  content: 100,
  time: 40,
  name: 20,
  'block-size': 10,
};

/** Only the best are looked into for their content. */
const MAX_CONTENT_PROOFS = 8;
const MAX_CANDIDATES = 100;
/** Partly owned blocks that are looked at. */
const MAX_BLOCKS = 256;

/**
 * Looks for files that may be the parent of a differencing image, the likeliest first, each with what speaks for and against it: id, size, time, block size,
 * name, and whether the image's own sectors make sense on it. Changes nothing. Throws EngineError where the image cannot be opened, `not-possible` where it has
 * no parent, `outside-confinement`.
 */
export function* rankParents(
  fileSystem: FileSystem,
  path: string,
  places: CandidatePlaces,
  policy: ParentPolicy,
): Generator<CheckStep, readonly RankedParent[], void> {
  [path, ...places.files].forEach((each) => requireConfined(fileSystem, each, policy));
  const child = openImage(fileSystem, fileSystem.realPath(path) ?? path);
  try {
    const claim = claimOf(child);
    const found = yield* candidateFiles(fileSystem, child.path, places, policy);
    const ranked: RankedParent[] = [];
    for (const [index, each] of found.entries()) {
      const candidate = lookAt(fileSystem, each, child, claim);
      ranked.push(...(candidate === null ? [] : [candidate]));
      yield { doneBytes: index, totalBytes: found.length, what: t('Looking into images') };
    }
    const best = byScore(ranked).slice(0, MAX_CANDIDATES);
    const looked: RankedParent[] = [];
    for (const [index, each] of best.entries()) {
      looked.push(index < MAX_CONTENT_PROOFS ? withContent(fileSystem, child, each, policy) : each);
      yield { doneBytes: index, totalBytes: best.length, what: t('Comparing content') };
    }
    return byScore(looked);
  } finally {
    child.close();
  }
}

/**
 * What speaks for and against one file as the parent of an image, its content too. Changes nothing. Throws EngineError where one of them cannot be opened,
 * `not-possible` where the image has no parent, `outside-confinement`.
 */
export function proveParent(
  fileSystem: FileSystem,
  path: string,
  parentPath: string,
  policy: ParentPolicy,
): RankedParent {
  [path, parentPath].forEach((each) => requireConfined(fileSystem, each, policy));
  const child = openImage(fileSystem, fileSystem.realPath(path) ?? path);
  try {
    const claim = claimOf(child);
    const image = openImage(fileSystem, fileSystem.realPath(parentPath) ?? parentPath);
    try {
      return withContent(fileSystem, child, provenBy(fileSystem, image, child, claim), policy);
    } finally {
      image.close();
    }
  } finally {
    child.close();
  }
}

function claimOf(child: Image): ParentClaim {
  if (child.parent === null) {
    throw new EngineError('not-possible', {
      what: t('Looking for the parent of {0}', child.path),
      why: t('it is no differencing image and has none'),
      remedy: t('choose an image that has one'),
    });
  }
  return child.parent;
}

function byScore(candidates: readonly RankedParent[]): readonly RankedParent[] {
  return [...candidates].sort((a, b) => b.score - a.score || (a.path < b.path ? -1 : 1));
}

/** Images by their names, each file once, without the image itself. */
function* candidateFiles(
  fileSystem: FileSystem,
  path: string,
  { folders, files }: CandidatePlaces,
  policy: ParentPolicy,
): Generator<CheckStep, readonly string[], void> {
  const allowed = folders.filter((folder) => isAllowed(fileSystem, folder, policy));
  const steps = findFiles(fileSystem, { folders: [fileSystem.folderOf(path), ...allowed], files });
  const seen = new Set([fileKey(fileSystem, path)]);
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) {
      const named = step.value.paths.filter(
        (each) => files.includes(each) || hasImageExtension(fileSystem.nameOf(each)),
      );
      return named.filter((each) => {
        const key = fileKey(fileSystem, each);
        return !seen.has(key) && seen.add(key);
      });
    }
    yield { doneBytes: 0, totalBytes: 1, what: t('Looking for images') };
  }
}

/** The folder that all is confined to may be read itself. */
function isAllowed(fileSystem: FileSystem, folder: string, policy: ParentPolicy): boolean {
  if (policy.confine !== null && fileSystem.resolve(policy.confine) !== fileSystem.resolve(folder)) {
    requireConfined(fileSystem, folder, policy);
  }
  return true;
}

function lookAt(fileSystem: FileSystem, path: string, child: Image, claim: ParentClaim): RankedParent | null {
  let image: Image;
  try {
    image = openImage(fileSystem, path);
  } catch (error) {
    if (!EngineError.is(error)) {
      throw error;
    }
    return null;
  }
  try {
    return provenBy(fileSystem, image, child, claim);
  } finally {
    image.close();
  }
}

/** All proofs but that of the content. */
function provenBy(fileSystem: FileSystem, image: Image, child: Image, claim: ParentClaim): RankedParent {
  return ranked(image, [
    idProof(claim, image),
    sizeProof(child, image),
    timeProof(fileSystem, claim, image),
    blockSizeProof(child, image),
    nameProof(fileSystem, claim, image),
  ]);
}

function ranked(
  image: Pick<Image, 'path' | 'id' | 'type' | 'virtualSize'>,
  proofs: readonly ParentProof[],
): RankedParent {
  const { path, id, type, virtualSize } = image;
  const score = proofs.reduce(
    (sum, { kind, agrees }) => sum + WEIGHTS[kind] * (agrees === null ? 0 : agrees ? 1 : -1),
    0,
  );
  const isProven = proofs.every(({ kind, agrees }) => agrees === true || (kind !== 'id' && kind !== 'virtual-size'));
  return { path, id, type, virtualSize, score, isProven, proofs };
}

function idProof(claim: ParentClaim, { id }: Image): ParentProof {
  const agrees = claim.id === id;
  return {
    kind: 'id',
    agrees,
    words: agrees ? t('it has the id {0}', id) : t('its id is {0}, and {1} is named', id, claim.id),
  };
}

function sizeProof(child: Image, { virtualSize }: Image): ParentProof {
  const agrees = child.virtualSize === virtualSize;
  const words = agrees
    ? t('its disk is as large')
    : t('its disk has {0} bytes, and that of the image {1}', virtualSize, child.virtualSize);
  return { kind: 'virtual-size', agrees, words };
}

/** A copied file may have another time, so a difference tells little. */
function timeProof(fileSystem: FileSystem, { modified }: ParentClaim, { path }: Image): ParentProof {
  const facts = fileSystem.facts(fileSystem.realPath(path) ?? path);
  if (modified === null || facts === null) {
    return { kind: 'time', agrees: null, words: t('the image names no time at which its parent was changed') };
  }
  const later = facts.modified - modified.getTime();
  const agrees = Math.abs(later) <= TIME_STEP ? true : null;
  const known = modified.toISOString();
  const words =
    agrees === true
      ? t('its file was changed at {0}, as the image says', known)
      : later > 0
        ? t('its file was changed, or copied, after {0}, which the image names', known)
        : t('its file was changed before {0}, which the image names', known);
  return { kind: 'time', agrees, words };
}

function blockSizeProof(child: Image, image: Image): ParentProof {
  if (image.type === 'fixed') {
    return { kind: 'block-size', agrees: null, words: t('it is a fixed image and has no blocks') };
  }
  const agrees = child.blockSize === image.blockSize;
  const words = agrees ? t('its blocks have the same size') : t('its blocks have another size');
  return { kind: 'block-size', agrees, words };
}

function nameProof(fileSystem: FileSystem, { places }: ParentClaim, { path }: Image): ParentProof {
  const name = fileSystem.nameOf(path).toLowerCase();
  const isNamed = places.some(({ text }) => text.split(/[\\/]/).at(-1)?.toLowerCase() === name);
  return {
    kind: 'name',
    agrees: isNamed ? true : null,
    words: isNamed ? t('the image names a file of that name') : t('the image names another file'),
  };
}

/** Do the image's sectors make sense on this parent? */
function withContent(
  fileSystem: FileSystem,
  child: Image,
  candidate: RankedParent,
  policy: ParentPolicy,
): RankedParent {
  const chain = openChain(fileSystem, candidate.path, { ...policy, given: [] });
  try {
    return ranked(candidate, [...candidate.proofs, contentProof(child, chain)]);
  } finally {
    closeChain(chain);
  }
}

function contentProof(child: Image, below: Chain): ParentProof {
  const disk = new DiskReader({
    layers: [{ image: child, foundBy: null }, ...below.layers],
    missing: null,
    findings: [],
  });
  let marks;
  try {
    marks = guestMarksOf(disk);
  } catch (error) {
    if (!EngineError.is(error)) {
      throw error;
    }
    return { kind: 'content', agrees: null, words: t('the disk on it cannot be read') };
  }
  const { partial, based } = partialBlocks(child, below);
  const share = partial === 0 ? '' : t('; of {0} partly owned blocks {1} have data below', partial, based);
  if (marks.broken.length > 0) {
    return {
      kind: 'content',
      agrees: false,
      words: t('on it these are not where they must be: {0}{1}', marks.broken.join(', '), share),
    };
  }
  if (marks.fitting.length > 0) {
    return { kind: 'content', agrees: true, words: t('on it these fit: {0}{1}', marks.fitting.join(', '), share) };
  }
  // A guest writes parts of a block mostly where there is something already.
  const agrees = partial >= 4 && based * 4 < partial ? false : null;
  return { kind: 'content', agrees, words: t('the disk on it has no structures that are known{0}', share) };
}

/** Blocks of which the image owns some sectors only, and how many of these have a place in a layer below. */
function partialBlocks(child: Image, { layers }: Chain): { readonly partial: number; readonly based: number } {
  const sectors = child.blockSize / SECTOR_SIZE;
  const bitmap = new Uint8Array(Math.max(512, Math.ceil(sectors / 8)));
  let [partial, based] = [0, 0];
  for (let block = 0; block < child.blockCount && partial < MAX_BLOCKS; block++) {
    if (child.blockOffset(block) === NO_OFFSET || !child.readBitmap(block, bitmap)) {
      continue;
    }
    const used = bitmap.subarray(0, Math.ceil(sectors / 8));
    const isPartial = used.some((byte) => byte !== 0) && used.some((byte) => byte !== 0xff);
    if (isPartial) {
      partial++;
      const at = block * child.blockSize;
      based += layers.some(({ image }) => image.blockOffset(Math.floor(at / image.blockSize)) !== NO_OFFSET) ? 1 : 0;
    }
  }
  return { partial, based };
}
