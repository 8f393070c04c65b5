import { FIXED_BLOCK_SIZE, type Image } from '../image';
import type { FileSystem } from '../storage/fileSystem';
import type { Storage } from '../storage/storage';
import { ABSENT_ENTRY, TABLE_ENTRY_LENGTH } from '../vhd/blockAllocationTable';
import { withChecksum } from '../vhd/checksum';
import { DYNAMIC_HEADER_CHECKSUM_OFFSET, encodeDynamicHeader, HEADER_VERSION } from '../vhd/dynamicHeader';
import { DISK_ID_LENGTH, parseDiskId } from '../vhd/diskId';
import { DISK_TYPE, FOOTER_LENGTH, NO_DATA_OFFSET } from '../vhd/footer';
import {
  encodeLocatorText,
  newLocator,
  PARENT_LOCATOR_COUNT,
  UNUSED_LOCATOR,
  type ParentLocator,
} from '../vhd/parentLocator';
import { timestampOfDate } from '../vhd/timestamp';
import type { NewImageFacts } from './diskWriter';
import { newFooter } from './newFooter';
import { parentPathTexts } from './parentPath';

/** Everything lies on such boundaries, and the file's length too, as Hyper-V has it (FORMAT 1.5). */
const ALIGNMENT = 4096;

/** Room that Hyper-V leaves for the relative path, so that it can be rewritten in place when files are moved (FORMAT 1.4). */
const RELATIVE_PATH_ROOM = 0x1_0000;

/** The table is written in pieces of so many bytes. */
const PIECE_LENGTH = 1024 * 1024;

/** Parent Unicode Name holds so many UTF-16 units and a NUL. */
const MAX_NAME_LENGTH = 255;
const NAME_FIELD_LENGTH = 256;

/** An empty differencing image to be: what it is, and on what it stands. */
export interface LeafSpec {
  readonly facts: NewImageFacts;
  /** Absolute path that it will have. */
  readonly path: string;
  readonly parentPath: string;
  /** 16 bytes. */
  readonly parentId: Uint8Array;
  /** When the parent's file was changed last. */
  readonly parentModified: Date;
  /** Bytes; the parent's. */
  readonly virtualSize: number;
  /** Bytes, a power of two. */
  readonly blockSize: number;
}

/** An empty leaf on an image. Its blocks are as large as the parent's: all who read the chain know that size already. */
export function leafSpec(leaf: {
  readonly parent: Image;
  /** Where the parent stands when the leaf does, and its file's time, in milliseconds since 1970. */
  readonly parentPath: string;
  readonly parentModified: number;
  readonly path: string;
  readonly facts: NewImageFacts;
}): LeafSpec {
  const { parent, parentPath, parentModified, path, facts } = leaf;
  return {
    facts,
    path,
    parentPath,
    parentId: parseDiskId(parent.id) ?? new Uint8Array(DISK_ID_LENGTH),
    parentModified: new Date(parentModified),
    virtualSize: parent.virtualSize,
    blockSize: parent.type === 'fixed' ? FIXED_BLOCK_SIZE : parent.blockSize,
  };
}

/** Where the parts of a new leaf lie, in bytes; each has room up to the next. */
interface LeafLayout {
  readonly absoluteOffset: number;
  readonly tableOffset: number;
  readonly relativeOffset: number;
  readonly fileSize: number;
}

/**
 * Writes an empty differencing image, laid out as Hyper-V does it: footer, header, absolute path, table, relative path, footer. Its
 * first block comes to lie where the footer stands. `file` is new and empty.
 */
