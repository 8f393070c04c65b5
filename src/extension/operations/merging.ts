import * as vscode from 'vscode';
import type { MergeResult } from '../../engine/index';
import type { Planned } from '../../worker/operationClient';
import { shortNameOf } from '../numbers';
import { mergeToNewFile } from './mergingToFile';
import type { BegunMerge } from './begunMerges';
import { mayWrite } from './chosenImage';
import { showResult } from './messages';
import { showRefusals, tellFailure, withOperation, type OperationRun, type OperationSetup } from './operationRun';
import type { Question } from './question';
import { replaceEditors } from './replaceEditors';

type MergePlan = Planned<'merge'>['plan'];

/** A merge as it is asked for: `into` is null for the parent. */
export interface WantedMerge {
  readonly path: string;
  readonly into: string | null;
}

/** What the user is asked before it; null for one that goes on, which has been asked for already. */
export interface MergeQuestion {
  readonly of: (plan: MergePlan) => Question;
  readonly button: string;
}

/** Merges layers into an ancestor, after one question. Cut short, it can be resumed from the message that says so. */
export async function merge(setup: OperationSetup, wanted: WantedMerge, question: MergeQuestion | null): Promise<void> {
  await withOperation(setup, wanted.path, (run) => mergeUnder(setup, run, wanted, question));
}

/** As `merge`, in an operation that has begun already. */
export async function mergeUnder(
  setup: OperationSetup,
  run: OperationRun,
  wanted: WantedMerge,
  question: MergeQuestion | null,
): Promise<void> {
  const planned = await run.plan('merge', wanted);
  if (planned === null) return;
  const { plan } = planned;
  if (plan.refusals.length > 0) {
    void offerNewFile(setup, wanted, plan);
    return;
  }
  if (question !== null) {
    const { message, detail } = question.of(plan);
    const button = plan.resumed === null ? question.button : vscode.l10n.t('Resume');
    if ((await vscode.window.showWarningMessage(message, { modal: true, detail }, button)) !== button) return;
  }
  const again = { path: plan.layers[0].path, into: plan.ancestor.path };
  const title = vscode.l10n.t('Merging {0} into {1}', shortNameOf(again.path), shortNameOf(again.into));
  let result: MergeResult | null;
  try {
    result = await setup.begunMerges.during(again, () => run.run(title, planned, touchedBy(plan)));
  } catch (error) {
    void offerAfterFailure(setup, again, error);
    return;
  }
  if (result === null) void offerToResume(setup, again);
  else await tellMerged(setup, again, result);
}

async function tellMerged(
  setup: OperationSetup,
  { path, into }: { readonly path: string; readonly into: string },
  { survivor, removed, leafs, recovered }: MergeResult,
): Promise<void> {
  const use = leafs[0] ?? survivor;
  await replaceEditors(removed, use, setup.log);
  const names = leafs.map(shortNameOf).join(', ');
  const message = leafs.includes(survivor)
    ? vscode.l10n.t(
        '{0} is merged into {1}. A virtual machine must now use {2}.',
        shortNameOf(path),
        shortNameOf(into),
        names,
      )
    : vscode.l10n.t(
        '{0} is merged into {1}. A virtual machine goes on with {2}.',
        shortNameOf(path),
        shortNameOf(into),
        names,
      );
  void showResult(setup, message, { recovered, use });
}

function touchedBy({ layers, ancestor, ties }: MergePlan): readonly string[] {
  return [...layers.map(({ path }) => path), ancestor.path, ...ties.children, ...ties.stamped];
}

async function offerNewFile(setup: OperationSetup, wanted: WantedMerge, plan: MergePlan): Promise<void> {
  const newFile = vscode.l10n.t('Merge to New File…');
  // The option's name stands in every language.
  const helps = plan.refusals[0]?.remedy.includes('(--to ') === true;
  const answer = await showRefusals(setup.log, plan.refusals, ...(helps ? [newFile] : []));
  if (answer === newFile) await mergeToNewFile(setup, wanted.path);
}

async function offerToResume(setup: OperationSetup, { path, into }: BegunMerge): Promise<void> {
  const message = vscode.l10n.t(
    'The merge of {0} into {1} was stopped. {0} and all above it read as before; {1} must not be used before the merge has gone on to its end.',
    shortNameOf(path),
    shortNameOf(into),
  );
  await offerResuming(setup, { path, into }, message);
}

/** A folder that is opened again may not be trusted any more. */
async function offerResuming(setup: OperationSetup, cut: BegunMerge, message: string): Promise<void> {
  setup.log.warn(message);
  const resume = vscode.l10n.t('Resume');
  if ((await vscode.window.showWarningMessage(message, resume)) !== resume) return;
  if (await mayWrite()) await merge(setup, cut, null);
}

/** Tells of the merges that went down with a window, and offers to go on with each. Nothing is looked at where there were none. */
export function offerLeftMerges(setup: OperationSetup): void {
  for (const left of setup.begunMerges.takeLeft()) void offerLeftMerge(setup, left);
}

async function offerLeftMerge(setup: OperationSetup, { path, into }: BegunMerge): Promise<void> {
  const found: (BegunMerge | null)[] = [];
  await withOperation(setup, into, async (run) => {
    found.push((await run.plan('finish', { path: into }))?.plan.merge ?? null);
  });
  // It came to its end, or somebody has gone on with it elsewhere.
  if (found[0]?.into !== into) return;
  const message = vscode.l10n.t(
    'The merge of {0} into {1} was cut short when the window closed. {0} and all above it read as before; {1} must not be used before the merge has gone on to its end.',
    shortNameOf(path),
    shortNameOf(into),
  );
  await offerResuming(setup, { path, into }, message);
}

async function offerAfterFailure(setup: OperationSetup, again: BegunMerge, error: unknown): Promise<void> {
  const resume = vscode.l10n.t('Resume');
  if ((await tellFailure(setup.log, error, resume)) === resume) await merge(setup, again, null);
}
