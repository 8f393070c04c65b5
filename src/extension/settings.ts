import * as vscode from 'vscode';

const MEBIBYTE = 1024 * 1024;

/** Bytes that may be loaded from a file system which is not the local one. Bounds as in the manifest. */
export function remoteMaximumSize(): number {
  const value = vscode.workspace.getConfiguration('vhdEditor').get<number>('remote.maximumSize', 64);
  return Math.min(1024, Math.max(1, Math.floor(value))) * MEBIBYTE;
}
