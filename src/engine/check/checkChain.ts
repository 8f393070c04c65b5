import type { Chain, Layer, ParentPolicy } from '../chain/chain';
import { errorInParentFinding } from '../chain/chainFindings';
import { childrenOf } from '../chain/family';
import { scanFamilies, type FamilyScan } from '../chain/familyScan';
import { closeChain, openChain } from '../chain/openChain';
import type { CheckOptions, CheckStep } from '../checkSteps';
import type { Finding } from '../finding';
import type { Image } from '../image';
import { t } from '../l10n';
import type { FileSystem } from '../storage/fileSystem';
import { changedParents } from './changedParent';
import { atRiskFinding } from './changedParentFinding';
import type { CheckResult } from './checkImage';

/** Files that a sentence names before it only counts them. */
const NAMED_CHILDREN = 5;

/**
 * Everything that is wrong with an image, its parents, and the ties between them, and who else stands on these parents: the folders of the chain are
 * read for that. Yields and throws as `checkImage`; parents are followed as `openChain` does under `policy`.
 */
export function* checkChain(
  fileSystem: FileSystem,
  path: string,
  policy: ParentPolicy,
  options: CheckOptions,
): Generator<CheckStep, CheckResult, void> {
  const chain = openChain(fileSystem, path, policy);
  try {
    const ofLayers: Finding[][] = [];
    for (const { image } of chain.layers) {
      ofLayers.push([...(yield* image.check(options))]);
    }
    const ties = [...tieFindings(chain), ...damagedParents(chain, ofLayers)];
    const changed = yield* changedParents(fileSystem, chain, true);
    const family = chain.layers.length === 1 ? [] : yield* otherChildren(fileSystem, chain, policy);
    return {
      findings: [
        ...ties,
        ...changed.flatMap((tie) => atRiskFinding(chain, tie)),
        ...foundByIdAlone(chain),
        ...family,
        ...ofLayers.flat(),
      ],
      paths: chain.layers.map((layer) => layer.image.path),
    };
  } finally {
    closeChain(chain);
  }
}

/** What opening the chain brought up beside the findings of its images. */
export function tieFindings({ findings, layers }: Chain): readonly Finding[] {
  const ofImages = layers.reduce((sum, layer) => sum + layer.image.findings.length, 0);
  return findings.slice(0, findings.length - ofImages);
}

/** Parents that lie beside their children under names that these do not know: other programs do not find them. */
function foundByIdAlone({ layers }: Chain): readonly Finding[] {
  return layers.slice(1).flatMap(({ image, foundBy }, index) => {
    const child = layers[index]?.image;
    return child === undefined || foundBy !== 'folder' ? [] : [foundByIdFinding(child, image)];
  });
}

function foundByIdFinding(child: Image, parent: Image): Finding {
  return {
    id: 'parent-found-by-id',
    severity: 'note',
    path: child.path,
    offset: child.parent?.idOffset ?? 0,
    length: child.parent?.idLength ?? 0,
    found: child.parent?.places.map(({ text }) => text).join(', ') ?? '',
    expected: parent.path,
    windowsError: null,
    message: t(
      '{0} was found by its id alone: the paths in this image lead elsewhere. Other programs will not find it before the image is relinked.',
      parent.path,
    ),
  };
}

/** Parents whose damage shows only when they are checked. */
function damagedParents({ layers }: Chain, ofLayers: readonly (readonly Finding[])[]): readonly Finding[] {
  return layers.slice(1).flatMap(({ image }, index) => {
    const child = layers[index]?.image;
    return child === undefined ? [] : damageOfParent(child, image, ofLayers[index + 1] ?? []);
  });
}

/** The finding of a child whose parent turns out to be damaged when that is checked; none where opening the chain told it. */
export function damageOfParent(child: Image, parent: Image, found: readonly Finding[]): readonly Finding[] {
  const errors = found.filter(({ severity }) => severity === 'error');
  return hasErrors(parent.findings) || errors.length === 0 ? [] : [errorInParentFinding(child, parent, errors.length)];
}

function hasErrors(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity === 'error');
}

/** Images beside the chain that stand on one of its layers: nothing is wrong, but a write to that layer ruins them. */
function* otherChildren(
  fileSystem: FileSystem,
  { layers }: Chain,
  policy: ParentPolicy,
): Generator<CheckStep, readonly Finding[], void> {
  const realPaths = layers.map(({ image }) => fileSystem.realPath(image.path) ?? image.path);
  const folders = [...new Set(realPaths.map((each) => fileSystem.folderOf(each)))];
  const steps = scanFamilies(fileSystem, { folders, files: realPaths }, policy);
  let scan: FamilyScan;
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) {
      scan = step.value;
      break;
    }
    yield { doneBytes: 0, totalBytes: 1, what: t('Reading the family') };
  }
  return layers.slice(1).flatMap((layer, index) => {
    const others = childPaths(scan, realPaths[index + 1] ?? '', layer).filter((each) => each !== realPaths[index]);
    return others.length === 0 ? [] : [otherChildrenFinding(layer, others)];
  });
}

function childPaths({ families }: FamilyScan, path: string, { image }: Layer): readonly string[] {
  const sure = families.flatMap((family) => childrenOf(family.images, path)).map((child) => child.path);
  const claimed = families
    .flatMap((family) => family.missing.filter(({ id }) => id === image.id))
    .map(({ child }) => child);
  return [...sure, ...claimed];
}

function otherChildrenFinding({ image }: Layer, others: readonly string[]): Finding {
  const named = others.slice(0, NAMED_CHILDREN).join(', ');
  const more = others.length - NAMED_CHILDREN;
  return {
    id: 'other-children',
    severity: 'note',
    path: image.path,
    offset: 0,
    length: 0,
    found: more > 0 ? t('{0}, and {1} more', named, more) : named,
    expected: t('one child'),
    windowsError: null,
    message: t('Other images stand on {0} too: whoever writes to it ruins them.', image.path),
  };
}
