import assert from 'node:assert/strict';
import { mkdtempSync, mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildVhd, idOf } from '../fixtures/vhdBuilder';
import { callCli, callForJson } from './callCli';
import { threeLayers } from './chains';

interface Planned {
  readonly applied: boolean;
  readonly names: readonly { readonly source: string; readonly before: string | null; readonly after: string | null }[];
  readonly proofs: readonly { readonly kind: string; readonly agrees: boolean | null }[] | null;
}

describe('vhd-editor relink and check --chain, of parents that moved or were changed', () => {
  let folder: string;
  let [leaf, middle, base] = ['', '', ''];
  const chain = threeLayers();

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vhd-editor-relink-'));
    [leaf, middle, base] = ['0.vhd', '1.vhd', '2.vhd'].map((name) => join(folder, name)) as [string, string, string];
    for (const [i, spec] of chain.specs.entries()) writeFileSync(join(folder, `${i}.vhd`), buildVhd(spec));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('says in a dry run what speaks for and against a parent, and what it will be called', async () => {
    mkdirSync(join(folder, 'bases'));
    const moved = join(folder, 'bases', 'moved.vhd');
    renameSync(base, moved);
    const plan = await callForJson<Planned>(['relink', middle, moved, '--dry-run']);
    assert.equal(plan.applied, false);
    assert.deepEqual(
      plan.proofs?.map(({ kind, agrees }) => `${kind} ${String(agrees)}`),
      ['id true', 'virtual-size true', 'time null', 'block-size true', 'name null', 'content null'],
    );
    assert.deepEqual(
      plan.names.map(({ source, before, after }) => [source, before, after]),
      [
        ['W2ru', '.\\2.vhd', '.\\bases\\moved.vhd'],
        ['name', '2.vhd', 'moved.vhd'],
        ['W2ku', null, moved],
      ],
    );
    const { text } = await callCli(['relink', middle, moved, '--dry-run']);
    assert.match(text, /^for: it has the id /m);
    assert.match(text, /^W2ru: \.\\2\.vhd -> \.\\bases\\moved\.vhd$/m);
    assert.equal((await callForJson<Planned>(['relink', middle, moved])).proofs, null);

    const other = join(folder, 'bases', 'other.vhd');
    writeFileSync(other, buildVhd({ ...chain.specs[2]!, id: idOf(77) }));
    const against = await callCli(['relink', middle, other, '--dry-run']);
    assert.equal(against.exitCode, 1);
    assert.match(against.text, /^against: its id is /m);
  });

  it('says that a parent is found by its id alone, until its child is relinked', async () => {
    const renamed = join(folder, 'renamed.vhd');
    renameSync(base, renamed);
    const ids = async (): Promise<readonly string[]> => {
      const { findings } = await callForJson<{ findings: { id: string; path: string }[] }>(['check', leaf, '--chain']);
      return findings.map(({ id, path }) => `${id} ${path}`);
    };
    assert.deepEqual(await ids(), [`parent-found-by-id ${middle}`]);
    await callForJson(['relink', middle, renamed]);
    assert.deepEqual(await ids(), []);
  });

  it('says which sectors a changed parent puts at risk, and the ways out', async () => {
    const stamp = 700_000_000;
    const spec = chain.specs[1]!;
    writeFileSync(middle, buildVhd({ ...spec, parent: { ...spec.parent!, timestamp: stamp } }));
    utimesSync(base, 946_684_800 + stamp + 60, 946_684_800 + stamp + 60);
    const { text, exitCode } = await callCli(['check', leaf, '--chain']);
    assert.equal(exitCode, 0);
    assert.match(
      text,
      /note {2}.*2\.vhd may have been changed after this image was made on it\. \d+ sectors of the disk show/,
    );
    assert.match(text, /Merge into a new file and have the guest check its file system/);
    assert.match(text, /sectors-at-risk/);
  });
});
