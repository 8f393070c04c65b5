import { html, nothing, render } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import type { LayerSummary, MissingParent, OpenedImage } from '../../protocol/session';
import { t } from '../l10n';
import { icon } from '../layout/icon';
import { openLayerMenu } from '../layout/layerMenu';
import { pathName } from '../layout/pathName';
import { swatch } from '../layout/swatch';
import type { Navigation } from '../navigation';
import { minuteText, sizeText } from '../numbers';
import { chainWithGaps } from './chainGaps';

/**
 * Where there is no room for all names: none is left out, those in the middle are, or all but the chosen layer's; and where there is
 * no room for all layers, those far from the ends and from the chosen one, with this many neighbours of each.
 */
type Folding = 'none' | 'middle' | 'all' | number;

const FOLDINGS: readonly Folding[] = ['none', 'middle', 'all', 8, 4, 2, 1, 0];
/** When the user has opened the gaps, the layers are scrolled. */
const OPENED: readonly Folding[] = ['all'];

/** The layers from the base to the leaf; one is chosen, and the disk is shown as of it. */
export class ChainView {
  readonly element: HTMLElement;
  readonly #navigation: Navigation;
  #image: OpenedImage | null = null;
  #asOf = 0;
  #folding: Folding = 'none';
  #isOpen = false;
  /** The keyboard chose another layer, and goes there when that is shown: it may have been left out. */
  #followsFocus = false;
  /** The layer that has the block under the pointer; null for none. */
  #owner: number | null = null;

  constructor(navigation: Navigation) {
    this.#navigation = navigation;
    this.element = document.createElement('div');
    this.element.className = 'chain';
    new ResizeObserver(() => this.#fit()).observe(this.element);
  }

  /** `owner`: the layer that has the block under the pointer, null for none. */
  update(image: OpenedImage, asOf: number, owner: number | null): void {
    const isNew = image !== this.#image || asOf !== this.#asOf;
    const isOther = owner !== this.#owner;
    this.#image = image;
    this.#asOf = asOf;
    this.#owner = owner;
    if (isNew) {
      this.#isOpen = false;
      this.#fit();
      if (this.#followsFocus) this.#focusChosen();
      this.#followsFocus = false;
    } else if (isOther) render(this.#template(image), this.element);
  }

  /** Shows as many names as there is room for. */
  #fit(): void {
    const image = this.#image;
    if (image === null) return;
    for (const folding of this.#isOpen ? OPENED : FOLDINGS) {
      this.#folding = folding;
      render(this.#template(image), this.element);
      const scroller = this.element.querySelector('.chain-scroll');
      if (scroller === null || scroller.scrollWidth <= scroller.clientWidth) break;
    }
    // Where the user has opened the gaps, they look at what was in them.
    if (this.#isOpen) return;
    const chosen = this.element.querySelector('[aria-checked=true]');
    chosen?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  #focusChosen(): void {
    this.element.querySelector<HTMLElement>('[aria-checked=true]')?.focus();
  }

  #template({ layers, missing }: OpenedImage): TemplateResult {
    const around = typeof this.#folding === 'number' ? this.#folding : layers.length;
    return html`<div class="chain-scroll ${around === 0 ? 'tight' : ''}">
        ${missing === null ? nothing : this.#missing(missing)}
        <div
          class="chain-layers"
          role="radiogroup"
          aria-label=${t('Show the disk as of a layer')}
          @keydown=${(event: KeyboardEvent) => this.#key(event)}
        >
          ${chainWithGaps(layers.length, this.#asOf, around).map((item, index) => {
            if (item.kind === 'gap') return this.#gap(item.nearest, item.farthest);
            const layer = layers[item.layer];
            return layer === undefined ? nothing : this.#layer(layer, item.layer, index > 0 || missing !== null);
          })}
        </div>
      </div>
      ${layers.length > 1 ? this.#slider(layers) : nothing}`;
  }

  #layer(layer: LayerSummary, number: number, hasParent: boolean): TemplateResult {
    const count = this.#image?.layers.length ?? 1;
    const chosen = number === this.#asOf;
    const isMiddle = number > 0 && number < count - 1;
    const folded = !chosen && this.#folding !== 'none' && (this.#folding !== 'middle' || isMiddle);
    const size = sizeText(layer.fileSize);
    const details = number === 0 ? t('{0}, the image that is open', size) : size;
    return html`${hasParent ? html`<span class="chain-arrow ${folded ? 'folded' : ''}" aria-hidden="true"></span>` : nothing}<button
        role="radio"
        class="layer ${folded ? 'folded' : ''} ${number === this.#owner ? 'owner' : ''}"
        aria-checked=${chosen}
        aria-posinset=${count - number}
        aria-setsize=${count}
        aria-label="${layer.name}, ${details}"
        tabindex=${chosen ? 0 : -1}
        title="${layer.path}
${size}"
        data-layer=${number}
        @click=${() => this.#navigation.chooseLayer(number)}
        @contextmenu=${(event: MouseEvent) => openLayerMenu(event, layer, number, this.#navigation)}
      >
        ${swatch(number, count)}${
          folded ? nothing : html`<span class="layer-name">${layer.name}</span><span class="layer-size">${size}</span>`
        }
      </button>`;
  }

  /** Layers that are left out; where one of them has the block under the pointer, it is shown for so long. */
  #gap(nearest: number, farthest: number): TemplateResult {
    const count = farthest - nearest + 1;
    const owner = this.#owner;
    const isOwner = owner !== null && owner >= nearest && owner <= farthest;
    const words = t('{0} layers', count);
    return html`<button
      class="layer gap ${isOwner ? 'owner' : ''}"
      aria-label=${words}
      aria-expanded="false"
      title=${t('Show all layers')}
      @click=${() => this.#open(farthest)}
    >
      ${isOwner ? swatch(owner, this.#image?.layers.length ?? 1) : html`<span class="swatch-room">…</span>`}
      ${this.#folding === 0 ? count : words}
    </button>`;
  }

  /** Shows all layers until another one is chosen; the keyboard goes to the first that comes to light. */
  #open(farthest: number): void {
    this.#isOpen = true;
    this.#fit();
    const revealed = this.element.querySelector<HTMLElement>(`[data-layer="${String(farthest)}"]`);
    revealed?.focus();
    revealed?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }

