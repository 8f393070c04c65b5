import assert from 'node:assert/strict';
import { decimal, groupedDigits, t, translationsInUse, useTranslations } from '../../src/engine/l10n';

const ENGLISH = translationsInUse();

describe('the texts of the engine', () => {
  afterEach(() => useTranslations(ENGLISH));

  it('are English until somebody says otherwise', () => {
    assert.equal(t('Block {0}', 7), 'Block 7');
    assert.equal(decimal(1.5), '1.5');
    assert.equal(groupedDigits(1_048_576), '1,048,576');
  });

  it('are those of the language, with the values where that wants them', () => {
    useTranslations({ language: 'de', texts: { '{0} of {1}': 'von {1} nur {0}' } });
    assert.equal(t('{0} of {1}', 3, 5n), 'von 5 nur 3');
    assert.equal(decimal(1.5), '1,5');
    assert.equal(groupedDigits(1_048_576), '1.048.576');
  });

  it('stay English where no translation is known', () => {
    useTranslations({ language: 'de', texts: {} });
    assert.equal(t('{0} of {1}', 'a', 'b'), 'a of b');
  });

  it('take values as they are', () => {
    assert.equal(t('{0} and {1}', '{1}', '$&'), '{1} and $&');
    assert.equal(t('{0} and {1}', 'one'), 'one and {1}');
  });

  it('bear a language that the system does not know', () => {
    useTranslations({ language: 'not a language', texts: { a: 'b' } });
    assert.equal(t('a'), 'b');
    assert.equal(decimal(0.5), '0.5');
  });
});
