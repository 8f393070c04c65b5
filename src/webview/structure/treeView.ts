import { html, nothing, render } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import type { StructureNode } from '../../protocol/session';
import { t } from '../l10n';
import { openContextMenu } from '../layout/contextMenu';
import type { MenuItem } from '../layout/contextMenu';
import { icon } from '../layout/icon';
import { grouped, hexadecimal } from '../numbers';
import { RowScroller } from '../rowScroller';
import type { StructureReader } from './structureReader';
import type { TreeRow } from './treeModel';

const ROW_HEIGHT = 20;

/** Characters that the column of offsets has at least: most structures are less than a thousand bytes long. */
const SHORTEST_OFFSET = 5;

export interface TreeEvents {
  readonly onSelect: (path: readonly number[]) => void;
  /** Nodes were opened or closed. */
  readonly onExpand: () => void;
  /** The first row shown. */
  readonly onScroll: (top: number) => void;
  /** Shows the bytes of a field. */
  readonly onShow: (node: StructureNode) => void;
  /** Begins to edit a field, with its own text, or with another one. */
  readonly onEdit: (node: StructureNode, text?: string) => void;
  /** A structure is to be made consistent. */
  readonly onMakeConsistent: (node: StructureNode) => void;
  readonly onCopy: (text: string) => void;
}

let viewCount = 0;

/** The tree of structures, of any number of rows: only those that are seen are there. One tab stop; the arrow keys move in it. */
export class TreeView {
  readonly element: HTMLElement;
  readonly #reader: StructureReader;
  readonly #events: TreeEvents;
  readonly #scroller: RowScroller;
  readonly #id: string;
  #selected: readonly number[] | null = null;
  #top = 0;
  /** The rows are to be scrolled there as soon as they are known. */
  #isTopWanted = false;
  #isShown = false;
  /** The selected node is to be seen as soon as it has a row. */
  #isRevealWanted = false;

