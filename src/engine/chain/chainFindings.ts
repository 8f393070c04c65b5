import type { Finding, Severity } from '../finding';
import { SECTOR_SIZE, type Image, type ParentClaim } from '../image';
import type { FileSystem } from '../storage/fileSystem';
import { MAX_FOLDER_IMAGES } from './folderSearch';
import type { ParentOutcome } from './locateParent';
import { NULL_ID } from './parentPlaces';
import { MAX_LAYERS, type Layer } from './chain';

/** Some file systems keep times in steps of two seconds. */
const TIME_STEP = 2_000;

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
      expected: `an image with the id ${claim.id}`,
      windowsError: error.code === 'file-access' ? windowsErrors.accessDenied : windowsErrors.errorInParent,
      message: `${path} may be the parent of ${child.path} but cannot be read: ${error.words.why}.`,
    }),
  );
  const cut = outcome.wasSearchCut ? ` Only the first ${MAX_FOLDER_IMAGES} images beside it were looked into.` : '';
  return [
    ...unreadable,
    tieFinding('parent-not-found', 'error', child, {
      found: namedPaths(claim),
      expected: `an image with the id ${claim.id}`,
      windowsError: windowsErrors.notFound,
      message: `The parent of ${child.path} was not found; what no layer holds is unknown.${cut}`,
    }),
  ];
}

function namedPaths(claim: ParentClaim): string {
  return claim.places.length === 0 ? 'no path' : claim.places.map((place) => place.text).join(', ');
}

/** The image that a child names as its parent stands above it already. `circle` runs from that layer to the child. */
export function cycleFinding(circle: readonly Layer[], child: Image): Finding {
  const paths = circle.map((layer) => layer.image.path);
  return tieFinding('chain-cycle', 'error', child, {
    found: child.parent?.id ?? '',
    expected: 'the id of an image that is not in the chain yet',
    windowsError: windowsErrors.cycle,
    message: `The chain runs in a circle: ${[...paths, paths[0] ?? ''].join(' -> ')}.`,
  });
}

export function tooDeepFinding(child: Image): Finding {
  return tieFinding('chain-too-deep', 'error', child, {
    found: `more than ${MAX_LAYERS} layers`,
    expected: `at most ${MAX_LAYERS} layers`,
    windowsError: null,
    message: `The chain goes on below ${child.path}, deeper than ${MAX_LAYERS} layers; the rest is not read.`,
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
    message: `${parent.path} was taken as the parent of ${child.path}, but ${child.path} names another id.`,
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
    found: `${child.sectorCount * SECTOR_SIZE} bytes`,
    expected: `${parent.sectorCount * SECTOR_SIZE} bytes, as ${parent.path}`,
    windowsError: windowsErrors.sizeMismatch,
    message: `The virtual disk of ${child.path} is ${isLarger ? 'larger' : 'smaller'} than that of its parent.`,
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
    found: `${child.blockSize} bytes`,
    expected: `${parent.blockSize} bytes, as ${parent.path}`,
    windowsError: null,
    message: `${child.path} has blocks of another size than its parent.`,
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
    message: `${parent.path} was modified, or copied, after ${child.path} was made.`,
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
    found: errorCount === 1 ? 'one error' : `${errorCount} errors`,
    expected: 'none',
    windowsError: windowsErrors.errorInParent,
    message: `${parent.path}, the parent of ${child.path}, is damaged.`,
  };
  return tieFinding('error-in-parent', 'error', child, words);
}
