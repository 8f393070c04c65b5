import type { Edit, EditTarget } from '../engine/editing/edit';
import { EngineError } from '../engine/index';
import { MAX_STRUCTURE_ID_LENGTH, text, wholeNumber } from './params';

/** Bytes that one edit may bring along: what a person pastes. More is imported from a file. */
const MAX_EDIT_LENGTH = 64 * 1024 * 1024;
const MAX_PATTERN_LENGTH = 4096;
const MAX_TEXT_LENGTH = 64 * 1024;

/** Takes an edit that a page sent; it is trusted with nothing. Throws EngineError `out-of-range`. */
export function editIn(edit: Edit): Edit {
  switch (edit.kind) {
    case 'overwrite':
      return {
        kind: 'overwrite',
        target: targetIn(edit.target),
        offset: offsetIn(edit.offset),
        bytes: bytesIn(edit.bytes, MAX_EDIT_LENGTH),
      };
    case 'fill':
      return {
        kind: 'fill',
        target: targetIn(edit.target),
        offset: offsetIn(edit.offset),
        length: wholeNumber(edit.length, 'Length', 1, Number.MAX_SAFE_INTEGER),
        pattern: bytesIn(edit.pattern, MAX_PATTERN_LENGTH),
      };
    case 'field':
      return {
        kind: 'field',
        node: nodeIn(edit.node),
        text: text(edit.text, 'Value', MAX_TEXT_LENGTH),
        alone: edit.alone,
      };
    case 'makeConsistent':
      return { kind: 'makeConsistent', node: nodeIn(edit.node) };
    case 'sectorBits':
      return {
        kind: 'sectorBits',
        block: wholeNumber(edit.block, 'Block', 0, Number.MAX_SAFE_INTEGER),
        firstSector: wholeNumber(edit.firstSector, 'Sector', 0, Number.MAX_SAFE_INTEGER),
        sectorCount: wholeNumber(edit.sectorCount, 'Number of sectors', 1, Number.MAX_SAFE_INTEGER),
        present: edit.present,
      };
    default:
      throw senseless('An edit', 'it is of no kind that is known');
  }
}

function targetIn(target: unknown): EditTarget {
  if (target === 'disk' || target === 'file') return target;
  throw senseless('The target of an edit', 'it is neither the disk nor the file');
}

function offsetIn(offset: unknown): number {
  return wholeNumber(offset, 'Offset', 0, Number.MAX_SAFE_INTEGER);
}

function nodeIn(node: unknown): string {
  return text(node, 'Structure', MAX_STRUCTURE_ID_LENGTH);
}

function bytesIn(bytes: unknown, most: number): Uint8Array {
  if (bytes instanceof Uint8Array && bytes.length > 0 && bytes.length <= most) return bytes;
  throw senseless('The bytes of an edit', `they are not 1 to ${most} bytes`);
}

function senseless(what: string, why: string): EngineError {
  return new EngineError('out-of-range', { what, why, remedy: 'choose something else' });
}
