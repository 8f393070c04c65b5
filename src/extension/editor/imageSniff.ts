import { open, type FileHandle } from 'node:fs/promises';
import * as vscode from 'vscode';
import { SECTOR_SIZE, sniffImage } from '../../engine/index';
import { remoteMaximumSize } from '../settings';

/** No one writes VHDL files of this size; a larger one is not loaded just to look into it. */
const MAX_SOURCE_SIZE = 8 * 1024 * 1024;

/** Tells a disk image from VHDL source, by the first and the last sector. False for what cannot be read. */
export async function isDiskImage(uri: vscode.Uri): Promise<boolean> {
  try {
    return uri.scheme === 'file' ? await isLocalImage(uri.fsPath) : await isRemoteImage(uri);
  } catch {
    return false;
  }
}

async function isLocalImage(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const facts = await file.stat();
    if (!facts.isFile()) return false;
    const head = await sectorAt(file, 0);
    const tail = await sectorAt(file, Math.max(0, facts.size - SECTOR_SIZE));
    return sniffImage(head, tail);
  } finally {
    await file.close();
  }
}

/** Shorter where the file is. */
async function sectorAt(file: FileHandle, offset: number): Promise<Uint8Array> {
  const sector = new Uint8Array(SECTOR_SIZE);
  const { bytesRead } = await file.read(sector, 0, SECTOR_SIZE, offset);
  return sector.subarray(0, bytesRead);
}

async function isRemoteImage(uri: vscode.Uri): Promise<boolean> {
  const { size } = await vscode.workspace.fs.stat(uri);
  // Ours says why such a file is too large to be opened.
  if (size > Math.max(remoteMaximumSize(), MAX_SOURCE_SIZE)) return true;
  const bytes = await vscode.workspace.fs.readFile(uri);
  return sniffImage(bytes.subarray(0, SECTOR_SIZE), bytes.subarray(-SECTOR_SIZE));
}
