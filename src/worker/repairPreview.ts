import type { RepairPlan, RepairProposal } from '../engine/index';
import type { RepairPreview, ShownChange, ShownRepair } from '../protocol/repair';
import type { RepairAnswer } from './wire';

/** So much is shown of one repair; a patch may have megabytes. */
const MAX_CHANGES = 64;
const MAX_CHANGE_LENGTH = 512;

/** A plan as a page shows it, and the patch that stays with the host. */
export function repairAnswer(plan: RepairPlan): RepairAnswer {
  return { preview: repairPreview(plan), patch: plan.patch };
}

function repairPreview(plan: RepairPlan): Omit<RepairPreview, 'number'> {
  const { unrepairable, findingsAfter, readable, isUnfinished, patch } = plan;
  return {
    proposals: plan.proposals.map(shownRepair),
    unrepairable: unrepairable.map(({ id, offset, length, why, remedy }) => ({ id, offset, length, why, remedy })),
    problemsAfter: findingsAfter.filter(({ severity }) => severity !== 'note').length,
    readable,
    isUnfinished,
    lengthBefore: patch.lengthBefore,
    lengthAfter: patch.lengthAfter,
  };
}

function shownRepair({ patch, blocks, ...repair }: RepairProposal): ShownRepair {
  const { changes, lengthBefore, lengthAfter } = patch;
  return {
    ...repair,
    blocks: blocks ?? [],
    changes: changes.slice(0, MAX_CHANGES).map(shownChange),
    changeCount: changes.length,
    changedLength: changes.reduce((sum, change) => sum + lengthOf(change), 0),
    lengthBefore,
    lengthAfter,
  };
}

function shownChange(change: RepairProposal['patch']['changes'][number]): ShownChange {
  // Copies: a part of an array would take all of it along to the page.
  const before = change.before.slice(0, MAX_CHANGE_LENGTH);
  const after = change.after.slice(0, MAX_CHANGE_LENGTH);
  return { offset: change.offset, length: lengthOf(change), before, after };
}

function lengthOf({ before, after }: { readonly before: Uint8Array; readonly after: Uint8Array }): number {
  return Math.max(before.length, after.length);
}
