import type { Finding } from '../finding';
import type { Image, ParentClaim } from '../image';
import { openImage } from '../openImage';
import type { FileSystem } from '../storage/fileSystem';
import { requireConfined } from './bounds';
import {
  MAX_LAYERS,
  type Chain,
  type Layer,
  type MissingParent,
  type ParentCandidate,
  type ParentPolicy,
} from './chain';
import { cycleFinding, missingFindings, tieFindings, tooDeepFinding } from './chainFindings';
import { fileKey, locateParent } from './locateParent';
import { ParentFiles } from './parentFiles';
import { NULL_ID } from './parentPlaces';

/**
 * Opens an image for reading, with its parents as far as `policy` lets them be followed. `path` is absolute.
 *
 * What is wrong with the chain is in its findings: one that misses its parent, runs in a circle or is damaged opens as far as it goes.
 * Throws EngineError only where the image itself cannot be opened, or `outside-confinement` where it, or a file that the user gave, lies
 * outside `policy.confine`.
 */
export function openChain(fileSystem: FileSystem, path: string, policy: ParentPolicy): Chain {
  const leafPath = fileSystem.resolve(path);
  for (const named of [leafPath, ...policy.given.map((given) => fileSystem.resolve(given))]) {
    requireConfined(fileSystem, named, policy);
  }
  const files = new ParentFiles(fileSystem);
  const layers: [Layer, ...Layer[]] = [{ image: openImage(fileSystem, leafPath), foundBy: null }];
  const taken = new Set<string>([fileKey(fileSystem, leafPath)]);
  const findings: Finding[] = [];
  let missing: MissingParent | null = null;
  try {
    for (let child = layers[0].image; child.parent !== null && missing === null;) {
      const step = nextLayer({ fileSystem, files, policy, taken }, layers, child, child.parent);
      findings.push(...step.findings);
      missing = step.missing;
      if (step.layer !== null) {
        layers.push(step.layer);
        taken.add(fileKey(fileSystem, step.layer.image.path));
        child = step.layer.image;
      }
    }
  } catch (error) {
    closeLayers(layers);
    throw error;
  }
  return { layers, missing, findings: [...findings, ...layers.flatMap((layer) => layer.image.findings)] };
}

/** Closes every layer. Calling it twice does no harm. */
export function closeChain(chain: Chain): void {
  closeLayers(chain.layers);
}

function closeLayers(layers: readonly Layer[]): void {
  for (const layer of layers) {
    layer.image.close();
  }
}

/** Exactly one of `layer` and `missing` is null. */
interface Step {
  readonly layer: Layer | null;
  readonly missing: MissingParent | null;
  readonly findings: readonly Finding[];
}

function nextLayer(
  search: Parameters<typeof locateParent>[0],
  layers: readonly Layer[],
  child: Image,
  claim: ParentClaim,
): Step {
  // The id settles it before any file is touched: a parent that is followed carries it.
  const again = claim.id === NULL_ID ? -1 : layers.findIndex((layer) => layer.image.id === claim.id);
  if (again !== -1) {
    return {
      layer: null,
      missing: missingParent(child, claim, []),
      findings: [cycleFinding(layers.slice(again), child)],
    };
  }
  if (layers.length >= MAX_LAYERS) {
    return { layer: null, missing: missingParent(child, claim, []), findings: [tooDeepFinding(child)] };
  }
  const outcome = locateParent(search, child, claim);
  if (outcome.found === null) {
    const missing = missingParent(child, claim, outcome.candidates);
    return { layer: null, missing, findings: missingFindings(child, claim, outcome) };
  }
  const { found } = outcome;
  return { layer: found, missing: null, findings: tieFindings(search.fileSystem, child, found) };
}

function missingParent(child: Image, claim: ParentClaim, candidates: readonly ParentCandidate[]): MissingParent {
  const claimedPaths = [...new Set(claim.places.map((place) => place.text))];
  return { childPath: child.path, id: claim.id, claimedPaths, candidates };
}
