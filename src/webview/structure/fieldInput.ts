import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import type { StructureNode } from '../../protocol/session';
import { t } from '../l10n';
import { grouped, hexadecimal } from '../numbers';

/** What a field can be changed to. */
type EditKind = NonNullable<StructureNode['editableAs']>;

/** A field that is being edited. */
export interface EditedField<Kind extends EditKind = EditKind> {
  readonly kind: Kind;
  /** As the engine takes it. */
  readonly text: string;
  readonly name: string;
  /** Whether the text cannot be taken. */
  readonly refused: boolean;
  /** Id of the words below the input, for screen readers. */
  readonly wordsId: string;
  /** Is told the text as the engine takes it. */
  readonly onText: (text: string) => void;
}

type KindOf<Name extends EditKind['kind']> = Extract<EditKind, { readonly kind: Name }>;

/** An input that fits the kind of a field. */
export function fieldInput(field: EditedField): TemplateResult {
  const { kind } = field;
  switch (kind.kind) {
    case 'choice':
      return choiceInput({ ...field, kind });
    case 'flags':
      return flagsInput({ ...field, kind });
    case 'time':
      return timeInput(field);
    default:
      return textInput(field);
  }
}

/** What an input takes, in words; empty where it shows by itself. */
export function inputHint(kind: EditKind): string {
  switch (kind.kind) {
    case 'number':
      return t('{0} to {1}; decimal, or 0x and hex', grouped(kind.minimum), grouped(kind.maximum));
    case 'longNumber':
      return t('64 bits; decimal, or 0x and hex');
    case 'version':
      return t('two numbers such as 1.0, or 0x and hex');
    case 'place':
      return t('absent, or a sector of the file up to {0}', hexadecimal(kind.maximum));
    case 'sectors':
      return t('sectors 0 to {0} of the block: all, none, or 0-7, 9', grouped(kind.count - 1));
    case 'geometry':
      return t('cylinders / heads / sectors per track');
    case 'code':
      return t('{0} characters; \\x00 in quotes for one that cannot be typed', kind.length);
    case 'text':
    case 'path':
      return t('at most {0} characters', grouped(kind.maximumLength));
    case 'id':
      return t('32 hex digits with dashes');
    case 'time':
      return t('UTC; leave it empty for none');
    case 'bytes':
      return t('{0} bytes in hex; zeros fill up what is left out', grouped(kind.length));
    case 'flags':
    case 'choice':
      return '';
  }
}

function textInput({ kind, text, name, refused, wordsId, onText }: EditedField): TemplateResult {
  return html`<input
    class="input mono field-input"
    spellcheck="false"
    autocomplete="off"
    aria-label=${name}
    aria-describedby=${wordsId}
    aria-invalid=${refused}
    maxlength=${kind.kind === 'text' || kind.kind === 'path' ? kind.maximumLength : nothing}
    .value=${text}
    @input=${(event: Event) => onText((event.currentTarget as HTMLInputElement).value)}
  />`;
}

function choiceInput({ kind, text, name, wordsId, onText }: EditedField<KindOf<'choice'>>): TemplateResult {
  const { choices } = kind;
  const isChosen = (choice: { readonly value: number; readonly name: string }): boolean =>
    text === choice.name || Number(text) === choice.value;
  return html`<select
    class="field-input"
    aria-label=${name}
    aria-describedby=${wordsId}
    @change=${(event: Event) => onText((event.currentTarget as HTMLSelectElement).value)}
  >
    ${choices.some(isChosen) ? nothing : html`<option value=${text} .selected=${true}>${text}</option>`}
    ${choices.map(
      (choice) =>
        html`<option value=${String(choice.value)} .selected=${isChosen(choice)}>
          ${choice.value} ${choice.name}
        </option>`,
    )}
  </select>`;
}

function flagsInput({ kind, text, name, wordsId, onText }: EditedField<KindOf<'flags'>>): TemplateResult {
  const { names } = kind;
  const flags = flagsOf(text, names);
  return html`<fieldset class="field-flags field-input" aria-describedby=${wordsId}>
    <legend class="unseen">${name}</legend>
    ${names.map(
      (flag, bit) =>
        html`<label class="check"
          ><input
            type="checkbox"
            .checked=${((flags >>> bit) & 1) === 1}
            @change=${(event: Event) => {
              const isSet = (event.currentTarget as HTMLInputElement).checked;
              onText(withFlag(flags, bit, isSet));
            }}
          />${flag}</label
        >`,
    )}
  </fieldset>`;
}

/** The bits that a text stands for: a number, or names with commas between them. */
export function flagsOf(text: string, names: readonly string[]): number {
  if (/^\s*(0x[\da-f]+|\d+)\s*$/i.test(text)) return Number(text) >>> 0;
  return text.split(',').reduce((flags, word) => {
    const flag = word.trim();
    const named = names.indexOf(flag);
    const bit = named >= 0 ? named : Number(/^bit (\d+)$/.exec(flag)?.[1] ?? -1);
    return bit >= 0 && bit < 32 ? (flags | (1 << bit)) >>> 0 : flags;
  }, 0);
}

function withFlag(flags: number, bit: number, isSet: boolean): string {
  const changed = isSet ? flags | (1 << bit) : flags & ~(1 << bit);
  return `0x${(changed >>> 0).toString(16).toUpperCase().padStart(8, '0')}`;
}

function timeInput({ text, name, refused, wordsId, onText }: EditedField): TemplateResult {
  return html`<input
    class="input mono field-input"
    type="datetime-local"
    step="1"
    aria-label=${name}
    aria-describedby=${wordsId}
    aria-invalid=${refused}
    .value=${inputTime(text)}
    @input=${(event: Event) => onText(writtenTime((event.currentTarget as HTMLInputElement).value))}
  />`;
}

/** `2026-11-03 09:12:44 UTC` as the browser's input has it; empty where it is no such time. */
export function inputTime(text: string): string {
  const match = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?)(?: UTC|Z)?$/.exec(text.trim());
  return match === null ? '' : `${match[1] ?? ''}T${match[2] ?? ''}`;
}

/** And back, for the engine. The browser leaves out seconds that are zero. */
export function writtenTime(value: string): string {
  if (value === '') return 'not set';
  const [day = '', time = ''] = value.split('T');
  return `${day} ${/^\d\d:\d\d$/.test(time) ? `${time}:00` : time.slice(0, 8)} UTC`;
}
