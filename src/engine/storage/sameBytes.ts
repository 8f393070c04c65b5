interface NativeCompare {
  compare(one: Uint8Array, other: Uint8Array): number;
}

/** Node's own comparison, where the engine runs on Node: several times as fast as a loop over megabytes. */
const native = (globalThis as { readonly Buffer?: NativeCompare }).Buffer;

/** True where two arrays hold the same bytes. */
export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) {
    return false;
  }
  return native === undefined ? one.every((byte, index) => byte === other[index]) : native.compare(one, other) === 0;
}
