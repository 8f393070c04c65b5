import assert from 'node:assert/strict';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { idOf, stampOf, writeVhd } from '../../fixtures/vhdBuilder';
import { blocksOf, type VhdSpec } from '../../fixtures/vhdSpec';
import { browser } from '../browser';
import { eventually } from '../../patience';
import type { Box } from '../browserActions';

const MIB = 1024 * 1024;
const SECTORS_PER_BLOCK = 4096;

/** The folder that is open in this VS Code. */
export function workspacePath(name: string): string {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  return join(folder.uri.fsPath, name);
}

/** The names of a chain's files; the leaf first. */
export interface DiskChain {
  readonly leaf: string;
  readonly middle: string;
  readonly base: string;
}

/**
 * Writes a chain of three layers with every kind of block into the workspace. Block 0: the base alone, whole. 1: base and leaf. 2: the leaf,
 * partly. 3: all three. 4: none. 5: the middle layer alone, whole. The last block is cut short. The layers' ids are `firstId` for the leaf and the
 * two numbers behind it: a parent that is away is looked for among all images of the folder.
 */
export function writeChain(prefix: string, firstId = 1): DiskChain {
  const names = { leaf: `${prefix}-leaf.avhd`, middle: `${prefix}-middle.avhd`, base: `${prefix}-base.vhd` };
  const common = { virtualSize: 32 * MIB - 7 * 512 };
  const all = 'all' as const;
  const base: VhdSpec = {
    ...common,
    type: 'dynamic',
    id: idOf(firstId + 2),
    content: stampOf(3),
    blocks: [0, 1, 3].map((index) => ({ index, sectors: all })),
  };
  const middle: VhdSpec = {
    ...common,
    ...childOf(firstId + 1, names.base),
    content: stampOf(2),
    blocks: [...blocksOf([3 * SECTORS_PER_BLOCK + 100]), { index: 5, sectors: all }],
  };
  const leaf: VhdSpec = {
    ...common,
    ...childOf(firstId, names.middle),
    content: stampOf(1),
    blocks: blocksOf([4096 + 5, 4096 + 6, 2 * 4096 + 9, 3 * 4096 + 7, 3 * 4096 + 8]),
  };
  writeVhd(workspacePath(names.base), base);
  writeVhd(workspacePath(names.middle), middle);
  writeVhd(workspacePath(names.leaf), leaf);
  return names;
}

/** The part of a specification that ties a child of id `number` to a parent of the next id beside it. */
export function childOf(number: number, parent: string): Pick<VhdSpec, 'type' | 'id' | 'parent'> {
  const locators = [{ code: 'W2ru', text: `.\\${parent}` }];
  return { type: 'differencing', id: idOf(number), parent: { id: idOf(number + 1), name: parent, locators } };
}

/** Opens an image in our editor, as the explorer does, and waits until its page shows it. */
export async function openImage(path: string): Promise<void> {
  await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(path), { preview: false });
  await pageShows(basename(path));
}

/** Waits until the visible editor shows an image of this name, with its map. */
export async function pageShows(name: string): Promise<void> {
  await browser.waitFor({ area: 'editor', selector: 'h1.name', text: name });
  await browser.waitFor({ area: 'editor', selector: '.block-map-total', text: 'block' });
}

export async function closeAllEditors(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  await eventually(openTabs, (tabs) => tabs.length === 0, 'the open tabs');
}

/** All tabs: `text counter.vhd`, `ours disk.vhd`, `diff a ↔ b`; the active one of a group ends with ` *`, a previewed one with ` (preview)`. */
export function openTabs(): readonly string[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs.map(tabText));
}

function tabText({ input, label, isActive, isPreview }: vscode.Tab): string {
  const kind =
    input instanceof vscode.TabInputText
      ? 'text'
      : input instanceof vscode.TabInputTextDiff
        ? 'diff'
        : input instanceof vscode.TabInputCustom && input.viewType.startsWith('vhdEditor.')
          ? 'ours'
          : 'other';
  return `${kind} ${label}${isPreview ? ' (preview)' : ''}${isActive ? ' *' : ''}`;
}