  constructor(reader: StructureReader, events: TreeEvents) {
    viewCount += 1;
    this.#id = `tree-${String(viewCount)}`;
    this.#reader = reader;
    this.#events = events;
    this.#scroller = new RowScroller(ROW_HEIGHT, () => this.#scrolled());
    this.element = document.createElement('div');
    this.element.className = 'tree';
    this.element.tabIndex = 0;
    this.element.setAttribute('role', 'tree');
    this.element.setAttribute('aria-label', t('Structures of the file'));
    this.element.append(this.#scroller.element);
    this.element.addEventListener('keydown', (event) => this.#key(event));
    this.element.addEventListener('copy', (event) => this.#copy(event));
    this.element.addEventListener('contextmenu', (event) => this.#menu(event));
    this.element.addEventListener('mousedown', (event) => this.#press(event));
    this.element.addEventListener('dblclick', (event) => this.#doubleClick(event));
  }

  /** A node that is selected anew is scrolled to where it is seen; one that was selected before the page was hidden stays where it was. */
  show(selected: readonly number[] | null, top: number): void {
    if (this.#isShown && selected !== null && !samePath(selected, this.#selected)) this.#isRevealWanted = true;
    this.#isShown = true;
    this.#selected = selected;
    if (top !== this.#top) {
      this.#top = top;
      this.#isTopWanted = true;
    }
    this.draw();
  }

  focus(): void {
    this.element.focus();
  }

  draw(): void {
    const { tree, failure } = this.#reader;
    const scroller = this.#scroller;
    scroller.setRows(tree.rowCount);
    if (this.#isTopWanted && this.#reader.isReady) {
      scroller.top = this.#top;
      this.#isTopWanted = false;
    }
    const row = this.#selected === null ? null : tree.rowOf(this.#selected);
    if (this.#isRevealWanted && row !== null && scroller.height > 0) {
      this.#isRevealWanted = false;
      const isSeen = row >= scroller.top && row < scroller.top + scroller.pageRows;
      if (!isSeen) scroller.top = row - Math.floor(scroller.pageRows / 3);
    }
    if (failure !== null) {
      render(html`<p class="empty" role="treeitem">${icon('error')} ${failure}</p>`, scroller.content);
      return;
    }
    this.#reader.want(scroller.firstRow, scroller.endRow);
    const rows: TemplateResult[] = [];
    let offsetLength = SHORTEST_OFFSET;
    for (let at = scroller.firstRow; at < scroller.endRow; at++) {
      const found = tree.row(at);
      if (found === null) continue;
      rows.push(this.#row(found, at));
      if (found.node !== null) offsetLength = Math.max(offsetLength, this.#offsetText(found.node, found.path).length);
    }
    scroller.content.style.setProperty('--offset-width', `${String(offsetLength)}ch`);
    render(rows, scroller.content);
    scroller.place();
    if (row === null || row < scroller.firstRow || row >= scroller.endRow) {
      this.element.removeAttribute('aria-activedescendant');
    } else {
      this.element.setAttribute('aria-activedescendant', this.#rowId(row));
    }
  }

  #scrolled(): void {
    this.draw();
    const top = this.#scroller.firstRow;
    if (top === this.#top || this.#isTopWanted || !this.#reader.isReady) return;
    this.#top = top;
    this.#events.onScroll(top);
  }

  #rowId(row: number): string {
    return `${this.#id}-${String(row)}`;
  }

  #row({ path, node, expanded, siblingCount }: TreeRow, row: number): TemplateResult {
    const level = path.length;
    const selected = samePath(path, this.#selected);
    const hasChildren = node !== null && node.childCount > 0;
    const isUnsaved = node?.isUnsaved === true;
    return html`<div
      role="treeitem"
      id=${this.#rowId(row)}
      class="tree-row level-${Math.min(level, 6)}${selected ? ' selected' : ''}${isUnsaved ? ' unsaved' : ''}"
      data-row=${row}
      aria-level=${level}
      aria-setsize=${siblingCount}
      aria-posinset=${(path[level - 1] ?? 0) + 1}
      aria-selected=${selected}
      aria-expanded=${hasChildren ? expanded : nothing}
      aria-label=${node === null ? t('not read yet') : nothing}
    >
      <span class="twistie">${hasChildren ? icon(expanded ? 'chevron-down' : 'chevron-right') : nothing}</span
      >${node === null ? html`<span class="tree-name pending">…</span>` : this.#columns(node, path)}${
        isUnsaved ? html`<span class="unsaved-mark">${icon('circle-filled', t('not saved'))}</span>` : nothing
      }
    </div>`;
  }

  #columns(node: StructureNode, path: readonly number[]): TemplateResult {
    const isRoot = path.length === 1;
    if (isRoot && node.value === null) {
      const facts = node.hint ?? t('{0} bytes', grouped(node.length));
      return html`<span class="tree-name">${node.name}</span
        ><span class="tree-place mono">${hexadecimal(node.offset)} · ${facts}</span>`;
    }
    const wrong = node.expected !== null;
    // One text with its space: a screen reader runs a number and the hint behind it together otherwise.
    const hint = node.hint === null ? null : ` ${node.hint}`;
    return html`<span class="tree-name" title=${node.name}>${node.name}</span
      ><span class="tree-offset mono" title=${hexadecimal(node.offset)}>${this.#offsetText(node, path)}</span
      ><span class="tree-value mono${wrong ? ' wrong' : ''}"
        >${wrong ? icon('warning') : nothing}${node.value ?? ''}${
          wrong ? html`<span class="tree-expected"> ≠ ${node.expected}</span>` : nothing
        }${hint === null ? nothing : html`<span class="tree-hint">${hint}</span>`}</span
      >`;
  }

  /** Counted from the start of the structure; nothing for a structure, which has its place at the right. */
  #offsetText(node: StructureNode, path: readonly number[]): string {
    return path.length > 1 || node.value !== null ? `+${grouped(this.#offsetInParent(node, path))}` : '';
  }

  #offsetInParent(node: StructureNode, path: readonly number[]): number {
    const parent = path.length > 1 ? this.#reader.tree.node(path.slice(0, -1)) : null;
    return parent === null ? node.offset : node.offset - parent.offset;
  }

  #key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { tree } = this.#reader;
    const path = this.#selected ?? [0];
    const row = tree.rowOf(path) ?? 0;
    const last = tree.rowCount - 1;
    const page = Math.max(1, this.#scroller.pageRows - 1);
    const rows: Readonly<Record<string, number>> = {
      ArrowDown: this.#selected === null ? 0 : row + 1,
      ArrowUp: row - 1,
      PageDown: row + page,
      PageUp: row - page,
      Home: 0,
      End: last,
    };
    const target = rows[event.key];
    if (target !== undefined) this.#selectRow(Math.max(0, Math.min(last, target)));
    else if (event.key === 'ArrowRight') this.#openOrEnter(path, row);
    else if (event.key === 'ArrowLeft') this.#closeOrLeave(path);
    else if (event.key === 'Enter' || event.key === ' ') this.#activate(path);
    else if (event.key === 'F2') this.#edit(path);
    else return;
    event.preventDefault();
  }

  #selectRow(row: number): void {
    const found = this.#reader.tree.row(row);
    if (found !== null) this.#choose(found.path);
  }

  /** The user's own step in the tree is followed by scrolling as little as needed. */
  #choose(path: readonly number[]): void {
    this.#selected = path;
    const row = this.#reader.tree.rowOf(path);
    if (row !== null) this.#scroller.reveal(row);
    this.#events.onSelect(path);
  }

  #openOrEnter(path: readonly number[], row: number): void {
    const { tree } = this.#reader;
    if (tree.isExpanded(path)) this.#selectRow(row + 1);
    else this.#setExpanded(path, true);
  }

  #closeOrLeave(path: readonly number[]): void {
    if (this.#reader.tree.isExpanded(path)) this.#setExpanded(path, false);
    else if (path.length > 1) this.#choose(path.slice(0, -1));
  }

  #activate(path: readonly number[]): void {
    const node = this.#reader.tree.node(path);
    if (node === null) return;
    if (node.childCount > 0) this.#setExpanded(path, !this.#reader.tree.isExpanded(path));
    else this.#activateField(node);
  }

  /** Enter or double click: edits a field that can be, shows the bytes of another. */
  #activateField(node: StructureNode): void {
    if (node.editableAs === null) this.#events.onShow(node);
    else this.#events.onEdit(node);
  }

  #edit(path: readonly number[]): void {
    const node = this.#reader.tree.node(path);
    if (node !== null && node.editableAs !== null) this.#events.onEdit(node);
  }

