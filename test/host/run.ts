import { parseArgs } from 'node:util';
import { countsLine } from '../report';
import { runHosts } from './hosts';

const HELP = `Runs test/host/suites inside real VS Codes, on what stands in dist/.

  npm run test:host -- [--in oldest|current|desktop]... [--grep TEXT]

oldest and current are shown in Chromium; desktop is VSCODE_EXECUTABLE or a download.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      in: { type: 'string', multiple: true, default: [] },
      grep: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return;
  }
  const counts = await runHosts(values.in, values.grep ?? null);
  console.log(`\n${countsLine(counts)}`);
  if (counts.failed > 0) process.exitCode = 1;
}

void main();
