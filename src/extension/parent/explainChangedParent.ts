import * as vscode from 'vscode';
import type { ChangedParent } from '../../engine/index';
import { nameOf } from '../numbers';
import { tellOnlyRead } from '../operations/chosenImage';
import { mergeToNewFile } from '../operations/mergingToFile';
import { withOperation, type OperationRun } from '../operations/operationRun';
import { changedParentText, verdictText } from './changedParentText';
import { parentTopic, remoteDocument, type ParentFaces, type ParentTopic } from './parentSubject';
import { showReport } from './report';
import { takeParent } from './takeParent';

/** Says of each parent of an image whether it was changed after its child was made, which sectors that puts at risk, and which ways out are safe. */
export async function explainChangedParent(faces: ParentFaces, argument: unknown): Promise<void> {
  const remote = remoteDocument(faces, argument);
  if (remote !== null) {
    tellOnlyRead(remote.uri);
    return;
  }
  const topic = await parentTopic(faces, argument);
  if (topic === null) return;
  await withOperation(faces.setup, topic.path, async (run) => {
    const ties = await run.changedParents(topic.path);
    if (ties === null) return;
    const [grave] = [...ties].sort((one, other) => gravity(other) - gravity(one));
    if (grave === undefined) {
      const message = vscode.l10n.t('{0} has no parent that could be looked at.', nameOf(topic.path));
      void vscode.window.showInformationMessage(message);
      return;
    }
    await showReport(`${nameOf(topic.path)} parents.md`, changedParentText(vscode.l10n, ties));
    if (grave.told === 'changed' || grave.told === 'perhaps') void offerWays(faces, topic, grave);
  });
}

function gravity({ told, sectors }: ChangedParent): number {
  const rank = told === 'changed' ? 2 : told === 'perhaps' ? 1 : 0;
  return rank * 2 + (sectors.atRisk > 0 ? 1 : 0);
}

async function offerWays(faces: ParentFaces, topic: ParentTopic, tie: ChangedParent): Promise<void> {
  const merge = vscode.l10n.t('Merge into a New File…');
  const relink = vscode.l10n.t('Relink…');
  const answer = await vscode.window.showWarningMessage(verdictText(vscode.l10n, tie), merge, relink);
  if (answer === merge) await mergeToNewFile(faces.setup, topic.path);
  if (answer !== relink) return;
  await withOperation(faces.setup, tie.childPath, (run) => relinkTo(faces, run, topic, tie));
}

async function relinkTo(
  faces: ParentFaces,
  run: OperationRun,
  topic: ParentTopic,
  { childPath, parentPath }: ChangedParent,
): Promise<void> {
  const parent = await run.proveParent(childPath, parentPath);
  if (parent !== null) await takeParent(faces, run, topic, childPath, parent);
}
