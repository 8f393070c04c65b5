import { renameSync, rmSync, utimesSync } from 'node:fs';
import { stampOf, writeVhd } from '../../fixtures/vhdBuilder';
import { blocksOf, type VhdSpec } from '../../fixtures/vhdSpec';
import { browser, requireBrowser } from '../browser';
import {
  assertNoTrouble,
  closeAllEditors,
  hoverBlock,
  openImage,
  pageShows,
  workspacePath,
  writeChain,
} from './imageEditor';

const DISK: VhdSpec = {
  type: 'dynamic',
  virtualSize: 32 * 1024 * 1024,
  content: stampOf(1),
  blocks: blocksOf([0]),
};

/** Writes a file that is open, at a time that differs from before whatever the clock's grain. */
function writeAgain(path: string, spec: VhdSpec): void {
  writeVhd(path, spec);
  utimesSync(path, new Date(), new Date(Date.now() + 5000));
}

describe('an image that other programs write to', function () {
  before(function () {
    requireBrowser(this);
  });
  afterEach(async () => {
    await closeAllEditors();
    await assertNoTrouble();
  });

  it('is read anew, and the page says so', async () => {
    const path = workspacePath('changing.vhd');
    writeVhd(path, DISK);
    await openImage(path);
    await hoverBlock(4, [/no layer/]);
    writeAgain(path, { ...DISK, blocks: blocksOf([0, 4 * 4096 + 1]) });
    await browser.waitFor({ area: 'editor', selector: '.banner', text: 'The image was changed on disk' });
    await hoverBlock(4, [/changing\.vhd 1 sector /]);
    await browser.screenshot({ name: 'changed-on-disk' });
  });

  it('is read anew when another file takes its place', async () => {
    const path = workspacePath('replaced.vhd');
    writeVhd(path, DISK);
    await openImage(path);
    const next = workspacePath('next.tmp');
    writeAgain(next, { ...DISK, blocks: blocksOf([3 * 4096]) });
    renameSync(next, path);
    await browser.waitFor({ area: 'editor', selector: '.banner', text: 'The image was changed on disk' });
    await hoverBlock(3, [/replaced\.vhd 1 sector /]);
  });

  it('stays as it was read last when it is gone, and comes back with the file', async () => {
    const path = workspacePath('going.vhd');
    writeVhd(path, DISK);
    await openImage(path);
    rmSync(path);
    await browser.waitFor({ area: 'editor', selector: '.banner.warning', text: 'is gone' });
    await hoverBlock(0, [/going\.vhd 1 sector /]);
    await browser.screenshot({ name: 'gone' });
    writeAgain(path, { ...DISK, blocks: blocksOf([0, 1]) });
    await browser.waitFor({ area: 'editor', selector: '.banner', text: 'The image was changed on disk' });
    await hoverBlock(0, [/going\.vhd 2 sectors /]);
  });

  it('shows what went wrong with a file that is no image any more, and recovers', async () => {
    const path = workspacePath('broken.vhd');
    writeVhd(path, DISK);
    await openImage(path);
    writeAgain(path, { ...DISK, headFooter: false, tailFooter: false });
    await browser.waitFor({ area: 'editor', selector: '.banner.warning', text: 'broken.vhd' });
    writeAgain(path, { ...DISK, blocks: blocksOf([0, 1]) });
    await hoverBlock(0, [/broken\.vhd 2 sectors /]);
  });

  it('shows its chain whole when the parent changes, goes and comes back', async () => {
    const chain = writeChain('parents', 41);
    await openImage(workspacePath(chain.leaf));
    await hoverBlock(5, [/parents-middle\.avhd 4 096 sectors/]);
    const away = workspacePath('away.tmp');
    renameSync(workspacePath(chain.middle), away);
    await browser.waitFor({ area: 'editor', selector: '.layer.missing', text: chain.middle });
    await hoverBlock(5, [/uncertain: the parent is missing/]);
    await browser.screenshot({ name: 'missing-parent' });
    renameSync(away, workspacePath(chain.middle));
    await browser.waitFor({ area: 'editor', selector: '[data-layer="2"]' });
    await hoverBlock(5, [/parents-middle\.avhd 4 096 sectors/]);
    await pageShows(chain.leaf);
  });
});
