import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ComparePageHears } from '../../src/protocol/compare';
import { CompareClient } from '../../src/worker/compareClient';

describe('the client of a comparison', () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vhd-compare-client-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('tells nothing any more once it is disposed of, not even what was on its way', async () => {
    const program = join(folder, 'talker.js');
    writeFileSync(
      program,
      `const { parentPort } = require('node:worker_threads');
       for (let count = 0; count < 100; count++) parentPort.postMessage({ kind: 'broken', message: String(count) });
       parentPort.on('message', () => {});`,
    );
    const told: ComparePageHears[] = [];
    await new Promise<void>((done) => {
      const client = new CompareClient(program, (message) => {
        told.push(message);
        void client.dispose().then(done);
      });
    });
    assert.deepEqual(told, [{ kind: 'broken', message: '0' }]);
  });
});
