import type { EditKind } from '../structure';

/** Numbers of 8, 16, 32 and 64 bits. */
export const U8 = { kind: 'number', minimum: 0, maximum: 0xff } as const;
export const U16 = { kind: 'number', minimum: 0, maximum: 0xffff } as const;
export const U32 = { kind: 'number', minimum: 0, maximum: 0xffff_ffff } as const;
export const U64 = { kind: 'longNumber' } as const;

export const VERSION = { kind: 'version' } as const;
export const TIME = { kind: 'time' } as const;
export const ID = { kind: 'id' } as const;

/** Any `length` characters. */
export function anyCode(length: number, empty: string | null = null): EditKind {
  return { kind: 'code', length, among: null, empty };
}
