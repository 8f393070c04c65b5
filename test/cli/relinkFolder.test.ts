import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildVhd } from '../fixtures/vhdBuilder';
import { contentsBy7zip } from '../peers/programs';
import { assertSameContent } from '../peers/sameContent';
import { assertFailed, callCli, callForJson } from './callCli';
import { threeLayers, type TestChain } from './chains';

interface Relinked {
  readonly folder: string;
  readonly images: readonly {
    readonly path: string;
    readonly parent: string;
    readonly kind: string;
    readonly names: readonly {
      readonly source: string;
      readonly before: string | null;
      readonly after: string | null;
    }[];
    readonly patch: readonly unknown[];
    readonly applied: boolean;
    readonly undo: string | null;
  }[];
  readonly right: number;
  readonly missing: readonly { readonly child: string }[];
  readonly applied: boolean;
}

describe('vhd-editor relink --folder', () => {
  let folder: string;
  let chain: TestChain;
  let [leaf, middle, base] = ['', '', ''];

  /** A chain whose files have other names in other folders now: none finds its parent. */
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'vhd-editor-folder-')));
    chain = threeLayers();
    for (const name of ['old', 'x', 'y z']) mkdirSync(join(folder, name));
    const old = (index: number): string => join(folder, 'old', `${index}.vhd`);
    for (const [index, spec] of chain.specs.entries()) writeFileSync(old(index), buildVhd(spec));
    [leaf, middle, base] = ['leaf.avhd', 'x/middle.avhd', 'y z/Grundlage ☃.vhd'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    for (const [index, path] of [leaf, middle, base].entries()) renameSync(old(index), path);
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const bytes = (): readonly Buffer[] => [leaf, middle, base].map((path) => readFileSync(path));

  it('shows a plan, does it, and takes it back to the byte', async () => {
    const before = bytes();
    assert.equal((await callCli(['check', leaf, '--chain'])).exitCode, 1);
    const plan = await callForJson<Relinked>(['relink', '--folder', folder, '--dry-run']);
    assert.deepEqual([plan.folder, plan.applied, plan.missing], [folder, false, []]);
    assert.deepEqual(
      plan.images.map(({ path, parent, applied }) => [path, parent, applied]),
      [
        [middle, base, false],
        [leaf, middle, false],
      ],
    );
    assert.ok(plan.images.every(({ patch, names }) => patch.length > 0 && names.length > 0));
    assert.deepEqual(bytes(), before);
    const done = await callForJson<Relinked>(['relink', '--folder', folder]);
    assert.deepEqual(
      done.images.map(({ applied, undo }) => [applied, undo]),
      [middle, leaf].map((path) => [true, `${path}.vhd-editor-undo`]),
    );
    assert.equal((await callCli(['check', leaf, '--chain'])).exitCode, 0);
    const { chain: layers } = await callForJson<{ chain: { path: string }[] }>(['info', leaf]);
    assert.deepEqual(
      layers.map(({ path }) => path),
      [leaf, middle, base],
    );
    const again = await callForJson<Relinked>(['relink', '--folder', folder]);
    assert.deepEqual([again.images, again.right], [[], 2]);
    const undone = await callForJson<Relinked>(['relink', '--folder', folder, '--undo']);
    assert.deepEqual(
      undone.images.map(({ path, applied }) => [path, applied]),
      [
        [leaf, true],
        [middle, true],
      ],
    );
    assert.deepEqual(bytes(), before);
    assert.deepEqual(readdirSync(folder).sort(), ['leaf.avhd', 'old', 'x', 'y z']);
  });

  it('leaves chains that 7-Zip reads as the model does', async function () {
    // 7-Zip follows relative paths into no other folder where these are not Windows' own.
    for (const path of [middle, base]) renameSync(path, join(folder, path.endsWith('.avhd') ? 'm.avhd' : 'b.vhd'));
    await callForJson<Relinked>(['relink', '--folder', folder]);
    const contents = contentsBy7zip(this, [leaf], join(folder, '7-Zip'));
    assertSameContent(contents.get(leaf)!, chain.content(0), leaf);
  });

  it('tells people what each image will name, and what was not found', async () => {
    const dry = await callCli(['relink', '--folder', folder, '--dry-run']);
    assert.equal(dry.exitCode, 0);
    assert.match(dry.text, /leaf\.avhd would name .*middle\.avhd\n {2}W2ru: .* -> \.\\x\\middle\.avhd\n/);
    assert.match(dry.text, /2 images would be relinked; 0 images name their parents right/);
    rmSync(base);
    const { text } = await callCli(['relink', '--folder', folder]);
    assert.match(text, /middle\.avhd: its parent \(id [-0-9a-f]{36}\) is not there/);
    assert.match(text, /1 image relinked; 0 images named their parents right\nrelink --folder .* --undo takes it back/);
    const undone = await callCli(['relink', '--folder', folder, '--undo']);
    assert.match(undone.text, /leaf\.avhd is as it was before/);
  });

  it('exits with 1 where an image could not be relinked, and with 2 where the words are off', async () => {
    writeFileSync(base, buildVhd({ ...chain.specs[2]!, virtualSize: 2 ** 20, blocks: [] }));
    const result = await callCli(['relink', '--folder', folder]);
    assert.equal(result.exitCode, 1);
    assert.match(
      result.text,
      /refused: Taking .*Grundlage.* as the parent of .*middle\.avhd: its disk has 1048576 bytes/,
    );
    assert.match(result.text, /1 image relinked/);
    assertFailed(await callCli(['relink', '--folder', join(folder, 'none')]), 1, /there is no such folder/);
    assertFailed(await callCli(['relink', '--folder', join(folder, 'x'), '--undo']), 1, /nothing that was replaced/);
    assertFailed(await callCli(['relink', '--folder', folder, leaf]), 2, /is one word too many/);
    assertFailed(await callCli(['relink', leaf, middle, '--undo']), 2, /--undo is for a --folder/);
    assertFailed(await callCli(['relink', '--folder', folder, '--accept-mismatch']), 2, /takes no --accept-mismatch/);
    assertFailed(await callCli(['relink', leaf]), 2, /PARENT is missing/);
  });
});
