import { buildVhd, idOf, stampOf } from '../../fixtures/vhdBuilder';
import { blocksOf, type LocatorSpec, type VhdSpec } from '../../fixtures/vhdSpec';
import type { Random } from '../../crash/powerLoss';
import { RecordingFileSystem } from '../../crash/recordingFileSystem';

const SECTORS = 32;
const BLOCK_SIZE = 4096;

/** An image of a heap, where its parent lies, and what its disk reads as. */
export interface HeapImage {
  readonly path: string;
  readonly parent: string | null;
  readonly content: Uint8Array;
}

export interface HeapScene {
  readonly fileSystem: RecordingFileSystem;
  /** Parents before their children. */
  readonly images: readonly HeapImage[];
}

export interface HeapOptions {
  readonly families: number;
  /** Images of each family at most, its base among them. */
  readonly size: number;
  /** Folders over which the files are strewn; the first one is the heap's own when left out. */
  readonly folders?: readonly string[];
  /** How a child names its parent; as it was in another place when left out. */
  readonly locators?: (parentPath: string) => readonly LocatorSpec[];
  /** `true`: children know when their parent's file was changed. */
  readonly stamped?: boolean;
}

/** Families whose files lie in a heap, in an order and under names that tell nothing, each with words that were right elsewhere. */
export function buildHeap(random: Random, options: HeapOptions): HeapScene {
  const fileSystem = new RecordingFileSystem();
  const images: HeapImage[] = [];
  const folders = options.folders ?? ['/heap'];
  for (let family = 0; family < options.families; family++) {
    const ofFamily: (HeapImage & { readonly number: number })[] = [];
    const size = 1 + random(options.size);
    for (let at = 0; at < size; at++) {
      const number = images.length + 1;
      const parent = at === 0 ? null : ofFamily[random(ofFamily.length)]!;
      const path = `${folders[random(folders.length)]!}/${String(random(1e9))}-${number}.${at === 0 ? 'vhd' : 'avhd'}`;
      const content = parent?.content.slice() ?? new Uint8Array(SECTORS * 512);
      const owned = Array.from({ length: SECTORS }, (_, lba) => lba).filter(() => random(3) === 0);
      for (const lba of owned) content.set(stampOf(number)(lba), lba * 512);
      const spec: VhdSpec = {
        type: parent === null ? 'dynamic' : 'differencing',
        virtualSize: SECTORS * 512,
        blockSize: BLOCK_SIZE,
        id: idOf(number),
        content: stampOf(number),
        blocks: blocksOf(owned, BLOCK_SIZE),
        ...(parent === null ? {} : { parent: claimOf(fileSystem, parent, options) }),
      };
      fileSystem.add(path, buildVhd(spec));
      const image = { path, parent: parent?.path ?? null, content, number };
      ofFamily.push(image);
      images.push(image);
    }
  }
  return { fileSystem, images };
}

function claimOf(
  fileSystem: RecordingFileSystem,
  parent: { readonly path: string; readonly number: number },
  { locators, stamped }: HeapOptions,
): VhdSpec['parent'] & object {
  const modified = fileSystem.facts(parent.path)?.modified ?? 0;
  return {
    id: idOf(parent.number),
    name: `C:\\vm\\${parent.number}.vhd`,
    timestamp: stamped === true ? Math.floor(modified / 1000) - 946_684_800 : 0,
    locators: locators?.(parent.path) ?? [
      { code: 'W2ku', text: `C:\\vm\\${parent.number}.vhd`, dataSpace: 512 },
      { code: 'W2ru', text: `.\\${parent.number}.vhd`, dataSpace: 512 },
    ],
  };
}
