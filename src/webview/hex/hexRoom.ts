import { html, nothing, render } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import type { LayerSummary } from '../../protocol/session';
import { NO_LAYER, SECTOR_SIZE } from '../../protocol/session';
import { RangeForm } from '../editForms/rangeForm';
import { t } from '../l10n';
import { icon } from '../layout/icon';
import { swatch } from '../layout/swatch';
import type { Room } from '../layout/tabs';
import { grouped, hexadecimal } from '../numbers';
import type { PageState } from '../state';
import type { RangeWish, RoomContext } from '../room';
import { ByteEditing } from './byteEditing';
import type { ShownBytes } from './byteEditing';
import { FieldAtCursor } from './fieldAtCursor';
import { doubtText, selectionOf } from './hexRow';
import { HexView } from './hexView';
import { INSPECTED_LENGTH, inspector } from './inspector';

const DISK = 'disk';

/** Looks for bytes in what the room shows; stands under its toolbar. */
export interface FindPanel {
  readonly element: HTMLElement;
  /** Draws itself from the page's state. */
  update(): void;
  /** Is shown, with the focus in it. */
  open(): void;
}

/** The bytes of the disk as of the chosen layer, or of a layer's file. */
export class HexRoom implements Room {
  readonly element: HTMLElement;
  readonly #context: RoomContext;
  readonly #toolbar: HTMLElement;
  readonly #details: HTMLElement;
  readonly #view: HexView;
  readonly #form: RangeForm;
  readonly #bytes: ByteEditing;
  readonly #find: FindPanel | null;
  readonly #field: FieldAtCursor;

  constructor(context: RoomContext, find: FindPanel | null = null) {
    this.#context = context;
    this.element = document.createElement('section');
    this.#toolbar = document.createElement('div');
    this.#toolbar.className = 'room-bar';
    this.#details = document.createElement('div');
    this.#details.className = 'hex-details';
    this.#find = find;
    this.#field = new FieldAtCursor(context.connection, () => this.#drawDetails());
    this.#form = new RangeForm(context, () => this.#view.focus());
    const select = (anchor: number, cursor: number): void => this.#select(anchor, cursor);
    const bytes = new ByteEditing(context, () => this.#shown(context.store.state), select);
    this.#bytes = bytes;
    this.#view = new HexView(t('Bytes'), {
      read: (source, offset, length) => context.readBytes(source, offset, length),
      onSelect: select,
      onScroll: (top) => this.#scrolled(top),
      onCopy: (format) => {
        const { source, place } = this.#shown(context.store.state);
        context.copyBytes(source, selectionOf(place), format);
      },
      onArrive: () => this.#drawDetails(),
      overlay: context.editing.pending,
      writer: bytes,
      onKey: (event) => bytes.key(event),
      menu: () => [...bytes.menu(true), ...this.#menu()],
    });
    this.element.append(this.#toolbar);
    if (find !== null) this.element.append(find.element);
    this.element.append(this.#form.element, this.#view.element, this.#details);
    this.element.addEventListener('keydown', (event) => this.#key(event));
  }

  update(): void {
    const { state } = this.#context.store;
    const { image } = state;
    if (image === null) return;
    render(this.#bar(state, image.layers), this.#toolbar);
    const { source, place, end } = this.#shown(state);
    const layerNames = image.layers.map(({ name }) => name);
    this.#view.show({ source, start: 0, end, layerNames }, place);
    this.#find?.update();
    this.#drawDetails();
  }

  focus(): void {
    this.#view.focus();
  }

  /** Reads the bytes anew. */
  reload(): void {
    this.#form.close();
    this.#field.forget();
    this.#view.reload();
  }

  /** Reads all anew, and shows what was read before until then. */
  refresh(): void {
    this.#field.forget();
    this.#view.refresh();
  }

  /** Asks for a range of what is shown, the selection at first. */
  askRange(wish: RangeWish): void {
    const { source, place, end } = this.#shown(this.#context.store.state);
    this.#form.open(wish, source, selectionOf(place), end);
  }

  /** Lets the user choose a file to be written over the bytes from the selection's first on. */
  importHere(): void {
    this.#bytes.importHere();
  }

  #shown({ image, view }: PageState): ShownBytes {
    const isDisk = view.hexKind === DISK;
    const layer = isDisk ? view.asOf : view.hexLayer;
    const summary = image?.layers[layer];
    const end = (isDisk ? summary?.virtualSize : summary?.fileSize) ?? 0;
    return { source: { kind: view.hexKind, layer }, place: isDisk ? view.disk : view.file, end };
  }

  #select(anchor: number, cursor: number): void {
    const { navigation, store } = this.#context;
    if (store.view.hexKind === DISK) navigation.selectDiskBytes(anchor, cursor);
    else navigation.selectFileBytes(anchor, cursor);
  }

  #scrolled(top: number): void {
    const { store } = this.#context;
    const { view } = store;
    if (view.hexKind === DISK) store.setView({ disk: { ...view.disk, top } });
    else store.setView({ file: { ...view.file, top } });
  }

  #bar({ view }: PageState, layers: readonly LayerSummary[]): TemplateResult {
    const chosen = view.hexKind === DISK ? DISK : String(view.hexLayer);
    const asOf = layers[view.asOf]?.name ?? '';
    return html`<label class="bar-field"
        ><span>${t('Bytes of')}</span>
        <select @change=${(event: Event) => this.#choose((event.currentTarget as HTMLSelectElement).value)}>
          <option value=${DISK} .selected=${chosen === DISK}>${t('the virtual disk as of {0}', asOf)}</option>
          ${layers.map(
            ({ name }, layer) =>
              html`<option value=${String(layer)} .selected=${chosen === String(layer)}>
                ${t('the file {0}', name)}
              </option>`,
          )}
        </select></label
      >${this.#find === null ? nothing : this.#findButton(this.#find)}${view.hexKind === DISK ? nothing : this.#fileMode(view.hexLayer)}`;
  }

