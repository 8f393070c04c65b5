import { html, nothing, render } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { NO_LAYER } from '../../protocol/session';
import type { Finding, LayerSummary, OpenedImage } from '../../protocol/session';
import type { Editing } from '../editing/editing';
import { t } from '../l10n';
import { icon } from '../layout/icon';
import type { Navigation } from '../navigation';
import { grouped, minuteText, shareText, sizeText, utcText } from '../numbers';
import type { PageState, WayOut } from '../state';
import { ChainView } from './chain';

/** The lines over everything: what the image is, its chain, and what happened to it. */
export class Head {
  readonly element: HTMLElement;
  readonly #facts: HTMLElement;
  readonly #banner: HTMLElement;
  readonly #chain: ChainView;
  readonly #navigation: Navigation;
  readonly #editing: Editing;
  readonly #onDismiss: () => void;

  constructor(navigation: Navigation, editing: Editing, onDismiss: () => void) {
    this.#editing = editing;
    this.#navigation = navigation;
    this.#onDismiss = onDismiss;
    this.element = document.createElement('header');
    this.element.className = 'head';
    this.#banner = document.createElement('div');
    this.#banner.className = 'banner-place';
    this.#banner.setAttribute('role', 'status');
    this.#facts = document.createElement('div');
    this.#facts.className = 'facts';
    this.#chain = new ChainView(navigation);
    this.element.append(this.#banner, this.#facts, this.#chain.element);
  }

  update(state: PageState): void {
    render(this.#bannerLine(state), this.#banner);
    const { image, view, map, hovered } = state;
    if (image === null) return;
    render(this.#factsLine(image), this.#facts);
    const owner = hovered === null ? NO_LAYER : (map?.top[hovered] ?? NO_LAYER);
    this.#chain.update(image, view.asOf, owner === NO_LAYER ? null : owner);
  }

  #bannerLine({ banner }: PageState): TemplateResult | typeof nothing {
    if (banner === null) return nothing;
    return html`<div class="banner ${banner.severity}">
      ${icon(banner.severity === 'warning' ? 'warning' : 'info')}<span class="banner-text">${banner.text}</span
      >${(banner.ways ?? []).map((way) => wayButton(way, this.#onDismiss))}
      ${
        banner.dismissible
          ? html`<button class="icon-button" aria-label=${t('Dismiss')} title=${t('Dismiss')} @click=${this.#onDismiss}>
              ${icon('close')}
            </button>`
          : nothing
      }
    </div>`;
  }

  #factsLine(image: OpenedImage): TemplateResult {
    const [leaf] = image.layers;
    if (leaf === undefined) return html``;
    return html`<h1 class="name" title=${leaf.path}>${leaf.name}</h1>
      <span class="chip">${typeText(leaf)}</span>
      ${
        image.editability.readOnlyReason === null
          ? nothing
          : html`<span class="chip read-only" title=${image.editability.readOnlyReason}
                >${icon('lock')}${t('read-only')}<span class="unseen">: ${image.editability.readOnlyReason}</span></span
              >${(this.#editing.leafRefusal?.ways ?? []).map((way) => wayButton(way))}`
      }
      <span class="facts-list" role="list" aria-label=${t('Facts')}>${factItems(leaf)}</span>
      ${this.#findingsChip(image.findings)}`;
  }

  #findingsChip(findings: readonly Finding[]): TemplateResult {
    const isError = findings.some(({ severity }) => severity === 'error');
    const grave = findings.filter(({ severity }) => severity !== 'note').length;
    const kind = isError ? 'error' : grave > 0 ? 'warning' : findings.length > 0 ? 'note' : 'none';
    const name = isError ? 'error' : grave > 0 ? 'warning' : findings.length > 0 ? 'info' : 'pass';
    return html`<button
      class="chip findings-chip ${kind}"
      title=${t('Show the findings')}
      @click=${() => this.#navigation.openTab('findings')}
    >
      ${icon(name)}${findingsText(grave, findings.length - grave)}
    </button>`;
  }
}

function wayButton({ label, run }: WayOut, after: () => void = () => undefined): TemplateResult {
  const click = (): void => {
    after();
    run();
  };
  return html`<button class="text-button way" @click=${click}>${label}</button>`;
}

/** Notes are counted only where there is nothing graver: every chain that was copied has some. */
function findingsText(grave: number, notes: number): string {
  if (grave > 0) return grave === 1 ? t('1 finding') : t('{0} findings', grouped(grave));
  if (notes > 0) return notes === 1 ? t('1 note') : t('{0} notes', grouped(notes));
  return t('no findings');
}

function typeText(layer: LayerSummary): string {
  switch (layer.type) {
    case 'fixed':
      return t('VHD · fixed');
    case 'dynamic':
      return t('VHD · dynamic');
    case 'differencing':
      return t('VHD · differencing');
  }
}

function factItems(leaf: LayerSummary): TemplateResult[] {
  const bytes = (count: number): string => t('{0} bytes', grouped(count));
  const { application, version } = leaf.creator;
  const facts = [
    html`<span role="listitem" title=${bytes(leaf.virtualSize)}
      ><b>${sizeText(leaf.virtualSize)}</b> ${t('disk')}</span
    >`,
    html`<span role="listitem" title=${bytes(leaf.fileSize)}
      ><b>${sizeText(leaf.fileSize)}</b> ${t('in this file')}</span
    >`,
  ];
  if (leaf.type !== 'fixed') {
    const share = shareText(leaf.allocatedBlockCount, leaf.blockCount);
    const counts = t('{0} of {1} blocks', grouped(leaf.allocatedBlockCount), grouped(leaf.blockCount));
    facts.push(html`<span role="listitem" title=${counts}><b>${share}</b> ${t('allocated')}</span>`);
    facts.push(
      html`<span role="listitem" title=${bytes(leaf.blockSize)}
        >${t('blocks')} <b>${sizeText(leaf.blockSize)}</b></span
      >`,
    );
  }
  facts.push(html`<span role="listitem" title=${t('Creator')}>${application} ${version}</span>`);
  if (leaf.created !== null) {
    facts.push(
      html`<span role="listitem" title=${utcText(leaf.created)}
        >${t('created')} <b>${minuteText(leaf.created)}</b></span
      >`,
    );
  }
  return facts;
}
