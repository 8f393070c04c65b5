import { html, nothing, render } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import type { BlockDetail, LayerSummary, StructureNode } from '../../protocol/session';
import { SECTOR_SIZE } from '../../protocol/session';
import { messageOf } from '../connection';
import { ByteEditing } from '../hex/byteEditing';
import type { ShownBytes } from '../hex/byteEditing';
import { selectionOf } from '../hex/hexRow';
import { HexView } from '../hex/hexView';
import { t } from '../l10n';
import { icon } from '../layout/icon';
import { ScrollKeeper } from '../layout/scrollKeeper';
import { swatch } from '../layout/swatch';
import type { Room } from '../layout/tabs';
import { placeAt } from '../navigation';
import { grouped, hexadecimal, shareText } from '../numbers';
import type { RoomContext } from '../room';
import { FieldEditor } from '../structure/fieldEditor';
import { SectorGrid } from './sectorGrid';
import { SectorMarks } from './sectorMarks';

/** The selected block: whose it is, sector by sector, and the bytes of the selected sector. */
export class BlockRoom implements Room {
  readonly element: HTMLElement;
  readonly #context: RoomContext;
  readonly #facts: HTMLElement;
  readonly #sectors: HTMLElement;
  readonly #bytesTitle: HTMLElement;
  readonly #grid: SectorGrid;
  readonly #hex: HexView;
  readonly #marks: SectorMarks;
  #detail: BlockDetail | null = null;
  /** Whether the block has to be read anew, and is shown as it was until then. */
  #isStale = false;
  /** Fields of the leaf's file that are about the block, each with the structures above it. */
  #fields: readonly (readonly StructureNode[])[] = [];
  readonly #editor: FieldEditor;
  readonly #editorPlace: HTMLElement;
  #failure: string | null = null;
  #isFocusWanted = false;

