import * as vscode from 'vscode';
import { viewTypeFor } from '../editor/viewTypes';
import type { FamilyRow, RowKind } from './familyTree';

const WARNING = new vscode.ThemeColor('problemsWarningIcon.foreground');

const ICONS: Readonly<Record<RowKind, vscode.ThemeIcon>> = {
  single: new vscode.ThemeIcon('database'),
  base: new vscode.ThemeIcon('database'),
  layer: new vscode.ThemeIcon('layers'),
  leaf: new vscode.ThemeIcon('vm-outline'),
  active: new vscode.ThemeIcon('vm-active'),
  missing: new vscode.ThemeIcon('error', new vscode.ThemeColor('problemsErrorIcon.foreground')),
  unreadable: new vscode.ThemeIcon('warning', WARNING),
  unfinished: new vscode.ThemeIcon('warning', WARNING),
  running: new vscode.ThemeIcon('sync~spin'),
  file: new vscode.ThemeIcon('file'),
  troubles: new vscode.ThemeIcon('warning', WARNING),
  section: new vscode.ThemeIcon('list-tree'),
};

/** As the explorer opens a file: as a preview, the focus staying in the tree. */
const OPEN: vscode.TextDocumentShowOptions = { preview: true, preserveFocus: true };

/** How long rows are made at a time, in milliseconds. */
const SLICE_TIME = 10;

/** A row as commands get it: with the image that they are about, where it is one. */
export interface FamilyElement {
  readonly row: FamilyRow;
  readonly uri: vscode.Uri | null;
  readonly leafPath: null;
}

export function familyElement(row: FamilyRow): FamilyElement {
  return { row, uri: row.path === null ? null : vscode.Uri.file(row.path), leafPath: null };
}

export function isFamilyElement(argument: unknown): argument is FamilyElement {
  return typeof argument === 'object' && argument !== null && 'row' in argument;
}

/** How a tree view shows a row. Menus go by its kind, what it can do, and what is out of order about it: `layer moved`. */
export function familyItem({ row, uri }: FamilyElement): vscode.TreeItem {
  const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;
  const state = row.children.length === 0 ? None : row.isFolded ? Collapsed : Expanded;
  const item = new vscode.TreeItem(row.label, state);
  // VS Code keeps a row folded that had nothing below it when it came: the first snapshot of an image would be out of sight.
  item.id = row.children.length === 0 ? row.id : `${row.id} with rows`;
  item.description = row.description;
  item.tooltip = row.tooltip;
  item.iconPath = iconOf(row);
  item.contextValue = [row.merge === null ? row.kind : 'unfinished.merge', ...row.traits].join(' ');
  item.accessibilityInformation = { label: row.spoken };
  if (uri !== null) {
    item.resourceUri = uri;
    item.command = {
      title: vscode.l10n.t('Open'),
      command: 'vscode.openWith',
      arguments: [uri, viewTypeFor(uri), OPEN],
    };
  }
  return item;
}

/** Makes rows without keeping the other extensions waiting. */
export async function inSlices<Result>(steps: Generator<void, Result, void>): Promise<Result> {
  for (;;) {
    const end = performance.now() + SLICE_TIME;
    do {
      const step = steps.next();
      if (step.done === true) return step.value;
    } while (performance.now() < end);
    await new Promise(setImmediate);
  }
}

function iconOf({ kind, traits }: FamilyRow): vscode.ThemeIcon {
  const icon = ICONS[kind];
  const isWrong = traits.includes('moved') || traits.includes('conflict');
  return isWrong && icon.color === undefined ? new vscode.ThemeIcon(icon.id, WARNING) : icon;
}
