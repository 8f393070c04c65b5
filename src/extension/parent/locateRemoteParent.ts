import * as vscode from 'vscode';
import type { MissingParent, ParentCandidate } from '../../engine/chain/chain';
import type { ImageFacts } from '../../worker/wire';
import { imageFilters } from '../commands/openImages';
import type { ImageDocument } from '../editor/imageDocument';
import { utcText } from '../../engine/index';
import { grouped, nameOf } from '../numbers';
import { reasonText } from './parentItems';

interface ParentItem extends vscode.QuickPickItem {
  /** Null for the item that opens a file dialog. */
  readonly path: string | null;
}

/**
 * For an image of another file system than the local one, where nothing is written: lets the user say which file is the missing parent, one of those that were
 * met, with their proof, or any other.
 */
export async function locateRemoteParent(document: ImageDocument, log: vscode.LogOutputChannel): Promise<void> {
  const missing = document.image?.missing ?? null;
  if (missing === null) {
    void vscode.window.showInformationMessage(vscode.l10n.t('No parent is missing in this chain.'));
    return;
  }
  const path = await choosePath(document, missing);
  if (path === null) return;
  const problem = await problemOf(document, missing, path);
  if (problem !== null && !(await isTakenAllTheSame(problem))) return;
  log.info(`${missing.childPath}: the user names ${path} for its parent`);
  await document.useParent(path);
}

/** The engine's name of the file; null where the user leaves. */
async function choosePath(document: ImageDocument, missing: MissingParent): Promise<string | null> {
  // A path to another computer is never touched, on whatever word.
  const touchable = missing.candidates.filter(({ reason }) => reason !== 'remote-or-device');
  if (touchable.length === 0) return askForFile(document, missing);
  const candidates = await Promise.all(touchable.map((candidate) => itemOf(document, candidate)));
  const other: ParentItem = { label: vscode.l10n.t('$(folder-opened) Choose a File…'), path: null };
  const chosen = await vscode.window.showQuickPick<ParentItem>([...candidates, other], {
    title: vscode.l10n.t('Parent of {0}, id {1}', nameOf(missing.childPath), missing.id),
    placeHolder: vscode.l10n.t('Files that may be the parent, and why they were not taken without asking'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (chosen === undefined) return null;
  return chosen.path ?? askForFile(document, missing);
}

async function askForFile(document: ImageDocument, missing: MissingParent): Promise<string | null> {
  const uris = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Parent of {0}, id {1}', nameOf(missing.childPath), missing.id),
    openLabel: vscode.l10n.t('Use as Parent'),
    defaultUri: vscode.Uri.joinPath(document.source.uriOf(missing.childPath), '..'),
    filters: imageFilters(),
  });
  const uri = uris?.[0];
  if (uri === undefined) return null;
  if (uri.scheme === document.uri.scheme && uri.authority === document.uri.authority) {
    return uri.scheme === 'file' ? uri.fsPath : uri.path;
  }
  void vscode.window.showWarningMessage(
    vscode.l10n.t('{0} is on another file system than the image; copy it beside the image first.', uri.path),
  );
  return null;
}

/** A candidate with its proof. Its time is asked for only where the file has been opened already. */
async function itemOf(document: ImageDocument, candidate: ParentCandidate): Promise<ParentItem> {
  const { path, id, virtualSize, source, reason } = candidate;
  const created = id === null ? null : await createdTime(document, path);
  const proof = [
    id === null ? vscode.l10n.t('not opened') : vscode.l10n.t('id {0}', id),
    virtualSize === null ? null : vscode.l10n.t('{0} bytes', grouped(virtualSize)),
    created === null ? null : vscode.l10n.t('created {0}', utcText(created)),
    vscode.l10n.t('named by {0}', source),
  ];
  return {
    label: nameOf(path),
    description: reasonText(reason),
    detail: [path, ...proof].filter((word) => word !== null).join(' · '),
    path,
  };
}

async function createdTime(document: ImageDocument, path: string): Promise<number | null> {
  try {
    return (await document.inspect(path)).created;
  } catch {
    return null;
  }
}

/** What speaks against a file as the parent, for people; null where nothing does. The user has named it, so it may be opened. */
async function problemOf(document: ImageDocument, missing: MissingParent, path: string): Promise<Problem | null> {
  try {
    const facts = await document.inspect(path);
    return facts.id === missing.id ? null : { kind: 'otherId', facts, missing };
  } catch (error) {
    return { kind: 'unreadable', message: error instanceof Error ? error.message : String(error) };
  }
}

type Problem =
  | { readonly kind: 'otherId'; readonly facts: ImageFacts; readonly missing: MissingParent }
  | { readonly kind: 'unreadable'; readonly message: string };

/** Asks once where an image with another id is to be taken; a file that cannot be read is not taken at all. */
async function isTakenAllTheSame(problem: Problem): Promise<boolean> {
  if (problem.kind === 'unreadable') {
    await vscode.window.showWarningMessage(problem.message);
    return false;
  }
  const { facts, missing } = problem;
  const take = vscode.l10n.t('Use It Anyway');
  const detail = vscode.l10n.t(
    'Its id is {0}; {1} names {2}.\n\nWherever {1} has no data of its own, the data of {3} is shown. If the disk was another one, or was changed since, that is not what a guest would have read. No file is changed.',
    facts.id,
    nameOf(missing.childPath),
    missing.id,
    nameOf(facts.path),
  );
  const message = vscode.l10n.t('{0} is not the parent that {1} names.', nameOf(facts.path), nameOf(missing.childPath));
  return (await vscode.window.showWarningMessage(message, { modal: true, detail }, take)) === take;
}
