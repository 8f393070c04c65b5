import { ok } from 'node:assert/strict';
import { statSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { THEME_KINDS } from '../../page/themes';
import { describeStage, takePicture } from './mapHarness';

async function zoomIn(page: Page, notches: number): Promise<void> {
  await page.mouse.move(402, 253);
  for (let notch = 0; notch < notches; notch++) await page.mouse.wheel(0, -100);
}

/** For people to look at: what cannot be asserted is whether the map is beautiful. */
describeStage('pictures of the block map', (open) => {
  for (const theme of THEME_KINDS) {
    it(`show it far, in the middle and near: ${theme}`, async () => {
      const page = await open({ theme });
      await page.evaluate(() => {
        window.stage.showUsed(20_480, 4);
        window.stage.addGrain();
      });
      const pictures = [];
      for (const [name, notches] of [
        ['far', 0],
        ['middle', 5],
        ['near', 5],
      ] as const) {
        await zoomIn(page, notches);
        await page.evaluate(() => window.stage.drawn());
        pictures.push(await takePicture(page, `${theme}-${name}`));
      }
      for (const picture of pictures) ok(statSync(picture).size > 0);
    });
  }
});
