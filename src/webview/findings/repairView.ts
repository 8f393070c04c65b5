import { html, nothing, render } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import type { LeftFinding, RepairPreview, ShownRepair } from '../../protocol/repair';
import type { OpenedImage } from '../../protocol/session';
import { messageOf } from '../connection';
import { t } from '../l10n';
import { icon } from '../layout/icon';
import { grouped, hexadecimal, shareText, sizeText } from '../numbers';
import type { RoomContext } from '../room';
import { changedBytes } from './changedBytes';
import { ContestView } from './contestView';
import { choicesOf, chosenAmong, toggled } from './repairChoices';
import type { RepairChoice } from './repairChoices';

/** Shows what can be put right in the leaf, before anything is changed, and makes what the user chooses of it one edit. */
export class RepairView {
  readonly element: HTMLElement;
  readonly #context: RoomContext;
  readonly #onClose: () => void;
  /** Keys of what is to be done; null for what needs no decision. */
  #chosen: readonly string[] | null = null;
  /** The finding that it was opened for, until its repair has been shown. */
  #wanted: string | null = null;
  #preview: RepairPreview | null = null;
  /** The image that was looked at. */
  #image: OpenedImage | null = null;
  #failure: string | null = null;
  /** Of the question that counts. */
  #asked = 0;
  #isAsking = false;
  #isMaking = false;
  #progress: string | null = null;
  /** Keys of repairs whose bytes are all shown. */
  readonly #whole = new Set<string>();
  /** By the blocks that are compared. */
  #contests = new Map<string, ContestView>();

