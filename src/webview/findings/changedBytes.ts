import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import type { ShownChange, ShownRepair } from '../../protocol/repair';
import { byteCharacter, byteDigits } from '../hex/hexLayout';
import { t } from '../l10n';
import { grouped, hexadecimal } from '../numbers';

const ROW_LENGTH = 8;

/** What is shown before the user wants to see more: changes of a repair, and rows of a change on each side. */
const FEW_CHANGES = 3;
const FEW_ROWS = 4;

export interface ChangedBytesEvents {
  /** Shows a place of the file. */
  readonly onPlace: (offset: number, length: number) => void;
  readonly onMore: () => void;
}

/** The bytes that a repair changes, before and after, each with its place. `isWhole`: all that is known of them. */
export function changedBytes(repair: ShownRepair, isWhole: boolean, events: ChangedBytesEvents): TemplateResult {
  const { changes, changeCount, changedLength } = repair;
  const shown = isWhole ? changes : changes.slice(0, FEW_CHANGES);
  const isMoreKnown =
    shown.length < changes.length || (!isWhole && shown.some((change) => rowCount(change) > FEW_ROWS));
  const more = changeCount - shown.length;
  return html`<div class="changed-bytes">
    <p class="dim">${countText(changedLength, changeCount)}</p>
    ${shown.map((change) => changeLines(change, isWhole, events))}
    ${more > 0 && !isMoreKnown ? html`<p class="dim">${t('and {0} places more', grouped(more))}</p>` : nothing}
    ${isMoreKnown ? html`<button class="text-button" @click=${events.onMore}>${t('Show More Bytes')}</button>` : nothing}
  </div>`;
}

function countText(length: number, places: number): string {
  if (places === 0) return t('No byte changes but the length of the file.');
  if (length === 1) return t('1 byte changes:');
  return places === 1
    ? t('{0} bytes change at one place:', grouped(length))
    : t('{0} bytes change at {1} places:', grouped(length), grouped(places));
}

function changeLines(change: ShownChange, isWhole: boolean, { onPlace }: ChangedBytesEvents): TemplateResult {
  const { offset, length, before, after } = change;
  const rows = isWhole ? rowCount(change) : Math.min(FEW_ROWS, rowCount(change));
  const left = length - Math.min(length, rows * ROW_LENGTH);
  return html`<div class="byte-change">
    <p>
      <button
        class="link mono"
        title=${t('Show these bytes ({0})', grouped(length))}
        @click=${() => onPlace(offset, length)}
      >
        ${t('at {0}', hexadecimal(offset))}
      </button>
    </p>
    <div class="byte-rows mono">
      ${Array.from({ length: rows }, (_, row) => [
        side(before, after, row, 'before', rows > 1),
        side(after, before, row, 'after', rows > 1),
      ])}
    </div>
    ${left > 0 ? html`<p class="dim">${t('and {0} bytes more', grouped(left))}</p>` : nothing}
  </div>`;
}

function rowCount({ before, after }: ShownChange): number {
  return Math.ceil(Math.max(before.length, after.length) / ROW_LENGTH);
}

function side(
  bytes: Uint8Array,
  other: Uint8Array,
  rowNumber: number,
  name: 'before' | 'after',
  isAligned: boolean,
): TemplateResult | typeof nothing {
  const from = rowNumber * ROW_LENGTH;
  const row = bytes.subarray(from, from + ROW_LENGTH);
  // That there is nothing is said once.
  if (row.length === 0 && rowNumber > 0) return nothing;
  const isBefore = name === 'before';
  const digits = Array.from(row, (value, at) => {
    const differs = value !== other[from + at];
    return html`<span class=${differs ? 'byte changed' : 'byte'}>${byteDigits(value)}</span>`;
  });
  return html`<p class="byte-row ${name}">
    <span class="byte-sign" aria-hidden="true">${isBefore ? '−' : '+'}</span
    ><span class="unseen">${isBefore ? t('before') : t('after')}</span>${
      row.length === 0
        ? html`<span class="dim">${t('past the end of the file')}</span>`
        : html`<span class="byte-digits${isAligned ? ' aligned' : ''}">${digits}</span
            ><span class="byte-text" aria-hidden="true">${Array.from(row, byteCharacter).join('')}</span>`
    }
  </p>`;
}
