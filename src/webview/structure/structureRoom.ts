import { html, nothing, render } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import type { LayerSummary, StructureNode } from '../../protocol/session';
import { ByteEditing } from '../hex/byteEditing';
import type { ShownBytes } from '../hex/byteEditing';
import { selectionOf } from '../hex/hexRow';
import type { ByteWriter } from '../hex/hexTyping';
import { HexView } from '../hex/hexView';
import { t } from '../l10n';
import { icon } from '../layout/icon';
import { part } from '../layout/part';
import { Splitter } from '../layout/splitter';
import type { Room } from '../layout/tabs';
import { placeAt } from '../navigation';
import { grouped, hexadecimal } from '../numbers';
import type { RoomContext } from '../room';
import { INITIAL_VIEW } from '../state';
import type { StructureView } from '../state';
import { FieldEditor } from './fieldEditor';
import { StructureReader } from './structureReader';
import { TreeView } from './treeView';

/** Every field of every structure of a layer's file, and the bytes where it stands. */
export class StructureRoom implements Room {
  readonly element: HTMLElement;
  readonly #context: RoomContext;
  readonly #reader: StructureReader;
  readonly #tree: TreeView;
  readonly #bar: HTMLElement;
  readonly #details: HTMLElement;
  readonly #hex: HexView;
  readonly #splitter: Splitter;
  readonly #editor: FieldEditor;
  /** Whether the structures have to be read anew as soon as they are shown. */
  #isStale = false;
  /** The row that was selected while it was still being read: its bytes are selected when it is there. */
  #unread: readonly number[] | null = null;
  /** Layer whose file is not new to the user. */
  #begun: number | null = null;

