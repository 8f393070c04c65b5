/** Numbers that a seed repeats: mulberry32. */
export class Random {
  private state: number;

  /** 32 bits. */
  constructor(seed: number) {
    this.state = seed | 0;
  }

  /** An unsigned number of 32 bits. */
  next(): number {
    this.state = (this.state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }

  /** From 0 to `end - 1`; 0 for an `end` of 0. */
  below(end: number): number {
    return end <= 1 ? 0 : this.next() % end;
  }

  chance(oneIn: number): boolean {
    return this.below(oneIn) === 0;
  }

  pick<T>(from: readonly T[]): T {
    const picked = from[this.below(from.length)];
    if (picked === undefined) throw new Error('nothing to pick from');
    return picked;
  }
}

/** The seed of one case of a run, so that it can be repeated alone. */
export function caseSeed(seed: number, index: number): number {
  return new Random(Math.imul(seed, 0x9e37_79b1) ^ index).next();
}
