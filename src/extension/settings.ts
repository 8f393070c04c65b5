import * as vscode from 'vscode';

const MEBIBYTE = 1024 * 1024;

/** Bytes that may be loaded from a file system which is not the local one. Bounds as in the manifest. */
export function remoteMaximumSize(): number {
  const value = vscode.workspace.getConfiguration('vhdEditor').get<number>('remote.maximumSize', 64);
  return Math.min(1024, Math.max(1, Math.floor(value))) * MEBIBYTE;
}

/** Bytes that all edits of an image may take, so that they can be undone and redone. Bounds as in the manifest. */
export function editingMemoryLimit(): number {
  const value = vscode.workspace.getConfiguration('vhdEditor').get<number>('editing.memoryLimit', 256);
  return Math.min(4096, Math.max(16, Math.floor(value))) * MEBIBYTE;
}
