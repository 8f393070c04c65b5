import { NO_LAYER } from '../../protocol/session';
import type { BlockDetail, BlockGrainMap, LayerSummary } from '../../protocol/session';
import { t } from '../l10n';
import { grouped, hexadecimal } from '../numbers';
import type { BlockIndex } from './blockIndex';
import { Mark, WHOLE } from './cellLook';
import { countUnsaved } from './unsavedMarks';

const SECTOR_SIZE = 512;

/** A layer's part in a block, in words. */
export interface PartWords {
  /** NO_LAYER for the sectors that no layer owns. */
  readonly layer: number;
  readonly name: string;
  /** `1 312 sectors`; null where they are not counted yet. */
  readonly sectorCount: string | null;
  /** Where the block's first sector lies in the layer's file: `at 0x4A13E00`; null where there is no one place. */
  readonly fileOffset: string | null;
}

/** What there is to say of a block. */
export interface BlockWords {
  /** `Block 1 360` */
  readonly title: string;
  /** `2 layers, partly filled`; empty where there is nothing to add. */
  readonly summary: string;
  /** `LBA 5 570 560 – 5 574 655`, the last one included. */
  readonly sectors: string;
  /** `bytes 0xAA000000 – 0xAA1FFFFF`, the last one included. */
  readonly bytes: string;
  /** Most sectors first. */
  readonly parts: readonly PartWords[];
  /** Sectors that nobody can vouch for, and why; null where there are none. */
  readonly doubt: string | null;
  /** What of it, or of the blocks that share its cell, is not saved; null where all is. */
  readonly unsaved: string | null;
}

/** What the block-grain map and the bitmaps read so far say of a block. At once, without asking anybody. */
export function wordsFromMap(
  map: BlockGrainMap,
  index: BlockIndex,
  layers: readonly LayerSummary[],
  block: number,
  blocksPerCell = 1,
): BlockWords {
  const { looks } = index;
  const look = index.lookOf(block);
  const main = looks.main(look);
  const owners = [main, looks.second(look)].filter((layer) => layer !== NO_LAYER);
  const mark = looks.mark(look);
  const summary = [];
  if (main === NO_LAYER) summary.push(t('no layer'));
  if (mark === Mark.unread) summary.push(t('further layers below, not read yet'));
  else if (mark === Mark.more) summary.push(t('3 layers or more'));
  else if (owners.length > 1) summary.push(t('{0} layers', owners.length));
  if (main !== NO_LAYER && looks.level(look) < WHOLE) summary.push(t('partly filled'));
  return {
    ...placeWords(map, block),
    summary: summary.join(', '),
    parts: owners.map((layer) => ({ layer, name: nameOf(layers, layer), sectorCount: null, fileOffset: null })),
    doubt: null,
    unsaved: unsavedOf(map, block, blocksPerCell),
  };
}

/** The same with every sector counted. */
export function wordsFromDetail(
  map: BlockGrainMap,
  layers: readonly LayerSummary[],
  detail: BlockDetail,
  blocksPerCell = 1,
): BlockWords {
  const owned = detail.parts.reduce((sum, part) => sum + part.sectorCount, 0);
  const summary = [];
  if (owned === 0) summary.push(detail.doubtful.length > 0 ? t('no layer') : t('no layer, reads as zeros'));
  if (detail.parts.length > 1) summary.push(t('{0} layers', detail.parts.length));
  if (owned > 0 && owned < detail.sectorCount) summary.push(t('partly filled'));
  const parts: PartWords[] = detail.parts.map((part) => ({
    layer: part.layer,
    name: nameOf(layers, part.layer),
    sectorCount: sectorsOf(part.sectorCount),
    fileOffset: part.fileOffset === null ? null : t('at {0}', hexadecimal(part.fileOffset)),
  }));
  if (owned > 0 && owned < detail.sectorCount) {
    const rest = sectorsOf(detail.sectorCount - owned);
    parts.push({ layer: NO_LAYER, name: t('no layer'), sectorCount: rest, fileOffset: null });
  }
  return {
    ...placeWords(map, detail.block),
    summary: summary.join(', '),
    parts,
    doubt: doubtOf(detail),
    unsaved: blocksPerCell === 1 ? unsavedSectorsOf(map, detail) : unsavedOf(map, detail.block, blocksPerCell),
  };
}

/** One sentence for a screen reader. */
export function spoken(words: BlockWords): string {
  const owners = words.parts
    .filter((part) => part.layer !== NO_LAYER)
    .map((part) => (part.sectorCount === null ? part.name : `${part.name} ${part.sectorCount}`));
  const sentence = [words.title, words.sectors];
  if (owners.length > 0) sentence.push(t('owner {0}', owners.join(', ')));
  if (words.doubt !== null) sentence.push(words.doubt);
  if (words.unsaved !== null) sentence.push(words.unsaved);
  if (words.summary !== '') sentence.push(words.summary);
  return sentence.join(', ');
}

function doubtOf(detail: BlockDetail): string | null {
  const count = detail.doubtful.reduce((sum, run) => sum + run.length, 0);
  if (count === 0) return null;
  return detail.doubtful.some((run) => run.reason === 'parent-missing')
    ? t('{0} uncertain: the parent is missing', sectorsOf(count))
    : t('{0} uncertain: the file is damaged there', sectorsOf(count));
}

/** Of one block, or of all that share its cell. */
function unsavedOf({ unsaved = [], top }: BlockGrainMap, block: number, blocksPerCell: number): string | null {
  const count = countUnsaved(unsaved, block, Math.min(top.length, block + blocksPerCell));
  if (count === 0) return null;
  if (blocksPerCell === 1) return t('changes here are not saved');
  return count === 1
    ? t('1 block at this point is not saved')
    : t('{0} blocks at this point are not saved', grouped(count));
}

function unsavedSectorsOf(map: BlockGrainMap, { block, unsaved = [] }: BlockDetail): string | null {
  const count = unsaved.reduce((sum, run) => sum + run.length, 0);
  if (count === 0) return unsavedOf(map, block, 1);
  return count === 1 ? t('1 sector is not saved') : t('{0} sectors are not saved', grouped(count));
}

function sectorsOf(count: number): string {
  return count === 1 ? t('1 sector') : t('{0} sectors', grouped(count));
}

function nameOf(layers: readonly LayerSummary[], layer: number): string {
  return layers[layer]?.name ?? t('no layer');
}

function placeWords(map: BlockGrainMap, block: number): Pick<BlockWords, 'title' | 'sectors' | 'bytes'> {
  const sectorsPerBlock = map.blockSize / SECTOR_SIZE;
  const firstSector = block * sectorsPerBlock;
  const lastSector = Math.max(firstSector, Math.min(map.sectorCount, firstSector + sectorsPerBlock) - 1);
  const lastByte = (lastSector + 1) * SECTOR_SIZE - 1;
  return {
    title: t('Block {0}', grouped(block)),
    sectors: t('LBA {0} – {1}', grouped(firstSector), grouped(lastSector)),
    bytes: t('bytes {0} – {1}', hexadecimal(firstSector * SECTOR_SIZE), hexadecimal(lastByte)),
  };
}
