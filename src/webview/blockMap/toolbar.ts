import { NO_LAYER } from '../../protocol/session';
import type { LayerSummary } from '../../protocol/session';
import { decimal, t } from '../l10n';
import { grouped } from '../numbers';
import { layerClasses } from '../layout/swatch';
import { add } from './elements';
import type { Viewport } from './viewport';

/** Layers that the legend names one by one; a longer chain is told as a number of further layers. */
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

/** Over the map: how many blocks each layer owns, and the zoom. */
export class Toolbar {
  readonly #total: HTMLElement;
  readonly #legend: HTMLElement;
  readonly #zoom: HTMLElement;
  readonly #zoomOut: HTMLButtonElement;
  readonly #zoomIn: HTMLButtonElement;
  #items: LegendItem[] = [];

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
    this.#legend.replaceChildren();
    this.#items = [];
    const visible = layers.map((_, layer) => layer).slice(asOf);
    const named = visible.length > MAX_NAMED ? visible.slice(0, MAX_NAMED - 1) : visible;
    for (const layer of named.reverse()) {
      this.#addItem(layer, layers[layer]?.name ?? '', layerClasses(layer, layers.length));
    }
    if (named.length < visible.length) {
      const more = add(this.#legend, 'li', 'block-map-muted', t('+ {0} layers', visible.length - named.length));
      more.title = t('All layers are in the Layers tab');
    }
    this.#addItem(NO_LAYER, '', layerClasses(NO_LAYER, layers.length));
  }

  /** `counts` by layer, blocks of no layer at the end. */
  showCounts(counts: Uint32Array): void {
    for (const item of this.#items) {
      item.count.textContent = grouped(counts[Math.min(item.layer, counts.length - 1)] ?? 0);
    }
  }

  showZoom(viewport: Viewport): void {
    const { zoom } = viewport;
    const text = t('{0} %', zoom < 10 ? decimal(zoom.toFixed(1)) : Math.round(zoom)).replace(' ', '\u202f');
    if (this.#zoom.textContent !== text) this.#zoom.textContent = text;
    this.#zoomIn.ariaDisabled = String(!viewport.canZoomIn);
    this.#zoomOut.ariaDisabled = String(!viewport.canZoomOut);
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
