import { html, nothing, render } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import type { ComparedImage, ComparePageHears } from '../../protocol/compare';
import { SECTOR_SIZE } from '../../protocol/session';
import { t } from '../l10n';
import { icon } from '../layout/icon';
import { part } from '../layout/part';
import { RowList } from '../layout/rowList';
import { grouped, hexadecimal, sizeText } from '../numbers';
import { CompareConnection } from './compareConnection';
import type { CompareApi } from './compareConnection';
import { DifferenceMap } from './differenceMap';
import { Differences } from './differences';
import { TwinHex } from './twinHex';

/** The page that compares two disks: a map, the ranges that differ, and the bytes of both side by side. */
export class ComparePage {
  readonly #connection: CompareConnection;
  readonly #head = document.createElement('header');
  readonly #map: DifferenceMap;
  readonly #list: RowList;
  readonly #empty = document.createElement('p');
  readonly #hex: TwinHex;
  #images: readonly [ComparedImage, ComparedImage] | null = null;
  #differences = new Differences();
  #failure: string | null = null;
  /** Names of images whose unsaved edits are left out. */
  #unsaved: readonly string[] = [];

  constructor(root: HTMLElement, api: CompareApi) {
    this.#connection = new CompareConnection(api, window, (message) => this.#hear(message));
    this.#map = new DifferenceMap((sector) => this.#goTo(sector));
    this.#list = new RowList(t('Ranges that differ'), {
      row: (index) => this.#row(index),
      onChoose: (index) => this.#choose(index),
    });
    this.#hex = new TwinHex(this.#connection, () => this.#drawPlace());
    this.#empty.className = 'empty';
    const side = part('compare-side');
    side.append(this.#map.element, this.#list.element, this.#empty);
    const work = document.createElement('main');
    work.className = 'compare-work';
    work.append(side, this.#hex.element);
    const page = part('compare-page');
    page.append(this.#head, work);
    // Wherever the focus is.
    document.addEventListener('keydown', (event) => this.#key(event));
    root.append(page);
    this.#head.className = 'compare-head';
    this.#draw();
    this.#connection.say({ kind: 'open' });
  }

  #hear(message: ComparePageHears): void {
    switch (message.kind) {
      case 'opened':
        this.#images = message.images;
        this.#differences = new Differences();
        this.#failure = null;
        this.#hex.show(message.images);
        break;
      case 'compared':
        // What comes before the whole was asked for comes again with it.
        if (this.#images !== null) this.#take(message.run);
        break;
      case 'unsaved':
        this.#unsaved = message.names;
        break;
      case 'broken':
        this.#failure = message.message;
        break;
      default:
        return;
    }
    this.#draw();
  }

  #take(run: Extract<ComparePageHears, { kind: 'compared' }>['run']): void {
    const isFirst = this.#differences.ranges.length === 0 && this.#hex.cursor === 0;
    this.#differences.add(run);
    // The first difference is what people want to see.
    if (isFirst && this.#differences.ranges.length > 0) this.#choose(0);
  }

  #choose(index: number): void {
    const range = this.#differences.ranges[index];
    if (range !== undefined) this.#goTo(range.start);
  }

  #goTo(sector: number): void {
    this.#hex.goTo(sector * SECTOR_SIZE);
    this.#drawPlace();
  }

  #step(isBackwards: boolean): void {
    const sector = Math.floor(this.#hex.cursor / SECTOR_SIZE);
    this.#choose(isBackwards ? this.#differences.previous(sector) : this.#differences.next(sector));
  }

  #key(event: KeyboardEvent): void {
    // As in VS Code's own comparisons.
    const isStep = (event.key === 'F5' && event.altKey) || event.key === 'F7';
    if (!isStep) return;
    event.preventDefault();
    this.#step(event.shiftKey);
  }

  #draw(): void {
    render(html`${this.#names()}${this.#progress()}${this.#controls()}${this.#messages()}`, this.#head);
    const { ranges, state } = this.#differences;
    this.#list.element.hidden = ranges.length === 0;
    this.#empty.hidden = ranges.length > 0;
    this.#empty.textContent = state === 'done' ? t('No sector differs.') : '';
    this.#drawPlace();
  }

  #drawPlace(): void {
    const sector = Math.floor(this.#hex.cursor / SECTOR_SIZE);
    this.#map.show(this.#differences, sector);
    this.#list.show(this.#differences.ranges.length, this.#differences.indexAt(sector));
  }

  #names(): TemplateResult {
    const images = this.#images;
    if (images === null) return html`<h1>${t('Compare')}</h1>`;
    const [one, other] = images.map(
      ({ name, path, virtualSize }) =>
        html`<span class="compare-name" title=${path}
          ><b>${name}</b> <span class="dim">${sizeText(virtualSize)}</span></span
        >`,
    );
    return html`<h1 class="compare-names">${one}<span aria-label=${t('compared with')}>↔</span>${other}</h1>`;
  }

  #progress(): TemplateResult | typeof nothing {
    const { done, total, state } = this.#differences;
    if (state !== 'comparing' || this.#failure !== null) return nothing;
    const percent = total === 0 ? 0 : Math.floor((done / total) * 100);
    return html`<progress class="find-progress" max="100" .value=${percent} aria-label=${t('Comparing')}></progress>`;
  }

  #controls(): TemplateResult {
    const { ranges, state } = this.#differences;
    const isEmpty = ranges.length === 0;
    return html`<div class="compare-bar">
      <span class="compare-count" role="status" aria-live=${state === 'comparing' ? 'off' : 'polite'}
        >${this.#countText()}</span
      >
      ${button('arrow-up', t('Previous difference (Shift+F7)'), isEmpty, () => this.#step(true))}
      ${button('arrow-down', t('Next difference (F7)'), isEmpty, () => this.#step(false))}
      ${
        state === 'comparing' && this.#failure === null
          ? html`<button class="text-button" @click=${() => this.#connection.say({ kind: 'stop' })}>
              ${t('Stop')}
            </button>`
          : html`<button class="text-button" @click=${() => this.#connection.say({ kind: 'again' })}>
              ${t('Compare Again')}
            </button>`
      }
    </div>`;
  }

  #countText(): string {
    if (this.#images === null) return '';
    const { ranges, sectorCount, done, total, state } = this.#differences;
    const found = t(
      '{0} sectors differ ({1}), in {2} ranges',
      grouped(sectorCount),
      sizeText(sectorCount * SECTOR_SIZE),
      grouped(ranges.length),
    );
    const percent = total === 0 ? 100 : Math.floor((done / total) * 100);
    switch (state) {
      case 'comparing':
        return t('{0}; {1} % compared', found, percent);
      case 'stopped':
        return t('{0}; stopped at {1} %', found, percent);
      case 'limit':
        return t('{0}; there are more, and it was stopped at {1} %', found, percent);
      case 'done':
        return found;
    }
  }

  #messages(): TemplateResult | typeof nothing {
    if (this.#failure !== null) {
      return html`<p class="compare-failure" role="alert">${icon('error')} ${this.#failure}</p>`;
    }
    return html`${this.#sizesMessage()}${this.#unsavedMessage()}`;
  }

  #unsavedMessage(): TemplateResult | typeof nothing {
    if (this.#unsaved.length === 0) return nothing;
    const names = this.#unsaved.join(', ');
    return html`<p class="warning" role="status">
      ${icon('info')} ${t('The unsaved edits of {0} are left out: what is compared is what is in the files.', names)}
    </p>`;
  }

  #sizesMessage(): TemplateResult | typeof nothing {
    const images = this.#images;
    if (images === null || images[0].virtualSize === images[1].virtualSize) return nothing;
    const [small, large] = [...images].sort((one, other) => one.virtualSize - other.virtualSize);
    if (small === undefined || large === undefined) return nothing;
    return html`<p class="warning">
      ${icon('warning')}
      ${t(
        'The disks are of different sizes. They are compared up to LBA {0}, where {1} ends; what {2} holds behind it is left out.',
        grouped(small.virtualSize / SECTOR_SIZE - 1),
        small.name,
        large.name,
      )}
    </p>`;
  }

  #row(index: number): readonly string[] {
    const { start, length } = this.#differences.ranges[index] ?? { start: 0, length: 0 };
    const count = length === 1 ? t('1 sector') : t('{0} sectors', grouped(length));
    return [t('LBA {0}', grouped(start)), hexadecimal(start * SECTOR_SIZE), count, sizeText(length * SECTOR_SIZE)];
  }
}

function button(name: Parameters<typeof icon>[0], label: string, isDisabled: boolean, run: () => void): TemplateResult {
  return html`<button class="icon-button" aria-label=${label} title=${label} ?disabled=${isDisabled} @click=${run}>
    ${icon(name)}
  </button>`;
}
