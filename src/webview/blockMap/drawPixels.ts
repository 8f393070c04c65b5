import type { Looks } from './cellLook';

/**
 * Draws one pixel of each of the cells `from` to before `end`, or of one of `step` of them: of the first one at the pixel `at`, of the next one
 * `stride` pixels behind it. It is copied from the sheet, where a look's pixels start where `starts` says; it is `offset` pixels behind that.
 * Returns the lowest of these starts: 0 where a look is not on the sheet.
 *
 * All of the map is drawn by this loop, whatever the size of its cells: a browser runs code slowly until it has run it for long enough,
 * and so the first picture makes it fast for the first step of a zoom. The parameters are not in an object, since what was
 * made fast is thrown away when another object comes with fields of its own.
 */
export function drawPixels(
  pixels: Uint32Array,
  at: number,
  stride: number,
  cells: Looks,
  from: number,
  end: number,
  step: number,
  starts: Uint32Array,
  sheet: Uint32Array,
  offset: number,
): number {
  let lowest = sheet.length;
  let to = at;
  for (let cell = from; cell < end; cell += step) {
    const start = starts[cells[cell] ?? 0] ?? 0;
    if (start < lowest) lowest = start;
    pixels[to] = sheet[start + offset] ?? 0;
    to += stride;
  }
  return lowest;
}
