import { html, nothing } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import type { EditPreview, FieldChange, OwnerChange } from '../../protocol/editing';
import { t } from '../l10n';
import { icon } from '../layout/icon';
import { grouped, sizeText } from '../numbers';

/** Lines of each kind that are shown at once. */
const MOST_LINES = 8;

/** Whether an edit does more than it seems to, so that it is made only when the user has seen what: sectors change owners, or something is found wrong. */
export function isGrave({ owners, newFindings }: EditPreview): boolean {
  return owners.length > 0 || newFindings.length > 0;
}

/** What an edit would do, in lines. `edited`: the node whose change is known already and is not told again. */
export function consequences(
  preview: EditPreview,
  layerNames: readonly string[],
  edited: string | null,
): TemplateResult | typeof nothing {
  const fields = preview.fields.filter(({ node }) => node !== edited);
  const { owners, ownerSectorCount, newFindings, lengthBefore, lengthAfter } = preview;
  if (fields.length + owners.length + newFindings.length === 0 && lengthBefore === lengthAfter) return nothing;
  const named = owners.slice(0, MOST_LINES).reduce((sum, { sectorCount }) => sum + sectorCount, 0);
  return html`<div class="consequences">
    ${newFindings.slice(0, MOST_LINES).map((text) => html`<p class="problem">${icon('warning')} ${text}</p>`)}
    ${more(newFindings.length - MOST_LINES)}
    ${owners.length === 0 ? nothing : html`<p>${ownersTitle(ownerSectorCount)}</p>`}
    ${owners.slice(0, MOST_LINES).map((change) => ownerLine(change, layerNames))}
    ${
      ownerSectorCount > named
        ? html`<p class="dim">${t('and {0} sectors more', grouped(ownerSectorCount - named))}</p>`
        : nothing
    }
    ${fields.length === 0 ? nothing : html`<p>${edited === null ? t('These fields change:') : t('These fields follow:')}</p>`}
    ${fields.slice(0, MOST_LINES).map(fieldLine)} ${more(fields.length - MOST_LINES)}
    ${
      lengthBefore === lengthAfter
        ? nothing
        : html`<p>${t('The file becomes {0} instead of {1}.', sizeText(lengthAfter), sizeText(lengthBefore))}</p>`
    }
  </div>`;
}

function ownersTitle(count: number): string {
  return count === 1 ? t('1 sector changes its owner:') : t('{0} sectors change their owner:', grouped(count));
}

function more(count: number): TemplateResult | typeof nothing {
  return count > 0 ? html`<p class="dim">${t('and {0} more', grouped(count))}</p>` : nothing;
}

function fieldLine({ name, before, after }: FieldChange): TemplateResult {
  return html`<p class="change">
    <span>${name}</span>
    ${
      before === '' && after === ''
        ? nothing
        : html`<span class="mono">${before} <span class="dim">→</span> ${after}</span>`
    }
  </p>`;
}

function ownerLine({ firstSector, sectorCount, before, after }: OwnerChange, names: readonly string[]): TemplateResult {
  const last = firstSector + sectorCount - 1;
  const nameOf = (layer: number | null): string => (layer === null ? t('no layer') : (names[layer] ?? t('no layer')));
  const place = sectorCount === 1 ? grouped(firstSector) : `${grouped(firstSector)} – ${grouped(last)}`;
  return html`<p class="change">
    <span>LBA ${place}</span> <span>${nameOf(before)} <span class="dim">→</span> ${nameOf(after)}</span>
  </p>`;
}
