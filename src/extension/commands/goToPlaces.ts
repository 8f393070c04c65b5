import type { GoToPlace } from '../../protocol/messages';

const SECTOR_SIZE = 512;

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  k: 2 ** 10,
  kib: 2 ** 10,
  m: 2 ** 20,
  mib: 2 ** 20,
  g: 2 ** 30,
  gib: 2 ** 30,
  t: 2 ** 40,
  tib: 2 ** 40,
};

/** What the words of a place may mean, in the order in which they are offered. */
export type PlaceKind = 'offset' | 'lba' | 'block' | 'fileOffset';

export interface FoundPlace {
  readonly kind: PlaceKind;
  /** The number that was given: bytes, LBA or block. */
  readonly value: number;
  readonly place: GoToPlace;
}

/** The disk, and the file of the layer it is seen as of, in bytes. */
export interface Reach {
  readonly virtualSize: number;
  readonly fileSize: number;
  readonly blockSize: number;
}

/**
 * Understands what a user types for a place: `1234`, `0x4D2`, `1 234`, `12 MiB`, `lba 5570560`, `block 1360`, `file 0x200`.
 * A bare number may mean several places; those that do not exist are left out. Empty where nothing is understood.
 */
export function placesFor(text: string, reach: Reach): readonly FoundPlace[] {
  const match = /^\s*(?:(block|b|lba|l|sector|s|offset|o|file|f)(?![a-z])\s*)?(.*?)\s*$/i.exec(text);
  const kind = kindOf(match?.[1]);
  const number = numberOf(match?.[2] ?? '');
  if (number === null) return [];
  const kinds: readonly PlaceKind[] =
    kind !== null ? [kind] : number.hasUnit ? ['offset', 'fileOffset'] : ['offset', 'lba', 'block', 'fileOffset'];
  return kinds.map((each) => placeOf(each, number.value, reach)).filter((found) => found !== null);
}

function placeOf(kind: PlaceKind, value: number, reach: Reach): FoundPlace | null {
  const unit = kind === 'lba' ? SECTOR_SIZE : kind === 'block' ? reach.blockSize : 1;
  const offset = value * unit;
  const limit = kind === 'fileOffset' ? reach.fileSize : reach.virtualSize;
  if (!Number.isSafeInteger(offset) || offset >= limit) return null;
  return { kind, value, place: { kind: kind === 'fileOffset' ? 'file' : 'disk', offset } };
}

function kindOf(word: string | undefined): PlaceKind | null {
  switch (word?.[0]?.toLowerCase()) {
    case 'b':
      return 'block';
    case 'l':
    case 's':
      return 'lba';
    case 'o':
      return 'offset';
    case 'f':
      return 'fileOffset';
    default:
      return null;
  }
}

/** Digits may stand in groups, as the status bar shows them. Null for what is no whole number from 0 on. */
function numberOf(text: string): { readonly value: number; readonly hasUnit: boolean } | null {
  const bare = text.replaceAll(/(?<=[\da-f])[\s_'](?=[\da-f])/gi, '');
  const hexadecimal = /^(?:0x([\da-f]+)|([\da-f]+)h)$/i.exec(bare);
  if (hexadecimal !== null) {
    const value = parseInt(hexadecimal[1] ?? hexadecimal[2] ?? '', 16);
    return Number.isSafeInteger(value) ? { value, hasUnit: false } : null;
  }
  const decimal = /^(\d+(?:\.\d+)?)\s*([kmgt]?(?:ib)?)$/i.exec(bare);
  const unit = UNITS[decimal?.[2]?.toLowerCase() ?? 'none'];
  if (decimal === null || unit === undefined) return null;
  const value = Number(decimal[1]) * unit;
  return Number.isSafeInteger(value) ? { value, hasUnit: unit > 1 } : null;
}
