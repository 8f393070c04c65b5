/** The places that a search has found so far, in the order in which they lie. */
export class Hits {
  readonly #from: number;
  /** Those from the search's beginning on, and those from the start up to there, which are found after them. */
  readonly #after: number[] = [];
  readonly #before: number[] = [];

  /** `from`: where the search begins. */
  constructor(from: number) {
    this.#from = from;
  }

  get count(): number {
    return this.#after.length + this.#before.length;
  }

  /** The place that was found first; null while nothing is found. */
  get first(): number | null {
    return this.#after[0] ?? this.#before[0] ?? null;
  }

  /** Takes more in, in the order of the search. */
  add(hits: readonly number[]): void {
    for (const hit of hits) (hit >= this.#from ? this.#after : this.#before).push(hit);
  }

  /** `index`: 0 to below `count`. */
  at(index: number): number | null {
    return this.#before[index] ?? this.#after[index - this.#before.length] ?? null;
  }

  /** The index of a place; -1 where it is none of these. */
  indexOf(place: number): number {
    const index = this.#firstFrom(place);
    return this.at(index) === place ? index : -1;
  }

  /** The next one behind a place, or the first of all; null where there is none. */
  next(place: number): number | null {
    const index = this.#firstFrom(place + 1);
    return this.at(index) ?? this.at(0);
  }

  /** The last one before a place, or the last of all; null where there is none. */
  previous(place: number): number | null {
    const index = this.#firstFrom(place) - 1;
    return this.at(index < 0 ? this.count - 1 : index);
  }

  /** The index of the first that does not lie before a place. */
  #firstFrom(place: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.at(middle) ?? 0) < place) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