export function writeNewLeaf(fileSystem: FileSystem, file: Storage, spec: LeafSpec): void {
  const texts = parentPathTexts(fileSystem, spec.path, spec.parentPath);
  const absolute = locatorData('W2ku', texts.absolute);
  const relative = texts.relative === null ? null : locatorData('W2ru', texts.relative);
  const blockCount = Math.ceil(spec.virtualSize / spec.blockSize);
  const layout = layoutOf(absolute.length, blockCount, relative?.length ?? 0);
  const locators = [
    newLocator('W2ku', absolute, layout.absoluteOffset, layout.tableOffset - layout.absoluteOffset),
    relative === null
      ? UNUSED_LOCATOR
      : newLocator('W2ru', relative, layout.relativeOffset, roundUp(relative.length, RELATIVE_PATH_ROOM)),
  ];
  const footer = newFooter(spec.facts, spec.virtualSize, FOOTER_LENGTH, DISK_TYPE.differencing);
  file.truncate(layout.fileSize);
  file.write(0, footer);
  file.write(FOOTER_LENGTH, leafHeader(spec, layout, texts.name, blockCount, locators));
  file.write(layout.absoluteOffset, absolute);
  writeEmptyTable(file, layout);
  if (relative !== null) {
    file.write(layout.relativeOffset, relative);
  }
  file.write(layout.fileSize - FOOTER_LENGTH, footer);
}

/** Bytes of the file that `writeNewLeaf` makes. */
export function newLeafSize(fileSystem: FileSystem, spec: LeafSpec): number {
  const texts = parentPathTexts(fileSystem, spec.path, spec.parentPath);
  const blockCount = Math.ceil(spec.virtualSize / spec.blockSize);
  return layoutOf(texts.absolute.length * 2, blockCount, (texts.relative?.length ?? 0) * 2).fileSize;
}

function layoutOf(absoluteLength: number, blockCount: number, relativeLength: number): LeafLayout {
  const absoluteOffset = ALIGNMENT;
  const tableOffset = absoluteOffset + roundUp(absoluteLength, ALIGNMENT);
  const relativeOffset = tableOffset + roundUp(blockCount * TABLE_ENTRY_LENGTH, ALIGNMENT);
  const end = relativeOffset + roundUp(relativeLength, RELATIVE_PATH_ROOM);
  return { absoluteOffset, tableOffset, relativeOffset, fileSize: roundUp(end + FOOTER_LENGTH, ALIGNMENT) };
}

function leafHeader(
  spec: LeafSpec,
  layout: LeafLayout,
  parentName: string,
  blockCount: number,
  locators: readonly ParentLocator[],
): Uint8Array {
  const unused = new Array<ParentLocator>(PARENT_LOCATOR_COUNT - locators.length).fill(UNUSED_LOCATOR);
  const header = encodeDynamicHeader({
    dataOffset: NO_DATA_OFFSET,
    tableOffset: BigInt(layout.tableOffset),
    headerVersion: HEADER_VERSION,
    maxTableEntries: blockCount,
    blockSize: spec.blockSize,
    checksum: 0,
    parentUniqueId: spec.parentId,
    parentTimeStamp: timestampOfDate(spec.parentModified),
    reserved: 0,
    parentUnicodeName: nameField(parentName),
    parentLocators: [...locators, ...unused],
    reserved2: new Uint8Array(256),
  });
  return withChecksum(header, DYNAMIC_HEADER_CHECKSUM_OFFSET);
}

/** The table and what pads it: no block is there. */
function writeEmptyTable(file: Storage, { tableOffset, relativeOffset }: LeafLayout): void {
  const piece = new Uint8Array(Math.min(PIECE_LENGTH, relativeOffset - tableOffset)).fill(ABSENT_ENTRY & 0xff);
  for (let offset = tableOffset; offset < relativeOffset; offset += piece.length) {
    file.write(offset, piece.subarray(0, relativeOffset - offset));
  }
}

/** Parent Unicode Name as it stands in a header: cut off where it is too long, then NULs. */
export function nameField(name: string): string {
  return name.slice(0, MAX_NAME_LENGTH).padEnd(NAME_FIELD_LENGTH, '\0');
}

/** A path as it stands in a locator of one of the codes whose data is text. */
export function locatorData(platformCode: 'W2ku' | 'W2ru' | 'MacX', text: string): Uint8Array {
  const data = encodeLocatorText(platformCode, text);
  if (data === null) {
    throw new RangeError(`${platformCode} holds no text`);
  }
  return data;
}

function roundUp(offset: number, unit: number): number {
  return Math.ceil(offset / unit) * unit;
}
