import { sep } from 'node:path';
import * as vscode from 'vscode';
import type { ErrorWords } from '../../engine/errors';

/** `Merging a.avhd: b.avhd stands on it. Merge into a new file instead.`; the command line's options are left out. */
export function sentenceOf({ what, why, remedy }: ErrorWords): string {
  const advice = remedy.replaceAll(/ ?\(--[^)]*\)/g, '');
  return withoutFolder(`${what}: ${why}. ${advice.charAt(0).toUpperCase()}${advice.slice(1)}.`);
}

/** Paths below the open folder without it: no one else is to be seen there. */
function withoutFolder(text: string): string {
  const [folder, another] = vscode.workspace.workspaceFolders ?? [];
  return folder === undefined || another !== undefined ? text : text.replaceAll(`${folder.uri.fsPath}${sep}`, '');
}
