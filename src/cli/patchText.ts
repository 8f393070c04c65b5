import type { Patch } from '../engine/index';
import { countForPeople } from './wording';

/** Bytes of a change that are shown to people. */
const SHOWN_BYTES = 16;

interface PatchEntry {
  readonly offset: number;
  readonly length: number;
  /** Hexadecimal; shorter than `length` bytes where the file ends on that side. */
  readonly before: string;
  readonly after: string;
}

/** A patch as the contract has it. */
export function patchDocument(patch: Patch): readonly PatchEntry[] {
  return patch.changes.map(({ offset, before, after }) => ({
    offset,
    length: Math.max(before.length, after.length),
    before: hex(before),
    after: hex(after),
  }));
}

/** A patch line by line, for people. */
export function patchLines(patch: Patch): readonly string[] {
  const lines = patch.changes.map(
    ({ offset, before, after }) =>
      `${countForPeople(Math.max(before.length, after.length))} bytes at ${countForPeople(offset)}: ${short(before)} -> ${short(after)}`,
  );
  const { lengthBefore, lengthAfter } = patch;
  return lengthBefore === lengthAfter
    ? lines
    : [...lines, `length of the file: ${countForPeople(lengthBefore)} -> ${countForPeople(lengthAfter)} bytes`];
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function short(bytes: Uint8Array): string {
  if (bytes.length === 0) {
    return 'nothing';
  }
  return bytes.length > SHOWN_BYTES ? `${hex(bytes.subarray(0, SHOWN_BYTES))}...` : hex(bytes);
}
