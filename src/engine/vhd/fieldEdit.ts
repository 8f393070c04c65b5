import { EngineError } from '../errors';
import { t } from '../l10n';
import { sameBytes } from '../storage/sameBytes';
import type { EditKind, StructureNode } from '../structure';
import { BatmapInFile } from './batmapInFile';
import { BlockBitmaps } from './blockBitmaps';
import { BlockPlaces } from './blockPlaces';
import { bytesOfInput, possibleInput } from './fieldInput';
import { changeFooter } from './footerEdit';
import { changePath, codeOfPath, completeHeader, pathBytes, readLocator } from './headerEdit';
import { ImageTrial } from './imageTrial';
import { UNUSED_LOCATOR_CODE } from './parentLocator';
import { writeSectors } from './sectorRanges';
import { bytesOfNode, findNode, isWithin } from './structureNodes';
import { readParts, type SparseParts, type VhdParts } from './vhdParts';

/** See `ImageChanger.setField`. */
export function setField(parts: VhdParts | SparseParts, id: string, text: string, alone: boolean): readonly string[] {
  const trial = new ImageTrial(parts);
  const { path } = parts;
  const node = findNode(trial.structure, id);
  if (node === null) {
    throw new EngineError('out-of-range', {
      what: t('Changing {0} of {1}', id, path),
      why: t('the image has no such field'),
      remedy: t('look at its structure again'),
    });
  }
  const kind = node.editableAs;
  if (kind === null) {
    throw new EngineError('not-possible', {
      what: t('Changing {0} of {1}', node.name, path),
      why: t('it is no field'),
      remedy: t('change the fields in it, or its bytes in the hex view'),
    });
  }
  const edit = new FieldEdit(trial, node, kind, text, alone);
  const changed = trial.run(
    () => edit.apply(),
    (why) => edit.refused(why, t('leave it, or change its bytes in the hex view')),
    id,
  );
  return changed.filter((each) => !isWithin(each, id));
}

/** Characters of a text that are told in an error. */
const MAX_SHOWN = 60;

/** One change of a field. */
class FieldEdit {
  readonly #trial: ImageTrial;
  readonly #node: StructureNode;
  readonly #kind: EditKind;
  readonly #text: string;
  readonly #alone: boolean;

  constructor(trial: ImageTrial, node: StructureNode, kind: EditKind, text: string, alone: boolean) {
    this.#trial = trial;
    this.#node = node;
    this.#kind = kind;
    this.#text = text;
    this.#alone = alone;
  }

  apply(): void {
    const [root = '', part = ''] = this.#node.id.split('/');
    if (this.#kind.kind === 'path') {
      this.#setPath(Number(part));
      return;
    }
    if (this.#kind.kind === 'sectors') {
      this.#setSectors(Number(part), this.#kind.count);
      return;
    }
    const bytes = this.#bytes();
    switch (root) {
      case 'footer':
      case 'footer-copy':
        this.#setInFooter(root, bytes);
        return;
      case 'header':
      case 'locators':
        this.#write(bytes);
        this.#completeHeader();
        return;
      case 'bat':
        this.#setEntry(Number(part), bytes);
        return;
      default:
        this.#setInBatmap(bytes);
    }
  }

