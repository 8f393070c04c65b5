import type { StructureNode } from '../../protocol/session';
import { messageOf } from '../connection';
import type { Connection } from '../connection';
import type { ExpandedNode } from '../state';
import { TreeModel } from './treeModel';
import type { WantedPage } from './treeModel';

/** Reads the structures of one layer's file into a tree, as far as they are looked at. */
export class StructureReader {
  readonly tree = new TreeModel();
  readonly #connection: Connection;
  readonly #arrived: () => void;
  readonly #reading = new Set<string>();
  #layer: number | null = null;
  /** Answers to questions from before are of no use. */
  #generation = 0;
  #failure: string | null = null;
  #isReady = false;
  #roots: Promise<void> = Promise.resolve();

  /** `arrived` is called when more is known than before. */
  constructor(connection: Connection, arrived: () => void) {
    this.#connection = connection;
    this.#arrived = arrived;
  }

  /** Why the structures cannot be shown, for people. */
  get failure(): string | null {
    return this.#failure;
  }

  /** Whether the roots of the chosen layer are there. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** Chooses the layer; reads its roots anew if it is another one. */
  use(layer: number, expanded: readonly ExpandedNode[]): void {
    if (layer !== this.#layer) this.#roots = this.#readRoots(layer, expanded);
  }

  /** Reads all anew: the files may have changed. */
  reload(expanded: readonly ExpandedNode[]): void {
    if (this.#layer !== null) this.#roots = this.#readRoots(this.#layer, expanded);
  }

  /** Reads all anew after an edit; what was read stays until then. */
  refresh(): void {
    if (this.#layer === null) return;
    this.#roots = this.#isReady ? this.#refreshRoots(this.#layer) : this.#readRoots(this.#layer, this.tree.expanded);
  }

  /** Settles when the roots of the chosen layer are there, or cannot be had. */
  async ready(): Promise<void> {
    await this.#roots;
  }

  /** Has the rows from `first` up to `end` (not included) read. */
  want(first: number, end: number): void {
    for (const page of this.tree.wanted(first, end)) void this.#readPage(page);
  }

  /** The nodes that cover a byte, from the root down; empty where none does. */
  async at(layer: number, offset: number): Promise<readonly StructureNode[]> {
    return this.#connection.request('structureAt', { layer, offset });
  }

  async #readRoots(layer: number, expanded: readonly ExpandedNode[]): Promise<void> {
    this.#generation += 1;
    const generation = this.#generation;
    this.#layer = layer;
    this.#failure = null;
    this.#isReady = false;
    this.#reading.clear();
    try {
      const roots = await this.#connection.request('structureRoots', { layer });
      if (generation !== this.#generation) return;
      this.tree.setRoots(roots, expanded);
      this.#isReady = true;
    } catch (error) {
      if (generation !== this.#generation) return;
      this.tree.setRoots([], []);
      this.#failure = messageOf(error);
    }
    this.#arrived();
  }

  async #refreshRoots(layer: number): Promise<void> {
    this.#generation += 1;
    const generation = this.#generation;
    this.#reading.clear();
    try {
      const roots = await this.#connection.request('structureRoots', { layer });
      if (generation !== this.#generation) return;
      this.#failure = null;
      this.tree.refreshRoots(roots);
    } catch (error) {
      if (generation !== this.#generation) return;
      this.#failure = messageOf(error);
    }
    this.#arrived();
  }

  async #readPage(page: WantedPage): Promise<void> {
    const layer = this.#layer;
    const key = `${page.parent.id} ${String(page.from)}`;
    if (layer === null || this.#reading.has(key)) return;
    const generation = this.#generation;
    this.#reading.add(key);
    try {
      const { from, count } = page;
      const params = { layer, id: page.parent.id, from, count };
      const nodes = await this.#connection.request('structureChildren', params);
      if (generation !== this.#generation) return;
      this.tree.put(page, nodes);
    } catch (error) {
      if (generation === this.#generation) this.#failure = messageOf(error);
    }
    if (generation !== this.#generation) return;
    this.#reading.delete(key);
    this.#arrived();
  }
}
