import * as vscode from 'vscode';
import type { ActiveEditor } from '../editor/activeEditor';
import type { ImageDocument } from '../editor/imageDocument';
import type { ImageDocuments } from '../editor/imageDocuments';
import { nameOf } from '../numbers';
import { chosenImage, isImageArgument } from '../operations/chosenImage';
import { choosePath } from '../operations/layerChoice';
import type { OperationRun, OperationSetup } from '../operations/operationRun';
import type { FamilyTracker } from '../views/familyTracker';

/** What the commands about parents work with. */
export interface ParentFaces {
  readonly active: ActiveEditor;
  readonly families: FamilyTracker;
  readonly documents: ImageDocuments;
  readonly setup: OperationSetup;
}

/** What a command about a parent was given, or is about where it was given nothing. */
export interface ParentTopic {
  /** An image of this computer, in whose chain the parent is. */
  readonly path: string;
  /** Its open document; null where it is not open. */
  readonly document: ImageDocument | null;
}

/** A document of another file system than the local one that a command is about; null where it is about a local image. */
export function remoteDocument({ active, documents }: ParentFaces, argument: unknown): ImageDocument | null {
  const document =
    argument instanceof vscode.Uri
      ? documents.find(argument)
      : argument === undefined
        ? (active.editor?.document ?? null)
        : null;
  return document !== null && document.uri.scheme !== 'file' ? document : null;
}

/** The image that a command is about: a child of the missing parent whose row it was given, else as all commands find it. Null where the user leaves. */
export async function parentTopic(faces: ParentFaces, argument: unknown): Promise<ParentTopic | null> {
  const { active, families, documents } = faces;
  const children = childrenOfMissing(argument);
  const path =
    children === null
      ? ((await chosenImage(active, families, argument))?.path ?? null)
      : await choosePath(vscode.l10n.t('Whose Parent?'), children);
  return path === null ? null : { path, document: documents.find(vscode.Uri.file(path)) };
}

/**
 * The image of the chain whose parent is meant: the one whose parent is missing; else one that the user chooses. Null where they leave, and where no image of
 * the chain has a parent: then they have been told.
 */
export async function childToLink(run: OperationRun, topic: ParentTopic): Promise<string | null> {
  const opened = topic.document?.image ?? null;
  const standing = opened === null ? await run.standing(topic.path) : null;
  if (opened === null && standing === null) return null;
  const layers = opened?.layers ?? standing?.layers ?? [];
  const missing = opened === null ? (standing?.isCut === true ? layers.at(-1)?.path : null) : opened.missing?.childPath;
  if (missing !== null && missing !== undefined) return missing;
  const children = layers.filter(({ type }) => type === 'differencing').map(({ path }) => path);
  if (children.length > 0) return choosePath(vscode.l10n.t('Whose Parent?'), children);
  void vscode.window.showInformationMessage(
    vscode.l10n.t('{0} is no differencing image and has no parent.', nameOf(topic.path)),
  );
  return null;
}

/** Paths of the images that stand on a missing parent, where the argument is its row in the tree; null for anything else. */
function childrenOfMissing(argument: unknown): readonly string[] | null {
  if (isImageArgument(argument) || typeof argument !== 'object' || argument === null || !('row' in argument)) {
    return null;
  }
  const { row } = argument;
  if (typeof row !== 'object' || row === null || !('kind' in row) || row.kind !== 'missing') return null;
  const children: readonly unknown[] = 'children' in row && Array.isArray(row.children) ? row.children : [];
  const paths = children.flatMap((child) =>
    typeof child === 'object' && child !== null && 'path' in child && typeof child.path === 'string'
      ? [child.path]
      : [],
  );
  return paths.length === 0 ? null : paths;
}
