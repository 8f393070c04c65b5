import type { Finding } from '../finding';
import type { ParentClaim } from '../image';
import { openImage } from '../openImage';
import type { FileSystem } from '../storage/fileSystem';
import type { Chain, Layer, ParentPolicy } from './chain';
import { tieFindings } from './chainFindings';
import { openChain } from './openChain';

/** A chain whose leaf has other bytes now. */
export interface ReopenedChain {
  readonly chain: Chain;
  /** True where all layers below the leaf are the very images of the chain before; false where the whole chain was opened anew. */
  readonly sharesParents: boolean;
}

/**
 * Opens a chain anew after the bytes of its leaf have changed. As long as the leaf says of itself and of its parent what it said before, nothing but the
 * leaf is opened. The chain before stays open. Throws as `openChain`.
 */
export function reopenLeaf(fileSystem: FileSystem, before: Chain, policy: ParentPolicy): ReopenedChain {
  const [oldLeaf, ...parents] = before.layers;
  const image = openImage(fileSystem, oldLeaf.image.path);
  if (image.id !== oldLeaf.image.id || !isSameClaim(image.parent, oldLeaf.image.parent)) {
    image.close();
    return { chain: openChain(fileSystem, oldLeaf.image.path, policy), sharesParents: false };
  }
  const leaf: Layer = { image, foundBy: null };
  const [parent] = parents;
  const ofLeaf = parent === undefined ? [] : tieFindings(fileSystem, image, parent);
  const ofLayers = [image, ...parents.map((layer) => layer.image)].flatMap((layer) => layer.findings);
  const findings = [...ofLeaf, ...keptFindings(before, parent === undefined), ...ofLayers];
  return { chain: { layers: [leaf, ...parents], missing: before.missing, findings }, sharesParents: true };
}

/** What was found about the ties of the chain, without those of the leaf to its parent where these are looked at anew. */
function keptFindings(before: Chain, keepsLeafs: boolean): readonly Finding[] {
  const ofImages = new Set(before.layers.flatMap((layer) => layer.image.findings));
  const leafPath = before.layers[0].image.path;
  return before.findings.filter((finding) => !ofImages.has(finding) && (keepsLeafs || finding.path !== leafPath));
}

function isSameClaim(one: ParentClaim | null, other: ParentClaim | null): boolean {
  // Ids, times and texts, in the same order: made by one function.
  return JSON.stringify(one) === JSON.stringify(other);
}
