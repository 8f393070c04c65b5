import { appendFileSync } from 'node:fs';
import { browser, hasBrowser } from '../browser';
import { openTabs } from './imageEditor';

/** What may stand in a test's way, with what is written in it. */
const SHOWN = '.quick-input-widget, .monaco-dialog-box, .notification-toast';

function noteInReport(text: string): void {
  const report = process.env['VHD_TEST_REPORT'];
  if (report !== undefined) appendFileSync(report, `${JSON.stringify({ kind: 'note', text })}\n`);
}

// A failure that comes now and then is understood by what the window showed then.
afterEach(async function () {
  const test = this.currentTest;
  if (test?.state !== 'failed') return;
  noteInReport(`open: ${openTabs().join(', ')}`);
  if (!hasBrowser()) return;
  try {
    const source = `() => [
      'focus: ' + document.activeElement?.className,
      ...[...document.querySelectorAll('${SHOWN}')].filter((each) => each.checkVisibility()).map((each) => each.innerText),
    ].join('\\n')`;
    noteInReport(String(await browser.evaluate({ area: 'workbench', source, argument: null })));
    await browser.screenshot({ name: `failed/${test.fullTitle().replaceAll(/[^\w]+/g, '-')}` });
  } catch (error) {
    noteInReport(`what was shown cannot be told: ${String(error)}`);
  }
});
