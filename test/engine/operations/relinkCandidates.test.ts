import assert from 'node:assert/strict';
import { EngineError } from '../../../src/engine/errors';
import { runToEnd } from '../../../src/engine/operations/progress';
import { proveParent, rankParents, type RankedParent } from '../../../src/engine/operations/relinkCandidates';
import { MemoryFileSystem } from '../../../src/engine/storage/memoryFileSystem';
import { buildVhd, idOf, stampOf } from '../../fixtures/vhdBuilder';
import type { VhdSpec } from '../../fixtures/vhdSpec';

const POLICY = { trusted: true, given: [], confine: null };
const SECTORS = 512;
const KNOWN_TIME = 700_000_000;
const LAST = SECTORS - 1;

/** A disk with one partition of NTFS, as far as its first and last sectors go. `serial` tells two of them apart. */
function ntfs(serial: number): (lba: number) => Uint8Array {
  const bootSector = Buffer.alloc(512);
  bootSector.write('NTFS    ', 3, 'latin1');
  bootSector.writeBigUInt64LE(BigInt(LAST - 8), 0x28);
  bootSector.writeUInt32LE(serial, 0x48);
  bootSector.writeUInt16LE(0xaa55, 510);
  const table = Buffer.alloc(512);
  table.writeUInt8(7, 446 + 4);
  table.writeUInt32LE(8, 446 + 8);
  table.writeUInt32LE(LAST - 8 + 1, 446 + 12);
  table.writeUInt16LE(0xaa55, 510);
  return (lba) => (lba === 0 ? table : lba === 8 || lba === LAST ? bootSector : stampOf(serial)(lba));
}

const COMMON = { virtualSize: SECTORS * 512, blockSize: 16 * 512 };

function base(number: number, changes: Partial<VhdSpec> = {}): VhdSpec {
  const blocks = Array.from({ length: 32 }, (_, index) => ({ index, sectors: 'all' as const }));
  return { ...COMMON, type: 'dynamic', id: idOf(number), content: ntfs(number), blocks, ...changes };
}

/** Has the boot sector of base 2 again, which does not fit the copy at the end of another disk. */
const CHILD: VhdSpec = {
  ...COMMON,
  type: 'differencing',
  id: idOf(1),
  content: ntfs(2),
  parent: { id: idOf(2), name: 'base.vhd', timestamp: KNOWN_TIME },
  blocks: [{ index: 0, sectors: [8, 9] }],
};

function rank(
  files: Readonly<Record<string, VhdSpec>>,
  modified: Readonly<Record<string, number>> = {},
): readonly RankedParent[] {
  const fileSystem = new MemoryFileSystem('posix', { '/vm/child.avhd': buildVhd(CHILD) });
  for (const [path, spec] of Object.entries(files)) fileSystem.addFile(path, buildVhd(spec), modified[path] ?? 0);
  return runToEnd(rankParents(fileSystem, '/vm/child.avhd', { folders: ['/other'], files: [] }, POLICY));
}

function proof(candidate: RankedParent | undefined, kind: string): boolean | null | undefined {
  return candidate?.proofs.find((each) => each.kind === kind)?.agrees;
}

