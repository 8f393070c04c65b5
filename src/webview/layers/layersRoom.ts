import { html, nothing, render } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import type {
  FoundBy,
  LayerStatistics,
  LayerSummary,
  MissingParent,
  ParentCandidate,
  UnreadBlocks,
} from '../../protocol/session';
import { t } from '../l10n';
import { icon } from '../layout/icon';
import { openLayerMenu } from '../layout/layerMenu';
import { pathName } from '../layout/pathName';
import { ScrollKeeper } from '../layout/scrollKeeper';
import { swatch } from '../layout/swatch';
import type { Room } from '../layout/tabs';
import { grouped, minuteText, shareText, sizeText, utcText } from '../numbers';
import type { RoomContext } from '../room';
import type { PageState } from '../state';

/** The chain as a table, the leaf on top: what each layer holds, and how much of it is still seen. */
export class LayersRoom implements Room {
  readonly element: HTMLElement;
  readonly #context: RoomContext;

  constructor(context: RoomContext) {
    this.#context = context;
    this.element = document.createElement('section');
    ScrollKeeper.mark(this.element, 'layers');
  }

  update(): void {
    const { state } = this.#context.store;
    const { image, statistics, unread } = state;
    if (image === null) return;
    const rows = image.layers.map((layer, number) => {
      const totals = statistics?.find((each) => each.layer === number) ?? null;
      return this.#row(layer, number, totals, state);
    });
    render(
      html`<div
          class="table-scroll"
          data-keep-scroll="layers-table"
          tabindex="0"
          role="region"
          aria-label=${t('Layers of the chain')}
        >
          <table class="layers">
            <thead>
              <tr>
                <th scope="col">${t('Layer')}</th>
                <th scope="col" class="number" title=${t('Blocks with a place in the file')}>${t('Own blocks')}</th>
                <th scope="col" class="number" title=${t('Sectors that the bitmaps mark as present')}>
                  ${t('Own sectors')}
                </th>
                <th scope="col" class="number" title=${t('Sectors that no layer above hides')}>
                  ${t('Visible sectors')}
                </th>
                <th scope="col" class="number">${t('File size')}</th>
                <th scope="col">${t('Created')}</th>
                <th scope="col">${t('Type')}</th>
                <th scope="col">${t('Found by')}</th>
                <th scope="col">${t('Path')}</th>
              </tr>
            </thead>
            <tbody>
              ${rows}
            </tbody>
          </table>
        </div>
        ${statistics === null ? this.#progress(state) : nothing}
        ${unread === null ? nothing : html`<p class="note-line">${icon('warning')} ${unreadText(unread)}</p>`}
        ${image.missing === null ? nothing : this.#missing(image.missing)}`,
      this.element,
    );
  }

  focus(): void {
    this.element.querySelector<HTMLElement>('[aria-current=true] button')?.focus();
  }

