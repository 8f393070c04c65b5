import { nameOf, sizeText } from '../numbers';
import type { L10n } from './l10n';
import type { Operations } from '../../worker/operationWire';

/** What is asked before something is done: one modal dialog. */
export interface Question {
  readonly message: string;
  readonly detail: string;
}

type SnapshotPlan = Operations['snapshot']['plan'];

/** `kept`: the plan in which the active name is kept; null where that cannot be done. */
export function snapshotQuestion(l10n: L10n, plan: SnapshotPlan, kept: SnapshotPlan | null): Question {
  const name = nameOf(plan.image.path);
  const lines = [
    l10n.t(
      '{0} ({1}) is frozen: nothing may write to it from now on. A new, empty image above it takes all further changes.',
      name,
      sizeText(plan.image.size),
    ),
    l10n.t(
      'Create Snapshot: the new image is {0}, {1} large. A virtual machine must be set to use it.',
      nameOf(plan.leaf),
      sizeText(plan.bytesToWrite),
    ),
    kept === null
      ? null
      : l10n.t(
          'Keep the Name: {0} is renamed to {1}, and the new image is called {0}. The settings of a virtual machine stay right.',
          name,
          nameOf(kept.parent),
        ),
    l10n.t(
      'A snapshot is no backup: it lies on the same volume and is lost with it, and it knows nothing of the programs in the guest.',
    ),
  ];
  return { message: l10n.t('Create a snapshot of {0}?', name), detail: paragraphs(lines) };
}

function paragraphs(lines: readonly (string | null)[]): string {
  return lines.filter((line) => line !== null).join('\n\n');
}
