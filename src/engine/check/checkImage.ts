import { requireConfined } from '../chain/bounds';
import type { ParentPolicy } from '../chain/chain';
import type { CheckOptions, CheckStep } from '../checkSteps';
import type { Finding } from '../finding';
import { openImage } from '../openImage';
import type { FileSystem } from '../storage/fileSystem';

/** All that a check brought up. */
export interface CheckResult {
  /** What concerns the chain, then each image from the leaf on. */
  readonly findings: readonly Finding[];
  /** The images that were looked at, from the leaf on; absolute paths. */
  readonly paths: readonly string[];
}

/**
 * Everything that is wrong with one image by itself; its parents are not looked at. `path` is absolute. Yields where stopping is safe, and changes
 * nothing. Throws EngineError where the image cannot be opened at all, or `outside-confinement`.
 */
export function* checkImage(
  fileSystem: FileSystem,
  path: string,
  policy: ParentPolicy,
  options: CheckOptions,
): Generator<CheckStep, CheckResult, void> {
  requireConfined(fileSystem, path, policy);
  const image = openImage(fileSystem, path);
  try {
    return { findings: yield* image.check(options), paths: [path] };
  } finally {
    image.close();
  }
}
