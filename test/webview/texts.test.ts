import assert from 'node:assert/strict';
import { decimal, t, useTranslations } from '../../src/webview/l10n';

describe('the page\u2019s texts', () => {
  it('are shown in the language of the host, and in English where it has none', () => {
    useTranslations({ 'Block {0}': 'Bloc {0}', 'offset {0}': 'décalage {0}' }, 'fr');
    assert.equal(decimal(1.5), '1,5');
    assert.equal(t('Block {0}', 7), 'Bloc 7');
    assert.equal(t('Layers'), 'Layers');
    useTranslations({}, 'en');
    assert.equal(t('Block {0}', 7), 'Block 7');
  });

  it('take values that look like places for what they are', () => {
    assert.equal(t('{0} at {1}', '{1}', 'x'), '{1} at x');
  });
});
