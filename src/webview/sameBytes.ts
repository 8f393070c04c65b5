/** True where two arrays hold the same bytes from `from` up to `to`, `to` not included; also where they end alike before it. */
export function sameBytes(one: Uint8Array, other: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    if (one[at] !== other[at]) return false;
  }
  return true;
}