  /** The error for a text that cannot be taken. */
  refused(why: string, remedy = possibleInput(this.#kind)): EngineError {
    const text = this.#text.length > MAX_SHOWN ? `${this.#text.slice(0, MAX_SHOWN)}…` : this.#text;
    return new EngineError('bad-value', { what: t('Changing {0} to “{1}”', this.#node.name, text), why, remedy });
  }

  /** What is shown gives the bytes that stand there, whatever else it could stand for. */
  #bytes(): Uint8Array {
    const node = this.#node;
    const isShown = this.#text === node.value || this.#text === node.editText;
    const bytes = isShown ? bytesOfNode(this.#trial.storage, node) : bytesOfInput(this.#kind, this.#text, node.length);
    if (bytes === null) {
      throw this.refused(t('it does not fit into the field'));
    }
    return bytes;
  }

  #write(bytes: Uint8Array): void {
    this.#trial.storage.write(this.#node.offset, bytes);
  }

  #setInFooter(root: string, bytes: Uint8Array): void {
    const { parts } = this.#trial;
    const own = root === 'footer' ? parts.footers.tail : parts.footers.copy;
    if (own !== null) {
      changeFooter(parts, own, this.#node.offset - own.offset, bytes, this.#alone);
    }
  }

  #completeHeader(): void {
    const header = findNode(this.#trial.structure, 'header');
    if (!this.#alone && header !== null && this.#node.id !== 'header/checksum') {
      completeHeader(this.#trial.storage, header.offset);
    }
  }

  #setPath(slot: number): void {
    const { structure, storage, parts } = this.#trial;
    const header = findNode(structure, 'header');
    if (header === null || !('grid' in parts) || parts.header === null) {
      throw notPossible(this.#node, t('the dynamic header is damaged'));
    }
    if (this.#text !== this.#node.value) {
      const known = readLocator(storage, header.offset, slot).platformCode;
      const platformCode = known === UNUSED_LOCATOR_CODE ? codeOfPath(this.#text) : known;
      const bytes = pathBytes(platformCode, this.#text);
      if (bytes === null) {
        throw this.refused(t('an entry of {0} cannot hold it', platformCode));
      }
      const fault = changePath(parts, header.offset, slot, { platformCode, bytes }, this.#alone);
      if (fault === 'room') {
        const why = t('it takes {0} bytes, and Platform Data Length is {1}', bytes.length, this.#node.length);
        throw this.refused(why, t('type a shorter path, or let what depends on it follow'));
      }
      if (fault === 'end') {
        throw notPossible(
          this.#node,
          t('the path outgrows its room, and something is said to stand behind the footer'),
        );
      }
    }
    this.#completeHeader();
  }

  /** An entry of the table; the batmap says of the block what the bitmap at its new place does. */
  #setEntry(block: number, bytes: Uint8Array): void {
    const { parts, storage, path } = this.#trial;
    if (sameBytes(bytes, bytesOfNode(storage, this.#node))) {
      // Nothing follows from what stays: a batmap may say less than the bitmaps do.
      return;
    }
    const batmap = 'grid' in parts ? BatmapInFile.read(parts) : null;
    this.#write(bytes);
    if (this.#alone || batmap?.isBelieved !== true) {
      return;
    }
    const changed = readParts(storage, path);
    if (!('grid' in changed)) {
      return;
    }
    const place = new BlockPlaces(changed).bitmapOffset(block);
    const bitmaps = new BlockBitmaps(changed, batmap);
    bitmaps.retell(block, place < 0 ? null : place);
    bitmaps.save();
  }

  /** The bitmap of a block; the batmap says of the block what it does. */
  #setSectors(block: number, count: number): void {
    const { parts } = this.#trial;
    const place = 'grid' in parts ? new BlockPlaces(parts).bitmapOffset(block) : -1;
    if (!('grid' in parts) || place < 0) {
      throw notPossible(this.#node, t('the block has no place in the file'));
    }
    const batmap = this.#alone ? null : BatmapInFile.read(parts);
    const bitmaps = new BlockBitmaps(parts, batmap?.isBelieved === true ? batmap : null);
    const bitmap = bitmaps.read(place);
    if (this.#text === this.#node.value) {
      return;
    }
    if (!writeSectors(bitmap, count, this.#text)) {
      throw this.refused(t('these are not sectors of the block'));
    }
    bitmaps.write(block, place, bitmap);
    bitmaps.save();
  }

  /** The checksum is that of the map, over bytes that the version tells how to count. */
  #setInBatmap(bytes: Uint8Array): void {
    const { parts, storage, path } = this.#trial;
    const wasBelieved = isBelieved(parts);
    this.#write(bytes);
    if (!this.#alone && wasBelieved && this.#node.id !== 'batmap/checksum') {
      const changed = readParts(storage, path);
      if ('grid' in changed) {
        BatmapInFile.read(changed)?.save();
      }
    }
  }
}

function isBelieved(parts: ImageTrial['parts']): boolean {
  return 'grid' in parts && BatmapInFile.read(parts)?.isBelieved === true;
}

function notPossible({ name }: StructureNode, why: string): EngineError {
  return new EngineError('not-possible', {
    what: t('Changing {0}', name),
    why,
    remedy: t('check the image and repair it first'),
  });
}
