import { checkChain, checkImage, type CheckResult, type Finding } from '../engine/index';
import { pathOf, policyOf, type Call, type Command } from './call';
import { driveSteps } from './longDeed';
import { TextOutput, writeJson } from './output';
import { countForPeople, printable } from './wording';

const SEVERITIES: readonly Finding['severity'][] = ['error', 'warning', 'note'];

export const checkCommand: Command = {
  spec: {
    name: 'check',
    operands: ['IMAGE'],
    summary: 'Find everything that is wrong with an image; exit code 1 where there is an error.',
    options: [
      { name: 'chain', value: null, help: 'Check its parents too, and the ties between them.' },
      { name: 'json', value: null, help: 'Print one JSON document.' },
    ],
  },
  run: async (call) => {
    const { line, terminal, fileSystem } = call;
    const check = line.isSet('chain') ? checkChain : checkImage;
    const steps = check(fileSystem, pathOf(call, line.operands[0] ?? ''), policyOf(call), { now: Date.now() });
    const outcome = await driveSteps(terminal, 'Checking', steps);
    if (outcome.result === null) {
      return outcome.exitCode;
    }
    if (line.isSet('json')) {
      writeJson(terminal, { findings: outcome.result.findings });
    } else {
      showResult(call, outcome.result);
    }
    return outcome.result.findings.some(({ severity }) => severity === 'error') ? 1 : 0;
  },
};

function showResult(call: Call, { findings, paths }: CheckResult): void {
  const output = new TextOutput(call.terminal);
  for (const path of [...new Set([...paths, ...findings.map((finding) => finding.path)])]) {
    output.line(printable(path));
    const own = findings.filter((finding) => finding.path === path);
    for (const severity of SEVERITIES) {
      own.filter((finding) => finding.severity === severity).forEach((finding) => showFinding(output, finding));
    }
    if (own.length === 0) {
      output.line('  nothing is wrong');
    }
  }
  const counts = SEVERITIES.map((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return `${countForPeople(count)} ${severity}${count === 1 ? '' : 's'}`;
  });
  output.line(counts.join(', '));
  output.send();
}

function showFinding(
  output: TextOutput,
  { severity, id, offset, length, found, expected, windowsError, message }: Finding,
): void {
  output.line(`  ${severity}  ${printable(message)}`);
  const place = length === 0 ? '' : `, ${countForPeople(length)} bytes at ${countForPeople(offset)}`;
  output.line(printable(`    ${id}${place}${windowsError === null ? '' : `, ${windowsError}`}`));
  output.line(printable(`    found ${found}; expected ${expected}`));
}
