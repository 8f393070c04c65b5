import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeFileSystem } from '../../src/engine/storage/nodeFileSystem';
import { runFamily } from '../engine/operations/familyRun';
import { sized } from '../testSize';
import { contentsBy7zip } from './programs';
import { assertSameContent } from './sameContent';

describe('families of real files that were written, branched, merged and reverted, as 7-Zip reads them', function () {
  const seed = Number(process.env['VHD_TEST_SEED'] ?? Date.now() % 1_000_000);
  const count = sized({ small: 3, ci: 8, full: 150 });

  for (let at = 0; at < count; at++) {
    it(`after twelve steps, seed ${seed + at}`, function () {
      // 7-Zip follows relative paths into no other folder where these are not Windows' own.
      const folder = mkdtempSync(join(tmpdir(), 'vhd-editor-families-'));
      try {
        const fileSystem = new NodeFileSystem();
        const model = runFamily({ fileSystem, folders: [folder], seed: seed + at, steps: 12, blockSizes: [4, 8, 16] });
        // It does not read a child of another size than its parent.
        const images = [...model.images].filter((image) => {
          return model.chainOf(image).every(({ sectorCount }) => sectorCount === image.sectorCount);
        });
        const contents = contentsBy7zip(
          this,
          images.map(({ path }) => path),
          join(folder, '7-Zip'),
        );
        for (const image of images) assertSameContent(contents.get(image.path)!, model.contentOf(image), image.path);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  }
});
