import assert from 'node:assert/strict';
import { EngineError } from '../../src/engine/errors';
import { NO_LAYER } from '../../src/protocol/session';
import { OpenDocument } from '../../src/worker/openDocument';
import type { EngineRequestName } from '../../src/worker/session';
import { threeLayers } from '../cli/chains';
import { modelOwner } from '../fixtures/diskModel';

const POLICY = { trusted: true, given: [], confine: null };

function openThreeLayers() {
  const chain = threeLayers();
  const order = { path: chain.paths[0]!, loaded: null, policy: POLICY, readOnlyReason: 'because' };
  return { ...chain, session: new OpenDocument(chain.fileSystem, chain.fileSystem, order).session };
}

describe('an image session', () => {
  it('tells all that the page shows at once, and which files it read', () => {
    const { session, paths } = openThreeLayers();
    const { layers, missing, editability } = session.opened;
    assert.deepEqual(
      layers.map(({ path, name, type, foundBy }) => ({ path, name, type, foundBy })),
      [
        { path: paths[0], name: '0.vhd', type: 'differencing', foundBy: null },
        { path: paths[1], name: '1.vhd', type: 'differencing', foundBy: 'W2ru' },
        { path: paths[2], name: '2.vhd', type: 'dynamic', foundBy: 'W2ru' },
      ],
    );
    assert.deepEqual(missing, null);
    assert.equal(editability.readOnlyReason, 'because');
    assert.deepEqual(
      session.files.map(({ path, size }) => [path, size]),
      layers.map(({ path, fileSize }) => [path, fileSize]),
    );
    // It goes from thread to thread and from process to process.
    assert.deepEqual(structuredClone(session.opened), session.opened);
  });

  for (const asOf of [0, 1, 2]) {
    it(`tells the owner of every sector as of layer ${String(asOf)} as the model has it`, () => {
      const { session, models } = openThreeLayers();
      const { top, shared, sectorCount, blockSize } = session.answer('blockMap', { asOf });
      const visible = models.slice(asOf);
      for (let block = 0; block < top.length; block++) {
        const detail = session.answer('blockDetail', { asOf, block });
        const owners = Array.from({ length: detail.sectorCount }, (_, at) => {
          const owner = modelOwner(visible, detail.firstSector + at);
          return owner === null ? NO_LAYER : owner + asOf;
        });
        assert.deepEqual([...detail.owners], owners);
        assert.equal(detail.firstSector, (block * blockSize) / 512);
        const owned = new Set(owners.filter((owner) => owner !== NO_LAYER));
        assert.deepEqual(new Set(detail.parts.map(({ layer }) => layer)), owned);
        assert.equal(
          detail.parts.reduce((sum, part) => sum + part.sectorCount, 0),
          owners.filter((owner) => owner !== NO_LAYER).length,
        );
        if (owned.size > 1) assert.equal(shared[block], 1);
        if (owned.size > 0) assert.notEqual(top[block], NO_LAYER);
      }
      assert.equal(sectorCount, models[asOf]!.sectorCount);
    });

    it(`reads the disk as of layer ${String(asOf)}, at any offset and up to its end`, () => {
      const chain = openThreeLayers();
      const { session, models } = chain;
      const disk = chain.content(asOf);
      for (const [offset, length] of [
        [0, disk.length],
        [511, 3],
        [64 * 1024 - 5, 1030],
        [disk.length - 100, 4096],
        [disk.length + 5000, 10],
      ] as const) {
        const run = session.answer('readBytes', { source: { kind: 'disk', layer: asOf }, offset, length });
        assert.deepEqual(Buffer.from(run.bytes), Buffer.from(disk.subarray(offset, offset + length)));
        const first = Math.floor(offset / 512);
        const owners = Array.from({ length: run.owners.length }, (_, at) => modelOwner(models.slice(asOf), first + at));
        assert.deepEqual(
          [...run.owners],
          owners.map((owner) => (owner === null ? NO_LAYER : owner + asOf)),
        );
        const touched = run.bytes.length === 0 ? 0 : Math.ceil((offset + run.bytes.length) / 512) - first;
        assert.equal(run.owners.length, touched);
      }
    });
  }

  it("reads each layer's file as it is, in arrays that can be given away", () => {
    const { session, fileSystem, paths } = openThreeLayers();
    for (const [layer, path] of paths.entries()) {
      const storage = fileSystem.open(path, 'read');
      const file = new Uint8Array(storage.size());
      storage.read(0, file);
      const source = { kind: 'file', layer } as const;
      const { bytes, owners } = session.answer('readBytes', { source, offset: 100, length: 1024 * 1024 });
      assert.deepEqual(Buffer.from(bytes), Buffer.from(file.subarray(100)));
      assert.equal(bytes.buffer.byteLength, bytes.length);
      assert.equal(owners.length, 0);
      const past = session.answer('readBytes', { source, offset: file.length, length: 16 });
      assert.equal(past.bytes.length, 0);
    }
  });

  it('hands out the structures by levels and finds the one that covers a byte', () => {
    const { session } = openThreeLayers();
    const roots = session.answer('structureRoots', { layer: 0 });
    assert.ok(roots.length >= 4);
    const [root] = roots;
    const { id, childCount } = root!;
    const children = session.answer('structureChildren', { layer: 0, id, from: 1, count: 2 });
    assert.equal(children.length, Math.min(2, childCount - 1));
    const found = session.answer('structureAt', { layer: 0, offset: children[0]!.offset });
    assert.deepEqual(
      found.map((node) => node.id),
      [id, children[0]!.id],
    );
  });

  const nonsense: readonly { name: EngineRequestName; params: unknown }[] = [
    { name: 'blockMap', params: { asOf: 3 } },
    { name: 'blockMap', params: { asOf: -1 } },
    { name: 'blockMap', params: { asOf: 0.5 } },
    { name: 'blockMap', params: {} },
    { name: 'blockDetail', params: { asOf: 0, block: 6 } },
    { name: 'blockDetail', params: { asOf: 0, block: '0' } },
    { name: 'blockDetail', params: { asOf: 'leaf', block: 0 } },
    { name: 'readBytes', params: { source: { kind: 'disk', layer: 0 }, offset: -1, length: 1 } },
    { name: 'readBytes', params: { source: { kind: 'disk', layer: 0 }, offset: Number.NaN, length: 1 } },
    { name: 'readBytes', params: { source: { kind: 'disk', layer: 9 }, offset: 0, length: 1 } },
    { name: 'readBytes', params: { source: { kind: 'file', layer: 0 }, offset: 0, length: 1024 * 1024 + 1 } },
    { name: 'readBytes', params: { source: { kind: 'file', layer: 0 }, offset: 0, length: Infinity } },
    { name: 'structureRoots', params: { layer: null } },
    { name: 'structureChildren', params: { layer: 0, id: 7, from: 0, count: 1 } },
    { name: 'structureChildren', params: { layer: 0, id: 'bat', from: 0, count: 1001 } },
    { name: 'structureAt', params: { layer: 0, offset: 2 ** 60 } },
  ];
  for (const { name, params } of nonsense) {
    it(`refuses ${name} with ${JSON.stringify(params)}`, () => {
      const { session } = openThreeLayers();
      assert.throws(
        () => session.answer(name, params as never),
        (error) => EngineError.is(error, 'out-of-range'),
      );
    });
  }
});
