import {
  planRelink,
  proveParent,
  runRelink,
  type RankedParent,
  type RelinkPlan,
  type RelinkResult,
} from '../engine/index';
import { pathOf, policyOf, type Call, type Command } from './call';
import { tell } from './operation';
import { writeJson } from './output';
import { patchDocument, patchLines } from './patchText';
import { FOLDER_OPTIONS, relinkFolder } from './relinkFolder';
import { printable } from './wording';

export const relinkCommand: Command = {
  spec: {
    name: 'relink',
    operands: ['IMAGE', 'PARENT'],
    insteadOfOperands: 'folder',
    summary: 'Have IMAGE name PARENT where it is now: id, name and every path.',
    options: [
      ...FOLDER_OPTIONS,
      { name: 'dry-run', value: null, help: 'Print what would be changed, and change nothing.' },
      {
        name: 'accept-mismatch',
        value: null,
        help: 'Take PARENT although its id or size differs: data may not fit. Undone by repair --undo.',
      },
      { name: 'json', value: null, help: 'Print one JSON document.' },
    ],
  },
  run: (call) => {
    const { line, fileSystem, terminal } = call;
    const folder = line.text('folder');
    if (folder !== null || line.isSet('undo')) {
      return relinkFolder(call, folder);
    }
    const [path, parentPath] = [0, 1].map((index) => pathOf(call, line.operands[index] ?? '')) as [string, string];
    const options = { acceptMismatch: line.isSet('accept-mismatch') };
    const plan = planRelink(fileSystem, path, parentPath, policyOf(call), options);
    const isDry = line.isSet('dry-run');
    const proofs =
      isDry && plan.id.named !== '' ? proveParent(fileSystem, path, parentPath, policyOf(call)).proofs : null;
    const result = isDry ? null : runRelink(fileSystem, plan);
    if (line.isSet('json')) {
      tell(call, result?.recovered ?? []);
      writeJson(terminal, { ...documentOf(plan, result), proofs });
    } else {
      show(call, plan, result, proofs ?? []);
    }
    return plan.refusals.length === 0 ? 0 : 1;
  },
};

function proofLine({ agrees, words }: RankedParent['proofs'][number]): string {
  return `${agrees === null ? 'unclear' : agrees ? 'for' : 'against'}: ${words}`;
}

function nameLine({ source, before, after }: RelinkPlan['names'][number]): string {
  return `${source}: ${before ?? 'nothing'} -> ${after ?? 'nothing'}`;
}

function documentOf(plan: RelinkPlan, result: RelinkResult | null): object {
  return {
    patch: patchDocument(plan.patch),
    applied: result !== null,
    lengthBefore: plan.patch.lengthBefore,
    lengthAfter: plan.patch.lengthAfter,
    mismatches: plan.mismatches,
    names: plan.names,
    modified: plan.modified,
    undo: result?.undoPath ?? null,
    refusals: plan.refusals,
  };
}

function show({ terminal }: Call, plan: RelinkPlan, result: RelinkResult | null, proofs: RankedParent['proofs']): void {
  const isSame = plan.patch.changes.length === 0;
  const lines = [
    ...(result?.recovered ?? []),
    ...proofs.map(proofLine),
    ...plan.names.filter(({ before, after }) => before !== after).map(nameLine),
    ...patchLines(plan.patch),
    ...plan.refusals.map(({ what, why, remedy }) => `refused: ${what}: ${why}; ${remedy}`),
    ...(plan.refusals.length > 0
      ? []
      : [`${plan.path} ${isSame ? 'names already' : result === null ? 'would name' : 'names now'} ${plan.parentPath}`]),
    ...(result?.undoPath === null || result === null
      ? []
      : [`What was replaced is kept in ${result.undoPath}; repair --undo brings it back`]),
  ];
  terminal.write(new TextEncoder().encode(lines.map((each) => `${printable(each)}\n`).join('')));
}
