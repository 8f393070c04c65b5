import * as vscode from 'vscode';

/** Writes what VS Code keeps for when it starts again, where it says. */
export async function writeBackup(destination: vscode.Uri, bytes: Uint8Array): Promise<vscode.CustomDocumentBackup> {
  await vscode.workspace.fs.createDirectory(vscode.Uri.joinPath(destination, '..'));
  await vscode.workspace.fs.writeFile(destination, bytes);
  return {
    id: destination.toString(),
    delete: () => void vscode.workspace.fs.delete(destination).then(undefined, () => undefined),
  };
}

/** Reads what was kept. Rejects where it cannot be read. */
export async function readBackup(id: string): Promise<Uint8Array> {
  // A copy of its own: its buffer is given away.
  return new Uint8Array(await vscode.workspace.fs.readFile(vscode.Uri.parse(id, true)));
}
