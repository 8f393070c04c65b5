import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkChain } from '../../../src/engine/check/checkChain';
import type { Finding } from '../../../src/engine/finding';
import { runToEnd } from '../../../src/engine/operations/progress';
import type { FileSystem } from '../../../src/engine/storage/fileSystem';
import { MemoryFileSystem } from '../../../src/engine/storage/memoryFileSystem';
import { NodeFileSystem } from '../../../src/engine/storage/nodeFileSystem';
import { describeGenuine } from '../../fixtures/genuineImages';
import { buildVhd, idOf, stampOf } from '../../fixtures/vhdBuilder';
import type { VhdSpec } from '../../fixtures/vhdSpec';
import { runPeer } from '../../peers/programs';
import { DIFFERENCING, DYNAMIC, NOW, TRUSTED } from './checkedImages';

const LEAF = '/disks/leaf.avhd';
const BASE = '/disks/base.vhd';
const BASE_SPEC: VhdSpec = { ...DYNAMIC, id: idOf(2) };

function checkAll(fileSystem: FileSystem, path: string, now = NOW): readonly Finding[] {
  return runToEnd(checkChain(fileSystem, path, TRUSTED, { now })).findings;
}

function checkPair(
  leaf: VhdSpec,
  base: VhdSpec | null,
  others: Readonly<Record<string, VhdSpec>> = {},
): readonly Finding[] {
  const fileSystem = new MemoryFileSystem('posix', { [LEAF]: buildVhd(leaf) });
  if (base !== null) fileSystem.addFile(BASE, buildVhd(base), Date.UTC(2022, 5, 1));
  for (const [path, spec] of Object.entries(others)) fileSystem.addFile(path, buildVhd(spec));
  return checkAll(fileSystem, LEAF);
}

function words(findings: readonly Finding[]): string[] {
  return findings.map(({ id, severity, path }) => `${id} ${severity} ${path.replace('/disks/', '')}`);
}

describe('checking a chain', () => {
  it('finds nothing in a sound one, and who else stands on its parent', () => {
    assert.deepEqual(checkPair(DIFFERENCING, BASE_SPEC), []);
    const findings = checkPair(DIFFERENCING, BASE_SPEC, { '/disks/other.avhd': { ...DIFFERENCING, id: idOf(7) } });
    assert.deepEqual(words(findings), ['other-children note base.vhd']);
    assert.equal(findings[0]?.found, '/disks/other.avhd');
  });

  it('finds a missing parent, with the id and the names that are known of it', () => {
    const [finding, ...rest] = checkPair(DIFFERENCING, null);
    assert.deepEqual(rest, []);
    assert.equal(finding?.id, 'parent-not-found');
    assert.equal(finding.windowsError, 'ERROR_VHD_PARENT_VHD_NOT_FOUND (0xC03A000D)');
    assert.match(finding.found, /base\.vhd/);
  });

  it('finds a parent of another size, changed after its child was made, or damaged', () => {
    const smaller = { ...BASE_SPEC, virtualSize: 4 * 65536, blocks: [] };
    assert.deepEqual(words(checkPair(DIFFERENCING, smaller)), ['parent-size-mismatch warning leaf.avhd']);
    const older = { ...DIFFERENCING, parent: { ...DIFFERENCING.parent!, timestamp: 600_000_000 } };
    assert.deepEqual(words(checkPair(older, BASE_SPEC)), ['parent-modified-later note leaf.avhd']);
    const damaged = { ...BASE_SPEC, entries: { 1: 0x7000_0000 } };
    assert.deepEqual(words(checkPair(DIFFERENCING, damaged)), [
      'error-in-parent error leaf.avhd',
      'bat-entry-beyond-file error base.vhd',
    ]);
  });

  it('finds a circle', () => {
    const base: VhdSpec = { ...DIFFERENCING, id: idOf(2), parent: { id: idOf(1), name: 'leaf.avhd' } };
    assert.deepEqual(words(checkPair(DIFFERENCING, base)).slice(0, 1), ['chain-cycle error base.vhd']);
  });

  describeGenuine('of genuine images', (genuine) => {
    /** These files are damaged as their facts say; all others are sound. */
    const damaged: Readonly<Record<string, readonly string[]>> = {
      'image.vhd': ['footer-checksum', 'footer-copy-checksum'],
      'image-differential.vhd': ['footer-checksum', 'footer-copy-checksum', 'header-checksum'],
      'd1.vhd': ['footer-missing', 'block-cut-off'],
    };
    for (const facts of genuine.all) {
      it(`has nothing above a note to say of ${facts.file} but what its facts say`, () => {
        const path = genuine.path(facts.file);
        const known = facts.odd.some((odd) => /checksum wrong|no trailing footer/.test(odd))
          ? (damaged[path.split('/').at(-1) ?? ''] ?? [])
          : [];
        const own = checkAll(new NodeFileSystem(), path, Date.now()).filter((finding) => finding.path === path);
        const serious = own.filter(({ id, severity }) => severity !== 'note' && id !== 'error-in-parent');
        assert.deepEqual([...new Set(serious.map(({ id }) => id))].sort(), [...known].sort());
      });
    }
  });

  it('finds nothing above a note in what qemu makes', function () {
    const folder = mkdtempSync(join(tmpdir(), 'vhd-editor-check-'));
    try {
      for (const options of ['subformat=dynamic', 'subformat=fixed', 'subformat=dynamic,force_size=on']) {
        const path = join(folder, `${options.replace(/\W/g, '-')}.vhd`);
        runPeer(this, 'qemu-img', ['create', '-f', 'vpc', '-o', options, path, '20M']);
        assert.deepEqual(checkAll(new NodeFileSystem(), path, Date.now()), []);
      }
      const raw = new NodeFileSystem().create(join(folder, 'raw'));
      for (let lba = 0; lba < 9000; lba += 37) raw.write(lba * 512, stampOf(5)(lba));
      raw.truncate(9000 * 512);
      raw.close();
      const converted = join(folder, 'converted.vhd');
      runPeer(this, 'qemu-img', ['convert', '-f', 'raw', '-O', 'vpc', join(folder, 'raw'), converted]);
      // It marks whole blocks, also where the last one reaches past the end of the disk.
      const ids = checkAll(new NodeFileSystem(), converted, Date.now()).map(({ id, severity }) => `${id} ${severity}`);
      assert.deepEqual(ids, ['bitmap-past-end note']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
