import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callForJson } from '../cli/callCli';
import { writeVhd } from '../fixtures/vhdBuilder';
import { sized } from '../testSize';
import { cutIntoLayers } from './cutIntoLayers';
import { checkFileSystem, FILE_SYSTEMS, makeFileSystem } from './fileSystems';
import { contentBy7zip } from './programs';
import { assertSameContent } from './sameContent';

const SIZE = 32 * 2 ** 20;
const CHAINS_EACH = sized({ small: 1, ci: 2, full: 8 });

describe('chains filled by mkfs, as 7-Zip and we read them', function () {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'vhd-editor-peers-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const name of FILE_SYSTEMS) {
    for (let seed = 0; seed < CHAINS_EACH; seed++) {
      const layerCount = 3 + ((seed + FILE_SYSTEMS.indexOf(name)) % 3);

      it(`${name} in ${layerCount} layers, seed ${seed}`, async function () {
        const raw = join(folder, `${name}.raw`);
        makeFileSystem(this, name, raw, SIZE, join(folder, 'files'));
        const cut = cutIntoLayers(readFileSync(raw), layerCount, seed, seed % 2 === 1);
        const paths = cut.specs.map((_, layer) => join(folder, `${layer}.vhd`));
        for (const [layer, spec] of cut.specs.entries()) writeVhd(paths[layer]!, spec);
        const leaf = layerCount - 1;

        for (let layer = leaf; layer >= 0; layer--) {
          const expected = layer === leaf ? readFileSync(raw) : cut.content(layer);
          assertSameContent(contentBy7zip(this, paths[layer]!), expected, `7-Zip on layer ${layer}`);

          const out = join(folder, 'out.raw');
          await callForJson(['export', paths[leaf]!, out, '--layer', String(leaf - layer), '--force']);
          assertSameContent(readFileSync(out), expected, `our export as of layer ${layer}`);
          if (layer === leaf) checkFileSystem(this, name, out);
        }
      });
    }
  }
});
