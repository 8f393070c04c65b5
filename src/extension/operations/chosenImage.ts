import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { imageFilters } from '../commands/openImages';
import { nameOf } from '../numbers';
import type { FamilyTracker } from '../views/familyTracker';
import type { ActiveEditor } from '../editor/activeEditor';

/** What a command is given by the page of an editor or by the tree. */
export interface ImageArgument {
  readonly uri: vscode.Uri;
  /** The leaf in whose chain it was chosen; null where that is not known. */
  readonly leafPath: string | null;
}

/** An image of this computer that a command is about. */
export interface ChosenImage {
  readonly path: string;
  readonly leafPath: string | null;
  /** True where the user has named just this image; false where it was only the one that is open. */
  readonly isNamed: boolean;
}

/**
 * The image that a command is about: what it was given by the explorer, the tree or an editor's chain; else the image of the active editor;
 * else what the user chooses. Null where they choose none, and where nothing may be written: then they have been told why.
 */
export async function imageToChange(
  active: ActiveEditor,
  families: FamilyTracker,
  argument: unknown,
): Promise<ChosenImage | null> {
  return (await mayWrite()) ? chosenImage(active, families, argument) : null;
}

/** As `imageToChange`, for what only reads. */
export async function chosenImage(
  active: ActiveEditor,
  families: FamilyTracker,
  argument: unknown,
): Promise<ChosenImage | null> {
  if (argument instanceof vscode.Uri) return ofUri(argument, true);
  if (isImageArgument(argument)) return ofUri(argument.uri, true, argument.leafPath);
  const document = active.editor?.document;
  if (document !== undefined) return ofUri(document.uri, false);
  const uri = await askForImage(families, []);
  return uri === null ? null : ofUri(uri, true);
}

/** One of the workspace's images, or any other; null where the user leaves. `first`: paths that stand before all others. */
export async function askForImage(
  families: FamilyTracker,
  first: readonly string[],
  title = vscode.l10n.t('Choose a Virtual Hard Disk Image'),
): Promise<vscode.Uri | null> {
  const known = (await families.known()).families.flatMap((family) => family.images.map(({ path }) => path));
  const items = [...new Set([...first, ...known])].map((path) => ({
    label: nameOf(path),
    description: folderText(path),
    path,
  }));
  const other = { label: vscode.l10n.t('$(folder-opened) Choose a File…'), path: null };
  const chosen =
    items.length === 0
      ? other
      : await vscode.window.showQuickPick([...items, other], { title, matchOnDescription: true, ignoreFocusOut: true });
  if (chosen === undefined) return null;
  if (chosen.path !== null) return vscode.Uri.file(chosen.path);
  const openLabel = vscode.l10n.t('Choose');
  return (await vscode.window.showOpenDialog({ title, openLabel, filters: imageFilters() }))?.[0] ?? null;
}

/** Where a file lies within the workspace; empty for its folder itself. */
function folderText(path: string): string {
  const folder = dirname(vscode.workspace.asRelativePath(path));
  return folder === '.' ? '' : folder;
}

function ofUri(uri: vscode.Uri, isNamed: boolean, leafPath: string | null = null): ChosenImage | null {
  if (uri.scheme === 'file') return { path: uri.fsPath, leafPath, isNamed };
  tellOnlyRead(uri);
  return null;
}

/** Says why nothing is done to a file system other than the local one. */
export function tellOnlyRead(uri: vscode.Uri): void {
  void vscode.window.showWarningMessage(
    vscode.l10n.t('{0} is on a file system other than the local one, where images are only shown.', uri.path),
  );
}

/** A stranger's folder may hold chains that are made to do harm: nothing in it is written before it is trusted. */
export async function mayWrite(): Promise<boolean> {
  if (vscode.workspace.isTrusted) return true;
  const manage = vscode.l10n.t('Manage Workspace Trust');
  const message = vscode.l10n.t('Images are only read in a workspace that you do not trust.');
  if ((await vscode.window.showWarningMessage(message, manage)) === manage) {
    await vscode.commands.executeCommand('workbench.trust.manage');
  }
  return false;
}

export function isImageArgument(argument: unknown): argument is ImageArgument {
  return typeof argument === 'object' && argument !== null && 'uri' in argument && argument.uri instanceof vscode.Uri;
}
