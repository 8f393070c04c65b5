import assert from 'node:assert/strict';
import type { ShownRepair } from '../../../src/protocol/repair';
import { choicesOf, toggled } from '../../../src/webview/findings/repairChoices';

function shown(key: string, isChosen: boolean, blocks: readonly number[] = []): ShownRepair {
  const words = { what: '', before: '', after: '', doubt: null, findings: [key], isDefault: isChosen };
  const bytes = { changes: [], changeCount: 0, changedLength: 0, lengthBefore: 0, lengthAfter: 0 };
  return { key, isChosen, blocks, ...words, ...bytes };
}

describe('the choices among repairs', () => {
  it('put two blocks that claim one place beside each other, and leave all else alone', () => {
    const proposals = [
      shown('footer-missing', true),
      shown('bat-entry-duplicate/3', false, [3, 4]),
      shown('bat-entry-duplicate/7', false, [7, 8, 9]),
      shown('bat-entry-duplicate/4', false, [4, 3]),
      shown('blocks-overlap/5', false, [5]),
    ];
    const choices = choicesOf(proposals).map((choice) =>
      choice.kind === 'one' ? choice.repair.key : [choice.blocks, choice.repairs.map(({ key }) => key)],
    );
    assert.deepEqual(choices, [
      'footer-missing',
      [
        [3, 4],
        ['bat-entry-duplicate/3', 'bat-entry-duplicate/4'],
      ],
      'bat-entry-duplicate/7',
      'blocks-overlap/5',
    ]);
  });

  it('are taken and dropped one by one', () => {
    const proposals = [shown('footer-missing', true), shown('bitmap-past-end', false)];
    assert.deepEqual(toggled(proposals, 'bitmap-past-end'), ['footer-missing', 'bitmap-past-end']);
    assert.deepEqual(toggled(proposals, 'footer-missing'), []);
  });

  it('drop one way of two for the other, but not one block for another', () => {
    const ways = [shown('unmarked-data/mark', true), shown('unmarked-data/zero', false)];
    assert.deepEqual(toggled(ways, 'unmarked-data/zero'), ['unmarked-data/zero']);
    const blocks = [shown('bat-entry-beyond-file/1', true), shown('bat-entry-beyond-file/2', false)];
    assert.deepEqual(toggled(blocks, 'bat-entry-beyond-file/2'), [
      'bat-entry-beyond-file/1',
      'bat-entry-beyond-file/2',
    ]);
  });
});