/** Puts the pointer over a block of the map and waits until its tooltip says all this. */
export async function hoverBlock(block: number, words: readonly RegExp[]): Promise<void> {
  const position = await placeOfBlock(block);
  await browser.hover({ area: 'editor', selector: '.block-map-surface', position });
  await tooltipOf(block, words);
}

/**
 * Waits until the tooltip tells of the first cell of the map, in these words. Points at it wherever it is not told of: a map that comes to lie under a
 * pointer at rest has not been pointed at yet, and one that moves, as rows above it appear, leaves the pointer.
 */
export async function hoverFirstCell(words: string): Promise<void> {
  const tooltip = { area: 'editor', selector: '.block-map-tooltip:popover-open' } as const;
  const read = async (): Promise<string> => {
    if ((await browser.count(tooltip)) > 0) return browser.textOf({ area: 'editor', selector: '.block-map-tooltip' });
    await browser.hover({ area: 'editor', selector: '.block-map-total' });
    await browser.hover({ area: 'editor', selector: '.block-map-surface', position: { x: 4, y: 4 } });
    return 'nothing yet';
  };
  await eventually(read, (text) => text.includes(words), `the tooltip of the first cell, to say "${words}"`);
}

export async function clickBlock(block: number): Promise<void> {
  const position = await placeOfBlock(block);
  await browser.click({ area: 'editor', selector: '.block-map-surface', position });
}

/** Waits until the tooltip tells of a block, and says all this once its sectors are counted; spaces of any kind count as one. */
export async function tooltipOf(block: number, words: readonly RegExp[]): Promise<void> {
  const read = async (): Promise<string> => {
    const text = await browser.textOf({ area: 'editor', selector: '.block-map-tooltip' });
    return text.replaceAll(/\s+/g, ' ');
  };
  const all = [new RegExp(`^Block ${String(block)}\\b`), ...words];
  await eventually(read, (text) => all.every((word) => word.test(text)), `the tooltip, to match ${all.join(' ')}`);
}

/** The middle of a block's cell, from the map's corner. The first cells of the map give the size of all and their number in a row. */
async function placeOfBlock(block: number): Promise<{ x: number; y: number }> {
  const surface = await browser.boxOf({ area: 'editor', selector: '.block-map-surface' });
  const first = await ringAt(surface, { x: 4, y: 4 });
  const second = await ringAt(surface, { x: 4 + first.width, y: 4 });
  const size = second.x - first.x;
  const isInFirstRow = first.x + (block + 1) * size < surface.width - size;
  const columns = isInFirstRow ? block + 1 : await columnsOf(surface, { x: 4, y: 4 + first.height });
  const steps = { x: block % columns, y: Math.floor(block / columns) };
  return { x: first.x + first.width / 2 + steps.x * size, y: first.y + first.height / 2 + steps.y * size };
}

/** Cells in a row: the number of the block that begins the second one, at a point. */
async function columnsOf(surface: Box, position: { x: number; y: number }): Promise<number> {
  await ringAt(surface, position);
  const read = async (): Promise<number> => {
    const text = await browser.textOf({ area: 'editor', selector: '.block-map-tooltip' });
    return Number(/^Block (\d+)/.exec(text)?.[1] ?? 0);
  };
  return eventually(read, (block) => block > 1, 'the tooltip of the second row');
}

/** The ring around the cell at a point, from the map's corner. */
async function ringAt(surface: Box, position: { x: number; y: number }): Promise<Box> {
  await browser.hover({ area: 'editor', selector: '.block-map-surface', position });
  const isAtPoint = (ring: Box): boolean =>
    position.x >= ring.x - surface.x &&
    position.x <= ring.x - surface.x + ring.width &&
    position.y >= ring.y - surface.y &&
    position.y <= ring.y - surface.y + ring.height;
  const ring = await eventually(
    () => browser.boxOf({ area: 'editor', selector: '.block-map-ring-hovered' }),
    isAtPoint,
    'the ring around the hovered cell',
  );
  return { ...ring, x: ring.x - surface.x, y: ring.y - surface.y };
}

/** Fails where anything came up in the pages' consoles since it was asked last: errors, violations of the content policy. */
export async function assertNoTrouble(): Promise<void> {
  assert.deepEqual(await browser.takeTroubles(), []);
}
