import {
  newImageFacts,
  planRepair,
  planUndoRepair,
  runRepair,
  undoRepair,
  type Patch,
  type RepairPlan,
  type RepairResult,
} from '../engine/index';
import { pathOf, policyOf, type Call, type Command } from './call';
import { UsageError } from './commandLine';
import { driveSteps } from './longDeed';
import { tell } from './operation';
import { writeJson } from './output';
import { patchDocument, patchLines } from './patchText';
import { printable } from './wording';

export const repairCommand: Command = {
  spec: {
    name: 'repair',
    operands: ['IMAGE'],
    summary: 'Put right what can be; what is replaced is kept beside. Exit code 1 where errors are left.',
    options: [
      { name: 'dry-run', value: null, help: 'Print what would be done, and do nothing.' },
      {
        name: 'only',
        value: 'KEY',
        isRepeatable: true,
        help: 'Do this repair, also one that takes a decision; --dry-run names them. May be repeated.',
      },
      { name: 'undo', value: null, help: 'Take the last repair or relink of IMAGE back, to the byte.' },
      { name: 'json', value: null, help: 'Print one JSON document.' },
    ],
  },
  run: async (call) => {
    const { line } = call;
    if (line.isSet('undo')) {
      if (line.texts('only').length > 0) {
        throw new UsageError('repair: --undo takes no --only; see vhd-editor repair --help');
      }
      return undo(call);
    }
    const only = line.texts('only');
    const options = { now: Date.now(), only: only.length === 0 ? null : only, facts: newImageFacts() };
    const path = pathOf(call, line.operands[0] ?? '');
    const outcome = await driveSteps(
      call.terminal,
      'Checking',
      planRepair(call.fileSystem, path, policyOf(call), options),
    );
    if (outcome.result === null) {
      return outcome.exitCode;
    }
    return repair(call, outcome.result);
  },
};

function repair(call: Call, plan: RepairPlan): number {
  const { line, terminal, fileSystem } = call;
  const result = line.isSet('dry-run') ? null : runRepair(fileSystem, plan);
  if (line.isSet('json')) {
    tell(call, result?.recovered ?? []);
    writeJson(terminal, documentOf(plan, result));
  } else {
    print(call, linesOf(plan, result));
  }
  return plan.findingsAfter.some(({ severity }) => severity === 'error') ? 1 : 0;
}

function documentOf(plan: RepairPlan, result: RepairResult | null): object {
  const { patch } = plan;
  return {
    patch: patchDocument(patch),
    applied: result !== null && result.undoPath !== null,
    lengthBefore: patch.lengthBefore,
    lengthAfter: patch.lengthAfter,
    undo: result?.undoPath ?? null,
    proposals: plan.proposals.map((proposal) => ({ ...proposal, patch: patchDocument(proposal.patch) })),
    findings: plan.findings,
    findingsAfter: plan.findingsAfter,
    unrepairable: plan.unrepairable,
    readable: plan.readable,
    refusals: plan.refusals,
  };
}

function linesOf(plan: RepairPlan, result: RepairResult | null): readonly string[] {
  const [chosen, offered] = [true, false].map((isChosen) =>
    plan.proposals.filter((each) => each.isChosen === isChosen),
  );
  const undoPath = result?.undoPath ?? null;
  const describe = ({ key, what, before, after, doubt, patch }: RepairPlan['proposals'][number]): readonly string[] => [
    `  ${key}: ${what}`,
    `    before: ${before}`,
    `    after: ${after}`,
    ...(doubt === null ? [] : [`    ${doubt}`]),
    ...patchLines(patch).map((each) => `    ${each}`),
  ];
  return [
    ...(result?.recovered ?? []),
    ...section(result === null ? 'Would be done' : 'Done', (chosen ?? []).flatMap(describe)),
    ...section('Needs a decision; do it with --only KEY', (offered ?? []).flatMap(describe)),
    ...section(
      'Cannot be put right',
      plan.unrepairable.map(({ id, why, remedy }) => `  ${id}: ${why}; ${remedy}`),
    ),
    ...plan.refusals.map(({ what, why, remedy }) => `refused: ${what}: ${why}; ${remedy}`),
    ...(plan.proposals.length === 0 && plan.unrepairable.length === 0 ? ['Nothing has to be repaired.'] : []),
    `${plan.path}: ${plan.readable}`,
    ...(undoPath === null ? [] : [`What was replaced is kept in ${undoPath}; repair --undo brings it back`]),
  ];
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines];
}

function undo(call: Call): number {
  const { line, terminal, fileSystem } = call;
  const path = pathOf(call, line.operands[0] ?? '');
  const isDryRun = line.isSet('dry-run');
  const patch: Patch | null = isDryRun ? planUndoRepair(fileSystem, path) : undoRepair(fileSystem, path);
  if (line.isSet('json')) {
    writeJson(terminal, { patch: patch === null ? [] : patchDocument(patch), applied: patch !== null && !isDryRun });
    return 0;
  }
  const done = isDryRun ? 'would be as it was before its last repair' : 'is as it was before its last repair';
  print(call, [
    ...(patch === null ? [] : patchLines(patch)),
    patch === null ? `${path}: there is nothing to take back` : `${path} ${done}`,
  ]);
  return 0;
}

function print({ terminal }: Call, lines: readonly string[]): void {
  terminal.write(new TextEncoder().encode(lines.map((each) => `${printable(each)}\n`).join('')));
}
