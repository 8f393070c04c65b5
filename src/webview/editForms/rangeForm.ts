import { html, nothing, render } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import type { Edit } from '../../protocol/editing';
import type { ByteSource } from '../../protocol/session';
import { parseProblem } from '../hex/byteEditing';
import { hexBytes, textBytes } from '../hex/pastedBytes';
import { t } from '../l10n';
import { icon } from '../layout/icon';
import { grouped, hexadecimal } from '../numbers';
import type { RangeWish, RoomContext } from '../room';
import { consequences } from './consequences';
import { PreviewedEdit } from './previewedEdit';
import { writtenNumber } from './writtenNumber';

/** Bytes of a pattern; the engine takes no longer one. */
const MAX_PATTERN_LENGTH = 4096;

/** An edit of more bytes is not tried out at each key. */
const MOST_PREVIEWED = 1024 * 1024;

interface Range {
  readonly offset: number;
  readonly length: number;
}

/** What was asked for when the form was opened. */
interface Question {
  readonly wish: RangeWish;
  readonly source: ByteSource;
  /** Bytes of the source. */
  readonly size: number;
}

/** Asks for a range of bytes, and for a pattern where it is filled. Enter does it, Escape leaves. */
export class RangeForm {
  readonly element: HTMLElement;
  readonly #context: RoomContext;
  readonly #onClose: () => void;
  #question: Question | null = null;
  #offset = '';
  #length = '';
  #pattern = '00';
  #patternKind: 'hex' | 'text' = 'hex';
  /** Said only when it is to be done: half a number is no mistake yet. */
  #problem: string | null = null;
  readonly #edit: PreviewedEdit;

  constructor(context: RoomContext, onClose: () => void) {
    this.#context = context;
    this.#edit = new PreviewedEdit(context.editing, () => this.#draw());
    this.#onClose = onClose;
    this.element = document.createElement('div');
    this.element.className = 'form-place';
    this.element.hidden = true;
  }

  get isOpen(): boolean {
    return this.#question !== null;
  }

  open(wish: RangeWish, source: ByteSource, selection: Range, size: number): void {
    this.#question = { wish, source, size };
    this.#offset = hexadecimal(selection.offset);
    this.#length = grouped(selection.length);
    this.#changed();
    const first = selection.length > 1 && wish === 'fill' ? '.pattern-input' : '.length-input';
    const input = this.element.querySelector<HTMLInputElement>(first);
    input?.focus();
    input?.select();
  }

