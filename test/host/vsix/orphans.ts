import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { stampOf, idOf, writeVhd } from '../../fixtures/vhdBuilder';
import { blocksOf, type VhdSpec } from '../../fixtures/vhdSpec';

const MIB = 1024 * 1024;
const SECTOR_COUNT = (4 * MIB) / 512;

/** One of the files of a heap. */
export interface Orphan {
  readonly path: string;
  readonly name: string;
  /** Path of its parent; null for a base. */
  readonly parent: string | null;
  /** What its disk reads as. */
  readonly content: () => Buffer;
}

/**
 * Writes thirty images into a folder: three chains of ten layers, under names that tell nothing, each naming its parent where it was on another computer. Parents
 * come before their children. `firstId`: theirs are the next thirty.
 */
export function writeOrphans(folder: string, firstId: number): readonly Orphan[] {
  mkdirSync(folder, { recursive: true });
  const orphans: Orphan[] = [];
  for (let index = 0; index < 30; index++) {
    const isBase = index % 10 === 0;
    const id = firstId + index;
    // Scattered over the alphabet, and the same each time.
    const name = `${((index * 7919 + 4177) % 99_991).toString(16).padStart(5, '0')}.${isBase ? 'vhd' : 'avhd'}`;
    const below = isBase ? undefined : orphans[index - 1];
    const sectors = [index, 100 + index, 4096 + (index % 3)];
    const was = `C:\\Hyper-V\\Snapshots\\${id - 1}.avhd`;
    const spec: VhdSpec = {
      type: isBase ? 'dynamic' : 'differencing',
      virtualSize: 4 * MIB,
      id: idOf(id),
      content: stampOf(id),
      blocks: blocksOf(sectors),
      ...(isBase
        ? {}
        : { parent: { id: idOf(id - 1), name: was, locators: [{ code: 'W2ku', text: was, dataSpace: 512 }] } }),
    };
    const path = join(folder, name);
    writeVhd(path, spec);
    const content = (): Buffer => {
      const disk = below?.content() ?? Buffer.alloc(SECTOR_COUNT * 512);
      for (const lba of sectors) disk.set(stampOf(id)(lba), lba * 512);
      return disk;
    };
    orphans.push({ path, name, parent: below?.path ?? null, content });
  }
  return orphans;
}
