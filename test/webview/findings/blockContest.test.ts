import assert from 'node:assert/strict';
import { MemoryFileSystem } from '../../../src/engine/index';
import type { ByteSource } from '../../../src/protocol/session';
import { readContest, type BlockContest } from '../../../src/webview/findings/blockContest';
import { OpenDocument } from '../../../src/worker/openDocument';
import { buildVhd, idOf, layoutOf, stampOf } from '../../fixtures/vhdBuilder';
import type { VhdSpec } from '../../fixtures/vhdSpec';

const BLOCK_SIZE = 64 * 1024;
const COMMON = { virtualSize: 8 * BLOCK_SIZE, blockSize: BLOCK_SIZE } as const;
const BASE: VhdSpec = {
  ...COMMON,
  type: 'dynamic',
  id: idOf(2),
  content: stampOf(1),
  blocks: [
    { index: 1, sectors: [0, 1, 9] },
    { index: 2, sectors: [4] },
  ],
};
const CHILD: VhdSpec = {
  ...COMMON,
  type: 'differencing',
  id: idOf(1),
  parent: { id: idOf(2), name: 'base.vhd', locators: [{ code: 'W2ru', text: '.\\base.vhd' }] },
  content: stampOf(1),
  blocks: [{ index: 1, sectors: [0, 1, 5, 6, 7] }],
};

/** With block 2 at the place of block 1, or some sectors behind it. */
function claiming(spec: VhdSpec, sectorsBehind: number): VhdSpec {
  const place = (layoutOf(spec).blockOffsets.get(1) ?? 0) / 512;
  return { ...spec, entries: { 2: place + sectorsBehind } };
}

async function contestIn(...specs: readonly VhdSpec[]): Promise<BlockContest> {
  const files = new MemoryFileSystem('posix');
  const [leaf, base] = specs;
  files.addFile('/w/leaf.vhd', buildVhd(leaf!));
  if (base !== undefined) files.addFile('/w/base.vhd', buildVhd(base));
  const policy = { trusted: true, given: [], confine: null };
  const document = new OpenDocument(files, files, { path: '/w/leaf.vhd', loaded: null, policy, readOnlyReason: null });
  const { session } = document;
  try {
    const reader = {
      detail: (block: number) => Promise.resolve(session.answer('blockDetail', { asOf: 0, block })),
      read: (source: ByteSource, offset: number, length: number) =>
        Promise.resolve(session.answer('readBytes', { source, offset, length })),
      hasBelow: specs.length > 1,
    };
    return await readContest(reader, [1, 2]);
  } finally {
    document.close();
  }
}

describe('two blocks that claim one place', () => {
  it('hold the same where their place is the same, and its first bytes are shown', async () => {
    const { sides, differing, comparedSectors, rows } = await contestIn(claiming(BASE, 0));
    assert.deepEqual([differing, comparedSectors], [0, 128]);
    for (const side of sides) {
      assert.deepEqual(side.ownRuns, [
        [0, 2],
        [9, 1],
      ]);
      assert.equal(side.ownCount, 3);
      assert.equal(side.sameBelow, null);
      assert.equal(side.fileOffset, (layoutOf(BASE).blockOffsets.get(1) ?? 0) + 512);
    }
    assert.deepEqual(
      sides.map(({ firstSector }) => firstSector),
      [128, 256],
    );
    assert.equal(rows.length, 6);
    const sector = Buffer.from(stampOf(1)(128));
    for (const { offset, bytes } of rows) {
      assert.deepEqual(Buffer.from(bytes[0]), sector.subarray(offset, offset + 8));
      assert.deepEqual(bytes[0], bytes[1]);
    }
  });

  it('differ where one begins within the other', async () => {
    const { sides, differing, rows } = await contestIn(claiming(BASE, 1));
    assert.ok(differing > 0);
    assert.notEqual(sides[0].fileOffset, sides[1].fileOffset);
    for (const { bytes } of rows) assert.notDeepEqual(bytes[0], bytes[1]);
  });

  it('are told apart by what the layer below has there', async () => {
    // The child holds of block 1 what its parent holds; read as block 2 it is something else.
    const { sides } = await contestIn(claiming(CHILD, 0), BASE);
    assert.deepEqual(
      sides.map(({ ownCount, sameBelow }) => [ownCount, sameBelow]),
      [
        [5, 2],
        [5, 0],
      ],
    );
  });
});
