import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callCli, callForJson } from '../cli/callCli';
import { stampOf, writeVhd } from '../fixtures/vhdBuilder';
import type { BlockSpec } from '../fixtures/vhdSpec';
import { makeFileSystem } from './fileSystems';
import { contentBy7zip, contentByQemu, runPeer, sizeByQemu } from './programs';
import { assertSameContent } from './sameContent';

/** Sizes whose geometry rounds down, or whose last block is cut short, and one that fits everything. */
const SIZES = [2 ** 22, 5 * 2 ** 20 + 512, 9_973 * 512, 32 * 2 ** 20];

describe('single images, as qemu, 7-Zip and we read them', function () {
  let folder: string;
  const inFolder = (name: string): string => join(folder, name);
  before(() => (folder = mkdtempSync(join(tmpdir(), 'vhd-editor-peers-'))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  async function ourContent(path: string): Promise<Buffer> {
    await callForJson(['export', path, inFolder('ours.raw'), '--force']);
    return readFileSync(inFolder('ours.raw'));
  }

  /** A raw disk with holes, zeros that are written, and content of all lengths. */
  function rawOf(size: number): Buffer {
    const raw = Buffer.alloc(size);
    const stamp = stampOf(7);
    for (let lba = 0; lba < size / 512; lba += lba % 11 === 0 ? 1 : 1 + (lba % 977)) raw.set(stamp(lba), lba * 512);
    raw.fill(0, 2 ** 21, Math.min(size, 2 ** 21 + 100_000));
    return raw;
  }

  for (const type of ['fixed', 'dynamic'] as const) {
    for (const size of SIZES) {
      it(`a ${type} image of ${size} bytes, built from the specification`, async function () {
        const raw = rawOf(size);
        const path = inFolder('built.vhd');
        const blockCount = Math.ceil(size / 2 ** 21);
        const blocks = Array.from({ length: blockCount }, (_, i): BlockSpec => ({
          index: blockCount - 1 - i,
          sectors: 'all',
        }));
        const padded = Buffer.concat([raw, Buffer.alloc(2 ** 21)]);
        const content = (lba: number): Uint8Array => padded.subarray(lba * 512, (lba + 1) * 512);
        writeVhd(path, {
          type,
          virtualSize: size,
          alignment: 4096,
          content,
          ...(type === 'dynamic' ? { blocks } : {}),
        });
        assertSameContent(await ourContent(path), raw, 'ours');
        assertSameContent(contentBy7zip(this, path), raw, '7-Zip');
        assertSameContent(contentByQemu(this, path), raw, 'qemu');
      });

      it(`our export of ${size} bytes as a ${type} VHD`, async function () {
        const raw = rawOf(size);
        // A fixed image around the raw bytes is the plainest thing to export from.
        writeVhd(inFolder('source.vhd'), {
          type: 'fixed',
          virtualSize: size,
          content: (lba) => raw.subarray(lba * 512, (lba + 1) * 512),
        });
        const path = inFolder('exported.vhd');
        await callForJson(['export', inFolder('source.vhd'), path, '--format', type, '--force']);
        assertSameContent(contentBy7zip(this, path), raw, '7-Zip');
        assert.equal(sizeByQemu(this, path), size);
        assertSameContent(contentByQemu(this, path), raw, 'qemu');
        assertSameContent(await ourContent(path), raw, 'ours');
        runPeer(this, '7zz', ['t', '-tvhd', path]);
      });
    }

    it(`a ${type} image that qemu made, with a file system in it`, async function () {
      const raw = inFolder('ext4.raw');
      makeFileSystem(this, 'ext4', raw, 32 * 2 ** 20, inFolder('files'));
      for (const options of [`subformat=${type}`, `subformat=${type},force_size=on`]) {
        const path = inFolder('by-qemu.vhd');
        rmSync(path, { force: true });
        runPeer(this, 'qemu-img', ['convert', '-f', 'raw', '-O', 'vpc', '-o', options, raw, path]);
        const content = await ourContent(path);
        assertSameContent(content, contentByQemu(this, path), `as qemu reads it, ${options}`);
        assertSameContent(content.subarray(0, statSync(raw).size), readFileSync(raw), `as it was, ${options}`);
      }
    });
  }

  it('an export of a disk of 2040 GiB with little in it', async function () {
    const size = 2040 * 2 ** 30;
    const content = stampOf(3);
    const lastBlock = size / 2 ** 21 - 1;
    const blocks = [0, 5, lastBlock].map((index): BlockSpec => ({ index, sectors: [0, 17, 4095] }));
    writeVhd(inFolder('giant.vhd'), { type: 'dynamic', virtualSize: size, content, blocks });
    const path = inFolder('giant-exported.vhd');
    await callForJson(['export', inFolder('giant.vhd'), path, '--format', 'dynamic']);
    assert.equal(sizeByQemu(this, path), size);
    assert.ok(statSync(path).blocks * 512 < 8 * 2 ** 20);
    const lba = lastBlock * 4096 + 17;
    const words = ['--offset', String(lba * 512), '--length', '512'];
    assert.ok((await callCli(['read', path, ...words])).bytes.equals(content(lba)));
    const qemu = runPeer(this, 'qemu-io', ['-r', '-f', 'vpc', '-c', `read -v ${lba * 512} 512`, path]).toString();
    assert.ok(qemu.includes(Buffer.from(content(lba).subarray(0, 4)).toString('hex').replace(/../g, '$& ').trim()));
  });

  it('an empty disk', async function () {
    writeFileSync(inFolder('empty.raw'), '');
    truncateSync(inFolder('empty.raw'), 64 * 2 ** 20);
    writeVhd(inFolder('empty.vhd'), { type: 'dynamic', virtualSize: 64 * 2 ** 20 });
    for (const format of ['fixed', 'dynamic']) {
      await callForJson(['export', inFolder('empty.vhd'), inFolder('out.vhd'), '--format', format, '--force']);
      assertSameContent(contentByQemu(this, inFolder('out.vhd')), readFileSync(inFolder('empty.raw')), 'qemu');
      assertSameContent(contentBy7zip(this, inFolder('out.vhd')), readFileSync(inFolder('empty.raw')), '7-Zip');
    }
  });
});
