import { html } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { NO_LAYER } from '../../protocol/session';
import { layerAppearance } from '../layerAppearance';

/** The classes that give an element a layer's colour (as `--layer`) and its pattern. Those of no layer for NO_LAYER. */
export function layerClasses(layer: number, layerCount: number): string {
  if (layer === NO_LAYER || layer >= layerCount) return 'no-layer';
  const { color, pattern } = layerAppearance(layer, layerCount);
  return `layer-${String(color + 1)} pattern-${pattern}`;
}

/** A small square in the look of a layer. What it says stands beside it in words. */
export function swatch(layer: number, layerCount: number): TemplateResult {
  return html`<span class="swatch ${layerClasses(layer, layerCount)}" aria-hidden="true"></span>`;
}
