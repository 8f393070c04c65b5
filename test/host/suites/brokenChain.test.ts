import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { callCli, callForJson } from '../../cli/callCli';
import { layerModel, modelContent } from '../../fixtures/diskModel';
import { idOf, layoutOf, stampOf, writeVhd } from '../../fixtures/vhdBuilder';
import { blocksOf, type VhdSpec } from '../../fixtures/vhdSpec';
import { contentBy7zip, contentByQemu } from '../../peers/programs';
import { browser, requireBrowser } from '../browser';
import { eventually } from '../../patience';
import { contentOf, documentOf, redo, save, tabIsDirty, undo } from './editedImage';
import { assertNoTrouble, closeAllEditors, openImage, workspacePath } from './imageEditor';

const SIZE = 4 * 1024 * 1024;
/** Seconds since 2000, and the same as seconds since 1970. */
const MADE = 740_000_000;
const MADE_TIME = 946_684_800 + MADE;
const COMMON = { virtualSize: SIZE, timestamp: MADE };

function baseSpec(number: number, changes: Partial<VhdSpec> = {}): VhdSpec {
  return {
    ...COMMON,
    type: 'dynamic',
    id: idOf(number),
    content: stampOf(2),
    blocks: blocksOf([0, 1, 9, 5000]),
    ...changes,
  };
}

/** Owns two sectors, one of them also the base's. */
function leafSpec(number: number, on: number, parent: string, changes: Partial<VhdSpec> = {}): VhdSpec {
  return {
    ...COMMON,
    type: 'differencing',
    id: idOf(number),
    content: stampOf(1),
    blocks: blocksOf([1, 4100]),
    parent: { id: idOf(on), name: parent, timestamp: MADE, locators: [{ code: 'W2ru', text: `.\\${parent}` }] },
    ...changes,
  };
}

/** Writes an image whose file was changed last at a time, in seconds since 1970. */
function write(path: string, spec: VhdSpec, modified = MADE_TIME): void {
  writeVhd(path, spec);
  utimesSync(path, modified, modified);
}

