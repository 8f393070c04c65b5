import assert from 'node:assert/strict';
import { activateAlone, bundledExtension } from '../fixtures/activateAlone';

describe('the activation of the extension', () => {
  it('touches no file and starts no thread, no program and no connection', async () => {
    const { reached, subscriptions } = activateAlone(await bundledExtension());
    assert.ok(subscriptions.length > 10);
    // What it has put off for the next turns.
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
    assert.deepEqual(reached, []);
  });
});
