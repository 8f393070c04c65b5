import type { ParentPolicy } from '../chain/chain';
import { closeChain, openChain } from '../chain/openChain';
import type { CheckOptions, CheckStep } from '../checkSteps';
import { EngineError } from '../errors';
import type { Finding } from '../finding';
import type { Image } from '../image';
import { t } from '../l10n';
import type { FileSystem } from '../storage/fileSystem';
import { damageOfParent, tieFindings } from './checkChain';

/** One of several images that were checked. */
export interface CheckedImage {
  /** Absolute. */
  readonly path: string;
  readonly findings: readonly Finding[];
}

/** How many findings one step of many images counts for. */
const STEPS_AN_IMAGE = 1000;

/**
 * Everything that is wrong with each of some images, and with the ties to their parents; no image is read twice for being a parent too. Paths are absolute.
 * What cannot be opened has that as its finding, but what is text and no image at all, such as VHDL source, is left out. Yields where stopping is safe.
 */
export function* checkImages(
  fileSystem: FileSystem,
  paths: readonly string[],
  policy: ParentPolicy,
  options: CheckOptions,
): Generator<CheckStep, readonly CheckedImage[], void> {
  const checked: OneChecked[] = [];
  for (const [at, path] of paths.entries()) {
    yield stepOf(at, paths.length, 0, fileSystem.nameOf(path));
    try {
      const steps = checkOne(fileSystem, path, policy, options);
      let step = steps.next();
      for (; step.done !== true; step = steps.next()) {
        const { doneBytes, totalBytes } = step.value;
        yield stepOf(at, paths.length, totalBytes === 0 ? 0 : doneBytes / totalBytes, fileSystem.nameOf(path));
      }
      checked.push(step.value);
    } catch (error) {
      if (!EngineError.is(error)) {
        throw error;
      }
      if (error.code !== 'not-an-image') {
        checked.push({ path, findings: [cannotOpen(path, error)], tie: null });
      }
    }
  }
  return checked.map(({ path, findings, tie }) => ({ path, findings: [...damagedParent(tie, checked), ...findings] }));
}

interface OneChecked extends CheckedImage {
  /** The image and its parent; null where none was found. */
  readonly tie: readonly [child: Image, parent: Image] | null;
}

function* checkOne(
  fileSystem: FileSystem,
  path: string,
  policy: ParentPolicy,
  options: CheckOptions,
): Generator<CheckStep, OneChecked, void> {
  const chain = openChain(fileSystem, path, policy);
  try {
    const [{ image }, parent] = chain.layers;
    // A tie of two parents to each other is told with the lower child.
    const ties = tieFindings(chain).filter((finding) => finding.path === image.path);
    const findings = [...ties, ...(yield* image.check(options))];
    return { path, findings, tie: parent === undefined ? null : [image, parent.image] };
  } finally {
    closeChain(chain);
  }
}

/** What was found out about a parent that was checked too. */
function damagedParent(tie: OneChecked['tie'], checked: readonly CheckedImage[]): readonly Finding[] {
  if (tie === null) {
    return [];
  }
  const [child, parent] = tie;
  const found = checked.find(({ path }) => path === parent.path)?.findings ?? [];
  return damageOfParent(child, parent, found);
}

function stepOf(done: number, count: number, part: number, what: string): CheckStep {
  return { doneBytes: Math.floor((done + part) * STEPS_AN_IMAGE), totalBytes: count * STEPS_AN_IMAGE, what };
}

function cannotOpen(path: string, { words }: EngineError): Finding {
  const message = t('The image cannot be opened: {0}; {1}.', words.why, words.remedy);
  const nothing = { offset: 0, length: 0, found: '', expected: '', windowsError: null };
  return { id: 'cannot-open', severity: 'error', path, ...nothing, message };
}