  constructor(context: RoomContext) {
    const { navigation } = context;
    this.#context = context;
    this.element = document.createElement('section');
    ScrollKeeper.mark(this.element, 'block');
    this.#facts = document.createElement('div');
    this.#facts.className = 'block-facts';
    this.#sectors = document.createElement('div');
    this.#sectors.className = 'block-sectors';
    this.#bytesTitle = document.createElement('h3');
    this.#grid = new SectorGrid({
      onSelect: (sector) => navigation.selectSector(sector),
      onActivate: (sector) => navigation.showDiskBytes(sector * SECTOR_SIZE),
      onMark: (firstSector, sectorCount, present) => {
        const { block } = context.store.view;
        // What is seen may still be the block before: then it is not known yet what would be marked.
        if (block !== null && this.#isNow) this.#marks.open({ block, firstSector, sectorCount }, present);
      },
    });
    this.#marks = new SectorMarks(context, () => this.#grid.focus());
    this.#editorPlace = document.createElement('div');
    this.#editorPlace.className = 'form-place';
    this.#editor = new FieldEditor(context, {
      onChange: () => this.#drawEditor(),
      onClose: () => {
        const hadFocus = this.#editorPlace.contains(document.activeElement);
        this.#drawEditor();
        if (hadFocus) this.#grid.focus();
      },
    });
    const select = (anchor: number, cursor: number): void => navigation.selectDiskBytes(anchor, cursor);
    const bytes = new ByteEditing(context, () => this.#shown(), select);
    this.#hex = new HexView(t('Bytes of the sector'), {
      read: (source, offset, length) => context.readBytes(source, offset, length),
      onSelect: select,
      onScroll: (sectorTop) => context.store.setView({ sectorTop }),
      onCopy: (format) => {
        const { source, place } = this.#shown();
        context.copyBytes(source, selectionOf(place), format);
      },
      overlay: context.editing.pending,
      writer: bytes,
      onKey: (event) => bytes.key(event),
      menu: () => [
        ...bytes.menu(true),
        null,
        { label: t('Show in Hex'), run: () => navigation.showDiskBytes(context.store.view.disk.cursor) },
      ],
    });
    this.#sectors.append(this.#grid.element, this.#marks.element, this.#bytesTitle, this.#hex.element);
    this.element.append(this.#facts, this.#editorPlace, this.#sectors);
    this.#drawEditor();
  }

  update(): void {
    const { image, view } = this.#context.store.state;
    if (image === null) return;
    const { block, asOf } = view;
    if (block === null) this.#detail = null;
    else if (this.#isStale || !this.#isNow) void this.#read(asOf, block);
    this.#draw();
  }

  /** The block may still have to be read: then its sectors get the focus as soon as they are there. */
  focus(): void {
    this.#isFocusWanted = this.#context.store.view.block !== null;
    this.#draw();
  }

  /** Reads all anew: the files may have changed. */
  reload(): void {
    this.#detail = null;
    this.#marks.close();
    this.#editor.close();
    this.#hex.reload();
  }

  /** Reads all anew, and shows what was read before until then. */
  refresh(): void {
    this.#isStale = true;
    this.#hex.refresh();
  }

  /** Whether what was read is the block that is chosen now. */
  get #isNow(): boolean {
    const { block, asOf } = this.#context.store.view;
    return this.#detail?.block === block && this.#detail.asOf === asOf;
  }

  /** The bytes of the selected sector, of the disk as of the chosen layer. */
  #shown(): ShownBytes {
    const { image, view } = this.#context.store.state;
    const end = image?.layers[view.asOf]?.virtualSize ?? 0;
    return { source: { kind: 'disk', layer: view.asOf }, place: view.disk, end };
  }

  async #read(asOf: number, block: number): Promise<void> {
    this.#isStale = false;
    try {
      const detail = await this.#context.describeBlock(block);
      const { view } = this.#context.store;
      if (view.block !== block || view.asOf !== asOf || detail.asOf !== asOf) return;
      const fields = asOf === 0 ? await this.#context.connection.request('structureOfBlock', { block }) : [];
      if (this.#context.store.view.block !== block || this.#context.store.view.asOf !== asOf) return;
      if (this.#detail?.block !== block) this.#editor.close();
      this.#fields = fields;
      this.#detail = detail;
      this.#failure = null;
    } catch (error) {
      this.#failure = messageOf(error);
    }
    this.#draw();
  }

  #draw(): void {
    const { image, view } = this.#context.store.state;
    const layers = image?.layers ?? [];
    const detail = view.block === null ? null : this.#detail;
    this.#marks.keepFor(view.block);
    render(this.#template(detail, layers), this.#facts);
    this.#sectors.hidden = detail === null;
    if (detail === null) return;
    // While the next block is read, the one before stays: nothing flickers as one walks over the map.
    const isNow = this.#isNow;
    const sector = isNow ? (view.sector ?? detail.firstSector) : detail.firstSector;
    this.#grid.show(detail, layers, sector);
    this.#bytesTitle.textContent = t('Bytes of LBA {0}', grouped(sector));
    const start = sector * SECTOR_SIZE;
    const layerNames = layers.map(({ name }) => name);
    const within = view.disk.cursor >= start && view.disk.cursor < start + SECTOR_SIZE;
    const top = view.sectorTop >= start && view.sectorTop < start + SECTOR_SIZE ? view.sectorTop : start;
    const place = { ...(within ? view.disk : placeAt(start, 1)), top };
    const source = { kind: 'disk', layer: detail.asOf } as const;
    this.#hex.show({ source, start, end: start + SECTOR_SIZE, layerNames }, place);
    if (!isNow || !this.#isFocusWanted) return;
    this.#isFocusWanted = false;
    this.#grid.focus();
  }

  #template(detail: BlockDetail | null, layers: readonly LayerSummary[]): TemplateResult {
    const { view } = this.#context.store;
    if (view.block === null) {
      return html`<p class="empty">${t('Select a block in the map to see whose sectors it holds.')}</p>`;
    }
    if (this.#failure !== null && detail === null) return html`<p class="empty">${icon('error')} ${this.#failure}</p>`;
    if (detail === null) return html`<p class="empty">${t('Reading …')}</p>`;
    const last = detail.firstSector + detail.sectorCount - 1;
    const offset = detail.firstSector * SECTOR_SIZE;
    const owned = detail.parts.reduce((sum, part) => sum + part.sectorCount, 0);
    const doubtful = detail.doubtful.reduce((sum, run) => sum + run.length, 0);
    const unsaved = (detail.unsaved ?? []).reduce((sum, run) => sum + run.length, 0);
    return html`<h2>${t('Block {0}', grouped(detail.block))}</h2>
      <dl class="pairs">
        <dt>LBA</dt>
        <dd>${grouped(detail.firstSector)} – ${grouped(last)}</dd>
        <dt>${t('bytes')}</dt>
        <dd class="mono">${hexadecimal(offset)} – ${hexadecimal((last + 1) * SECTOR_SIZE - 1)}</dd>
        <dt>${t('sectors')}</dt>
        <dd>${t('{0} of {1} present', grouped(owned), grouped(detail.sectorCount))}</dd>
      </dl>
      ${
        doubtful === 0
          ? nothing
          : html`<p class="warning">${icon('warning')} ${t('{0} sectors are uncertain', grouped(doubtful))}</p>`
      }
      ${
        unsaved === 0
          ? nothing
          : html`<p class="modified">
              ${icon('circle-filled')}
              ${unsaved === 1 ? t('1 sector is not saved') : t('{0} sectors are not saved', grouped(unsaved))}
            </p>`
      }
      <table class="parts" aria-label=${t('Owners of the block')}>
        <tbody>
          ${detail.parts.map((part) => this.#part(part, detail, layers))}
          ${
            owned === detail.sectorCount
              ? nothing
              : html`<tr>
                  <th scope="row">
                    ${swatch(layers.length, layers.length)}<span>${t('no layer: reads as zero')}</span>
                  </th>
                  <td class="number">${grouped(detail.sectorCount - owned)}</td>
                  <td class="number dim">${shareText(detail.sectorCount - owned, detail.sectorCount)}</td>
                  <td></td>
                </tr>`
          }
        </tbody>
      </table>
      ${this.#fieldButtons()}`;
  }

  /** What the format has about the block can be edited here as in its structures. */
  #fieldButtons(): TemplateResult | typeof nothing {
    if (this.#fields.length === 0) return nothing;
    return html`<p class="block-fields">
      ${this.#fields.map((path) => {
        const [root, node] = [path[0], path.at(-1)];
        if (root === undefined || node === undefined || node.editableAs === null) return nothing;
        const label = path.length > 2 ? t('Edit {0}…', node.name) : t('Edit Its Entry in {0}…', root.name);
        return html`<button class="text-button" @click=${() => this.#edit(node)}>${label}</button>`;
      })}
    </p>`;
  }

  #edit(node: StructureNode): void {
    if (!this.#editor.mayEdit(0)) return;
    this.#marks.close();
    this.#editor.begin(node);
    const input = this.#editorPlace.querySelector<HTMLInputElement>('.field-input');
    input?.focus();
    input?.select();
  }

  #drawEditor(): void {
    this.#editorPlace.hidden = this.#editor.node === null;
    render(this.#editor.template(), this.#editorPlace);
  }

  #part(part: BlockDetail['parts'][number], detail: BlockDetail, layers: readonly LayerSummary[]): TemplateResult {
    const { layer, sectorCount, fileOffset } = part;
    const { navigation } = this.#context;
    return html`<tr>
      <th scope="row">${swatch(layer, layers.length)}<span>${layers[layer]?.name ?? ''}</span></th>
      <td class="number">${grouped(sectorCount)}</td>
      <td class="number dim">${shareText(sectorCount, detail.sectorCount)}</td>
      <td class="number">
        ${
          fileOffset === null
            ? nothing
            : html`<button
                class="link mono"
                title=${t('Show in the file')}
                @click=${() => navigation.showFileBytes(layer, fileOffset, SECTOR_SIZE)}
              >
                ${hexadecimal(fileOffset)}
              </button>`
        }
      </td>
    </tr>`;
  }
}