  constructor(context: RoomContext) {
    this.#context = context;
    this.element = document.createElement('section');
    this.#reader = new StructureReader(context.connection, () => this.#arrived());
    this.#tree = new TreeView(this.#reader, {
      onSelect: (path) => this.#select(path),
      onExpand: () => this.#keep({ expanded: this.#reader.tree.expanded }),
      onScroll: (top) => this.#keep({ top }),
      onShow: (node) => context.navigation.showFileBytes(this.#layer, node.offset, node.length),
      onEdit: (node, text) => this.#edit(() => this.#editor.begin(node, text)),
      onMakeConsistent: (node) => this.#edit(() => this.#editor.beginConsistent(node)),
      onCopy: (text) => context.navigation.copy(text),
    });
    this.#editor = new FieldEditor(context, {
      onChange: () => this.#drawDetails(),
      onClose: () => {
        const hadFocus = this.#details.contains(document.activeElement);
        this.#drawDetails();
        if (hadFocus) this.#tree.focus();
      },
    });
    const bytes = new ByteEditing(
      context,
      () => this.#shown(),
      (anchor, cursor) => this.#selectBytes(anchor, cursor),
    );
    this.#hex = new HexView(t('Bytes of the file'), {
      read: (source, offset, length) => context.readBytes(source, offset, length),
      onSelect: (anchor, cursor) => this.#selectBytes(anchor, cursor),
      onScroll: (top) => context.store.setView({ file: { ...context.store.view.file, top } }),
      onCopy: (format) => {
        const { source, place } = this.#shown();
        context.copyBytes(source, selectionOf(place), format);
      },
      overlay: context.editing.pending,
      writer: this.#noWriter(),
      menu: () => [
        ...bytes.menu(false),
        null,
        { label: t('Show in Hex'), run: () => context.navigation.openTab('hex') },
      ],
    });
    this.#bar = part('room-bar');
    this.#details = part('structure-details');
    this.#splitter = new Splitter(this.element, {
      sideBySide: () => false,
      label: t('Height of the structures'),
      initialShare: INITIAL_VIEW.treeShare,
      onChange: (treeShare) => context.store.setView({ treeShare }),
    });
    const upper = part('structure-upper');
    upper.append(this.#bar, this.#tree.element);
    const lower = part('structure-lower');
    lower.append(this.#details, this.#hex.element);
    this.element.append(upper, this.#splitter.element, lower);
  }

  get #layer(): number {
    return this.#context.store.view.structure.layer;
  }

  update(): void {
    const { image, view } = this.#context.store.state;
    if (image === null) return;
    const { layer, expanded, selected, top } = view.structure;
    if (this.#isStale) this.#reader.refresh();
    this.#isStale = false;
    this.#reader.use(layer, expanded);
    render(this.#barTemplate(image.layers, layer), this.#bar);
    this.#tree.show(selected, top);
    this.#splitter.show(view.treeShare);
    const node = selected === null ? null : this.#reader.tree.node(selected);
    // Who goes to another field has left the one before.
    const edited = this.#editor.node;
    const isElsewhere = selected === null || layer !== 0 || (node !== null && node.id !== edited?.id);
    if (edited !== null && isElsewhere) this.#editor.close();
    this.#drawDetails();
    const end = image.layers[layer]?.fileSize ?? 0;
    const content = { source: { kind: 'file', layer }, start: 0, end, layerNames: [] } as const;
    // The hex view's file is another one until a field is selected here.
    const isSame = view.hexLayer === layer;
    this.#hex.show(content, isSame ? view.file : placeAt(node?.offset ?? 0, node?.length ?? 1));
  }

  focus(): void {
    this.#tree.focus();
  }

  /** Reads all anew: the files may have changed. */
  reload(): void {
    this.#editor.close();
    this.#reader.reload(this.#context.store.view.structure.expanded);
    this.#hex.reload();
  }

  /** Reads all anew after an edit; what was read stays until then. */
  refresh(): void {
    this.#isStale = true;
    this.#hex.refresh();
  }

  /** Opens the tree on the smallest field that covers a byte, and selects that byte's field. */
  async showAt(layer: number, offset: number): Promise<void> {
    const { store } = this.#context;
    if (layer !== this.#layer) {
      store.setView({ structure: { layer, expanded: [], selected: null, top: 0 } });
    }
    this.#reader.use(layer, store.view.structure.expanded);
    await this.#reader.ready();
    const nodes = await this.#reader.at(layer, offset);
    const node = nodes[nodes.length - 1];
    if (node === undefined || layer !== this.#layer) return;
    const selected = this.#reader.tree.reveal(nodes);
    this.#keep({ expanded: this.#reader.tree.expanded, selected });
    this.#context.navigation.placeInFile(layer, node.offset, node.length);
  }

  #shown(): ShownBytes {
    const { image, view } = this.#context.store.state;
    return {
      source: { kind: 'file', layer: this.#layer },
      place: view.file,
      end: image?.layers[this.#layer]?.fileSize ?? 0,
    };
  }

  /** Here fields are edited; bytes are where it is said that they are edited without the format's rules. */
  #noWriter(): ByteWriter {
    const { editing, navigation } = this.#context;
    const ignore = (): void => undefined;
    return {
      canWrite: (tells) => {
        if (tells) {
          editing.tell({
            reason: t('Here fields are edited, by F2 on one of them. Bytes of the file are edited in the Hex view.'),
            ways: [{ label: t('Show in Hex'), run: () => navigation.openTab('hex') }],
          });
        }
        return false;
      },
      write: ignore,
      zero: ignore,
      paste: () => this.#noWriter().canWrite(true),
    };
  }

  #edit(begin: () => void): void {
    if (!this.#editor.mayEdit(this.#layer)) return;
    begin();
    const input = this.#details.querySelector<HTMLElement>(
      'input.field-input, select.field-input, .field-input input, button',
    );
    input?.focus();
    if (input instanceof HTMLInputElement && input.type === 'text') input.select();
  }

  #drawDetails(): void {
    const { selected } = this.#context.store.view.structure;
    const node = selected === null ? null : this.#reader.tree.node(selected);
    const isEditing = this.#editor.node !== null;
    const hadFocus = this.#details.contains(document.activeElement);
    this.#details.classList.toggle('editing', isEditing);
    render(isEditing ? this.#editor.template() : this.#detailsTemplate(node, selected?.length === 1), this.#details);
    // What had the focus may be gone: a button that has nothing more to do.
    if (isEditing && hadFocus && !this.#details.contains(document.activeElement)) {
      this.#details.querySelector('button')?.focus();
    }
  }

  #keep(change: Partial<StructureView>): void {
    const { store } = this.#context;
    store.setView({ structure: { ...store.view.structure, ...change } });
  }

  #arrived(): void {
    this.#tree.draw();
    this.#begin();
    if (this.#unread !== null && this.#unread === this.#context.store.view.structure.selected) {
      this.#place(this.#unread);
    }
    this.update();
  }

  /** A file that is opened for the first time shows its first structure. */
  #begin(): void {
    const { layer, expanded, selected } = this.#context.store.view.structure;
    if (layer === this.#begun || !this.#reader.isReady) return;
    this.#begun = layer;
    if (selected !== null || expanded.length > 0) return;
    const { tree } = this.#reader;
    tree.expand([0]);
    this.#keep({ expanded: tree.expanded });
  }

  #select(path: readonly number[]): void {
    this.#keep({ selected: path });
    this.#place(path);
  }

  #place(path: readonly number[]): void {
    const node = this.#reader.tree.node(path);
    this.#unread = node === null ? path : null;
    if (node !== null) this.#context.navigation.placeInFile(this.#layer, node.offset, node.length);
  }

  /** The field under the cursor is selected in the tree; the bytes stay selected as they are. */
  #selectBytes(anchor: number, cursor: number): void {
    const { navigation, store } = this.#context;
    const layer = this.#layer;
    this.#unread = null;
    store.setView({ hexKind: 'file', hexLayer: layer });
    navigation.selectFileBytes(anchor, cursor);
    void this.#reader.at(layer, cursor).then(
      (nodes) => {
        const isCurrent = layer === this.#layer && store.view.file.cursor === cursor;
        if (!isCurrent || nodes.length === 0) return;
        const selected = this.#reader.tree.reveal(nodes);
        this.#keep({ expanded: this.#reader.tree.expanded, selected });
      },
      () => undefined,
    );
  }

  #barTemplate(layers: readonly LayerSummary[], layer: number): TemplateResult {
    return html`<label class="bar-field"
      ><span>${t('Structures of')}</span>
      <select
        @change=${(event: Event) => {
          const chosen = Number((event.currentTarget as HTMLSelectElement).value);
          this.#keep({ layer: chosen, expanded: [], selected: null, top: 0 });
        }}
      >
        ${layers.map(
          ({ name }, number) => html`<option value=${number} .selected=${number === layer}>${name}</option>`,
        )}
      </select></label
    >`;
  }

  #detailsTemplate(node: StructureNode | null, isRoot: boolean): TemplateResult {
    if (node === null) return html`<p class="dim">${t('Select a field to see its bytes.')}</p>`;
    const place = t('{0}, {1} bytes', hexadecimal(node.offset), grouped(node.length));
    return html`<p class="details-title">
        <b>${node.name}</b> <span class="dim mono">${place}</span>${
          node.isUnsaved === true ? html`<span class="modified">${t('not saved')}</span>` : nothing
        }${this.#editButton(node, isRoot)}
      </p>
      ${node.value === null ? '' : html`<p class="mono details-value">${node.value} <span class="dim">${node.hint ?? ''}</span></p>`}
      ${
        node.expected === null
          ? ''
          : html`<p class="warning mono">${icon('warning')} ${t('expected {0}', node.expected)}</p>`
      }`;
  }

  #editButton(node: StructureNode, isRoot: boolean): TemplateResult | typeof nothing {
    if (this.#layer !== 0) return nothing;
    if (isRoot) {
      return html`<button class="text-button" @click=${() => this.#edit(() => this.#editor.beginConsistent(node))}>
        ${t('Make Consistent…')}
      </button>`;
    }
    if (node.editableAs === null) return nothing;
    return html`<button
      class="icon-button"
      aria-label=${t('Edit {0}', node.name)}
      title=${t('Edit (F2)')}
      @click=${() => this.#edit(() => this.#editor.begin(node))}
    >
      ${icon('edit')}
    </button>`;
  }
}