describe('a chain that is broken', function () {
  let folder: string;
  const path = (name: string): string => join(folder, name);

  before(function () {
    requireBrowser(this);
    folder = workspacePath('broken-chains');
  });
  beforeEach(() => mkdirSync(folder, { recursive: true }));
  afterEach(async () => {
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await closeAllEditors();
    await vscode.commands.executeCommand('notifications.clearAll');
    rmSync(folder, { recursive: true, force: true });
    await assertNoTrouble();
  });

  /** What the list of candidates says, row by row; then it is left. */
  async function candidates(argument: unknown, picture?: string): Promise<readonly string[]> {
    const done = vscode.commands.executeCommand('vhdEditor.locateParent', argument);
    const row = { area: 'workbench', selector: '.quick-input-widget .monaco-list-row' } as const;
    await browser.waitFor({ ...row, text: 'Choose a File' });
    if (picture !== undefined) await browser.screenshot({ name: picture });
    const text = await browser.textOf({ area: 'workbench', selector: '.quick-input-widget' });
    await browser.press('Escape');
    await done;
    return text.split('\n').map((line) => line.replaceAll(/\s+/g, ' ').trim());
  }

  /** As the dialog does it, when the user has chosen to relink. */
  async function relink(leaf: string, parentPath: string): Promise<void> {
    const { edits } = documentOf(leaf);
    const plan = await edits.planRelink(parentPath);
    assert.deepEqual(plan.refusals, []);
    await edits.edit({ kind: 'patch', label: 'Relink', patch: plan.patch });
    // Answered after VS Code has heard of the edit: an undo that comes before that is of the edit before.
    await vscode.commands.executeCommand('setContext', 'vhdEditorTest.edited', true);
  }

  async function showsParent(name: string): Promise<void> {
    await browser.waitFor({ area: 'editor', selector: '[data-layer="1"]', text: name });
    assert.equal(await browser.count({ area: 'editor', selector: '.layer.missing' }), 0);
  }

  async function findingIds(leaf: string): Promise<readonly string[]> {
    return (await documentOf(leaf).open()).findings.map(({ id }) => id);
  }

  const seen = new Set<string>();

  /** The text of the report that has come up, once its preview shows it. */
  async function report(): Promise<string> {
    const documents = (): vscode.TextDocument | undefined =>
      vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'vhd-editor-report' && !seen.has(uri.toString()));
    const shown = await eventually(documents, (document) => document !== undefined, 'the report');
    seen.add(shown?.uri.toString() ?? '');
    await browser.waitFor({ area: 'editor', selector: 'h1', text: 'base.vhd, the parent of leaf.avhd' });
    return (shown?.getText() ?? '').replaceAll(/[\u202f\u00a0]/g, ' ');
  }

  it('since the parent was moved: it is found, proven and named anew, as an edit that can be undone', async function () {
    const [leaf, base] = [path('leaf.avhd'), path('base.vhd')];
    write(base, baseSpec(221));
    write(leaf, leafSpec(220, 221, 'base.vhd'));
    const expected = contentBy7zip(this, leaf);
    const moved = join(folder, 'Übersee ☃', 'base.vhd');
    mkdirSync(join(folder, 'Übersee ☃'));
    renameSync(base, moved);
    const original = contentOf(leaf);

    await openImage(leaf);
    await browser.waitFor({ area: 'editor', selector: '.layer.missing', text: 'base.vhd' });
    const rows = await candidates(vscode.Uri.file(leaf), 'parent-moved');
    assert.ok(
      rows.some((row) => row.includes('the id and the size that leaf.avhd needs')),
      rows.join('\n'),
    );
    assert.ok(
      rows.some((row) => row.includes('✓ id ✓ size – content ✓ time')),
      rows.join('\n'),
    );

    await relink(leaf, moved);
    await tabIsDirty(leaf, true);
    await showsParent('base.vhd');
    assert.deepEqual(contentOf(leaf), original);
    await undo();
    await browser.waitFor({ area: 'editor', selector: '.layer.missing' });
    await redo();
    await showsParent('base.vhd');
    await save();
    await tabIsDirty(leaf, false);

    await closeAllEditors();
    await openImage(leaf);
    await showsParent('base.vhd');
    assert.deepEqual(await findingIds(leaf), []);
    assert.ok((await callCli(['read', leaf])).bytes.equals(expected));
  });

  it('is mended from the row of the missing parent in the tree too, without an editor', async () => {
    const leaf = path('leaf.avhd');
    write(leaf, leafSpec(233, 234, 'base.vhd'));
    mkdirSync(path('moved'));
    write(path(join('moved', 'base.vhd')), baseSpec(234));
    const row = { kind: 'missing', path: null, children: [{ kind: 'active', path: leaf, children: [] }] };
    const rows = await candidates({ row, uri: null, leafPath: null });
    assert.ok(rows.includes('Parent of leaf.avhd'), rows.join('\n'));
    assert.ok(
      rows.some((each) => each.includes('the id and the size that leaf.avhd needs')),
      rows.join('\n'),
    );
  });

  it('for other programs, since the parent was renamed beside it: we find it by its id, they when it is relinked', async function () {
    const [leaf, base, renamed] = [path('leaf.avhd'), path('base.vhd'), path('renamed.vhd')];
    write(base, baseSpec(223));
    write(leaf, leafSpec(222, 223, 'base.vhd'));
    const expected = contentBy7zip(this, leaf);
    renameSync(base, renamed);
    assert.throws(() => contentBy7zip(this, leaf));

    await openImage(leaf);
    await showsParent('renamed.vhd');
    await vscode.commands.executeCommand('vhdEditor.checkImage', vscode.Uri.file(leaf));
    await browser.click({ area: 'editor', selector: '#tab-findings' });
    await browser.waitFor({ area: 'editor', selector: '.finding', text: 'by its id alone' });
    await browser.screenshot({ name: 'parent-renamed' });

    await relink(leaf, renamed);
    await save();
    await tabIsDirty(leaf, false);
    await vscode.commands.executeCommand('vhdEditor.checkImage', vscode.Uri.file(leaf));
    assert.deepEqual(await findingIds(leaf), []);
    assert.ok(contentBy7zip(this, leaf).equals(expected));
  });

  it('since the parent was expanded: what is known is explained, and a merge into a new file saves the disk', async function () {
    const [leaf, base] = [path('leaf.avhd'), path('base.vhd')];
    write(base, baseSpec(225));
    write(leaf, leafSpec(224, 225, 'base.vhd'));
    const expected = contentBy7zip(this, leaf);
    write(base, baseSpec(225, { virtualSize: 2 * SIZE }), MADE_TIME + 3600);

    await openImage(leaf);
    await browser.click({ area: 'editor', selector: '#tab-findings' });
    await browser.waitFor({ area: 'editor', selector: '.finding', text: 'CHILD_PARENT_SIZE_MISMATCH' });
    await browser.screenshot({ name: 'parent-expanded' });
    await vscode.commands.executeCommand('vhdEditor.explainChangedParent', vscode.Uri.file(leaf));
    const text = await report();
    assert.match(text, /base\.vhd was changed after leaf\.avhd was made on it/);
    assert.match(text, /Its disk has 8388608 bytes, and the image was made on one of 4194304: it was expanded\./);
    assert.match(text, /At risk.*\| 3 \|/);
    await browser.screenshot({ name: 'changed-parent-report' });

    const whole = path('whole.vhd');
    await callForJson(['merge', leaf, '--to', whole]);
    assert.ok(contentBy7zip(this, whole).equals(expected));
    assert.ok(contentByQemu(this, whole).subarray(0, SIZE).equals(expected));
    await closeAllEditors();
    await openImage(whole);
    assert.deepEqual(await findingIds(whole), []);
  });

  it('since the parent was mounted and written to: the sectors at risk are named, and what is right is kept', async function () {
    const [leaf, base] = [path('leaf.avhd'), path('base.vhd')];
    const spec = baseSpec(227);
    write(base, spec);
    write(leaf, leafSpec(226, 227, 'base.vhd'));
    const before = contentBy7zip(this, leaf);
    // What a mount writes: into a sector that the leaf hides, and into one that it shows.
    const bytes = readFileSync(base);
    const block = layoutOf(spec).blockOffsets.get(0) ?? 0;
    for (const lba of [1, 9]) bytes.fill(0xee, block + 512 + lba * 512, block + 512 + (lba + 1) * 512);
    writeFileSync(base, bytes);
    utimesSync(base, MADE_TIME + 7200, MADE_TIME + 7200);

    await openImage(leaf);
    await browser.click({ area: 'editor', selector: '#tab-findings' });
    await browser.waitFor({ area: 'editor', selector: '.finding', text: 'was modified, or copied, after' });
    await browser.click({ area: 'editor', selector: '.finding button', text: 'Explain Changed Parent' });
    const text = await report();
    assert.match(text, /base\.vhd may have been changed after leaf\.avhd was made on it/);
    assert.match(text, /At risk are the sectors 0, 9, 5 000\./);
    assert.match(text, /Which of the sectors at risk were changed/);

    const after = contentBy7zip(this, leaf);
    const changed = Array.from({ length: SIZE / 512 }, (_, lba) => lba).filter(
      (lba) => !before.subarray(lba * 512, (lba + 1) * 512).equals(after.subarray(lba * 512, (lba + 1) * 512)),
    );
    assert.deepEqual(changed, [9]);
    const whole = path('whole.vhd');
    await callForJson(['merge', leaf, '--to', whole]);
    assert.ok(contentBy7zip(this, whole).equals(after));

    // The user knows that all is well, and has the leaf name the parent as it is now.
    await closeAllEditors();
    await openImage(leaf);
    await relink(leaf, base);
    await save();
    await tabIsDirty(leaf, false);
    assert.deepEqual(await findingIds(leaf), []);
    assert.ok(contentBy7zip(this, leaf).equals(after));
  });

  it("of Xen's below a hidden layer: its parent is found elsewhere, and the hidden layer is relinked while the leaf is open", async () => {
    const xen: Partial<VhdSpec> = {
      batmap: {},
      tableFill: 0,
      creator: { application: 'tap\0', version: 0x0001_0003, hostOs: '\0\0\0\0' },
    };
    const tie = (on: number, name: string): Partial<VhdSpec> => ({
      parent: {
        id: idOf(on),
        name,
        timestamp: MADE,
        locators: [
          { code: 'MacX', text: `file://./${name}` },
          { code: 'W2ku', text: `.\\${name}` },
          { code: 'W2ru', text: `.\\${name}` },
        ],
      },
    });
    const specs = [
      leafSpec(228, 229, 'hidden.vhd', { ...xen, ...tie(229, 'hidden.vhd') }),
      leafSpec(229, 230, 'base.vhd', {
        ...xen,
        ...tie(230, 'base.vhd'),
        hidden: 1,
        content: stampOf(3),
        blocks: blocksOf([9, 10]),
      }),
      baseSpec(230, xen),
    ];
    mkdirSync(path('moved'));
    const [leaf, hidden, base] = [path('leaf.vhd'), path('hidden.vhd'), path(join('moved', 'base.vhd'))];
    for (const [index, file] of [leaf, hidden, base].entries()) write(file, specs[index]!);
    const expected = Buffer.from(modelContent(specs.map(layerModel)));

    await vscode.commands.executeCommand('vscode.openWith', vscode.Uri.file(leaf), 'vhdEditor.image');
    await browser.waitFor({ area: 'editor', selector: '.layer.missing', text: 'base.vhd' });
    await browser.waitFor({ area: 'editor', selector: '[data-layer="1"]', text: 'hidden.vhd' });
    const rows = await candidates(vscode.Uri.file(leaf), 'parent-of-hidden');
    assert.ok(
      rows.some((row) => row.startsWith('Parent of hidden.vhd')),
      rows.join('\n'),
    );
    assert.ok(
      rows.some((row) => row.includes('the id and the size that hidden.vhd needs')),
      rows.join('\n'),
    );
    await callForJson(['relink', hidden, base]);
    await browser.waitFor({ area: 'editor', selector: '[data-layer="2"]', text: 'base.vhd' });
    await showsParent('hidden.vhd');
    assert.ok((await callCli(['read', leaf])).bytes.equals(expected));
    const { findings } = await callForJson<{ findings: { id: string; severity: string }[] }>([
      'check',
      hidden,
      '--chain',
    ]);
    assert.deepEqual(
      findings.filter(({ severity }) => severity !== 'note'),
      [],
    );
    assert.equal(readFileSync(hidden).at(85), 1);
  });

  it("with a stranger's path to another computer: it is shown, and can be neither chosen nor touched", async () => {
    const unc = '\\\\evil.invalid\\share\\base.vhd';
    const locators = [
      { code: 'W2ku', text: unc },
      { code: 'W2ru', text: 'file://evil.invalid/base.vhd' },
    ];
    const leaf = path('leaf.avhd');
    write(leaf, leafSpec(231, 232, unc, { parent: { id: idOf(232), name: unc, locators } }));
    await openImage(leaf);
    await browser.waitFor({ area: 'editor', selector: '.layer.missing', text: 'base.vhd' });
    const rows = await candidates(vscode.Uri.file(leaf), 'parent-elsewhere');
    assert.ok(
      rows.some((row) => row === `W2ku: it is on another computer, or a device, and is never touched`),
      rows.join('\n'),
    );
    assert.ok(rows.includes(unc), rows.join('\n'));
    assert.ok(!rows.some((row) => row.startsWith('base.vhd')), rows.join('\n'));
  });
});
