'use strict';
// Runs inside the extension host, which calls `run`. What it finds goes line by line into the file that VHD_TEST_REPORT names.
const fs = require('node:fs');
const path = require('node:path');

function reporterTo(file) {
  const write = (event) => fs.appendFileSync(file, `${JSON.stringify(event)}\n`);
  return function Reporter(runner) {
    runner.on('pass', (test) => write({ kind: 'pass', title: test.fullTitle(), duration: test.duration }));
    runner.on('pending', (test) => write({ kind: 'skip', title: test.fullTitle() }));
    runner.on('fail', (test, error) => {
      write({ kind: 'fail', title: test.fullTitle(), error: error.stack ?? String(error) });
    });
  };
}

exports.run = async function run() {
  const file = process.env.VHD_TEST_REPORT;
  const suites = process.env.VHD_TEST_SUITES;
  try {
    const { default: Mocha } = await import('mocha');
    const mocha = new Mocha({
      ui: 'bdd',
      timeout: 30_000,
      forbidOnly: true,
      reporter: reporterTo(file),
      grep: process.env.VHD_TEST_GREP,
    });
    for (const name of fs.readdirSync(suites, { recursive: true }).sort()) {
      if (name.endsWith('.test.js')) mocha.addFile(path.join(suites, name));
    }
    const failures = await new Promise((resolve) => mocha.run(resolve));
    fs.appendFileSync(file, `${JSON.stringify({ kind: 'end' })}\n`);
    if (failures > 0) throw new Error(`${failures} failed`);
  } catch (error) {
    fs.appendFileSync(file, `${JSON.stringify({ kind: 'note', text: String(error.stack ?? error) })}\n`);
    throw error;
  }
};