  constructor(context: RoomContext, onClose: () => void) {
    this.#context = context;
    this.#onClose = onClose;
    this.element = document.createElement('section');
    this.element.className = 'repair';
    this.element.hidden = true;
    this.element.setAttribute('aria-label', t('Repair'));
    this.element.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.#leave(event);
    });
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  /** `finding`: the id of the one that is to be put right; null for all that can be without a decision. */
  open(finding: string | null): void {
    this.element.hidden = false;
    this.#wanted = finding;
    this.#chosen = null;
    this.#preview = null;
    this.#imageChanged();
  }

  close(): void {
    if (!this.isOpen) return;
    this.element.hidden = true;
    this.#asked += 1;
    this.#preview = null;
    this.#contests.clear();
    this.#onClose();
  }

  /** The image is another one, or may be edited now, or no more: what is shown of it is looked for anew. */
  update(): void {
    const isOther = this.#context.store.state.image !== this.#image;
    if (this.isOpen && !this.#isMaking && isOther) this.#imageChanged();
  }

  /** How far the engine is. */
  hearProgress(done: number, total: number): void {
    if (!this.isOpen || !this.#isAsking) return;
    this.#progress = total > 0 ? shareText(done, total) : null;
    this.#draw();
  }

  focus(): void {
    this.element.querySelector<HTMLElement>('button, input')?.focus();
  }

  #imageChanged(): void {
    this.#contests = new Map();
    this.#image = this.#context.store.state.image;
    void this.#look();
  }

  async #look(): Promise<void> {
    this.#asked += 1;
    const asked = this.#asked;
    this.#isAsking = true;
    this.#failure = null;
    this.#progress = null;
    this.#draw();
    try {
      const preview = await this.#context.connection.request('planRepair', { only: this.#chosen });
      if (asked !== this.#asked) return;
      this.#preview = preview;
      if (this.#isOtherWanted(preview)) {
        void this.#look();
        return;
      }
    } catch (error) {
      if (asked !== this.#asked) return;
      this.#failure = messageOf(error);
    }
    this.#isAsking = false;
    this.#draw();
    this.#reveal();
  }

  /** Of a finding that was named, its own repair alone is to be done, unless that takes a decision. True where that is not what was looked for. */
  #isOtherWanted({ proposals }: RepairPreview): boolean {
    const wanted = this.#wanted;
    if (wanted === null || this.#chosen !== null) return false;
    const own = proposals.filter(({ findings, isDefault }) => isDefault && findings.includes(wanted));
    this.#chosen = own.map(({ key }) => key);
    return proposals.some(({ isChosen, key }) => isChosen !== own.some((each) => each.key === key));
  }

  /** Brings the repair of the finding that was named before the eyes, once. */
  #reveal(): void {
    if (this.#wanted === null || this.#preview === null) return;
    this.element.querySelector('.repair-item.wanted')?.scrollIntoView({ block: 'nearest' });
  }

  #draw(): void {
    const preview = this.#preview;
    const name = this.#context.store.state.image?.layers[0]?.name ?? '';
    render(
      html`<div class="room-bar repair-bar">
          <button
            class="icon-button"
            aria-label=${t('Back to the Findings')}
            title=${t('Back to the Findings')}
            @click=${() => this.close()}
          >
            ${icon('arrow-left')}
          </button>
          <h2 class="repair-title">${t('Repair {0}', name)}</h2>
          ${this.#buttons(preview)}
        </div>
        <div class="repair-words" role="status">${this.#words(preview)}</div>
        ${preview === null ? nothing : this.#body(preview)}`,
      this.element,
    );
  }

  #buttons(preview: RepairPreview | null): TemplateResult {
    const count = preview?.proposals.filter(({ isChosen }) => isChosen).length ?? 0;
    const isPossible = count > 0 && !this.#isAsking && !this.#isMaking && this.#failure === null;
    const verb = count > 1 ? t('Repair {0} Findings', count) : t('Repair');
    return html`<span class="form-buttons">
      <button
        class="button"
        ?disabled=${!isPossible || this.#context.editing.leafRefusal !== null}
        @click=${() => void this.#make()}
      >
        ${verb}
      </button>
      <button class="button secondary" @click=${() => this.close()}>${t('Cancel')}</button>
    </span>`;
  }

  #words(preview: RepairPreview | null): TemplateResult {
    const refusal = this.#context.editing.leafRefusal;
    return html`${
      this.#isAsking && (preview === null || this.#progress !== null)
        ? html`<p class="dim">
            ${
              this.#progress === null
                ? t('Looking for what can be put right…')
                : t('Looking for what can be put right… {0}', this.#progress)
            }
          </p>`
        : nothing
    }${this.#failure === null ? nothing : html`<p class="problem">${icon('error')} ${this.#failure}</p>`}${
      refusal === null || preview === null || preview.proposals.length === 0
        ? nothing
        : html`<p class="repair-refusal">
            ${icon('lock')} ${refusal.reason}
            ${refusal.ways.map(
              ({ label, run }) => html`<button class="text-button way" @click=${run}>${label}</button>`,
            )}
          </p>`
    }${preview === null ? nothing : this.#outcome(preview)}`;
  }

  #outcome({
    proposals,
    unrepairable,
    problemsAfter,
    readable,
    lengthBefore,
    lengthAfter,
  }: RepairPreview): TemplateResult {
    const isAny = proposals.some(({ isChosen }) => isChosen);
    return html`${
        proposals.length === 0 && unrepairable.length === 0
          ? html`<p>${icon('pass')} ${t('Nothing has to be repaired.')}</p>`
          : nothing
      }${isAny ? html`<p>${leftText(problemsAfter)}</p>` : nothing}
      <p>${readable.charAt(0).toUpperCase()}${readable.slice(1)}.</p>
      ${lengthBefore === lengthAfter ? nothing : html`<p>${growthText(lengthAfter - lengthBefore)}</p>`}${
        isAny
          ? html`<p class="dim">
              ${t('It becomes one edit: nothing is written before you save, and undo takes it back.')}
            </p>`
          : nothing
      }`;
  }

  #body({ proposals, unrepairable, isUnfinished }: RepairPreview): TemplateResult {
    return html`${
        isUnfinished
          ? html`<p class="repair-note">${t('An operation that was cut short is ended before anything else.')}</p>`
          : nothing
      }
      <ul class="repairs" aria-label=${t('What can be done')}>
        ${choicesOf(proposals).map((choice) => this.#choice(choice))}
      </ul>
      ${
        unrepairable.length === 0
          ? nothing
          : html`<h3 class="repair-section">${t('Cannot be put right')}</h3>
              <ul class="unrepairable">
                ${unrepairable.map((each) => this.#unrepairable(each))}
              </ul>`
      }`;
  }

  #choice(choice: RepairChoice): TemplateResult {
    return choice.kind === 'one' ? this.#one(choice.repair) : this.#either(choice.repairs, choice.blocks);
  }

  #one(repair: ShownRepair): TemplateResult {
    return html`<li class=${this.#itemClass([repair])}>
      <label class="check repair-what"
        ><input
          type="checkbox"
          .checked=${repair.isChosen}
          ?disabled=${this.#isMaking}
          @change=${() => this.#toggle(repair.key)}
        />${repair.what}</label
      >
      ${this.#details(repair)}
    </li>`;
  }

  /** Which of two blocks keeps a place, or none of that: the first keeps it where the other one gives it up. */
  #either(repairs: readonly [ShownRepair, ShownRepair], blocks: readonly [number, number]): TemplateResult {
    const [one, other] = repairs;
    const name = `contest-${blocks.join('-')}`;
    const chosen = repairs.find(({ isChosen }) => isChosen) ?? null;
    const radio = (repair: ShownRepair | null, text: string): TemplateResult =>
      html`<label class="check"
        ><input
          type="radio"
          name=${name}
          .checked=${chosen === repair}
          ?disabled=${this.#isMaking}
          @change=${() => this.#chooseAmong(repairs, repair)}
        />${text}</label
      >`;
    return html`<li class=${this.#itemClass(repairs)}>
      <fieldset class="contest-choice">
        <legend class="repair-what">
          ${t('Blocks {0} and {1} claim the same place of the file', grouped(blocks[0]), grouped(blocks[1]))}
        </legend>
        ${radio(null, t('Leave it as it is'))}${radio(other, other.what)}${radio(one, one.what)}
      </fieldset>
      ${this.#contest(blocks).element} ${chosen === null ? this.#doubt(one) : this.#details(chosen)}
    </li>`;
  }

  #details(repair: ShownRepair): TemplateResult {
    const { key, before, after } = repair;
    const { navigation } = this.#context;
    return html`<dl class="finding-values">
        <dt>${t('now')}</dt>
        <dd>${before}</dd>
        <dt>${t('then')}</dt>
        <dd>${after}</dd>
      </dl>
      ${this.#doubt(repair)}
      ${changedBytes(repair, this.#whole.has(key), {
        onPlace: (offset, length) => navigation.showFileBytes(0, offset, length),
        onMore: () => {
          this.#whole.add(key);
          this.#draw();
        },
      })}
      <p class="finding-id">${key}</p>`;
  }

  #doubt({ doubt }: ShownRepair): TemplateResult | typeof nothing {
    return doubt === null ? nothing : html`<p class="doubt">${icon('warning')} <span>${doubt}</span></p>`;
  }

  #unrepairable({ id, offset, length, why, remedy }: LeftFinding): TemplateResult {
    const { navigation } = this.#context;
    return html`<li class="repair-item">
      <p>${why.charAt(0).toUpperCase()}${why.slice(1)}.</p>
      <p>${remedy.charAt(0).toUpperCase()}${remedy.slice(1)}.</p>
      <p class="finding-place">
        <button class="link" @click=${() => navigation.showFileBytes(0, offset, length)}>
          ${t('at {0}', hexadecimal(offset))}</button
        ><span class="finding-id">${id}</span>
      </p>
    </li>`;
  }

  #itemClass(repairs: readonly ShownRepair[]): string {
    const wanted = this.#wanted;
    const isWanted = wanted !== null && repairs.some(({ findings }) => findings.includes(wanted));
    return `repair-item${isWanted ? ' wanted' : ''}`;
  }

  #contest(blocks: readonly [number, number]): ContestView {
    const name = blocks.join();
    const known = this.#contests.get(name) ?? new ContestView(this.#context, blocks);
    this.#contests.set(name, known);
    return known;
  }

  #toggle(key: string): void {
    this.#choose(toggled(this.#preview?.proposals ?? [], key));
  }

  #chooseAmong(repairs: readonly ShownRepair[], chosen: ShownRepair | null): void {
    const proposals = this.#preview?.proposals ?? [];
    const others = proposals.filter((each) => each.isChosen && !repairs.includes(each)).map(({ key }) => key);
    this.#choose(chosen === null ? others : [...others, chosen.key]);
  }

  /** Counts at once, so that the next choice adds to it however long the answer takes. */
  #choose(keys: readonly string[]): void {
    this.#chosen = keys;
    const preview = this.#preview;
    if (preview !== null) this.#preview = { ...preview, proposals: chosenAmong(preview.proposals, keys) };
    void this.#look();
  }

  async #make(): Promise<void> {
    const preview = this.#preview;
    if (preview === null || this.#isAsking || this.#isMaking) return;
    this.#isMaking = true;
    this.#draw();
    try {
      await this.#context.connection.request('repair', { number: preview.number });
      this.#isMaking = false;
      this.close();
      const text = t('The repair is an edit that is not saved yet: save to write it into the file, or undo it.');
      this.#context.store.set({ banner: { severity: 'note', text, dismissible: true } });
    } catch (error) {
      this.#isMaking = false;
      this.#failure = messageOf(error);
      this.#draw();
    }
  }

  #leave(event: KeyboardEvent): void {
    event.preventDefault();
    event.stopPropagation();
    this.close();
  }
}

/** `growth`: bytes by which the file becomes longer, or shorter. */
function growthText(growth: number): string {
  return growth > 0
    ? t('The file becomes longer by {0}.', sizeText(growth))
    : t('The file becomes shorter by {0}.', sizeText(-growth));
}

function leftText(count: number): string {
  if (count === 0) return t('Nothing will be found to be wrong then.');
  return count === 1 ? t('1 finding will be left.') : t('{0} findings will be left.', grouped(count));
}
