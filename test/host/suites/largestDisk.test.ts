import assert from 'node:assert/strict';
import { idOf, writeVhd } from '../../fixtures/vhdBuilder';
import { browser, requireBrowser } from '../browser';
import { eventually } from '../../patience';
import { longestBlock, noteMeasures, openingTimes } from './longestBlock';
import { childOf, closeAllEditors, hoverFirstCell, openImage, workspacePath } from './imageEditor';

const LARGEST = { virtualSize: 2040 * 2 ** 30, alignment: 4096, everyBlock: true } as const;
const BLOCK_COUNT = '1\u202f044\u202f480';
const ROUNDS = 3;

/** Two million bitmaps are read. */
const SCAN_TIMEOUT = 100_000;

describe('the largest disk, a snapshot of 2040 GiB with every block in use in both layers', function () {
  this.timeout(6 * SCAN_TIMEOUT);

  before(function () {
    requireBrowser(this);
    writeVhd(workspacePath('largest-base.vhd'), { ...LARGEST, type: 'dynamic', id: idOf(2) });
    writeVhd(workspacePath('largest.avhd'), { ...LARGEST, ...childOf(1, 'largest-base.vhd') });
  });
  after(closeAllEditors);

  it('opens, has every bitmap read in the background, and answers meanwhile', async () => {
    // How long the extension host may be blocked is asked by the benchmark, not by a test.
    const measures = process.env['VHD_TEST_MEASURES'];
    if (measures === undefined) {
      await openAndScan();
    } else {
      noteMeasures(measures, 'disk', await openingTimes(ROUNDS, openAndScan, closeAllEditors));
      noteMeasures(measures, 'resting', await longestBlock(() => new Promise((resolve) => setTimeout(resolve, 3000))));
    }
    await browser.screenshot({ name: 'largest-disk' });
  });

  async function openAndScan(): Promise<void> {
    await openImage(workspacePath('largest.avhd'));
    await browser.waitFor({ area: 'editor', selector: '.block-map-total', text: BLOCK_COUNT });
    await hoverFirstCell('no layer, reads as zeros');
    await browser.click({ area: 'editor', selector: '#tab-layers' });
    await browser.waitFor({ area: 'editor', selector: '#room-layers table' });
    // Says how far the bitmaps are read as long as they are not.
    await eventually(
      () => browser.count({ area: 'editor', selector: '#room-layers .note-line' }),
      (count) => count === 0,
      'the note that bitmaps are being read',
      SCAN_TIMEOUT,
    );
    await browser.waitFor({ area: 'editor', selector: '#room-layers table', text: BLOCK_COUNT });
    assert.deepEqual(await browser.takeTroubles(), []);
  }
});
