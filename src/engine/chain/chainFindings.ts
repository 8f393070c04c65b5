import type { Finding, Severity } from '../finding';
import { SECTOR_SIZE, type Image, type ParentClaim } from '../image';
import { t } from '../l10n';
import type { FileSystem } from '../storage/fileSystem';
import { MAX_FOLDER_IMAGES } from './folderSearch';
import type { ParentOutcome } from './locateParent';
import { NULL_ID } from './parentPlaces';
import { MAX_LAYERS, type Layer } from './chain';

/** Some file systems keep times in steps of two seconds. Milliseconds. */
export const TIME_STEP = 2_000;

/** Makers that let a child grow, as `Creator.application` names them. */
const XEN: readonly string[] = ['Xen', 'XenServer'];

/** As in winerror.h. */
const windowsErrors = {
  notFound: 'ERROR_VHD_PARENT_VHD_NOT_FOUND (0xC03A000D)',
  idMismatch: 'ERROR_VHD_CHILD_PARENT_ID_MISMATCH (0xC03A000E)',
  timeMismatch: 'ERROR_VHD_CHILD_PARENT_TIMESTAMP_MISMATCH (0xC03A000F)',
  accessDenied: 'ERROR_VHD_PARENT_VHD_ACCESS_DENIED (0xC03A0016)',
  sizeMismatch: 'ERROR_VHD_CHILD_PARENT_SIZE_MISMATCH (0xC03A0017)',
  cycle: 'ERROR_VHD_DIFFERENCING_CHAIN_CYCLE_DETECTED (0xC03A0018)',
  errorInParent: 'ERROR_VHD_DIFFERENCING_CHAIN_ERROR_IN_PARENT (0xC03A0019)',
} as const;

interface Words {
  readonly found: string;
  readonly expected: string;
  readonly windowsError: string | null;
  readonly message: string;
}

/** A finding about a child's tie to its parent, placed where the child names the parent's id. */
function tieFinding(id: string, severity: Severity, child: Image, words: Words): Finding {
  const place = { offset: child.parent?.idOffset ?? 0, length: child.parent?.idLength ?? 0 };
  return { id, severity, path: child.path, ...place, ...words };
}

/** The findings where a parent was not found, or could not be read. */
export function missingFindings(child: Image, claim: ParentClaim, outcome: ParentOutcome): readonly Finding[] {
  const unreadable = outcome.failures.map(({ path, error }) =>
    tieFinding('parent-unreadable', 'error', child, {
      found: error.words.why,
      expected: t('an image with the id {0}', claim.id),
      windowsError: error.code === 'file-access' ? windowsErrors.accessDenied : windowsErrors.errorInParent,
      message: t('{0} may be the parent of {1} but cannot be read: {2}.', path, child.path, error.words.why),
    }),
  );
  const { wasSearchCut } = outcome;
  return [
    ...unreadable,
    tieFinding('parent-not-found', 'error', child, {
      found: namedPaths(claim),
      expected: t('an image with the id {0}', claim.id),
      windowsError: windowsErrors.notFound,
      message: wasSearchCut
        ? t(
            'The parent of {0} was not found; what no layer holds is unknown. Only the first {1} images beside it were looked into.',
            child.path,
            MAX_FOLDER_IMAGES,
          )
        : t('The parent of {0} was not found; what no layer holds is unknown.', child.path),
    }),
  ];
}

function namedPaths(claim: ParentClaim): string {
  return claim.places.length === 0 ? t('no path') : claim.places.map((place) => place.text).join(', ');
}

/** The image that a child names as its parent stands above it already. `circle` runs from that layer to the child. */
export function cycleFinding(circle: readonly Layer[], child: Image): Finding {
  const paths = circle.map((layer) => layer.image.path);
  return tieFinding('chain-cycle', 'error', child, {
    found: child.parent?.id ?? '',
    expected: t('the id of an image that is not in the chain yet'),
    windowsError: windowsErrors.cycle,
    message: t('The chain runs in a circle: {0}.', [...paths, paths[0] ?? ''].join(' -> ')),
  });
}

