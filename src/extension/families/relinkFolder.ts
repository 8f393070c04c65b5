import * as vscode from 'vscode';
import type { Refusal } from '../../engine/index';
import { nameOf } from '../numbers';
import { mayWrite } from '../operations/chosenImage';
import { withOperation, type OperationSetup } from '../operations/operationRun';
import { sentenceOf } from '../operations/words';
import { nothingToRelink, refusalsOf, relinkFolderQuestion, tiesOf, undoRelinkQuestion } from './relinkQuestion';

/** Has every image of a folder name its parent where it lies now, after one question. `folder` is absolute. */
export async function relinkFolder(setup: OperationSetup, folder: string): Promise<void> {
  if (!(await mayWrite())) return;
  await withOperation(setup, folder, async (run) => {
    const planned = await run.plan('relinkFolder', { path: folder });
    if (planned === null) return;
    const { plan } = planned;
    logAll(setup, refusalsOf(plan, plan.failures));
    const { wanted } = tiesOf(plan);
    if (wanted.length === 0 && !plan.goesOn) {
      void vscode.window.showInformationMessage(nothingToRelink(vscode.l10n, plan));
      return;
    }
    for (const { path, parentPath } of wanted) setup.log.info(`${path} → ${parentPath}`);
    const { message, detail } = relinkFolderQuestion(vscode.l10n, plan);
    const button = plan.goesOn ? vscode.l10n.t('Go On') : vscode.l10n.t('Relink');
    if ((await vscode.window.showWarningMessage(message, { modal: true, detail }, button)) !== button) return;
    const title = vscode.l10n.t('Relinking {0}', nameOf(folder));
    const touched = wanted.map(({ path }) => path);
    const result = await run.run(title, planned, touched, false);
    if (result === null) {
      void tellStopped(setup, folder);
      return;
    }
    for (const line of result.recovered) setup.log.info(line);
    logAll(setup, result.failures);
    void tellDone(setup, folder, result.relinked.length, result.failures);
  });
}

/** Takes the last relinking of a folder back, after one question. */
export async function undoRelinkFolder(setup: OperationSetup, folder: string): Promise<void> {
  if (!(await mayWrite())) return;
  await withOperation(setup, folder, async (run) => {
    const planned = await run.plan('undoRelinkFolder', { path: folder });
    if (planned === null) return;
    const { plan } = planned;
    logAll(setup, refusalsOf(plan));
    const { message, detail } = undoRelinkQuestion(vscode.l10n, plan);
    const button = vscode.l10n.t('Undo Relink');
    if ((await vscode.window.showWarningMessage(message, { modal: true, detail }, button)) !== button) return;
    const touched = plan.images.map(({ path }) => path);
    const title = vscode.l10n.t('Taking the relinking of {0} back', nameOf(folder));
    const result = await run.run(title, planned, touched, false);
    if (result === null) return;
    logAll(setup, result.failures);
    const count = result.undone.length;
    const done =
      count === 1
        ? vscode.l10n.t('1 image is as it was before.')
        : vscode.l10n.t('{0} images are as they were before.', count);
    await tellWithFailures(setup, done, result.failures, {});
  });
}

async function tellDone(
  setup: OperationSetup,
  folder: string,
  count: number,
  failures: readonly Refusal[],
): Promise<void> {
  const done =
    count === 1
      ? vscode.l10n.t('1 image names its parent where it is now.')
      : vscode.l10n.t('{0} images name their parents where they are now.', count);
  await tellWithFailures(setup, done, failures, {
    [vscode.l10n.t('Undo Relink')]: () => undoRelinkFolder(setup, folder),
  });
}

async function tellStopped(setup: OperationSetup, folder: string): Promise<void> {
  const goOn = vscode.l10n.t('Go On');
  const undo = vscode.l10n.t('Undo Relink');
  const message = vscode.l10n.t(
    'Relinking {0} was stopped: each image is as it was, or relinked, and every disk reads as before.',
    nameOf(folder),
  );
  const answer = await vscode.window.showWarningMessage(message, goOn, undo);
  if (answer === goOn) await relinkFolder(setup, folder);
  if (answer === undo) await undoRelinkFolder(setup, folder);
}

async function tellWithFailures(
  { log }: OperationSetup,
  done: string,
  failures: readonly Refusal[],
  further: Readonly<Record<string, () => Promise<void>>>,
): Promise<void> {
  const [first] = failures;
  const openLog = vscode.l10n.t('Open Log');
  if (first === undefined) {
    const answer = await vscode.window.showInformationMessage(done, ...Object.keys(further));
    if (answer !== undefined) await further[answer]?.();
    return;
  }
  const failed =
    failures.length === 1
      ? sentenceOf(first)
      : vscode.l10n.t('{0} images were left as they are; the first: {1}', failures.length, sentenceOf(first));
  const answer = await vscode.window.showWarningMessage(`${done} ${failed}`, ...Object.keys(further), openLog);
  if (answer === openLog) log.show();
  else if (answer !== undefined) await further[answer]?.();
}

function logAll({ log }: OperationSetup, refusals: readonly Refusal[]): void {
  for (const refusal of refusals) log.warn(sentenceOf(refusal));
}
