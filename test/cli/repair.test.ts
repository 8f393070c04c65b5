import assert from 'node:assert/strict';
import { mkdtempSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildVhd, idOf, layoutOf } from '../fixtures/vhdBuilder';
import { contentByQemu } from '../peers/programs';
import { requirePeer } from '../peers/peers';
import { assertFailed, callCli, callForJson } from './callCli';
import { threeLayers, type TestChain } from './chains';
import { FakeTerminal } from './fakeTerminal';
import { NodeFileSystem } from '../../src/engine/index';

interface PatchEntry {
  offset: number;
  length: number;
  before: string;
  after: string;
}

interface Patched {
  patch: PatchEntry[];
  applied: boolean;
}

interface Checked {
  findings: {
    id: string;
    severity: string;
    path: string;
    offset: number;
    length: number;
    windowsError: string | null;
  }[];
}

describe('vhd-editor check, repair and relink', () => {
  let folder: string;
  let chain: TestChain;
  let [leaf, middle, base] = ['', '', ''];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vhd-editor-repair-'));
    chain = threeLayers();
    for (const [i, spec] of chain.specs.entries()) writeFileSync(join(folder, `${i}.vhd`), buildVhd(spec));
    [leaf, middle, base] = ['0.vhd', '1.vhd', '2.vhd'].map((name) => join(folder, name)) as [string, string, string];
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('checks an image alone, or with its chain', async () => {
    assert.deepEqual(await callForJson(['check', base]), { findings: [] });
    assert.deepEqual(await callForJson(['check', leaf, '--chain']), { findings: [] });
    rmSync(base);
    assert.deepEqual(await callForJson(['check', leaf]), { findings: [] });
    const result = await callCli(['check', leaf, '--chain', '--json']);
    assert.equal(result.exitCode, 1);
    const { findings } = JSON.parse(result.text) as Checked;
    assert.deepEqual(
      findings.map(({ id, severity, path, windowsError }) => [id, severity, path, windowsError]),
      [['parent-not-found', 'error', middle, 'ERROR_VHD_PARENT_VHD_NOT_FOUND (0xC03A000D)']],
    );
  });

  it("tells people what it found, where, and by which of Windows' codes", async () => {
    const offset = layoutOf(chain.specs[2]!).footerOffset;
    writeFileSync(base, readFileSync(base).subarray(0, offset));
    const { text, exitCode } = await callCli(['check', base]);
    assert.equal(exitCode, 1);
    assert.match(text, /^ {2}error {2}The file does not end in a footer; its copy/m);
    assert.match(text, /footer-missing, 512 bytes at [\d,]+, ERROR_VHD_DRIVE_FOOTER_MISSING \(0xC03A0001\)/);
    assert.match(text, /^1 error, 0 warnings, 0 notes$/m);
    assert.match((await callCli(['check', leaf])).text, /nothing is wrong\n0 errors/);
  });

  it('exits with 130 when it is interrupted', async () => {
    class Impatient extends FakeTerminal {
      override onInterrupt(listener: (exitCode: number) => void): () => void {
        listener(130);
        return super.onInterrupt(listener);
      }
    }
    const many = Array.from({ length: 300 }, (_, index) => ({ index, sectors: [1] }));
    writeFileSync(base, buildVhd({ type: 'dynamic', virtualSize: 300 * 2 ** 16, blockSize: 2 ** 16, blocks: many }));
    const result = await callCli(['check', base], new NodeFileSystem(), new Impatient());
    assert.deepEqual([result.exitCode, result.text], [130, '']);
  });

  it('repairs, and takes it back', async function () {
    const bytes = readFileSync(base);
    const broken = bytes.subarray(0, layoutOf(chain.specs[2]!).footerOffset);
    writeFileSync(base, broken);
    const plan = await callForJson<Patched>(['repair', base, '--dry-run']);
    assert.deepEqual([plan.applied, plan.patch.at(-1)?.before], [false, '']);
    assert.ok(readFileSync(base).equals(broken));
    assert.deepEqual(readdirSync(folder).length, 3);
    const done = await callForJson<Patched & { undo: string }>(['repair', base]);
    assert.deepEqual([done.applied, done.patch], [true, plan.patch]);
    assert.ok(readFileSync(base).equals(bytes));
    assert.equal(done.undo, `${base}.vhd-editor-undo`);
    const again = await callForJson<Patched>(['repair', base]);
    assert.deepEqual([again.applied, again.patch], [false, []]);
    requirePeer(this, 'qemu-img');
    assert.ok(contentByQemu(this, base).subarray(0, 1024).equals(chain.content(2).subarray(0, 1024)));
    const undone = await callForJson<Patched>(['repair', base, '--undo']);
    assert.equal(undone.applied, true);
    assert.ok(readFileSync(base).equals(broken));
    assert.deepEqual(readdirSync(folder).length, 3);
    assertFailed(await callCli(['repair', base, '--undo']), 1, /nothing that was replaced is kept/);
    assertFailed(await callCli(['repair', base, '--undo', '--only', 'x']), 2, /--undo takes no --only/);
  });

  it('leaves decisions to people, and says what they are', async () => {
    const spec = chain.specs[2]!;
    const place = layoutOf(spec).blockOffsets.get(3)! / 512;
    writeFileSync(base, buildVhd({ ...spec, entries: { 4: place } }));
    const { text, exitCode } = await callCli(['repair', base, '--dry-run']);
    assert.equal(exitCode, 1);
    assert.match(
      text,
      /Needs a decision; do it with --only KEY:\n {2}bat-entry-duplicate\/3: Leave the place to block 4/,
    );
    const done = await callCli(['repair', base, '--only', 'bat-entry-duplicate/4']);
    assert.equal(done.exitCode, 0);
    assert.match(done.text, /Done:\n {2}bat-entry-duplicate\/4/);
    assert.ok(readFileSync(base).equals(buildVhd(spec)));
    assertFailed(await callCli(['repair', base, '--only', 'nonsense']), 1, /there is no repair "nonsense"/);
  });

  it('relinks an image to where its parent is now', async () => {
    mkdirSync(join(folder, 'Übersee', 'x'.repeat(200)), { recursive: true });
    const moved = join(folder, 'Übersee', 'x'.repeat(200), 'Grundlage ☃.vhd');
    renameSync(base, moved);
    assert.equal((await callCli(['check', leaf, '--chain'])).exitCode, 1);
    const plan = await callForJson<Patched>(['relink', middle, moved, '--dry-run']);
    assert.equal(plan.applied, false);
    assert.ok(readFileSync(middle).equals(buildVhd(chain.specs[1]!)));
    const done = await callForJson<Patched & { undo: null }>(['relink', middle, moved]);
    assert.deepEqual([done.applied, done.patch, done.undo], [true, plan.patch, null]);
    assert.equal((await callCli(['check', leaf, '--chain'])).exitCode, 0);
    const { bytes } = await callCli(['read', leaf]);
    assert.ok(bytes.equals(chain.content(0)));
    const again = await callForJson<Patched>(['relink', middle, moved]);
    assert.deepEqual(again.patch, []);
  });

  it('takes another parent only by an explicit word, and back', async () => {
    const other = join(folder, 'other.vhd');
    writeFileSync(other, buildVhd({ ...chain.specs[2]!, id: idOf(77) }));
    const before = readFileSync(middle);
    assertFailed(
      await callCli(['relink', middle, other]),
      1,
      /its id is .*, and .* is named; choose the parent with that id/,
    );
    const dry = await callCli(['relink', middle, other, '--dry-run', '--json']);
    assert.equal(dry.exitCode, 1);
    assert.deepEqual((JSON.parse(dry.text) as { mismatches: string[] }).mismatches, ['id']);
    assert.ok(readFileSync(middle).equals(before));
    await callForJson(['relink', middle, other, '--accept-mismatch']);
    const { chain: layers } = await callForJson<{ chain: { path: string }[] }>(['info', middle]);
    assert.deepEqual(
      layers.map(({ path }) => path),
      [middle, other],
    );
    assert.equal((await callCli(['repair', middle, '--undo'])).exitCode, 0);
    assert.ok(readFileSync(middle).equals(before));
  });

  it('refuses circles, images without a parent, and parents of another size', async () => {
    assertFailed(await callCli(['relink', middle, leaf, '--accept-mismatch']), 1, /it stands on that image itself/);
    assertFailed(await callCli(['relink', middle, middle, '--accept-mismatch']), 1, /they are one image/);
    assertFailed(await callCli(['relink', base, leaf]), 1, /it is no differencing image/);
    writeFileSync(base, buildVhd({ ...chain.specs[2]!, virtualSize: 2 ** 20, blocks: [] }));
    assertFailed(await callCli(['relink', middle, base]), 1, /its disk has 1048576 bytes/);
    assertFailed(await callCli(['relink', middle, join(folder, 'none.vhd')]), 1, /no such file/);
  });
});