  #setExpanded(path: readonly number[], expanded: boolean): void {
    const { tree } = this.#reader;
    if (expanded) tree.expand(path);
    else tree.collapse(path);
    this.#events.onExpand();
    this.draw();
  }

  /** The row under the mouse. */
  #rowAt(event: MouseEvent): TreeRow | null {
    const element = event.target instanceof Element ? event.target.closest('[data-row]') : null;
    if (!(element instanceof HTMLElement)) return null;
    return this.#reader.tree.row(Number(element.dataset['row']));
  }

  #press(event: MouseEvent): void {
    const found = this.#rowAt(event);
    if (found === null || (event.button !== 0 && event.button !== 2)) return;
    this.#choose(found.path);
    const isTwistie = event.target instanceof Element && event.target.closest('.twistie') !== null;
    const isRoot = found.path.length === 1;
    if (event.button === 0 && event.detail === 1 && (isTwistie || isRoot)) {
      this.#setExpanded(found.path, !found.expanded);
    }
  }

  #doubleClick(event: MouseEvent): void {
    const found = this.#rowAt(event);
    if (found === null || found.path.length === 1 || found.node === null) return;
    if (found.node.childCount > 0) this.#setExpanded(found.path, !found.expanded);
    else this.#activateField(found.node);
  }

  #copy(event: ClipboardEvent): void {
    const node = this.#selected === null ? null : this.#reader.tree.node(this.#selected);
    if (node === null) return;
    event.preventDefault();
    this.#events.onCopy(node.value ?? node.name);
  }

  #menu(event: MouseEvent): void {
    const node = this.#selected === null ? null : this.#reader.tree.node(this.#selected);
    if (node === null) {
      event.preventDefault();
      return;
    }
    const anchor = this.element.querySelector('.selected') ?? this.element;
    const { value, expected } = node;
    const isRoot = this.#selected?.length === 1;
    openContextMenu(event, anchor, [
      ...(node.editableAs === null ? [] : this.#editItems(node)),
      ...(isRoot ? [{ label: t('Make Consistent…'), run: () => this.#events.onMakeConsistent(node) }, null] : []),
      ...(value === null ? [] : [{ label: t('Copy Value'), run: () => this.#events.onCopy(value) }]),
      ...(expected === null ? [] : [{ label: t('Copy Expected Value'), run: () => this.#events.onCopy(expected) }]),
      { label: t('Copy Name'), run: () => this.#events.onCopy(node.name) },
      { label: t('Copy Offset'), run: () => this.#events.onCopy(hexadecimal(node.offset)) },
      null,
      { label: t('Show in Hex'), run: () => this.#events.onShow(node) },
    ]);
  }

  #editItems(node: StructureNode): readonly MenuItem[] {
    const { expected } = node;
    return [
      { label: t('Edit…'), keys: 'F2', run: () => this.#events.onEdit(node) },
      ...(expected === null
        ? []
        : [{ label: t('Set to Expected Value…'), run: () => this.#events.onEdit(node, expected) }]),
      null,
    ];
  }
}

function samePath(one: readonly number[], other: readonly number[] | null): boolean {
  return other !== null && one.length === other.length && one.every((index, at) => index === other[at]);
}
