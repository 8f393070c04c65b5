import { crc32c } from './crc32c';
import type { FileSystem } from './fileSystem';
import { writeNewFile } from './sideFiles';
import type { Storage } from './storage';

/** Larger than any record of ours. Bytes. */
const MAX_RECORD_SIZE = 64 * 1024 * 1024;

/** Hexadecimal digits of a line's checksum. */
const SUM_LENGTH = 8;

/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * A file of lines, each a value in JSON behind its CRC-32C: what an operation of many steps has to know when it goes on after it was
 * cut short. A line that is torn, and all behind it, count as not written.
 */
export class RecordFile {
  readonly #storage: Storage;
  #end: number;

  private constructor(storage: Storage, end: number) {
    this.#storage = storage;
    this.#end = end;
  }

  /** Makes the file with its first line; both are on the medium when this returns. Throws EngineError `file-exists`. */
  static create(fileSystem: FileSystem, path: string, first: Json): RecordFile {
    const line = encodeLine(first);
    writeNewFile(fileSystem, path, line);
    return new RecordFile(fileSystem.open(path, 'write'), line.length);
  }

  /** Goes on behind the last whole line; what stands there is cut off. */
  static continue(fileSystem: FileSystem, path: string): RecordFile {
    const storage = fileSystem.open(path, 'write');
    try {
      const { end } = decodeLines(bytesOf(storage));
      storage.truncate(end);
      return new RecordFile(storage, end);
    } catch (error) {
      storage.close();
      throw error;
    }
  }

  /** Adds a line; `flush` has it on the medium when this returns. */
  add(line: Json, { flush }: { readonly flush: boolean }): void {
    const bytes = encodeLine(line);
    this.#storage.write(this.#end, bytes);
    this.#end += bytes.length;
    if (flush) {
      this.#storage.flush();
    }
  }

  close(): void {
    this.#storage.close();
  }
}

/** The whole lines of a record; none where there is no such file, or where its first line is torn. */
export function readRecord(fileSystem: FileSystem, path: string): readonly Json[] {
  const facts = fileSystem.facts(path);
  if (facts?.kind !== 'file' || facts.size > MAX_RECORD_SIZE) {
    return [];
  }
  const storage = fileSystem.open(path, 'read');
  try {
    return decodeLines(bytesOf(storage)).lines;
  } finally {
    storage.close();
  }
}

/** The text that a record's object holds under a key, or null. */
export function textIn(value: Json | undefined, key: string): string | null {
  const found = memberOf(value, key);
  return typeof found === 'string' ? found : null;
}

/** The number from 0 on that a record's object holds under a key, or null. */
export function sizeIn(value: Json | undefined, key: string): number | null {
  const found = timeIn(value, key);
  return found === null || found < 0 ? null : found;
}

/** The whole number that a record's object holds under a key, or null: a time may lie before 1970. */
export function timeIn(value: Json | undefined, key: string): number | null {
  const found = memberOf(value, key);
  return typeof found === 'number' && Number.isSafeInteger(found) ? found : null;
}

/** The list that a record's object holds under a key; empty for none. */
export function listIn(value: Json | undefined, key: string): readonly Json[] {
  const found = memberOf(value, key);
  return isList(found) ? found : [];
}

/** What a record's object holds under a key. */
export function memberOf(value: Json | undefined, key: string): Json | undefined {
  return typeof value === 'object' && value !== null && !isList(value) ? value[key] : undefined;
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** A line of a record. ASCII alone, so that a text keeps every unit that it has, unpaired surrogates too. */
export function encodeLine(value: Json): Uint8Array {
  const json = JSON.stringify(value).replace(/[^ -~]/g, (unit) => {
    return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return asciiBytes(`${sumOf(asciiBytes(json))} ${json}\n`);
}

/** The whole lines, and where the first one that is not begins, in bytes. */
export function decodeLines(bytes: Uint8Array): { readonly lines: readonly Json[]; readonly end: number } {
  const lines: Json[] = [];
  let end = 0;
  for (let newline = bytes.indexOf(0x0a); newline !== -1; newline = bytes.indexOf(0x0a, end)) {
    const head = asciiText(bytes.subarray(end, end + SUM_LENGTH + 1));
    const json = bytes.subarray(end + SUM_LENGTH + 1, newline);
    if (head !== `${sumOf(json)} `) {
      break;
    }
    lines.push(JSON.parse(asciiText(json)) as Json);
    end = newline + 1;
  }
  return { lines, end };
}

function sumOf(bytes: Uint8Array): string {
  return crc32c(bytes).toString(16).padStart(SUM_LENGTH, '0');
}

function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

function asciiText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
}

function bytesOf(storage: Storage): Uint8Array {
  const bytes = new Uint8Array(Math.min(storage.size(), MAX_RECORD_SIZE));
  return bytes.subarray(0, storage.read(0, bytes));
}