  #findButton(find: FindPanel): TemplateResult {
    const label = t('Find (Ctrl+F)');
    return html`<button class="icon-button" aria-label=${label} title=${label} @click=${() => find.open()}>
      ${icon('search')}
    </button>`;
  }

  /** That this is not the disk is said wherever the bytes could be changed. */
  #fileMode(layer: number): TemplateResult | typeof nothing {
    if (this.#context.editing.refusal({ kind: 'file', layer }) !== null) return nothing;
    return html`<p class="file-mode">
      ${icon('info')} ${t('What is typed here changes the file itself, without the rules of the format.')}
    </p>`;
  }

  #key(event: KeyboardEvent): void {
    const isFind =
      event.key.toLowerCase() === 'f' && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (!isFind || this.#find === null) return;
    event.preventDefault();
    this.#find.open();
  }

  #choose(value: string): void {
    const { store } = this.#context;
    // The form is for the bytes that were shown.
    this.#form.close();
    if (value === DISK) {
      store.setView({ hexKind: 'disk' });
      return;
    }
    const layer = Number(value);
    const { file, hexLayer } = store.view;
    const place = layer === hexLayer ? file : { anchor: 0, cursor: 0, top: 0 };
    store.setView({ hexKind: 'file', hexLayer: layer, file: place });
  }

  #drawDetails(): void {
    const { state } = this.#context.store;
    if (state.image === null) return;
    const { place, end } = this.#shown(state);
    const bytes: number[] = [];
    for (let at = place.cursor; at < Math.min(end, place.cursor + INSPECTED_LENGTH); at++) {
      const byte = this.#view.byteAt(at);
      if (byte === null) break;
      bytes.push(byte.value);
    }
    render(html`${this.#placeLine(state)}${state.view.areNumbersShown ? inspector(bytes) : nothing}`, this.#details);
  }

  /** Where the cursor stands, in words. */
  #placeLine({ image, view }: PageState): TemplateResult {
    const layers = image?.layers ?? [];
    const isDisk = view.hexKind === DISK;
    const place = isDisk ? view.disk : view.file;
    const { length } = selectionOf(place);
    const parts: (TemplateResult | string)[] = [
      html`<span class="mono">${hexadecimal(place.cursor)}</span>`,
      html`<span>${grouped(place.cursor)}</span>`,
    ];
    if (isDisk) {
      parts.push(html`<span>LBA ${grouped(Math.floor(place.cursor / SECTOR_SIZE))}</span>`);
      const byte = this.#view.byteAt(place.cursor);
      const name = byte === null || byte.owner === NO_LAYER ? undefined : layers[byte.owner]?.name;
      if (byte !== null && name !== undefined) {
        parts.push(html`<span class="owner">${swatch(byte.owner, layers.length)}${name}</span>`);
      } else if (byte !== null) {
        parts.push(html`<span class="owner">${t('no layer owns it')}</span>`);
      }
      if (byte !== null && byte.doubt !== null) parts.push(html`<span class="warning">${doubtText(byte.doubt)}</span>`);
    }
    if (!isDisk) parts.push(html`<span class="field-name">${this.#field.at(view.hexLayer, place.cursor)}</span>`);
    if (this.#view.byteAt(place.cursor)?.isUnsaved === true) {
      parts.push(html`<span class="modified">${t('not saved')}</span>`);
    }
    if (length > 1) parts.push(html`<span>${t('{0} bytes selected', grouped(length))}</span>`);
    const isShown = view.areNumbersShown;
    const label = isShown ? t('Hide the numbers') : t('Show the numbers');
    return html`<div class="hex-place">
      ${parts}
      <button
        class="icon-button details-switch"
        aria-expanded=${isShown}
        aria-label=${label}
        title=${label}
        @click=${() => this.#context.store.setView({ areNumbersShown: !isShown })}
      >
        <span class="icon icon-${isShown ? 'chevron-down' : 'chevron-right'}" aria-hidden="true"></span>
      </button>
    </div>`;
  }

  #menu(): readonly ({ label: string; run: () => void } | null)[] {
    const { navigation, store } = this.#context;
    const { view } = store;
    if (view.hexKind === DISK) return [null, { label: t('Show Block'), run: () => navigation.openTab('block') }];
    const show = (): void => {
      this.#context.showStructureAt(view.hexLayer, view.file.cursor);
    };
    return [null, { label: t('Show in Structure'), run: show }];
  }
}