export function tooDeepFinding(child: Image): Finding {
  return tieFinding('chain-too-deep', 'error', child, {
    found: t('more than {0} layers', MAX_LAYERS),
    expected: t('at most {0} layers', MAX_LAYERS),
    windowsError: null,
    message: t('The chain goes on below {0}, deeper than {1} layers; the rest is not read.', child.path, MAX_LAYERS),
  });
}

/** What a child and the parent that was found for it do not agree on. Reads the time of the parent's file. */
export function tieFindings(fileSystem: FileSystem, child: Image, parent: Layer): readonly Finding[] {
  const claim = child.parent;
  if (claim === null) {
    return [];
  }
  return [
    ...idFindings(child, claim, parent.image),
    ...sizeFindings(child, parent.image),
    ...blockSizeFindings(child, parent.image),
    ...timeFindings(fileSystem, child, claim, parent.image),
    ...damageFindings(child, parent.image),
  ];
}

function idFindings(child: Image, claim: ParentClaim, parent: Image): readonly Finding[] {
  if (claim.id === parent.id || claim.id === NULL_ID) {
    return [];
  }
  const words = {
    found: parent.id,
    expected: claim.id,
    windowsError: windowsErrors.idMismatch,
    message: t('{0} was taken as the parent of {1}, but {2} names another id.', parent.path, child.path, child.path),
  };
  return [tieFinding('parent-id-mismatch', 'error', child, words)];
}

/** Xen lets a child grow beyond its parent: what lies past the parent's end is the child's, or zero. Windows refuses both. */
function sizeFindings(child: Image, parent: Image): readonly Finding[] {
  if (child.sectorCount === parent.sectorCount) {
    return [];
  }
  const isLarger = child.sectorCount > parent.sectorCount;
  const words = {
    found: t('{0} bytes', child.sectorCount * SECTOR_SIZE),
    expected: t('{0} bytes, as {1}', parent.sectorCount * SECTOR_SIZE, parent.path),
    windowsError: windowsErrors.sizeMismatch,
    message: isLarger
      ? t('The virtual disk of {0} is larger than that of its parent.', child.path)
      : t('The virtual disk of {0} is smaller than that of its parent.', child.path),
  };
  const larger = XEN.includes(child.creator.application) ? 'note' : 'warning';
  return [tieFinding('parent-size-mismatch', isLarger ? larger : 'error', child, words)];
}

function blockSizeFindings(child: Image, parent: Image): readonly Finding[] {
  // A fixed image has no blocks of its own.
  if (parent.type === 'fixed' || child.blockSize === parent.blockSize) {
    return [];
  }
  const words = {
    found: t('{0} bytes', child.blockSize),
    expected: t('{0} bytes, as {1}', parent.blockSize, parent.path),
    windowsError: null,
    message: t('{0} has blocks of another size than its parent.', child.path),
  };
  return [tieFinding('block-size-differs', 'note', child, words)];
}

/** Copying a file or a time of 0 makes such differences too, so this is no more than a hint. */
function timeFindings(fileSystem: FileSystem, child: Image, claim: ParentClaim, parent: Image): readonly Finding[] {
  const facts = fileSystem.facts(fileSystem.realPath(parent.path) ?? parent.path);
  const known = claim.modified?.getTime() ?? null;
  if (facts === null || known === null || facts.modified <= known + TIME_STEP) {
    return [];
  }
  const words = {
    found: new Date(facts.modified).toISOString(),
    expected: new Date(known).toISOString(),
    windowsError: windowsErrors.timeMismatch,
    message: t('{0} was modified, or copied, after {1} was made.', parent.path, child.path),
  };
  return [tieFinding('parent-modified-later', 'note', child, words)];
}

function damageFindings(child: Image, parent: Image): readonly Finding[] {
  const errors = parent.findings.filter((finding) => finding.severity === 'error');
  return errors.length === 0 ? [] : [errorInParentFinding(child, parent, errors.length)];
}

/** A parent has findings of severity error, so many of them. */
export function errorInParentFinding(child: Image, parent: Image, errorCount: number): Finding {
  const words = {
    found: errorCount === 1 ? t('one error') : t('{0} errors', errorCount),
    expected: t('none'),
    windowsError: windowsErrors.errorInParent,
    message: t('{0}, the parent of {1}, is damaged.', parent.path, child.path),
  };
  return tieFinding('error-in-parent', 'error', child, words);
}
