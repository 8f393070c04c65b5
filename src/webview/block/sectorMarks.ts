import { html, nothing, render } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { consequences } from '../editForms/consequences';
import { PreviewedEdit } from '../editForms/previewedEdit';
import { t } from '../l10n';
import { icon } from '../layout/icon';
import { grouped } from '../numbers';
import type { RoomContext } from '../room';

/** Sectors of a block, counted from its first one. */
export interface MarkedSectors {
  readonly block: number;
  readonly firstSector: number;
  readonly sectorCount: number;
}

interface Wish {
  readonly sectors: MarkedSectors;
  readonly present: boolean;
}

/** Marks sectors as present or absent in the leaf, after showing whose they become. */
export class SectorMarks {
  readonly element: HTMLElement;
  readonly #context: RoomContext;
  readonly #edit: PreviewedEdit;
  readonly #onClose: () => void;
  #wish: Wish | null = null;

  constructor(context: RoomContext, onClose: () => void) {
    this.#context = context;
    this.#onClose = onClose;
    this.#edit = new PreviewedEdit(context.editing, () => this.#draw());
    this.element = document.createElement('div');
    this.element.className = 'form-place';
    this.element.hidden = true;
  }

  /** Shows what would come of it, if the leaf can be edited; else says why it cannot. */
  open(sectors: MarkedSectors, present: boolean): void {
    const { editing, store } = this.#context;
    const refusal = editing.refusal({ kind: 'disk', layer: store.view.asOf });
    if (refusal !== null) {
      editing.tell(refusal);
      return;
    }
    this.#wish = { sectors, present };
    this.#edit.mean(null);
    this.#edit.mean({ kind: 'sectorBits', ...sectors, present });
    this.#draw();
    this.element.querySelector<HTMLElement>('button[type=submit]')?.focus();
  }

  /** Leaves the question, if it is about another block than this one. */
  keepFor(block: number | null): void {
    if (this.#wish !== null && this.#wish.sectors.block !== block) this.close();
  }

  close(): void {
    if (this.#wish === null) return;
    const hadFocus = this.element.contains(document.activeElement);
    this.#wish = null;
    this.#edit.mean(null);
    this.#draw();
    if (hadFocus) this.#onClose();
  }

  #draw(): void {
    this.element.hidden = this.#wish === null;
    render(this.#wish === null ? nothing : this.#template(this.#wish), this.element);
  }

  #template({ sectors, present }: Wish): TemplateResult {
    const { state } = this.#edit;
    const title = titleOf(sectors.sectorCount, present);
    const preview = state.kind === 'shown' ? state.preview : null;
    const names = this.#context.store.state.image?.layers.map(({ name }) => name) ?? [];
    return html`<form
      class="edit-form"
      aria-label=${title}
      @submit=${(event: Event) => this.#submit(event)}
      @keydown=${(event: KeyboardEvent) => this.#key(event)}
    >
      <b class="form-title">${title}</b>
      <span class="form-buttons"
        ><button class="button" type="submit">${present ? t('Mark Present') : t('Mark Absent')}</button
        ><button class="button secondary" type="button" @click=${() => this.close()}>${t('Cancel')}</button></span
      >
      <div class="form-words" role="status">
        ${state.kind === 'refused' ? html`<p class="problem">${icon('error')} ${state.reason}</p>` : nothing}
        ${
          preview === null
            ? nothing
            : preview.ownerSectorCount === 0
              ? html`<p>${t('No sector changes its owner.')}</p>`
              : nothing
        }
        ${preview === null ? nothing : consequences(preview, names, null)}
      </div>
    </form>`;
  }

  #submit(event: Event): void {
    event.preventDefault();
    const wish = this.#wish;
    void this.#edit.make().then((made) => {
      if (made && this.#wish === wish) this.close();
    });
  }

  #key(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    this.close();
  }
}

function titleOf(count: number, present: boolean): string {
  if (count === 1) return present ? t('Mark 1 Sector Present') : t('Mark 1 Sector Absent');
  return present ? t('Mark {0} Sectors Present', grouped(count)) : t('Mark {0} Sectors Absent', grouped(count));
}
