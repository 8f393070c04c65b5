import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import * as vscode from 'vscode';
import type { Edit, EditTarget } from '../../../src/engine/editing/edit';
import type { ImageDocument } from '../../../src/extension/editor/imageDocument';
import type { TestFace } from '../../../src/extension/extension';
import { eventually } from '../../patience';

/** The open document of an image, as the extension has it; null where it is not open. */
export function openDocument(path: string): ImageDocument | null {
  const extension = vscode.extensions.getExtension<TestFace | undefined>('vhd-editor.vhd-editor');
  return extension?.exports?.documents.find(vscode.Uri.file(path)) ?? null;
}

export function documentOf(path: string): ImageDocument {
  const document = openDocument(path);
  assert.ok(document, `${path} is not open`);
  return document;
}

/** Bytes at a place of the virtual disk, or of the leaf's file. */
export function overwrite(offset: number, bytes: readonly number[], target: EditTarget = 'disk'): Edit {
  return { kind: 'overwrite', target, offset, bytes: Uint8Array.from(bytes) };
}

/** Bytes of the virtual disk, as of the leaf, as the editor shows them. */
export async function diskBytes(path: string, offset: number, length: number): Promise<readonly number[]> {
  const { bytes } = await documentOf(path).ask('readBytes', { source: { kind: 'disk', layer: 0 }, offset, length });
  return [...bytes];
}

/** Waits until the editor shows these bytes of the virtual disk: undo and redo are told before they are done. */
export async function diskShows(path: string, offset: number, bytes: readonly number[]): Promise<void> {
  await eventually(
    () => diskBytes(path, offset, bytes.length),
    (shown) => shown.join() === bytes.join(),
    `bytes at ${String(offset)} of ${path}, to be ${bytes.join()}`,
  );
}

/** Waits until VS Code shows all tabs of an image as changed, or all as not changed. */
export async function tabIsDirty(path: string, isDirty: boolean): Promise<void> {
  await eventually(
    () => tabsOf(path).map((tab) => tab.isDirty),
    (marks) => marks.length > 0 && marks.every((mark) => mark === isDirty),
    `dirty marks of ${path}, to be ${String(isDirty)}`,
  );
}

export function tabsOf(path: string): readonly vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap(({ tabs }) =>
    tabs.filter(({ input }) => input instanceof vscode.TabInputCustom && input.uri.fsPath === path),
  );
}

export async function undo(): Promise<void> {
  await vscode.commands.executeCommand('undo');
}

export async function redo(): Promise<void> {
  await vscode.commands.executeCommand('redo');
}

export async function save(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.files.save');
}

/** The whole file, to be compared with what it was. */
export function contentOf(path: string): Buffer {
  return readFileSync(path);
}

/** Ends the thread of an image's engine, as a mistake in it would. */
export async function breakEngine(path: string): Promise<void> {
  const [worker] = await Promise.all([whenAsked('readBytes'), diskBytes(path, 0, 1)]);
  await worker.terminate();
}

/** Waits until an engine is asked something by this name. Returns its thread. */
export function whenAsked(name: string): Promise<Worker> {
  const original = Object.getOwnPropertyDescriptor(Worker.prototype, 'postMessage');
  const postMessage = original?.value as (this: Worker, ...message: unknown[]) => void;
  return new Promise((resolve) => {
    const post = function (this: Worker, ...message: unknown[]): void {
      postMessage.apply(this, message);
      if ((message[0] as { readonly name?: unknown }).name !== name) return;
      Object.defineProperty(Worker.prototype, 'postMessage', { ...original, value: postMessage });
      resolve(this);
    };
    Object.defineProperty(Worker.prototype, 'postMessage', { ...original, value: post });
  });
}