  #row(layer: LayerSummary, number: number, totals: LayerStatistics | null, state: PageState): TemplateResult {
    const { navigation } = this.#context;
    const layers = state.image?.layers ?? [];
    const chosen = number === state.view.asOf;
    const pending = html`<span class="pending" title=${t('The sector bitmaps are still being read')}>…</span>`;
    const share = totals === null ? '' : shareText(totals.visibleSectors, totals.sectors);
    return html`<tr
      aria-current=${chosen}
      class=${chosen ? 'chosen' : ''}
      @contextmenu=${(event: MouseEvent) => openLayerMenu(event, layer, number, navigation)}
    >
      <th scope="row">
        <button
          class="layer-button"
          title=${t('Show the disk as of this layer')}
          @click=${() => navigation.chooseLayer(number)}
        >
          ${swatch(number, layers.length)}<span>${layer.name}</span>
        </button>
      </th>
      <td class="number">${grouped(totals?.blocks ?? layer.allocatedBlockCount)}</td>
      <td class="number">${totals === null ? pending : grouped(totals.sectors)}</td>
      <td class="number">
        ${totals === null ? pending : html`${grouped(totals.visibleSectors)} <span class="dim">${share}</span>`}
      </td>
      <td class="number" title=${t('{0} bytes', grouped(layer.fileSize))}>${sizeText(layer.fileSize)}</td>
      <td title=${layer.created === null ? '' : utcText(layer.created)}>
        ${layer.created === null ? '–' : minuteText(layer.created)}
      </td>
      <td>${typeText(layer.type)}</td>
      <td>${layer.foundBy === null ? t('opened') : foundByText(layer.foundBy)}</td>
      <td class="path">${layer.path}</td>
    </tr>`;
  }

  #progress({ grainCount, map, view }: PageState): TemplateResult {
    const count = map?.top.length ?? 0;
    const done = view.asOf === 0 && count > 0 ? t('{0} of the blocks', shareText(grainCount, count)) : '';
    return html`<p class="note-line" role="status">${t('Reading the sector bitmaps …')} ${done}</p>`;
  }

  #missing(missing: MissingParent): TemplateResult {
    return html`<div class="missing-parent">
      <h2>${icon('error')} ${t('The parent of {0} is missing', pathName(missing.childPath))}</h2>
      <dl>
        <dt>${t('its id')}</dt>
        <dd class="mono">${missing.id}</dd>
        <dt>${t('named as')}</dt>
        <dd>${missing.claimedPaths.map((path) => html`<div class="mono">${path}</div>`)}</dd>
        ${
          missing.candidates.length === 0
            ? nothing
            : html`<dt>${t('not taken')}</dt>
                <dd>${missing.candidates.map((candidate) => candidateLine(candidate))}</dd>`
        }
      </dl>
      <p>${t('Sectors that only the missing layers have are shown as zeros.')}</p>
      <button class="button" @click=${() => this.#context.navigation.locateParent()}>${t('Locate Parent…')}</button>
    </div>`;
  }
}

/** Where the medium does not give the sector bitmaps of blocks, for people. */
export function unreadText({ count, why }: UnreadBlocks): string {
  return count === 1
    ? t(
        'The sector bitmaps of 1 block cannot be read: it is shown by the allocation tables alone and not counted. {0}',
        why,
      )
    : t(
        'The sector bitmaps of {0} blocks cannot be read: they are shown by the allocation tables alone and not counted. {1}',
        grouped(count),
        why,
      );
}

/** How a parent was found, for people. */
function foundByText(foundBy: FoundBy): string {
  switch (foundBy) {
    case 'W2ru':
      return t('relative path (W2ru)');
    case 'W2ku':
      return t('absolute path (W2ku)');
    case 'name':
      return t('Parent Unicode Name');
    case 'Wi2r':
      return t('relative path (Wi2r)');
    case 'Wi2k':
      return t('absolute path (Wi2k)');
    case 'MacX':
      return t('file URL (MacX)');
    case 'folder':
      return t('id, in the same folder');
    case 'user':
      return t('your choice');
  }
}

function candidateLine(candidate: ParentCandidate): TemplateResult {
  return html`<div>
    <span class="mono">${candidate.path}</span> <span class="dim">${reasonText(candidate.reason)}</span>
  </div>`;
}

function reasonText(reason: ParentCandidate['reason']): string {
  switch (reason) {
    case 'other-id':
      return t('has another id');
    case 'other-extension':
      return t('has another extension than an image');
    case 'link':
      return t('is a link that leads elsewhere');
    case 'outside-folder':
      return t('lies outside the folder that may be looked at');
    case 'not-an-image':
      return t('is not an image');
    case 'remote-or-device':
      return t('is on another computer or is a device; it was not touched');
  }
}

function typeText(type: LayerSummary['type']): string {
  switch (type) {
    case 'fixed':
      return t('fixed');
    case 'dynamic':
      return t('dynamic');
    case 'differencing':
      return t('differencing');
  }
}
