import { buildVhd, idOf, stampOf } from '../../fixtures/vhdBuilder';
import type { LocatorSpec, VhdSpec } from '../../fixtures/vhdSpec';

const VIRTUAL_SIZE = 64 * 1024;
const BLOCK_SIZE = 16 * 1024;

/** Says where a parent is: by locators' codes, or by `name`. */
export type Places = Readonly<Record<string, string>>;

/** A base of 128 sectors, of which it has the first four. `number` makes its id. */
export function baseImage(number: number, changes: Partial<VhdSpec> = {}): Uint8Array {
  return buildVhd({
    type: 'dynamic',
    virtualSize: VIRTUAL_SIZE,
    blockSize: BLOCK_SIZE,
    id: idOf(number),
    content: stampOf(number),
    blocks: [{ index: 0, sectors: [0, 1, 2, 3] }],
    ...changes,
  });
}

/** A child that has sector 1 of block 0, and says that its parent carries the id of `parentNumber` and stands at `places`. */
export function childImage(
  number: number,
  parentNumber: number | null,
  places: Places,
  changes: Partial<VhdSpec> = {},
): Uint8Array {
  const { name, ...texts } = places;
  const locators: LocatorSpec[] = Object.entries(texts).map(([code, text]) => ({ code, text }));
  const id = parentNumber === null ? new Uint8Array(16) : idOf(parentNumber);
  return buildVhd({
    type: 'differencing',
    virtualSize: VIRTUAL_SIZE,
    blockSize: BLOCK_SIZE,
    id: idOf(number),
    content: stampOf(number),
    blocks: [{ index: 0, sectors: [1] }],
    parent: { id, locators, ...(name === undefined ? {} : { name }) },
    ...changes,
  });
}

/** Every field that can hold the path says the same. Parent Unicode Name holds 255 characters and ends at a NUL. */
export function everywhere(text: string): Places {
  const locators = { W2ru: text, W2ku: text, Wi2r: text, Wi2k: text, MacX: text };
  return text.length > 255 || text.includes('\0') ? locators : { ...locators, name: text };
}
