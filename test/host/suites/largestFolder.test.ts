import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { writeVhd } from '../../fixtures/vhdBuilder';
import { blocksOf, type ParentSpec } from '../../fixtures/vhdSpec';
import { browser, requireBrowser } from '../browser';
import { eventually } from '../../patience';
import { assertNoTrouble, closeAllEditors, hoverFirstCell, openImage, workspacePath } from './imageEditor';
import { longestBlock, noteMeasures, openingTimes } from './longestBlock';

const MIB = 1024 * 1024;
const FAMILIES = 1000;
const LAYERS = 5;
const DEEP = 64;
const ROUNDS = 3;

const ROWS = '.pane:has([aria-label^="Disk Images"]) .monaco-list-row';

/** What was measured for the benchmark is asked for by it, and not by a test. */
const measures = process.env['VHD_TEST_MEASURES'];

/** Writes a chain of small images; the base first in the alphabet. */
function writeChainOf(
  folder: string,
  prefix: string,
  layers: number,
  firstId: number,
  blocks: number,
): readonly string[] {
  const names = Array.from({ length: layers }, (_, at) => {
    const kind = at === 0 ? 'base.vhd' : `snapshot-${String(at).padStart(2, '0')}.avhd`;
    return `${prefix}-${kind}`;
  });
  for (const [at, name] of names.entries()) {
    const parent = names[at - 1];
    const number = firstId + at;
    const sectors = Array.from({ length: blocks }, (_, block) => block * 4096 + at * 8);
    writeVhd(join(folder, name), {
      type: parent === undefined ? 'dynamic' : 'differencing',
      virtualSize: Math.max(4, blocks * 2) * MIB,
      id: numberedId(number),
      content: null,
      blocks: blocksOf(at % 2 === 0 ? sectors : sectors.filter((_, block) => block % 3 === at % 3)),
      ...(parent === undefined ? {} : { parent: parentOf(number - 1, parent) }),
    });
  }
  return names;
}

function parentOf(number: number, name: string): ParentSpec {
  return { id: numberedId(number), name, locators: [{ code: 'W2ru', text: `.\\${name}` }] };
}

/** 16 bytes that no other image has. */
function numberedId(number: number): Uint8Array {
  const id = new Uint8Array(16).fill(0xb5);
  new DataView(id.buffer).setUint32(12, number);
  return id;
}

describe('the largest folder, of 5 000 images', () => {
  before(function () {
    requireBrowser(this);
    const folder = workspacePath('many');
    mkdirSync(folder);
    for (let family = 0; family < FAMILIES; family++) {
      const prefix = `vm${String(family).padStart(4, '0')}`;
      writeChainOf(folder, prefix, LAYERS, family * LAYERS, 0);
    }
  });
  after(() => rmSync(workspacePath('many'), { recursive: true, force: true }));

  it('shows as trees, and keeps no one waiting meanwhile', async () => {
    if (measures === undefined) {
      await showAll(0);
    } else {
      // The first call to the browser has VS Code load the certificates of the system, which takes longer than all that is measured here.
      await browser.takeTroubles();
      const times: number[] = [];
      for (let round = 0; round < ROUNDS; round++) times.push(await longestBlock(() => showAll(round)));
      noteMeasures(measures, 'folder', times);
    }
    await browser.screenshot({ name: 'largest-folder' });
    await assertNoTrouble();
  });

  /** Unfolds the view, has all read anew, and folds it again. Each time there is one family more, to know it by; its row may have no room. */
  async function showAll(round: number): Promise<void> {
    writeChainOf(workspacePath('many'), `vm-more-${String(round)}`, 1, (FAMILIES + 1) * LAYERS + round, 0);
    await vscode.commands.executeCommand('vhdEditor.families.focus');
    await vscode.commands.executeCommand('vhdEditor.refreshFamilies');
    try {
      await eventually(familyCount, (count) => count > FAMILIES + round, 'the number of families');
    } finally {
      await browser.click({ area: 'workbench', selector: '.pane-header[aria-label^="Disk Images"]' });
    }
  }

  /** The rows of the first level, those that have no room included. */
  async function familyCount(): Promise<number> {
    const source = `(selector) => Number(document.querySelector(selector + '[aria-level="1"]')?.getAttribute('aria-setsize') ?? 0)`;
    return (await browser.evaluate({ area: 'workbench', source, argument: ROWS })) as number;
  }
});

describe('the largest chain, of 64 layers', () => {
  let leaf = '';

  before(function () {
    requireBrowser(this);
    const folder = workspacePath('deep');
    mkdirSync(folder);
    leaf = join(folder, writeChainOf(folder, 'deep', DEEP, 2 * FAMILIES * LAYERS, 40).at(-1) ?? '');
  });
  after(async () => {
    await closeAllEditors();
    rmSync(workspacePath('deep'), { recursive: true, force: true });
  });

  it('opens, and tells of every layer', async () => {
    if (measures === undefined) {
      await openAll();
    } else {
      const times = await openingTimes(ROUNDS, openAll, closeAllEditors);
      noteMeasures(measures, 'chain', times);
      await openAll();
    }
    await browser.screenshot({ name: 'largest-chain' });
    await assertNoTrouble();
  });

  async function openAll(): Promise<void> {
    await openImage(leaf);
    await browser.click({ area: 'editor', selector: '#tab-layers' });
    await browser.waitFor({ area: 'editor', selector: '#room-layers table', text: 'deep-base.vhd' });
    const source = `() => document.querySelectorAll('#room-layers tbody tr').length`;
    assert.equal(await browser.evaluate({ area: 'editor', source, argument: null }), DEEP);
    await hoverFirstCell('layers');
  }
});
