import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { browser, requireBrowser } from '../browser';
import { eventually } from '../../patience';
import {
  assertNoTrouble,
  closeAllEditors,
  hoverBlock,
  openImage,
  pageShows,
  workspacePath,
  writeChain,
} from './imageEditor';

const THEMES: readonly { name: string; kind: vscode.ColorThemeKind; picture: string }[] = [
  { name: 'Default Dark Modern', kind: vscode.ColorThemeKind.Dark, picture: 'dark' },
  { name: 'Default Light Modern', kind: vscode.ColorThemeKind.Light, picture: 'light' },
  { name: 'Default High Contrast', kind: vscode.ColorThemeKind.HighContrast, picture: 'high-contrast' },
  {
    name: 'Default High Contrast Light',
    kind: vscode.ColorThemeKind.HighContrastLight,
    picture: 'high-contrast-light',
  },
];
const TABS = ['structure', 'block', 'layers', 'hex', 'findings'];

describe('the editor in every kind of theme', () => {
  const workbench = vscode.workspace.getConfiguration('workbench');
  const themeBefore = workbench.get<string>('colorTheme');

  before(async function () {
    requireBrowser(this);
    const chain = writeChain('themes');
    await openImage(workspacePath(chain.leaf));
  });
  after(async () => {
    await closeAllEditors();
    await workbench.update('colorTheme', themeBefore, vscode.ConfigurationTarget.Global);
  });

  for (const { name, kind, picture } of THEMES) {
    it(`has no fault that axe finds in ${name}, in any of its views`, async () => {
      await workbench.update('colorTheme', name, vscode.ConfigurationTarget.Global);
      await eventually(
        () => vscode.window.activeColorTheme.kind,
        (now) => now === kind,
        'the kind of the theme',
      );
      await pageShows('themes-leaf.avhd');
      for (const tab of TABS) {
        await browser.click({ area: 'editor', selector: `#tab-${tab}` });
        await browser.waitFor({ area: 'editor', selector: `#tab-${tab}[aria-selected="true"]` });
        await hoverBlock(3, [/3 layers/]);
        assert.deepEqual(await browser.accessibilityFaults(), [], tab);
        await browser.screenshot({ name: `theme-${picture}-${tab}` });
      }
      await assertNoTrouble();
    });
  }
});
