'use strict';
// A mocha reporter that writes each result, as it comes, as a line of JSON into the file that VHD_TEST_REPORT names.
// The runner reads it, whatever process or extension host the tests run in.
const fs = require('node:fs');

function write(event) {
  fs.appendFileSync(process.env.VHD_TEST_REPORT, `${JSON.stringify(event)}\n`);
}

module.exports = function Reporter(runner) {
  runner.on('pass', (test) => write({ kind: 'pass', title: test.fullTitle(), duration: test.duration }));
  runner.on('pending', (test) => write({ kind: 'skip', title: test.fullTitle() }));
  runner.on('fail', (test, error) => {
    write({ kind: 'fail', title: test.fullTitle(), error: error.stack ?? String(error) });
  });
  runner.on('retry', (test, error) => {
    write({ kind: 'retry', title: test.fullTitle(), error: error.stack ?? String(error) });
  });
  runner.on('end', () => write({ kind: 'end' }));
};
