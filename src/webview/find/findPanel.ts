import { html, nothing, render } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import type { FindRun } from '../../protocol/editing';
import type { ByteSource, OpenedImage } from '../../protocol/session';
import { SECTOR_SIZE } from '../../protocol/session';
import { byteDigits } from '../hex/hexLayout';
import { selectionOf } from '../hex/hexRow';
import { t } from '../l10n';
import { icon } from '../layout/icon';
import { RowList } from '../layout/rowList';
import { grouped, hexadecimal } from '../numbers';
import type { RoomContext } from '../room';
import type { HexPlace } from '../state';
import { Search } from './search';
import type { SearchWish } from './search';
import { typedPattern } from './typedPattern';
import type { PatternKind, TypedPattern } from './typedPattern';

/** After so many milliseconds without a key what is typed is looked for; at once by Enter. */
const TYPING_PAUSE = 250;

/** A selection of more bytes is none that is looked for. */
const MAX_SELECTION = 64;

/** Looks for bytes in what the hex view shows: on the disk as of the chosen layer, or in a layer's file. */
export class FindPanel {
  readonly element: HTMLElement;
  readonly #context: RoomContext;
  readonly #onClose: () => void;
  readonly #bar: HTMLElement;
  readonly #list: RowList;
  #kind: PatternKind = 'hex';
  #typed = '';
  #isCaseMatched = false;
  #isListShown = false;
  #search: Search | null = null;
  /** What the search that goes on was begun for: an image that was opened anew may hold other bytes. */
  #image: OpenedImage | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The first place found is shown as soon as it is known. */
  #isFirstWanted = false;
  /** The place that was shown last. */
  #shown: number | null = null;

