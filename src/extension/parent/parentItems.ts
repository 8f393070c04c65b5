import { dirname } from 'node:path';
import * as vscode from 'vscode';
import type { MissingParent, ParentCandidate } from '../../engine/chain/chain';
import type { ParentProof, RankedParent } from '../../engine/operations/relinkCandidates';
import { grouped, nameOf } from '../numbers';
import { markOf } from './parentQuestion';

export type ParentChoice =
  | { readonly kind: 'file'; readonly path: string }
  /** A place on another computer, or a device: it is shown, and never touched. */
  | { readonly kind: 'remote'; readonly path: string }
  /** The user wants to name a folder to be searched, or a file. */
  | { readonly kind: 'askFolder' | 'askFile' };

/** A row of the list of candidates; a heading has no choice. */
export interface ParentItem extends vscode.QuickPickItem {
  readonly choice: ParentChoice | null;
}

/** Files that may be a parent, the likeliest first with what speaks for and against each; those that nobody has looked into yet; and the ways to others. */
export function parentItems(
  childPath: string,
  ranked: readonly RankedParent[],
  missing: MissingParent | null,
): readonly ParentItem[] {
  const known = new Set(ranked.map(({ path }) => path));
  const met = (missing?.candidates ?? []).filter(({ path, id }) => id === null && !known.has(path));
  const child = nameOf(childPath);
  return [
    ...group(vscode.l10n.t('the id and the size that {0} needs', child), ranked.filter(isProven).map(rankedItem)),
    ...group(
      vscode.l10n.t('not the parent that {0} names', child),
      ranked.filter((candidate) => !isProven(candidate)).map(rankedItem),
    ),
    ...group(vscode.l10n.t('named by {0}', child), met.map(namedItem)),
    ...group(vscode.l10n.t('elsewhere'), [
      {
        label: vscode.l10n.t('$(search) Search a Folder…'),
        description: vscode.l10n.t('and those below it'),
        choice: { kind: 'askFolder' },
      },
      { label: vscode.l10n.t('$(folder-opened) Choose a File…'), choice: { kind: 'askFile' } },
    ]),
  ];
}

function group(label: string, items: readonly ParentItem[]): readonly ParentItem[] {
  return items.length === 0 ? [] : [heading(label), ...items];
}

function isProven(candidate: RankedParent): boolean {
  return candidate.isProven;
}

function rankedItem({ path, virtualSize, isProven: fits, proofs }: RankedParent): ParentItem {
  const size = vscode.l10n.t('{0} bytes', grouped(virtualSize));
  return {
    label: `$(${fits ? 'pass' : 'warning'}) ${nameOf(path)}`,
    description: dirname(vscode.workspace.asRelativePath(path)),
    detail: [...byWeight(proofs).map((proof) => `${markOf(proof)} ${kindText(proof.kind)}`), size].join('  '),
    choice: { kind: 'file', path },
  };
}

/** What is cut off where there is no room matters least. */
function byWeight(proofs: readonly ParentProof[]): readonly ParentProof[] {
  const order: readonly ParentProof['kind'][] = ['id', 'virtual-size', 'content', 'time', 'block-size', 'name'];
  return [...proofs].sort((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind));
}

/** In one word each: the sentences stand in the question that follows. */
function kindText(kind: ParentProof['kind']): string {
  switch (kind) {
    case 'id':
      return vscode.l10n.t('id');
    case 'virtual-size':
      return vscode.l10n.t('size');
    case 'time':
      return vscode.l10n.t('time');
    case 'block-size':
      return vscode.l10n.t('block size');
    case 'name':
      return vscode.l10n.t('name');
    case 'content':
      return vscode.l10n.t('content');
  }
}

function namedItem({ path, source, reason }: ParentCandidate): ParentItem {
  const isRemote = reason === 'remote-or-device';
  return {
    label: `$(${isRemote ? 'circle-slash' : 'question'}) ${isRemote ? path : nameOf(path)}`,
    description: isRemote ? '' : dirname(vscode.workspace.asRelativePath(path)),
    detail: isRemote
      ? vscode.l10n.t('{0}: it is on another computer, or a device, and is never touched', source)
      : vscode.l10n.t('{0}: not opened, since {1}', source, reasonText(reason)),
    choice: { kind: isRemote ? 'remote' : 'file', path },
  };
}

function heading(label: string): ParentItem {
  return { label, kind: vscode.QuickPickItemKind.Separator, choice: null };
}

/** Why a file that an image names was not followed without asking. */
export function reasonText(reason: ParentCandidate['reason']): string {
  switch (reason) {
    case 'other-id':
      return vscode.l10n.t('it has another id');
    case 'other-extension':
      return vscode.l10n.t('its name is not that of an image');
    case 'link':
      return vscode.l10n.t('a link leads to it');
    case 'outside-folder':
      return vscode.l10n.t('it is outside the folder of the image');
    case 'not-an-image':
      return vscode.l10n.t('it is not an image');
    case 'remote-or-device':
      return vscode.l10n.t('it is on another computer, or a device');
  }
}
