import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildVhd } from '../fixtures/vhdBuilder';
import { assertFailed, callCli, callForJson } from './callCli';
import { threeLayers, type TestChain } from './chains';

interface Scan {
  families: {
    base: string | null;
    images: { path: string; id: string; parentId: string | null; parent: string | null; type: string }[];
    leafs: string[];
    missing: object[];
  }[];
  others: { path: string; reason: string }[];
}

async function disk(path: string): Promise<Buffer> {
  const { bytes, error } = await callCli(['read', path]);
  assert.equal(error, '');
  return bytes;
}

describe('vhd-editor snapshot, revert and scan', () => {
  let folder: string;
  let chain: TestChain;
  let [leaf, middle, base] = ['', '', ''];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vhd-editor-snapshot-'));
    chain = threeLayers();
    for (const [i, spec] of chain.specs.entries()) writeFileSync(join(folder, `${i}.vhd`), buildVhd(spec));
    [leaf, middle, base] = ['0.vhd', '1.vhd', '2.vhd'].map((name) => join(folder, name)) as [string, string, string];
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('freezes an image under a new leaf', async () => {
    const before = readFileSync(leaf);
    const result = await callForJson<{ leaf: string; parent: string }>(['snapshot', leaf]);
    assert.deepEqual(Object.keys(result), ['leaf', 'parent']);
    assert.equal(result.parent, leaf);
    assert.match(result.leaf, /\/0_[0-9A-F-]{36}\.avhd$/);
    assert.ok(readFileSync(leaf).equals(before));
    assert.ok((await disk(result.leaf)).equals(chain.content(0)));
    assert.deepEqual(readdirSync(folder).length, 4);
    const info = await callForJson<{ findings: object[]; chain: object[] }>(['info', result.leaf]);
    assert.deepEqual([info.findings, info.chain.length], [[], 4]);
  });

  it('puts the leaf where it is told, never over a file', async () => {
    const out = join(folder, 'new.avhd');
    assert.equal((await callForJson<{ leaf: string }>(['snapshot', leaf, '--output', out])).leaf, out);
    const made = readFileSync(out);
    assertFailed(await callCli(['snapshot', leaf, '--output', out]), 1, /already a file of that name; choose another/);
    assert.ok(readFileSync(out).equals(made));
  });

  it('keeps the active name, and the permissions of the file', async () => {
    const mode = statSync(leaf).mode;
    const result = await callForJson<{ leaf: string; parent: string }>(['snapshot', leaf, '--keep-name']);
    assert.equal(result.leaf, leaf);
    assert.ok((await disk(result.parent)).equals(chain.content(0)));
    assert.ok((await disk(leaf)).equals(chain.content(0)));
    assert.equal(statSync(leaf).mode, mode);
    assertFailed(await callCli(['snapshot', base, '--keep-name']), 1, /would not find it any more/);
  });

  it('says for people which file to use', async () => {
    const { text, exitCode } = await callCli(['snapshot', leaf]);
    assert.equal(exitCode, 0);
    assert.match(
      text,
      /avhd: the new leaf; a virtual machine must use this file from now on\n.*0\.vhd: frozen;.* no backup/,
    );
  });

  it('reverts a leaf to its parent, or to a layer', async () => {
    const result = await callForJson<{ leaf: string; removed: string[] }>(['revert', leaf]);
    assert.deepEqual([result.leaf, result.removed], [leaf, []]);
    assert.ok((await disk(leaf)).equals(chain.content(1)));
    await callForJson(['revert', leaf, '--to', base]);
    assert.ok((await disk(leaf)).equals(chain.content(2)));
    assert.ok((await disk(middle)).equals(chain.content(1)));
  });

  it('prints what a revert would do, and does nothing', async () => {
    const before = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
    const words = ['revert', leaf, '--to', base, '--prune', '--dry-run'];
    const plan = await callForJson<{ remove: string[] }>(words);
    assert.deepEqual(plan.remove, [middle]);
    assert.match((await callCli(words)).text, /1\.vhd: would be removed/);
    assert.deepEqual(
      readdirSync(folder).map((name) => readFileSync(join(folder, name))),
      before,
    );
    assert.deepEqual((await callForJson<{ removed: string[] }>(words.slice(0, -1))).removed, [middle]);
    assert.ok(!existsSync(middle));
  });

  it('keeps the old leaf where it is told', async () => {
    const kept = join(folder, 'kept.vhd');
    await callForJson(['revert', leaf, '--keep', kept]);
    assert.ok((await disk(kept)).equals(chain.content(0)));
    assert.ok((await disk(leaf)).equals(chain.content(1)));
  });

  it('refuses to revert what others stand on, naming them', async () => {
    assertFailed(await callCli(['revert', middle]), 1, /it is no leaf: \S+0\.vhd stands on it/);
    assertFailed(await callCli(['revert', base]), 1, /nothing to go back to/);
    const { exitCode, text } = await callCli(['revert', middle, '--dry-run']);
    assert.equal(exitCode, 1);
    assert.match(text, /refused: .*0\.vhd/);
  });

  it('scans folders for families', async () => {
    writeFileSync(join(folder, 'cpu.vhd'), 'entity cpu is end cpu;\n');
    const { families, others } = await callForJson<Scan>(['scan', folder]);
    assert.equal(families.length, 1);
    const family = families[0]!;
    assert.equal(family.base, base);
    assert.deepEqual(
      family.images.map(({ path, parent, type }) => [path, parent, type]),
      [
        [base, null, 'dynamic'],
        [middle, base, 'differencing'],
        [leaf, middle, 'differencing'],
      ],
    );
    assert.equal(family.images[2]!.parentId, family.images[1]!.id);
    assert.deepEqual([family.leafs, family.missing], [[leaf], []]);
    assert.deepEqual(
      others.map((other) => other.path),
      [join(folder, 'cpu.vhd')],
    );
    const { text } = await callCli(['scan', folder]);
    assert.match(text, /2\.vhd\n {2}\S+1\.vhd\n {4}\S+0\.vhd {2}\(leaf\)\n/);
  });

  it('stays in the folder that it is confined to', async () => {
    const outside = join(tmpdir(), 'vhd-editor-outside.avhd');
    assertFailed(await callCli(['snapshot', leaf, '--output', outside, '--confine', folder]), 1, /not inside/);
    assertFailed(await callCli(['scan', tmpdir(), '--confine', folder]), 1, /not inside/);
    assert.equal((await callForJson<Scan>(['scan', folder, '--confine', folder])).families.length, 1);
    assert.ok(!existsSync(outside));
  });

  it('needs a folder to scan', async () => {
    assertFailed(await callCli(['scan']), 2, /FOLDER is missing/);
    assertFailed(await callCli(['scan', leaf]), 1, /no such folder/);
    assert.equal((await callForJson<Scan>(['scan', folder, folder])).families.length, 1);
  });
});