  #missing(missing: MissingParent): TemplateResult {
    const [claimed] = missing.claimedPaths;
    const name = claimed === undefined ? t('parent') : pathName(claimed);
    const known = [t('id {0}', missing.id), ...missing.claimedPaths].join('\n');
    return html`<div class="layer missing" title=${known}>
      ${icon('error', t('Missing parent'))}<span class="layer-name">${name}</span
      ><button class="text-button" @click=${() => this.#navigation.locateParent()}>${t('Locate Parent…')}</button>
    </div>`;
  }

  /** From the base on the left to now on the right. */
  #slider(layers: readonly LayerSummary[]): TemplateResult {
    const last = layers.length - 1;
    const moment = this.#moment(layers);
    return html`<label class="as-of">
      <span>${t('as of')} <span class="as-of-moment" title=${t('When the layer above was made')}>${moment}</span></span>
      <input
        type="range"
        min="0"
        max=${last}
        step="1"
        .value=${String(last - this.#asOf)}
        aria-valuetext="${layers[this.#asOf]?.name ?? ''}, ${moment}"
        @input=${(event: Event) => {
          this.#navigation.chooseLayer(last - Number((event.currentTarget as HTMLInputElement).value));
        }}
      />
    </label>`;
  }

  /** A layer was written to until the one above it was made. */
  #moment(layers: readonly LayerSummary[]): string {
    if (this.#asOf === 0) return t('now');
    const made = layers[this.#asOf - 1]?.created ?? null;
    return made === null ? t('earlier') : minuteText(made);
  }

  #key(event: KeyboardEvent): void {
    const last = (this.#image?.layers.length ?? 1) - 1;
    const targets: Readonly<Record<string, number>> = {
      ArrowRight: this.#asOf - 1,
      ArrowDown: this.#asOf - 1,
      ArrowLeft: this.#asOf + 1,
      ArrowUp: this.#asOf + 1,
      Home: last,
      End: 0,
    };
    if (event.key === 'Escape' && this.#isOpen) {
      this.#isOpen = false;
      this.#fit();
      this.#focusChosen();
      return;
    }
    const target = targets[event.key];
    if (target === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const layer = Math.max(0, Math.min(last, target));
    if (layer === this.#asOf) return;
    this.#followsFocus = true;
    this.#navigation.chooseLayer(layer);
  }
}
