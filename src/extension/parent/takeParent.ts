import * as vscode from 'vscode';
import type { RelinkPlan } from '../../engine/index';
import type { RankedParent } from '../../engine/operations/relinkCandidates';
import type { ImageDocument } from '../editor/imageDocument';
import { openInOurEditor } from '../editor/viewTypes';
import { nameOf } from '../numbers';
import type { OperationRun } from '../operations/operationRun';
import { sentenceOf } from '../operations/words';
import type { Planned } from '../../worker/operationClient';
import { parentQuestion } from './parentQuestion';
import type { ParentFaces, ParentTopic } from './parentSubject';

/** Only such names are followed without asking, so naming any other one would be in vain. */
const IMAGE_NAME = /\.a?vhdx?$/i;

/** How an image can be made to name its parent: in the editor where it is open, or in its file. */
type Relinking =
  | { readonly way: 'edit'; readonly plan: RelinkPlan; readonly document: ImageDocument }
  | { readonly way: 'file'; readonly plan: RelinkPlan; readonly planned: Planned<'relink'> };

/** Asks once what is to be done with the parent that the user chose, and does it. */
export async function takeParent(
  faces: ParentFaces,
  run: OperationRun,
  topic: ParentTopic,
  childPath: string,
  parent: RankedParent,
): Promise<void> {
  const relinking = await relinkingOf(faces, run, childPath, parent.path);
  const whyNot = typeof relinking === 'string' ? relinking : whyNotRelink(relinking.plan, parent);
  const plan = typeof relinking === 'string' || whyNot !== null ? null : relinking.plan;
  const canUse = await isMissing(run, topic, childPath);
  if (!canUse && plan !== null && plan.patch.changes.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t('{0} names {1} rightly already.', nameOf(childPath), nameOf(parent.path)),
    );
    return;
  }
  if (plan === null && canUse && parent.isProven) {
    // Nothing is risked and nothing is written: there is nothing to ask.
    faces.setup.log.info(`${childPath}: not to be relinked: ${whyNot ?? ''}`);
    await useForNow(faces, topic, childPath, parent.path);
    return;
  }
  const way = typeof relinking === 'string' ? 'file' : relinking.way;
  const { message, detail } = parentQuestion(vscode.l10n, { childPath, parent, plan, whyNot, way, canUse });
  const relink = parent.isProven ? vscode.l10n.t('Relink') : vscode.l10n.t('Relink Although Data May Not Fit');
  const use = parent.isProven ? vscode.l10n.t('Use for Now') : vscode.l10n.t('Use Although Data May Not Fit');
  const buttons = [...(plan === null ? [] : [relink]), ...(canUse ? [use] : [])];
  // Enter presses the first one: where there is a risk, the one that writes nothing.
  if (!parent.isProven) buttons.reverse();
  const answer = parent.isProven
    ? await vscode.window.showInformationMessage(message, { modal: true, detail }, ...buttons)
    : await vscode.window.showWarningMessage(message, { modal: true, detail }, ...buttons);
  if (answer === use) await useForNow(faces, topic, childPath, parent.path);
  if (answer === relink && typeof relinking !== 'string') await relinkTo(faces, run, relinking, childPath, parent);
}

/** A text where nothing can be written: why. */
async function relinkingOf(
  { documents, setup }: ParentFaces,
  run: OperationRun,
  childPath: string,
  parentPath: string,
): Promise<Relinking | string> {
  if (!vscode.workspace.isTrusted) return vscode.l10n.t('Images are only read in a workspace that you do not trust.');
  const document = documents.find(vscode.Uri.file(childPath));
  try {
    if (document !== null && (await isEditable(document))) {
      return { way: 'edit', document, plan: await document.edits.planRelink(parentPath) };
    }
    const planned = await run.plan('relink', { path: childPath, parentPath, acceptMismatch: true });
    return planned === null ? vscode.l10n.t('It was cancelled.') : { way: 'file', plan: planned.plan, planned };
  } catch (error) {
    setup.log.warn(`${childPath}: ${String(error)}`);
    return error instanceof Error ? error.message : String(error);
  }
}

async function isEditable(document: ImageDocument): Promise<boolean> {
  if (document.image === null) return false;
  await document.access.known();
  return document.access.editability.readOnlyReason === null;
}

function whyNotRelink({ refusals }: RelinkPlan, { path }: RankedParent): string | null {
  const [refusal] = refusals;
  if (refusal !== undefined) return sentenceOf(refusal);
  return IMAGE_NAME.test(path)
    ? null
    : vscode.l10n.t('{0} has no name of an image, and only such a name is followed. Rename it first.', nameOf(path));
}

async function isMissing(run: OperationRun, { path, document }: ParentTopic, childPath: string): Promise<boolean> {
  if (document?.image !== null && document !== null) return document.image.missing?.childPath === childPath;
  return (await run.standing(path))?.isCut === true;
}

async function useForNow(
  { documents, setup }: ParentFaces,
  { path, document }: ParentTopic,
  childPath: string,
  parentPath: string,
): Promise<void> {
  setup.log.info(`${childPath}: the user names ${parentPath} for its parent`);
  if (document !== null) {
    await document.useParent(parentPath);
    return;
  }
  const uri = vscode.Uri.file(path);
  documents.give(uri, parentPath);
  await openInOurEditor(uri, { preview: false });
}

async function relinkTo(
  faces: ParentFaces,
  run: OperationRun,
  relinking: Relinking,
  childPath: string,
  parent: RankedParent,
): Promise<void> {
  const [child, name] = [nameOf(childPath), nameOf(parent.path)];
  if (relinking.way === 'edit') {
    const label = vscode.l10n.t('Relink to {0}', name);
    await relinking.document.edits.edit({ kind: 'patch', label, patch: relinking.plan.patch });
    await openInOurEditor(relinking.document.uri, { preview: false });
    return;
  }
  const title = vscode.l10n.t('Relinking {0} to {1}', child, name);
  const result = await run.run(title, relinking.planned, [childPath]);
  if (result === null) return;
  for (const line of result.recovered) faces.setup.log.info(line);
  const done = vscode.l10n.t('{0} names {1} as its parent now.', child, name);
  void tellRelinked(childPath, [done, ...result.recovered].join(' '), result.undoPath);
}

/** What names another image than before can be taken back right away. */
async function tellRelinked(childPath: string, message: string, undoPath: string | null): Promise<void> {
  const undo = vscode.l10n.t('Undo Repair…');
  const open = vscode.l10n.t('Open Image');
  const kept = undoPath === null ? null : vscode.l10n.t('What was replaced is kept in {0}.', nameOf(undoPath));
  const text = [message, kept].filter((part) => part !== null).join(' ');
  const answer = await vscode.window.showInformationMessage(text, ...(undoPath === null ? [open] : [undo, open]));
  if (answer === open) await openInOurEditor(vscode.Uri.file(childPath), { preview: false });
  if (answer === undo) await vscode.commands.executeCommand('vhdEditor.undoRepair', vscode.Uri.file(childPath));
}