  /** `onClose`: gives the focus back to the bytes. */
  constructor(context: RoomContext, onClose: () => void) {
    this.#context = context;
    this.#onClose = onClose;
    this.element = document.createElement('div');
    this.element.className = 'find';
    this.element.hidden = true;
    this.element.setAttribute('role', 'search');
    this.element.setAttribute('aria-label', t('Find Bytes'));
    this.#bar = document.createElement('div');
    this.#list = new RowList(t('Places found'), {
      row: (index) => this.#row(index),
      onChoose: (index) => {
        const hit = this.#search?.hits.at(index) ?? null;
        if (hit !== null) this.#show(hit);
      },
    });
    this.element.append(this.#bar, this.#list.element);
    this.element.addEventListener('keydown', (event) => this.#key(event));
    // Wherever the focus is in the page, as in VS Code.
    document.addEventListener('keydown', (event) => {
      if (event.key !== 'F3' || event.defaultPrevented || this.element.offsetParent === null) return;
      event.preventDefault();
      this.#step(event.shiftKey);
    });
  }

  /** Draws itself from the page's state. */
  update(): void {
    if (this.element.hidden) return;
    const { image } = this.#context.store.state;
    const wish = this.#wish();
    const search = this.#search;
    // What is shown now is something else than what was looked through.
    if (
      wish !== null &&
      search !== null &&
      (image !== this.#image || !isSameSource(search.order.source, wish.source))
    ) {
      this.#begin(wish, false);
    }
    this.#draw();
  }

  /** Is shown, with the focus in it; bytes that are selected are what is looked for. */
  open(): void {
    this.element.hidden = false;
    this.#draw();
    this.#takeSelection();
    this.#input()?.focus();
    this.#input()?.select();
  }

  /** Takes in what the engine tells of a search, whosesoever it is. */
  hear(run: FindRun): void {
    if (this.#search?.take(run) !== true) return;
    const first = this.#search.hits.first;
    if (this.#isFirstWanted && first !== null) this.#show(first);
    else this.#draw();
  }

  #takeSelection(): void {
    const { source, place } = this.#place();
    const { offset, length } = selectionOf(place);
    if (length === 1 || length > MAX_SELECTION || offset === this.#shown) return;
    const typed = this.#typed;
    this.#context.readBytes(source, offset, length).then(
      ({ bytes }) => {
        // Whoever types meanwhile knows better.
        if (this.#typed !== typed || this.element.hidden) return;
        this.#kind = 'hex';
        this.#typed = Array.from(bytes, byteDigits).join(' ');
        this.#changed();
        this.#input()?.select();
      },
      () => undefined,
    );
  }

  #close(): void {
    this.element.hidden = true;
    this.#stop();
    this.#onClose();
  }

  /** What the hex view shows, and where in it the user is. */
  #place(): { readonly source: ByteSource; readonly place: HexPlace } {
    const { view } = this.#context.store;
    return view.hexKind === 'disk'
      ? { source: { kind: 'disk', layer: view.asOf }, place: view.disk }
      : { source: { kind: 'file', layer: view.hexLayer }, place: view.file };
  }

  #typedPattern(): TypedPattern {
    return typedPattern(this.#typed, this.#kind);
  }

  #wish(): SearchWish | null {
    const { pattern } = this.#typedPattern();
    if (pattern === null) return null;
    return { source: this.#place().source, pattern, ignoreCase: this.#kind !== 'hex' && !this.#isCaseMatched };
  }

  #begin(wish: SearchWish, isFirstWanted: boolean): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#image = this.#context.store.state.image;
    this.#search = new Search(wish, selectionOf(this.#place().place).offset);
    this.#isFirstWanted = isFirstWanted;
    this.#shown = null;
    this.#context.connection.notify({ type: 'find', order: this.#search.order });
    this.#draw();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const search = this.#search;
    if (search?.stop() === true) this.#context.connection.notify({ type: 'stopFind', find: search.order.find });
    this.#draw();
  }

  /** What is looked for is something else now: it is looked for when the user has typed it. */
  #changed(): void {
    this.#stop();
    this.#search = null;
    if (this.#wish() !== null) this.#timer = setTimeout(() => this.#beginTyped(), TYPING_PAUSE);
    this.#draw();
  }

  #beginTyped(): void {
    const wish = this.#wish();
    if (wish !== null) this.#begin(wish, true);
  }

  #step(isBackwards: boolean): void {
    const wish = this.#wish();
    if (wish === null) return;
    const search = this.#search;
    if (search === null || !search.isFor(wish) || search.state === 'failed') {
      this.#begin(wish, true);
      return;
    }
    const { offset } = selectionOf(this.#place().place);
    const at = this.#shown ?? offset;
    const hit = isBackwards ? search.hits.previous(at) : search.hits.next(at);
    if (hit !== null) this.#show(hit);
  }

  /** Selects a place in the bytes. */
  #show(hit: number): void {
    const { navigation } = this.#context;
    const { source } = this.#place();
    this.#isFirstWanted = false;
    this.#shown = hit;
    const end = hit + (this.#search?.order.pattern.bytes.length ?? 1) - 1;
    if (source.kind === 'disk') navigation.selectDiskBytes(end, hit);
    else navigation.selectFileBytes(end, hit);
    this.#draw();
  }

  #input(): HTMLInputElement | null {
    return this.#bar.querySelector('input');
  }

  #key(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      this.#close();
    } else if (event.key === 'Enter' && event.target === this.#input()) {
      event.preventDefault();
      this.#step(event.shiftKey);
    } else if (event.altKey && event.key.toLowerCase() === 'c' && this.#kind !== 'hex') {
      event.preventDefault();
      this.#matchCase();
    }
  }

  #matchCase(): void {
    this.#isCaseMatched = !this.#isCaseMatched;
    this.#changed();
  }

  #draw(): void {
    if (this.element.hidden) return;
    const { problem } = this.#typedPattern();
    const message = problem ?? this.#search?.failure ?? null;
    render(html`${this.#controls(message)}${this.#progress()}${messageLine(message)}`, this.#bar);
    const search = this.#search;
    const isListShown = this.#isListShown && search !== null && search.hits.count > 0;
    this.#list.element.hidden = !isListShown;
    if (isListShown) this.#list.show(search.hits.count, this.#shown === null ? -1 : search.hits.indexOf(this.#shown));
  }

  #row(index: number): readonly string[] {
    const hit = this.#search?.hits.at(index) ?? 0;
    const isDisk = this.#search?.order.source.kind === 'disk';
    return [hexadecimal(hit), isDisk ? t('LBA {0}', grouped(Math.floor(hit / SECTOR_SIZE))) : grouped(hit)];
  }

  #controls(message: string | null): TemplateResult {
    const count = this.#search?.hits.count ?? 0;
    const isSearching = this.#search?.state === 'searching';
    return html`<div class="find-bar">
      <input
        class="find-input"
        type="text"
        spellcheck="false"
        autocomplete="off"
        aria-label=${t('Find')}
        aria-invalid=${message !== null}
        aria-describedby=${message === null ? 'find-count' : 'find-message'}
        placeholder=${this.#kind === 'hex' ? t('Bytes, such as 4d cf ?? 2?') : t('Text')}
        .value=${this.#typed}
        @input=${(event: Event) => {
          this.#typed = (event.currentTarget as HTMLInputElement).value;
          this.#changed();
        }}
      />
      <select aria-label=${t('What is typed')} @change=${(event: Event) => this.#choose(event)}>
        ${kinds().map(([kind, name]) => html`<option value=${kind} .selected=${kind === this.#kind}>${name}</option>`)}
      </select>
      <button
        class="icon-button find-case"
        aria-pressed=${this.#isCaseMatched}
        ?disabled=${this.#kind === 'hex'}
        aria-label=${t('Match Case (Alt+C)')}
        title=${t('Match Case (Alt+C)')}
        @click=${() => this.#matchCase()}
      >
        ${icon('case-sensitive')}
      </button>
      <span class="find-count" id="find-count" role="status" aria-live=${isSearching ? 'off' : 'polite'}
        >${this.#countText()}</span
      >
      ${this.#button('arrow-up', t('Previous (Shift+Enter)'), count === 0, () => this.#step(true))}
      ${this.#button('arrow-down', t('Next (Enter)'), count === 0, () => this.#step(false))}
      <button
        class="icon-button"
        aria-expanded=${this.#isListShown}
        aria-label=${t('List of places found')}
        title=${t('List of places found')}
        ?disabled=${count === 0}
        @click=${() => {
          this.#isListShown = !this.#isListShown;
          this.#draw();
        }}
      >
        ${icon('list-flat')}
      </button>
      ${isSearching ? this.#button('debug-stop', t('Stop searching'), false, () => this.#stop()) : nothing}
      ${this.#button('close', t('Close (Escape)'), false, () => this.#close())}
    </div>`;
  }

  #button(name: Parameters<typeof icon>[0], label: string, isDisabled: boolean, run: () => void): TemplateResult {
    return html`<button class="icon-button" aria-label=${label} title=${label} ?disabled=${isDisabled} @click=${run}>
      ${icon(name)}
    </button>`;
  }

  #choose(event: Event): void {
    const chosen = (event.currentTarget as HTMLSelectElement).value;
    const kind = kinds().find(([name]) => name === chosen)?.[0];
    if (kind === undefined) return;
    this.#kind = kind;
    this.#changed();
  }

  #progress(): TemplateResult | typeof nothing {
    const search = this.#search;
    if (search?.state !== 'searching') return nothing;
    const percent = Math.floor(search.share * 100);
    return html`<progress class="find-progress" max="100" .value=${percent} aria-label=${t('Searching')}></progress>`;
  }

  #countText(): string {
    const search = this.#search;
    if (search === null || search.state === 'failed') return '';
    const { count } = search.hits;
    const isMore = search.state !== 'done';
    if (count === 0) {
      if (search.state === 'stopped') return t('Stopped');
      return isMore ? t('Searching…') : t('No results');
    }
    const all = isMore ? `${grouped(count)}+` : grouped(count);
    const index = this.#shown === null ? -1 : search.hits.indexOf(this.#shown);
    return index < 0 ? t('{0} results', all) : t('{0} of {1}', grouped(index + 1), all);
  }
}

function kinds(): readonly (readonly [PatternKind, string])[] {
  return [
    ['hex', t('Hex')],
    ['text', t('Text')],
    ['utf16', t('UTF-16')],
  ];
}

function messageLine(message: string | null): TemplateResult | typeof nothing {
  return message === null ? nothing : html`<p class="find-message" id="find-message" role="alert">${message}.</p>`;
}

function isSameSource(one: ByteSource, other: ByteSource): boolean {
  return one.kind === other.kind && one.layer === other.layer;
}
