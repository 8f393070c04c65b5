/** A layer that is shown, or several beside each other that are left out; numbers as in the chain, 0 is the leaf. */
export type ChainItem =
  | { readonly kind: 'layer'; readonly layer: number }
  | { readonly kind: 'gap'; readonly nearest: number; readonly farthest: number };

/**
 * A chain from the base to the leaf, of which the ends and the chosen layer are shown, with `around` neighbours each. A gap of one
 * layer would be no smaller than the layer.
 */
export function chainWithGaps(count: number, chosen: number, around: number): readonly ChainItem[] {
  const anchors = [0, chosen, count - 1];
  const isShown = (layer: number): boolean => anchors.some((anchor) => Math.abs(layer - anchor) <= around);
  const items: ChainItem[] = [];
  for (let layer = count - 1; layer >= 0; layer--) {
    let end = layer;
    while (end >= 0 && !isShown(end)) end--;
    if (layer - end > 1) {
      items.push({ kind: 'gap', nearest: end + 1, farthest: layer });
      layer = end + 1;
    } else items.push({ kind: 'layer', layer });
  }
  return items;
}
