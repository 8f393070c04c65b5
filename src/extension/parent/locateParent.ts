import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { MissingParent } from '../../engine/chain/chain';
import type { RankedParent } from '../../engine/operations/relinkCandidates';
import { imageFilters } from '../commands/openImages';
import { nameOf } from '../numbers';
import { tellOnlyRead } from '../operations/chosenImage';
import { withOperation, type OperationRun } from '../operations/operationRun';
import type { FamilyTracker } from '../views/familyTracker';
import { locateRemoteParent } from './locateRemoteParent';
import { parentItems, type ParentChoice } from './parentItems';
import { childToLink, parentTopic, remoteDocument, type ParentFaces, type ParentTopic } from './parentSubject';
import { takeParent } from './takeParent';

/**
 * Looks for the parent of an image, shows what was found with what speaks for and against each file, and takes the one that the user chooses: for now, or by
 * writing its name into the image.
 */
export async function locateParent(faces: ParentFaces, argument: unknown): Promise<void> {
  const remote = remoteDocument(faces, argument);
  if (remote !== null) {
    await locateRemoteParent(remote, faces.setup.log);
    return;
  }
  const topic = await parentTopic(faces, argument);
  if (topic === null) return;
  await withOperation(faces.setup, topic.path, async (run) => {
    await topic.document?.open();
    const childPath = await childToLink(run, topic);
    if (childPath === null) return;
    const parent = await chooseParent(faces, run, topic, childPath);
    if (parent !== null) await takeParent(faces, run, topic, childPath, parent);
  });
}

/** Null where the user leaves. */
async function chooseParent(
  { families }: ParentFaces,
  run: OperationRun,
  { document }: ParentTopic,
  childPath: string,
): Promise<RankedParent | null> {
  const missing = document?.image?.missing?.childPath === childPath ? document.image.missing : null;
  const searched: string[] = [];
  const known = await knownImages(families);
  for (;;) {
    const folders = [...workspaceFolders(), ...searched];
    const ranked = await run.rankParents(childPath, { folders, files: known });
    if (ranked === null) return null;
    const choice = await chooseItem(childPath, ranked, missing);
    if (choice === null) return null;
    if (choice.kind === 'askFolder') {
      const folder = await askFor('folder', childPath);
      if (folder !== null) searched.push(folder);
      continue;
    }
    if (choice.kind === 'remote') {
      void vscode.window.showWarningMessage(
        vscode.l10n.t(
          '{0} is on another computer, or a device. An image alone must not lead there: copy the file to this computer and choose the copy.',
          choice.path,
        ),
      );
      return null;
    }
    const path = choice.kind === 'file' ? choice.path : await askFor('file', childPath);
    // Only the first of them had their content compared.
    return path === null ? null : run.proveParent(childPath, path);
  }
}

async function chooseItem(
  childPath: string,
  ranked: readonly RankedParent[],
  missing: MissingParent | null,
): Promise<ParentChoice | null> {
  const chosen = await vscode.window.showQuickPick([...parentItems(childPath, ranked, missing)], {
    title: titleOf(childPath, missing),
    placeHolder:
      ranked.length === 0
        ? vscode.l10n.t('No image was found that may be the parent')
        : vscode.l10n.t('Images that may be the parent, the likeliest first'),
    matchOnDescription: true,
    matchOnDetail: true,
    // A search was waited for; and a dialog for files that has just closed may give the focus back to the editor.
    ignoreFocusOut: true,
  });
  return chosen?.choice ?? null;
}

function titleOf(childPath: string, missing: MissingParent | null): string {
  return missing === null
    ? vscode.l10n.t('Parent of {0}', nameOf(childPath))
    : vscode.l10n.t('Parent of {0}, id {1}', nameOf(childPath), missing.id);
}

/** The user names a folder or a file; null where they leave, or where it is on another file system: then they have been told. */
async function askFor(what: 'folder' | 'file', childPath: string): Promise<string | null> {
  const isFolder = what === 'folder';
  const uris = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Parent of {0}', nameOf(childPath)),
    openLabel: isFolder ? vscode.l10n.t('Search') : vscode.l10n.t('Use as Parent'),
    defaultUri: vscode.Uri.file(dirname(childPath)),
    canSelectFiles: !isFolder,
    canSelectFolders: isFolder,
    ...(isFolder ? {} : { filters: imageFilters() }),
  });
  const uri = uris?.[0];
  if (uri === undefined || uri.scheme === 'file') return uri?.fsPath ?? null;
  tellOnlyRead(uri);
  return null;
}

/** The images of the families that the tree shows; with what is said of the workspace's folders. */
async function knownImages(families: FamilyTracker): Promise<readonly string[]> {
  if (!vscode.workspace.isTrusted) return [];
  return (await families.known()).families.flatMap(({ images }) => images.map(({ path }) => path));
}

/** In a workspace that is not trusted nothing but the image's own folder is looked into unasked. */
function workspaceFolders(): readonly string[] {
  if (!vscode.workspace.isTrusted) return [];
  const folders = vscode.workspace.workspaceFolders ?? [];
  return folders.filter(({ uri }) => uri.scheme === 'file').map(({ uri }) => uri.fsPath);
}
