'use strict';
// Runs inside the extension host, which calls `run`.
const fs = require('node:fs');
const path = require('node:path');
const Reporter = require('../reporter.cjs');

exports.run = async function run() {
  const suites = process.env.VHD_TEST_SUITES;
  try {
    const { default: Mocha } = await import('mocha');
    const mocha = new Mocha({
      ui: 'bdd',
      timeout: 600_000,
      retries: 1,
      forbidOnly: true,
      reporter: Reporter,
      grep: process.env.VHD_TEST_GREP,
    });
    for (const name of fs.readdirSync(suites, { recursive: true }).sort()) {
      if (name.endsWith('.test.js')) mocha.addFile(path.join(suites, name));
    }
    const failures = await new Promise((resolve) => mocha.run(resolve));
    if (failures > 0) throw new Error(`${failures} failed`);
  } catch (error) {
    const note = { kind: 'note', text: String(error.stack ?? error) };
    fs.appendFileSync(process.env.VHD_TEST_REPORT, `${JSON.stringify(note)}\n`);
    throw error;
  }
};
