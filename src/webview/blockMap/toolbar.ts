import { NO_LAYER } from '../../protocol/session';
import type { LayerSummary } from '../../protocol/session';
import { decimal, t } from '../l10n';
import { grouped } from '../numbers';
import { layerClasses } from '../layout/swatch';
import { add } from './elements';
import type { Viewport } from './viewport';

/** Layers that the legend names one by one; of a longer chain it names the base and those nearest the leaf until the others are asked for. */
const MAX_NAMED = 16;

export interface ToolbarActions {
  /** Steps in (positive) or out. */
  zoom(steps: number): void;
  fit(): void;
}

interface LegendItem {
  readonly layer: number;
  readonly count: HTMLElement;
}

/** The layers that the legend leaves out: all from the one nearest the leaf to the farthest. */
interface LegendFold {
  readonly nearest: number;
  readonly farthest: number;
  readonly layerCount: number;
  readonly swatch: HTMLElement;
  readonly count: HTMLElement;
}

/** Over the map: how many blocks each layer owns, and the zoom. */
export class Toolbar {
  readonly #total: HTMLElement;
  readonly #legend: HTMLElement;
  readonly #zoom: HTMLElement;
  readonly #zoomOut: HTMLButtonElement;
  readonly #zoomIn: HTMLButtonElement;
  #items: LegendItem[] = [];
  #fold: LegendFold | null = null;
  #counts: Uint32Array | null = null;

  constructor(parent: HTMLElement, actions: ToolbarActions) {
    const bar = add(parent, 'div', 'block-map-toolbar');
    this.#total = add(bar, 'span', 'block-map-total');
    this.#legend = add(bar, 'ul', 'block-map-legend');
    this.#legend.ariaLabel = t('Blocks by the layer that owns most of each');
    const zoom = add(bar, 'div', 'block-map-zoom');
    this.#zoomOut = iconButton(zoom, 'zoom-out', t('Zoom Out'), '−', () => actions.zoom(-1));
    this.#zoom = add(zoom, 'output', 'block-map-percent');
    this.#zoom.ariaLabel = t('Zoom');
    this.#zoom.ariaLive = 'off';
    this.#zoomIn = iconButton(zoom, 'zoom-in', t('Zoom In'), '+', () => actions.zoom(1));
    const fit = add(zoom, 'button', 'block-map-button', t('Fit'));
    fit.type = 'button';
    fit.title = t('Show the whole disk (0)');
    fit.addEventListener('click', () => actions.fit());
  }

  /** Names the layers of another map: the base first, none last. */
  showLayers(layers: readonly LayerSummary[], asOf: number, blockCount: number): void {
    this.#total.textContent = blockCount === 1 ? t('1 block') : t('{0} blocks', grouped(blockCount));
    this.#legend.style.setProperty('--block-map-count-width', `${String(grouped(blockCount).length)}ch`);
    this.#counts = null;
    this.#fillLegend(layers, asOf, layers.length - asOf > MAX_NAMED);
  }

  #fillLegend(layers: readonly LayerSummary[], asOf: number, isFolded: boolean): void {
    this.#legend.replaceChildren();
    this.#items = [];
    this.#fold = null;
    const base = layers.length - 1;
    const nearest = asOf + MAX_NAMED - 2;
    for (let layer = base; layer >= asOf; layer--) {
      if (isFolded && layer === base - 1) {
        this.#fold = this.#addFold(nearest, layer, layers.length, () => this.#unfold(layers, asOf, layer));
        layer = nearest;
      } else this.#addItem(layer, layers[layer]?.name ?? '', layerClasses(layer, layers.length));
    }
    this.#addItem(NO_LAYER, '', layerClasses(NO_LAYER, layers.length));
  }

  /** Names all layers, until another map is shown; the keyboard goes to the first that comes to light. */
  #unfold(layers: readonly LayerSummary[], asOf: number, first: number): void {
    this.#fillLegend(layers, asOf, false);
    if (this.#counts !== null) this.showCounts(this.#counts);
    const item = this.#legend.children.item(layers.length - 1 - first);
    if (!(item instanceof HTMLElement)) return;
    item.tabIndex = -1;
    item.focus();
  }

  /** `counts` by layer, blocks of no layer at the end. */
  showCounts(counts: Uint32Array): void {
    this.#counts = counts;
    const fold = this.#fold;
    if (fold !== null) {
      const hidden = counts.subarray(fold.nearest, fold.farthest + 1).reduce((sum, count) => sum + count, 0);
      fold.count.textContent = grouped(hidden);
    }
    for (const item of this.#items) {
      item.count.textContent = grouped(counts[Math.min(item.layer, counts.length - 1)] ?? 0);
    }
  }

  /** Shows the look of the layer that owns the block told of, where it is one of those left out; NO_LAYER for none. */
  showOwner(layer: number): void {
    const fold = this.#fold;
    if (fold === null) return;
    const isHidden = layer >= fold.nearest && layer <= fold.farthest;
    fold.swatch.className = isHidden ? `swatch ${layerClasses(layer, fold.layerCount)}` : 'swatch-room';
    fold.swatch.textContent = isHidden ? '' : '…';
  }

  showZoom(viewport: Viewport): void {
    const { zoom } = viewport;
    const text = t('{0} %', zoom < 10 ? decimal(zoom.toFixed(1)) : Math.round(zoom)).replace(' ', '\u202f');
    if (this.#zoom.textContent !== text) this.#zoom.textContent = text;
    this.#zoomIn.ariaDisabled = String(!viewport.canZoomIn);
    this.#zoomOut.ariaDisabled = String(!viewport.canZoomOut);
  }

  #addFold(nearest: number, farthest: number, layerCount: number, unfold: () => void): LegendFold {
    const button = add(add(this.#legend, 'li', 'block-map-legend-item'), 'button', 'block-map-fold');
    button.type = 'button';
    button.title = t('Show all layers');
    button.ariaExpanded = 'false';
    button.addEventListener('click', unfold);
    const swatch = add(button, 'span', 'swatch-room', '…');
    swatch.ariaHidden = 'true';
    add(button, 'span', 'block-map-muted', t('{0} layers', farthest - nearest + 1));
    return { nearest, farthest, layerCount, swatch, count: add(button, 'span', 'block-map-count') };
  }

  /** An empty name for the blocks of no layer. */
  #addItem(layer: number, name: string, look: string): void {
    const item = add(this.#legend, 'li', 'block-map-legend-item');
    item.title = name === '' ? t('Blocks that no layer has') : name;
    add(item, 'span', `swatch ${look}`).ariaHidden = 'true';
    if (name === '') add(item, 'span', 'block-map-muted', t('none'));
    else add(item, 'span', 'block-map-unseen', name);
    this.#items.push({ layer, count: add(item, 'span', 'block-map-count') });
  }
}

function iconButton(parent: HTMLElement, icon: string, name: string, key: string, act: () => void): HTMLButtonElement {
  const button = add(parent, 'button', 'block-map-button');
  button.type = 'button';
  button.ariaLabel = name;
  button.title = `${name} (${key})`;
  add(button, 'span', `icon icon-${icon}`).ariaHidden = 'true';
  button.addEventListener('click', act);
  return button;
}
