import { EngineError } from '../engine/index';

/** The most that one question may be answered with: the page asks by what it shows. */
export const MAX_READ_LENGTH = 1024 * 1024;
export const MAX_STRUCTURE_NODES = 1000;
export const MAX_STRUCTURE_ID_LENGTH = 4096;
const MAX_KEYS = 1000;
const MAX_KEY_LENGTH = 100;

/**
 * Takes a whole number out of a question that a page sent. `minimum` and `maximum` are inclusive.
 * Throws EngineError `out-of-range`, also for what is no whole number at all.
 */
export function wholeNumber(value: unknown, name: string, minimum: number, maximum: number): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= minimum && value <= maximum) {
    return value;
  }
  throw new EngineError('out-of-range', {
    what: name,
    why: `${asText(value)} is not a whole number from ${minimum} to ${maximum}`,
    remedy: 'choose one of these',
  });
}

/** Takes a text; throws EngineError `out-of-range`. */
export function text(value: unknown, name: string, maximumLength: number): string {
  if (typeof value === 'string' && value.length <= maximumLength) {
    return value;
  }
  throw new EngineError('out-of-range', {
    what: name,
    why: `it is not a text of at most ${maximumLength} characters`,
    remedy: 'report this as a mistake of VHD Editor',
  });
}

/** Keys of repairs, as many as a person may choose; throws EngineError `out-of-range`. */
export function keysIn(value: unknown): readonly string[] {
  const keys: readonly unknown[] = Array.isArray(value) ? value : [null];
  wholeNumber(keys.length, 'Number of repairs', 0, MAX_KEYS);
  return keys.map((key) => text(key, 'Repair', MAX_KEY_LENGTH));
}

function asText(value: unknown): string {
  return typeof value === 'number' ? String(value) : `a ${typeof value}`;
}
