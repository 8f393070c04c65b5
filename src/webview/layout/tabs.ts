import { html, nothing, render } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { t } from '../l10n';
import { TABS } from '../state';
import type { Tab } from '../state';

/** One of the views that share the panel. */
export interface Room {
  readonly element: HTMLElement;
  /** Draws the room from the page's state. Called only while the room is shown. */
  update(): void;
  /** Moves the focus to where the keyboard is of use. */
  focus(): void;
}

export interface TabsOptions {
  readonly rooms: Readonly<Record<Tab, Room>>;
  readonly onChoose: (tab: Tab) => void;
}

/** The panel's tabs and the room that is open; the others stay as they were, unseen. */
export class Tabs {
  readonly element: HTMLElement;
  readonly #list: HTMLElement;
  readonly #options: TabsOptions;
  #chosen: Tab | null = null;

  constructor(options: TabsOptions) {
    this.#options = options;
    this.element = document.createElement('div');
    this.element.className = 'tabs';
    this.#list = document.createElement('div');
    this.#list.className = 'tab-list';
    this.#list.setAttribute('role', 'tablist');
    this.#list.setAttribute('aria-label', t('Views of the image'));
    this.#list.addEventListener('keydown', (event) => this.#key(event));
    this.element.append(this.#list);
    for (const tab of TABS) {
      const { element } = options.rooms[tab];
      element.id = `room-${tab}`;
      element.classList.add('room');
      element.setAttribute('role', 'tabpanel');
      element.setAttribute('aria-labelledby', `tab-${tab}`);
      element.hidden = true;
      this.element.append(element);
    }
  }

  /** `findingCount` is shown beside its tab. */
  update(chosen: Tab, findingCount: number): void {
    render(
      TABS.map((tab) => this.#tab(tab, tab === chosen, tab === 'findings' ? findingCount : 0)),
      this.#list,
    );
    const before = this.#chosen === null ? null : this.#options.rooms[this.#chosen].element;
    const hadFocus = before?.contains(document.activeElement) === true;
    if (chosen !== this.#chosen) {
      for (const tab of TABS) this.#options.rooms[tab].element.hidden = tab !== chosen;
    }
    this.#options.rooms[chosen].update();
    if (chosen !== this.#chosen && hadFocus) this.#options.rooms[chosen].focus();
    this.#chosen = chosen;
  }

  /** Moves the focus into the open room. */
  focusRoom(): void {
    if (this.#chosen !== null) this.#options.rooms[this.#chosen].focus();
  }

  #tab(tab: Tab, chosen: boolean, count: number): TemplateResult {
    return html`<button
      id="tab-${tab}"
      role="tab"
      class="tab"
      aria-selected=${chosen}
      aria-controls="room-${tab}"
      tabindex=${chosen ? 0 : -1}
      @click=${() => this.#options.onChoose(tab)}
    >
      ${tabName(tab)}${count > 0 ? html`<span class="tab-count">${count}</span>` : nothing}
    </button>`;
  }

  #key(event: KeyboardEvent): void {
    const at = this.#chosen === null ? 0 : TABS.indexOf(this.#chosen);
    const targets: Readonly<Record<string, number>> = {
      ArrowLeft: (at + TABS.length - 1) % TABS.length,
      ArrowRight: (at + 1) % TABS.length,
      Home: 0,
      End: TABS.length - 1,
    };
    const target = targets[event.key];
    const tab = target === undefined ? undefined : TABS[target];
    if (tab === undefined) return;
    event.preventDefault();
    this.#options.onChoose(tab);
    this.#list.querySelector<HTMLElement>(`#tab-${tab}`)?.focus();
  }
}

function tabName(tab: Tab): string {
  switch (tab) {
    case 'structure':
      return t('Structure');
    case 'block':
      return t('Block');
    case 'layers':
      return t('Layers');
    case 'hex':
      return t('Hex');
    case 'findings':
      return t('Findings');
  }
}
