import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeFileSystem } from '../../src/engine/index';
import { buildVhd, idOf, stampOf } from '../fixtures/vhdBuilder';
import { blocksOf } from '../fixtures/vhdSpec';
import { assertFailed, callCli, callForJson } from './callCli';
import { threeLayers, type TestChain } from './chains';
import { FakeTerminal } from './fakeTerminal';

interface Plan {
  layers: string[];
  into: string;
  sectors: number;
  bytesToRead: number;
  growth: number;
  children: string[];
  remove: string[];
  leafs: string[];
  resumes: boolean;
  refusals: { code: string; paths: string[] }[];
}

interface Merged {
  plan: Plan;
  survivor: string;
  removed: string[];
  leafs: string[];
}

async function disk(path: string): Promise<Buffer> {
  const { bytes, error } = await callCli(['read', path]);
  assert.equal(error, '');
  return bytes;
}

describe('vhd-editor merge', () => {
  let folder: string;
  let chain: TestChain;
  let [leaf, middle, base] = ['', '', ''];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vhd-editor-merge-'));
    chain = threeLayers();
    for (const [i, spec] of chain.specs.entries()) writeFileSync(join(folder, `${i}.vhd`), buildVhd(spec));
    [leaf, middle, base] = ['0.vhd', '1.vhd', '2.vhd'].map((name) => join(folder, name)) as [string, string, string];
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function files(): Record<string, Buffer> {
    return Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
  }

  function addSibling(name: string): string {
    const spec = { ...chain.specs[1]!, id: idOf(77), content: stampOf(13), blocks: blocksOf([9], 64 * 1024) };
    const path = join(folder, name);
    writeFileSync(path, buildVhd(spec));
    return path;
  }

  it('merges a leaf into its parent, and removes it', async () => {
    const { survivor, removed, leafs, plan } = await callForJson<Merged>(['merge', leaf]);
    assert.deepEqual([survivor, removed, leafs], [middle, [leaf], [middle]]);
    assert.deepEqual([plan.layers, plan.into, plan.remove], [[leaf], middle, [leaf]]);
    assert.equal(plan.bytesToRead, plan.sectors * 512);
    assert.deepEqual(readdirSync(folder), ['1.vhd', '2.vhd']);
    assert.ok((await disk(middle)).equals(chain.content(0)));
    assert.ok((await disk(base)).equals(chain.content(2)));
    assert.deepEqual((await callForJson<{ findings: object[] }>(['info', middle])).findings, []);
  });

  it('merges a range of layers into an ancestor', async () => {
    const { survivor, removed, leafs } = await callForJson<Merged>(['merge', leaf, '--into', base]);
    assert.deepEqual([survivor, removed, leafs], [base, [leaf, middle], [base]]);
    assert.deepEqual(readdirSync(folder), ['2.vhd']);
    assert.ok((await disk(base)).equals(chain.content(0)));
  });

  it('moves the children of a layer in the middle over', async () => {
    const { survivor, removed, leafs, plan } = await callForJson<Merged>(['merge', middle]);
    assert.deepEqual([survivor, removed, leafs, plan.children], [base, [middle], [leaf], [leaf]]);
    assert.ok((await disk(leaf)).equals(chain.content(0)));
    assert.ok((await disk(base)).equals(chain.content(1)));
    const info = await callForJson<{ parent: { path: string }; findings: object[] }>(['info', leaf]);
    assert.deepEqual([info.parent.path, info.findings], [base, []]);
  });

  it('removes nothing where it is told to keep', async () => {
    const { removed, leafs } = await callForJson<Merged>(['merge', leaf, '--keep']);
    assert.deepEqual([removed, leafs], [[], [middle]]);
    assert.deepEqual(readdirSync(folder), ['0.vhd', '1.vhd', '2.vhd']);
    for (const path of [leaf, middle]) assert.ok((await disk(path)).equals(chain.content(0)));
  });

  it('removes what takes repairs of a removed image back, and names it', async () => {
    const undoFile = `${middle}.vhd-editor-undo`;
    writeFileSync(undoFile, 'what a repair replaced');
    const { plan } = await callForJson<Merged>(['merge', leaf, '--into', base, '--dry-run']);
    assert.deepEqual(plan.remove, [leaf, middle, undoFile]);
    const shown = await callCli(['merge', leaf, '--into', base, '--dry-run']);
    assert.match(shown.text, /1\.vhd\.vhd-editor-undo: would be removed; it takes back changes of a file that is gone/);
    const kept = await callForJson<Merged>(['merge', leaf, '--into', base, '--dry-run', '--keep']);
    assert.deepEqual(kept.plan.remove, []);
    const { removed } = await callForJson<Merged>(['merge', leaf, '--into', base]);
    assert.deepEqual(removed, [leaf, middle, undoFile]);
    assert.deepEqual(readdirSync(folder), ['2.vhd']);
  });

  it('writes the disk into a new file, and touches nothing else', async () => {
    const before = files();
    for (const format of ['dynamic', 'fixed']) {
      const out = join(folder, `${format}.vhd`);
      const words = ['merge', leaf, '--to', out, '--format', format];
      assert.equal((await callForJson<{ plan: { format: string } }>([...words, '--dry-run'])).plan.format, format);
      assert.ok(!existsSync(out));
      const result = await callForJson<Merged>(words);
      assert.deepEqual([result.survivor, result.removed, result.leafs], [out, [], [out]]);
      assert.ok((await disk(out)).equals(chain.content(0)));
      const info = await callForJson<{ type: string; parent: null }>(['info', out]);
      assert.deepEqual([info.type, info.parent], [format, null]);
      assertFailed(await callCli(words), 1, /already a file of that name/);
      rmSync(out);
    }
    assert.deepEqual(files(), before);
  });

  it('prints the plan alone where only that is wanted', async () => {
    const before = files();
    const document = await callForJson<Merged>(['merge', leaf, '--into', base, '--dry-run']);
    assert.deepEqual(Object.keys(document), ['plan']);
    assert.deepEqual(document.plan.remove, [leaf, middle]);
    assert.deepEqual([document.plan.resumes, document.plan.refusals], [false, []]);
    const { text } = await callCli(['merge', leaf, '--into', base, '--dry-run']);
    assert.match(text, /2\.vhd: would take in 2 layers up to \S+0\.vhd: \d+ sectors .* it would grow by /);
    assert.match(text, /0\.vhd: would be removed\n\S+1\.vhd: would be removed\n\S+2\.vhd: a leaf; a virtual machine/);
    assert.deepEqual(files(), before);
  });

  it('says for people what it did', async () => {
    const { text, exitCode } = await callCli(['merge', middle]);
    assert.equal(exitCode, 0);
    assert.match(
      text,
      /2\.vhd: took in \S+1\.vhd: .*\n\S+0\.vhd: stands on \S+2\.vhd\n\S+1\.vhd: removed\n\S+0\.vhd: a leaf/,
    );
    const kept = await callCli(['merge', leaf, '--keep']);
    assert.match(kept.text, /0\.vhd: kept\n/);
  });

  it('refuses to write what others stand on, naming them and the way out', async () => {
    const before = files();
    const sibling = addSibling('sibling.vhd');
    for (const words of [
      ['merge', middle],
      ['merge', leaf, '--into', base],
    ]) {
      assertFailed(await callCli(words), 1, /sibling\.vhd stands on \S+2\.vhd.* merge into a new file instead/);
      const { exitCode, text } = await callCli([...words, '--dry-run', '--json']);
      assert.equal(exitCode, 1);
      const [refusal] = (JSON.parse(text) as Merged).plan.refusals;
      assert.deepEqual([refusal?.code, refusal?.paths], ['has-children', [sibling]]);
    }
    rmSync(sibling);
    assert.deepEqual(files(), before);
  });

  it('looks for others in the folders that it is told', async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), 'vhd-editor-family-'));
    try {
      const spec = chain.specs[1]!;
      const locators = [{ code: 'W2ru', text: `.\\..\\${folder.split('/').at(-1)}\\2.vhd` }];
      const parent = { ...spec.parent!, locators };
      writeFileSync(join(elsewhere, 'far.vhd'), buildVhd({ ...spec, id: idOf(78), parent, blocks: [] }));
      assertFailed(await callCli(['merge', middle, '--family', elsewhere]), 1, /far\.vhd stands on/);
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });

  it('has an export say aloud that a disk is half merged, and not where the merged layer is on top', async () => {
    const terminal = new FakeTerminal();
    const fileSystem = new (class extends NodeFileSystem {
      override create(path: string): ReturnType<NodeFileSystem['create']> {
        if (path.endsWith('-merge')) terminal.interrupt(130);
        return super.create(path);
      }
    })();
    await callCli(['merge', leaf, '--into', base], fileSystem, terminal);
    for (const [image, layer] of [
      [base, '0'],
      [middle, '0'],
      [leaf, '1'],
      [leaf, '2'],
    ] as const) {
      const out = join(folder, 'out.raw');
      const result = await callCli(['export', image, out, '--layer', layer, '--json']);
      assertFailed(result, 1, /a merge of \S+0\.vhd into \S+2\.vhd was cut short.*run that merge again.*export again/);
      assert.ok(existsSync(out) && JSON.parse(result.text) !== null);
      rmSync(out);
    }
    const sound = join(folder, 'sound.raw');
    assert.equal((await callCli(['export', leaf, sound])).exitCode, 0);
    assert.ok(readFileSync(sound).equals(chain.content(0)));
  });

  it('has no parent to merge a base into, and knows its words', async () => {
    assertFailed(await callCli(['merge', base]), 1, /it stands on no other image/);
    assertFailed(await callCli(['merge', leaf, '--into', leaf]), 1, /not one of the layers below it; choose one of/);
    assertFailed(await callCli(['merge', leaf, '--into', base, '--to', 'x.vhd']), 2, /exclude each other/);
    assertFailed(await callCli(['merge', leaf, '--format', 'fixed']), 2, /goes with --to/);
    assertFailed(await callCli(['merge', leaf, '--to', 'x.vhd', '--format', 'raw']), 2, /takes dynamic, fixed/);
    const outside = join(tmpdir(), 'vhd-editor-outside.vhd');
    assertFailed(await callCli(['merge', leaf, '--to', outside, '--confine', folder]), 1, /not inside/);
  });

  it('stops when it is interrupted, and goes on when it is called again', async () => {
    const terminal = new FakeTerminal();
    const fileSystem = new (class extends NodeFileSystem {
      override create(path: string): ReturnType<NodeFileSystem['create']> {
        if (path.endsWith('-merge')) terminal.interrupt(130);
        return super.create(path);
      }
    })();
    const stopped = await callCli(['merge', leaf], fileSystem, terminal);
    assert.equal(stopped.exitCode, 130);
    assert.match(stopped.error, /reads as before. The same command goes on where it stopped/);
    assert.ok((await disk(leaf)).equals(chain.content(0)));
    assert.ok(readdirSync(folder).includes('1.vhd.vhd-editor-merge'));
    const plan = await callForJson<Merged>(['merge', leaf, '--dry-run']);
    assert.equal(plan.plan.resumes, true);
    await callForJson<Merged>(['merge', leaf]);
    assert.deepEqual(readdirSync(folder), ['1.vhd', '2.vhd']);
    assert.ok((await disk(middle)).equals(chain.content(0)));
  });
});