  close(): void {
    if (this.#question === null) return;
    const hadFocus = this.element.contains(document.activeElement);
    this.#question = null;
    this.#edit.mean(null);
    this.#draw();
    if (hadFocus) this.#onClose();
  }

  #draw(): void {
    const question = this.#question;
    this.element.hidden = question === null;
    render(question === null ? nothing : this.#template(question), this.element);
  }

  #template({ wish }: Question): TemplateResult {
    const name = wishName(wish);
    return html`<form
      class="edit-form"
      aria-label=${name}
      @submit=${(event: Event) => this.#submit(event)}
      @keydown=${(event: KeyboardEvent) => this.#key(event)}
    >
      <b class="form-title">${name}</b>
      ${this.#numberField(t('From'), 'offset-input', this.#offset, (text) => (this.#offset = text))}
      ${this.#numberField(t('Bytes'), 'length-input', this.#length, (text) => (this.#length = text))}
      ${wish === 'fill' ? this.#patternFields() : nothing}
      <span class="form-buttons"
        ><button class="button" type="submit">${wishVerb(wish)}</button
        ><button class="button secondary" type="button" @click=${() => this.close()}>${t('Cancel')}</button></span
      >
      <p class="form-words" role="status">
        ${
          this.#problem === null
            ? this.#summary()
            : html`<span class="problem">${icon('error')} ${this.#problem}</span>`
        }
      </p>
      ${this.#consequences()}
    </form>`;
  }

  #numberField(label: string, look: string, value: string, onText: (text: string) => void): TemplateResult {
    return html`<label class="form-field"
      ><span>${label}</span
      ><input
        class="input mono ${look}"
        spellcheck="false"
        .value=${value}
        @input=${(event: Event) => {
          onText(textOf(event));
          this.#changed();
        }}
    /></label>`;
  }

  #consequences(): TemplateResult | typeof nothing {
    const { state } = this.#edit;
    const names = this.#context.store.state.image?.layers.map(({ name }) => name) ?? [];
    if (state.kind === 'refused') return html`<p class="problem">${icon('error')} ${state.reason}</p>`;
    return state.kind === 'shown' ? consequences(state.preview, names, null) : nothing;
  }

  #patternFields(): TemplateResult {
    return html`<label class="form-field wide"
      ><span>${t('Pattern')}</span
      ><input
        class="input mono pattern-input"
        spellcheck="false"
        .value=${this.#pattern}
        @input=${(event: Event) => {
          this.#pattern = textOf(event);
          this.#changed();
        }}
      /><select
        aria-label=${t('The pattern is written as')}
        @change=${(event: Event) => {
          this.#patternKind = (event.currentTarget as HTMLSelectElement).value === 'text' ? 'text' : 'hex';
          this.#changed();
        }}
      >
        <option value="hex" .selected=${this.#patternKind === 'hex'}>${t('hex')}</option>
        <option value="text" .selected=${this.#patternKind === 'text'}>${t('text')}</option>
      </select></label
    >`;
  }

  #changed(): void {
    this.#problem = null;
    this.#edit.mean(this.#previewed());
    this.#draw();
  }

  /** What is written in the form as an edit whose consequences are to be shown: those of the file's own bytes, which may be any of its structures. */
  #previewed(): Edit | null {
    const [question, range, pattern] = [this.#question, this.#range(), this.#writtenBytes()];
    if (question?.source.kind !== 'file' || question.wish === 'export') return null;
    if (typeof range === 'string' || typeof pattern === 'string' || range.length > MOST_PREVIEWED) return null;
    return { kind: 'fill', target: 'file', ...range, pattern };
  }

  #writtenBytes(): Uint8Array | string {
    return this.#question?.wish === 'fill' ? this.#patternBytes() : Uint8Array.of(0);
  }

  /** `0x200 to 0x3FF` */
  #summary(): string {
    const range = this.#range();
    if (typeof range === 'string') return '';
    return t('{0} to {1}', hexadecimal(range.offset), hexadecimal(range.offset + range.length - 1));
  }

  /** What is written in the form, or what is wrong with it. */
  #range(): Range | string {
    const offset = writtenNumber(this.#offset);
    const length = writtenNumber(this.#length);
    const size = this.#question?.size ?? 0;
    if (offset === null) return t('Where it begins is a number of bytes, such as 512 or 0x200.');
    if (length === null || length === 0) return t('How much it is is a number of bytes, such as 512, 0x200 or 4 KiB.');
    if (offset >= size) return t('It begins behind the end, which is at {0}.', hexadecimal(size));
    if (length > size - offset) return t('There are only {0} bytes from there to the end.', grouped(size - offset));
    return { offset, length };
  }

  #patternBytes(): Uint8Array | string {
    const parsed = this.#patternKind === 'hex' ? hexBytes(this.#pattern) : textBytes(this.#pattern);
    if (parsed.bytes === null) return parseProblem(parsed);
    if (parsed.bytes.length > MAX_PATTERN_LENGTH) {
      return t('A pattern has at most {0} bytes.', grouped(MAX_PATTERN_LENGTH));
    }
    return parsed.bytes;
  }

  #submit(event: Event): void {
    event.preventDefault();
    const question = this.#question;
    if (question === null) return;
    const range = this.#range();
    const pattern = this.#writtenBytes();
    if (typeof range === 'string' || typeof pattern === 'string') {
      this.#problem = typeof range === 'string' ? range : String(pattern);
      this.#draw();
      return;
    }
    if (this.#edit.state.kind === 'none') {
      this.close();
      this.#make(question, range, pattern);
      return;
    }
    // What comes of it is looked at first.
    void this.#edit.make().then((made) => {
      if (!made || this.#question !== question) return;
      this.close();
      this.#select(question.source, range);
    });
  }

  #make({ wish, source }: Question, { offset, length }: Range, pattern: Uint8Array): void {
    const { editing, navigation } = this.#context;
    if (wish === 'export') {
      navigation.ask('exportRange', { source, offset, length });
      return;
    }
    void editing.fill(source.kind, offset, length, pattern);
    this.#select(source, { offset, length });
  }

  #select(source: ByteSource, { offset, length }: Range): void {
    const { navigation } = this.#context;
    const last = offset + length - 1;
    if (source.kind === 'disk') navigation.selectDiskBytes(last, offset);
    else navigation.selectFileBytes(last, offset);
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    this.close();
  }
}

function textOf(event: Event): string {
  return (event.currentTarget as HTMLInputElement).value;
}

function wishName(wish: RangeWish): string {
  switch (wish) {
    case 'fill':
      return t('Fill Range');
    case 'zero':
      return t('Zero Range');
    case 'export':
      return t('Export Range');
  }
}

function wishVerb(wish: RangeWish): string {
  switch (wish) {
    case 'fill':
      return t('Fill');
    case 'zero':
      return t('Zero');
    case 'export':
      return t('Export…');
  }
}
