import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  existsSync,
  linkSync,
  mkdtempSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeGenuine } from '../fixtures/genuineImages';
import { buildVhd } from '../fixtures/vhdBuilder';
import { assertFailed, callCli, callForJson } from './callCli';
import { threeLayers, type TestChain } from './chains';
import { FakeTerminal } from './fakeTerminal';

interface ExportDocument {
  path: string;
  bytesWritten: number;
  fileSize: number;
  sha256?: string;
  unreadable: { start: number; length: number; layer: number; path: string; reason: string }[];
}

const MOST_HASHED = 2 ** 30;

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

describe('vhd-editor export', () => {
  let folder: string;
  let chain: TestChain;
  let leaf: string;
  const inFolder = (name: string): string => join(folder, name);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vhd-editor-export-'));
    chain = threeLayers();
    for (const [i, spec] of chain.specs.entries()) writeFileSync(inFolder(`${i}.vhd`), buildVhd(spec));
    leaf = inFolder('0.vhd');
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  for (const layer of [0, 1, 2]) {
    it(`writes the disk as of layer ${layer}`, async () => {
      const out = inFolder('out.raw');
      const document = await callForJson<ExportDocument>(['export', leaf, out, '--layer', String(layer), '--sha256']);
      const content = chain.content(layer);
      assert.ok(readFileSync(out).equals(content));
      assert.equal(document.path, out);
      assert.equal(document.fileSize, content.length);
      assert.equal(document.sha256, sha256(content));
      assert.deepEqual(document.unreadable, []);
      assert.ok(document.bytesWritten > 0 && document.bytesWritten <= content.length);
    });
  }

  for (const format of ['fixed', 'dynamic']) {
    it(`writes a ${format} VHD that reads the same and has an id of its own`, async () => {
      const out = inFolder('out.vhd');
      const document = await callForJson<ExportDocument>(['export', leaf, out, '--format', format]);
      assert.equal(document.sha256, undefined);
      assert.equal(document.fileSize, readFileSync(out).length);
      const { bytes } = await callCli(['read', out]);
      assert.ok(bytes.equals(chain.content(0)));
      const info = await callForJson<{ type: string; virtualSize: number; id: string; findings: object[] }>([
        'info',
        out,
      ]);
      assert.deepEqual([info.type, info.virtualSize, info.findings], [format, chain.content(0).length, []]);
      const other = inFolder('other.vhd');
      await callForJson(['export', leaf, other, '--format', format]);
      const otherInfo = await callForJson<{ id: string }>(['info', other]);
      assert.notEqual(otherInfo.id, info.id);
    });
  }

  it('tells people what it wrote', async () => {
    const { text } = await callCli(['export', leaf, inFolder('out.raw'), '--sha256']);
    assert.match(
      text,
      /out\.raw: 323 KiB \(331,264 bytes\), [\d.]+ KiB of it written\nSHA-256 of the virtual disk: [0-9a-f]{64}\n$/,
    );
  });

  it('counts relative paths from the working folder', async () => {
    const terminal = new FakeTerminal({ workingFolder: folder });
    const { exitCode } = await callCli(['export', '0.vhd', 'out.raw'], undefined, terminal);
    assert.equal(exitCode, 0);
    assert.ok(existsSync(inFolder('out.raw')));
  });

  it('replaces a file only with --force', async () => {
    const out = inFolder('out.raw');
    writeFileSync(out, 'mine');
    assertFailed(await callCli(['export', leaf, out]), 1, /already a file of that name; .*--force/);
    assert.equal(readFileSync(out, 'utf8'), 'mine');
    assert.equal((await callCli(['export', leaf, out, '--force'])).exitCode, 0);
    assert.ok(readFileSync(out).equals(chain.content(0)));
  });

  it('never replaces a layer of the chain, whatever it is called', async () => {
    linkSync(inFolder('2.vhd'), inFolder('hard'));
    symlinkSync('1.vhd', inFolder('soft'));
    for (const name of ['0.vhd', '1.vhd', '2.vhd', 'hard', 'soft', './2.vhd']) {
      for (const force of [[], ['--force']]) {
        const words = ['export', leaf, `${folder}/${name}`, '--layer', '1', ...force];
        assertFailed(await callCli(words), 1, /image of the chain/);
      }
    }
    for (const [i, spec] of chain.specs.entries()) assert.ok(readFileSync(inFolder(`${i}.vhd`)).equals(buildVhd(spec)));
  });

  it('writes nothing outside the folder that --confine names', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'vhd-editor-outside-'));
    try {
      symlinkSync(outside, inFolder('way-out'));
      for (const out of [join(outside, 'out.raw'), inFolder('way-out/out.raw'), inFolder('../out.raw')]) {
        assertFailed(await callCli(['export', leaf, out, '--confine', folder]), 1, /inside|link/);
      }
      assert.deepEqual(readdirSync(outside), []);
      assert.equal((await callCli(['export', leaf, inFolder('out.raw'), '--confine', folder])).exitCode, 0);
    } finally {
      rmSync(outside, { recursive: true });
    }
  });

  it('says in one line why it cannot write', async () => {
    mkdirSync(inFolder('folder'));
    symlinkSync('nowhere', inFolder('dangling'));
    const call = (out: string, ...words: string[]) => callCli(['export', leaf, out, ...words]);
    assertFailed(await call(inFolder('folder'), '--force'), 1, /it is a folder/);
    assertFailed(await call('/dev/null', '--force'), 1, /it is a device/);
    assertFailed(await call(inFolder('dangling'), '--force'), 1, /link that leads nowhere/);
    assertFailed(await call(inFolder('none/out.raw')), 1, /there is no folder .*none; make the folder/);
    assertFailed(await call(inFolder('0.vhd/out.raw')), 1, /there is no folder/);
    assertFailed(await call(inFolder('out.raw'), '--layer', '7'), 1, /layers 0 to 2/);
    rmSync(inFolder('2.vhd'));
    assertFailed(await call(inFolder('out.raw')), 1, /the parent of .*1\.vhd .* is missing/);
    assert.deepEqual(readdirSync(folder).sort(), ['0.vhd', '1.vhd', 'dangling', 'folder']);
  });

  it('writes what can be read, names the sectors that cannot, and fails', async () => {
    const whole = buildVhd(chain.specs[2]!);
    // The base's last block, which has sectors 640 and 641, is gone but for its first sector.
    writeFileSync(inFolder('2.vhd'), whole.subarray(0, whole.length - 512 - 127 * 512));
    const out = inFolder('out.raw');
    const result = await callCli(['export', leaf, out, '--json']);
    assertFailed(result, 1, /1 sector could not be read: 641 \(.*2\.vhd\); .*out\.raw is written/);
    const document = JSON.parse(result.text) as ExportDocument;
    assert.deepEqual(document.unreadable, [
      { start: 641, length: 1, layer: 2, reason: 'past-end-of-file', path: inFolder('2.vhd') },
    ]);
    const expected = chain.content(0);
    expected.fill(0, 641 * 512, 642 * 512);
    assert.ok(readFileSync(out).equals(expected));
  });
});

describeGenuine('vhd-editor export of genuine images', (genuine) => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'vhd-editor-export-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  for (const facts of genuine.all) {
    // Hashing the zeros of an empty disk of 127 GiB proves less than it costs.
    const words = facts.virtual_size > MOST_HASHED ? ['--force', '--json'] : ['--force', '--json', '--sha256'];

    it(`gives the content of ${facts.file}`, async function () {
      const out = join(folder, 'out.raw');
      const { text, error } = await callCli(['export', genuine.path(facts.file), out, ...words]);
      if (facts.parent_file === null && error.includes('is missing')) this.skip();
      const document = JSON.parse(text) as ExportDocument;
      assert.equal(document.fileSize, facts.virtual_size);
      if (facts.virtual_size > MOST_HASHED) {
        assert.equal(facts.allocated_blocks, 0);
        assert.equal(document.bytesWritten, 0);
      } else {
        assert.equal(document.sha256, facts.raw_sha256);
        assert.equal(sha256(readFileSync(out)), facts.raw_sha256);
      }
    });
  }
});
