import assert from 'node:assert/strict';
import { frameHtml, type Frame } from '../../../src/extension/editor/frameHtml';
import { translationsIn } from '../../l10n/keys';

const FRAME: Frame = {
  page: 'image',
  script: 'https://a/page.js',
  style: 'https://a/page.css',
  source: 'https://a',
  nonce: 'bm9uY2U',
  translations: { language: 'en', texts: {} },
};

describe('the frame of a page', () => {
  it('brings the translations to the page, whatever they hold, and says in which language it is', () => {
    const texts = { ...translationsIn('l10n/bundle.l10n.de.json'), 'a "b" <c> & \'d\'': '"><script>&quot;' };
    const html = frameHtml({ ...FRAME, translations: { language: 'de', texts } });
    assert.match(html, /<html lang="de">/);
    const [, attribute = ''] = /data-translations="([^"]*)"/.exec(html) ?? [];
    assert.ok(!/[<>]/.test(attribute));
    assert.deepEqual(JSON.parse(unescaped(attribute)), texts);
  });

  it('has nothing to bring in English', () => {
    const html = frameHtml(FRAME);
    assert.match(html, /<html lang="en">/);
    assert.doesNotMatch(html, /data-translations/);
  });
});

/** As a browser reads an attribute. */
function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}