describe('candidates for a parent', () => {
  it('come by their proof: the id before all, then size, content, time and name', () => {
    const found = rank(
      {
        '/other/deep/right.vhd': base(2),
        '/vm/same-size.vhd': base(5),
        '/vm/base.vhd': base(6, { virtualSize: SECTORS * 1024 }),
        '/other/restored.vhd': base(7, { content: ntfs(2) }),
      },
      { '/other/deep/right.vhd': (946_684_800 + KNOWN_TIME) * 1000 },
    );
    assert.deepEqual(
      found.map(({ path }) => path),
      ['/other/deep/right.vhd', '/other/restored.vhd', '/vm/same-size.vhd', '/vm/base.vhd'],
    );
    const [right, restored, sameSize, named] = found;
    assert.deepEqual(
      found.map(({ isProven }) => isProven),
      [true, false, false, false],
    );
    assert.deepEqual(
      ['id', 'virtual-size', 'time', 'content'].map((kind) => proof(right, kind)),
      [true, true, true, true],
    );
    assert.deepEqual([proof(restored, 'id'), proof(restored, 'content')], [false, true]);
    assert.deepEqual([proof(sameSize, 'virtual-size'), proof(sameSize, 'content')], [true, false]);
    assert.match(
      sameSize?.proofs.find(({ kind }) => kind === 'content')?.words ?? '',
      /not where they must be: the copy of the boot sector at the end of partition 1/,
    );
    assert.deepEqual([proof(named, 'name'), proof(named, 'virtual-size')], [true, false]);
  });

  it('are looked into one by one too, content and all, and say why they cannot be', () => {
    const fileSystem = new MemoryFileSystem('posix', {
      '/vm/child.avhd': buildVhd(CHILD),
      '/other/right.bin': buildVhd(base(2)),
      '/other/wrong.vhd': buildVhd(base(5)),
      '/other/text.vhd': Buffer.from('entity a is end;\n'.repeat(300)),
    });
    const right = proveParent(fileSystem, '/vm/child.avhd', '/other/right.bin', POLICY);
    assert.deepEqual([right.isProven, proof(right, 'content')], [true, true]);
    const wrong = proveParent(fileSystem, '/vm/child.avhd', '/other/wrong.vhd', POLICY);
    assert.deepEqual([wrong.isProven, proof(wrong, 'content')], [false, false]);
    for (const [path, code] of [
      ['/other/text.vhd', 'not-an-image'],
      ['/other/none.vhd', 'file-not-found'],
    ] as const) {
      assert.throws(
        () => proveParent(fileSystem, '/vm/child.avhd', path, POLICY),
        (error) => EngineError.is(error, code),
      );
    }
    assert.throws(
      () => proveParent(fileSystem, '/vm/child.avhd', '/other/right.bin', { ...POLICY, confine: '/vm' }),
      (error) => EngineError.is(error, 'outside-confinement'),
    );
  });

  it('on other computers that the image names are not touched', () => {
    const named = ['\\\\evil\\share\\base.vhd', '\\\\?\\UNC\\evil\\share\\base.vhd', 'file://evil/share/base.vhd'];
    const locators = named.map((text, slot) => ({ code: (['W2ku', 'W2ru', 'MacX'] as const)[slot]!, text }));
    const claimed: VhdSpec = { ...CHILD, parent: { ...CHILD.parent!, name: named[0]!, locators } };
    const fileSystem = new MemoryFileSystem('windows', { 'C:\\vm\\child.avhd': buildVhd(claimed) });
    fileSystem.addFile('C:\\vm\\other.vhd', buildVhd(base(5)));
    const places = { folders: ['C:\\vm'], files: [] };
    const found = runToEnd(rankParents(fileSystem, 'C:\\vm\\child.avhd', places, POLICY));
    assert.deepEqual(
      found.map(({ path }) => path),
      ['C:\\vm\\other.vhd'],
    );
    assert.deepEqual(
      fileSystem.touched.filter((path) => /evil/i.test(path)),
      [],
    );
  });

  it('are images alone, never the image itself, and none outside of the confinement', () => {
    const fileSystem = new MemoryFileSystem('posix', {
      '/vm/child.avhd': buildVhd(CHILD),
      '/vm/text.vhd': Buffer.from('entity a is end;\n'.repeat(300)),
    });
    const places = { folders: ['/other'], files: [] };
    assert.deepEqual(runToEnd(rankParents(fileSystem, '/vm/child.avhd', places, POLICY)), []);
    assert.throws(
      () => runToEnd(rankParents(fileSystem, '/vm/child.avhd', places, { ...POLICY, confine: '/vm' })),
      (error) => EngineError.is(error, 'outside-confinement'),
    );
    fileSystem.addFile('/vm/base.vhd', buildVhd(base(2)));
    assert.throws(
      () => runToEnd(rankParents(fileSystem, '/vm/base.vhd', places, POLICY)),
      (error) => EngineError.is(error, 'not-possible'),
    );
  });
});
