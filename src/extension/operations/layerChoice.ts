import * as vscode from 'vscode';
import type { StandingLayer } from '../../engine/operations/standing';
import { utcText } from '../../engine/index';
import { shortNameOf, sizeText } from '../numbers';

/** An item that stands for something, beside the texts that VS Code shows. */
interface ChoiceItem<Choice> extends vscode.QuickPickItem {
  readonly choice: Choice;
}

/** One of some layers, as the user chooses; null where they leave. One alone is not asked for. */
export async function chooseLayer(title: string, layers: readonly StandingLayer[]): Promise<StandingLayer | null> {
  const [first] = layers;
  if (layers.length === 1 && first !== undefined) return first;
  const items = layers.map((layer): ChoiceItem<StandingLayer> => ({ ...layerItem(layer), choice: layer }));
  return (await vscode.window.showQuickPick(items, { title, matchOnDetail: true }))?.choice ?? null;
}

/** One of some files, as the user chooses; null where they leave. */
export async function choosePath(title: string, paths: readonly string[]): Promise<string | null> {
  const [first] = paths;
  if (paths.length === 1 && first !== undefined) return first;
  const items = paths.map((path): ChoiceItem<string> => ({ label: shortNameOf(path), detail: path, choice: path }));
  return (await vscode.window.showQuickPick(items, { title, matchOnDetail: true }))?.choice ?? null;
}

/** What a merge may go into: a layer below, or `newFile`. Null where the user leaves. */
export async function chooseMergeTarget(layers: readonly StandingLayer[]): Promise<StandingLayer | 'newFile' | null> {
  const [top, ...below] = layers;
  const items = below.map((layer, index): ChoiceItem<StandingLayer | 'newFile'> => {
    const { label, description, detail } = layerItem(layer);
    const words =
      index === 0
        ? vscode.l10n.t('Into the parent, {0}', label)
        : index === 1
          ? vscode.l10n.t('Into {0}, with the layer between', label)
          : vscode.l10n.t('Into {0}, with the {1} layers between', label, index);
    return { label: words, description, detail, choice: layer };
  });
  items.push({
    label: vscode.l10n.t('Into a New File…'),
    detail: vscode.l10n.t('The whole disk in one image; no other file is changed'),
    choice: 'newFile',
  });
  const title = vscode.l10n.t('Merge {0}', shortNameOf(top?.path ?? ''));
  return (await vscode.window.showQuickPick(items, { title, matchOnDetail: true }))?.choice ?? null;
}

function layerItem({ path, type, fileSize, created }: StandingLayer): {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
} {
  const made = created === null ? null : vscode.l10n.t('created {0}', utcText(created));
  const words = [type, sizeText(fileSize), made].filter((word) => word !== null);
  return { label: shortNameOf(path), description: words.join(' · '), detail: path };
}
