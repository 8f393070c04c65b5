import { newImageFacts, planRevert, runRevert, type RevertPlan } from '../engine/index';
import { pathOf, type Command } from './call';
import { operate, OPERATION_OPTIONS, optionPath, tell, undoFileText } from './operation';
import { sizeForPeople } from './wording';

export const revertCommand: Command = {
  spec: {
    name: 'revert',
    operands: ['LEAF'],
    summary: "Throw a leaf's changes away: a new, empty leaf takes its name.",
    options: [
      {
        name: 'to',
        value: 'LAYER',
        help: "The layer that the new leaf stands on. LEAF's parent where it is left out.",
      },
      { name: 'keep', value: 'FILE', help: 'Keep the old leaf under this name, in the same folder.' },
      { name: 'prune', value: null, help: 'Remove the layers that only the old leaf needed.' },
      { name: 'dry-run', value: null, help: 'Print what would be done, and do nothing.' },
      ...OPERATION_OPTIONS,
    ],
  },
  run: (call) => {
    const { line, fileSystem } = call;
    const path = pathOf(call, line.operands[0] ?? '');
    const [to, keepAs] = [optionPath(call, 'to'), optionPath(call, 'keep')];
    const options = { to, keepAs, prune: line.isSet('prune'), facts: newImageFacts() };
    return operate(call, {
      what: 'Reverting',
      path,
      plan: (request) => planRevert(request, path, options),
      run: (plan) => runRevert(fileSystem, plan),
      document: (plan, result) => {
        tell(call, result?.recovered ?? []);
        const removed =
          result === null
            ? { remove: [...plan.remove, ...plan.undoFiles].map(({ path }) => path) }
            : { removed: result.removed };
        return {
          leaf: plan.leaf.path,
          parent: plan.parent.path,
          kept: plan.keepAs,
          ...removed,
          left: plan.left,
          refusals: plan.refusals,
        };
      },
      text: (plan, result) => [...(result?.recovered ?? []), ...textOf(plan, result === null)],
    });
  },
};

function textOf(plan: RevertPlan, isDryRun: boolean): readonly string[] {
  const { leaf, parent, keepAs, lostBytes, remove, undoFiles, left } = plan;
  const lost =
    keepAs === null
      ? `${sizeForPeople(lostBytes)} of changes ${isDryRun ? 'would be lost' : 'are gone'}`
      : `the old leaf is ${keepAs}`;
  return [
    `${leaf.path}: a new, empty leaf on ${parent.path}; ${lost}`,
    ...remove.map((layer) => `${layer.path}: ${isDryRun ? 'would be removed' : 'removed'}`),
    ...undoFiles.map((file) => undoFileText(file, isDryRun)),
    ...left.map((path) => `${path}: no leaf needs it any more`),
  ];
}
