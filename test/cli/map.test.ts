import assert from 'node:assert/strict';
import fc from 'fast-check';
import { modelOwner } from '../fixtures/diskModel';
import { describeGenuine } from '../fixtures/genuineImages';
import { buildVhd } from '../fixtures/vhdBuilder';
import { assertFailed, callCli, callForJson } from './callCli';
import { chainOf, threeLayers, type TestChain } from './chains';
import { FakeTerminal } from './fakeTerminal';

interface MapDocument {
  layers: string[];
  extents: { start: number; length: number; layer: number | null; fileOffset: number | null }[];
  unreadable: { start: number; length: number; layer: number | null; reason: string }[];
}

const SECTOR = 512;

/** Every sector of the range once and in order, with the model's owner, and its bytes at the place that is named. */
function assertCovers(map: MapDocument, chain: TestChain, from: number, count: number): void {
  const files = chain.specs.map(buildVhd);
  let next = from;
  for (const { start, length, layer, fileOffset } of map.extents) {
    assert.equal(start, next);
    assert.ok(length > 0);
    for (let i = 0; i < length; i++) {
      assert.equal(modelOwner(chain.models, start + i), layer, `sector ${start + i}`);
      if (layer !== null && fileOffset !== null) {
        const bytes = files[layer]!.subarray(fileOffset + i * SECTOR, fileOffset + (i + 1) * SECTOR);
        assert.deepEqual(bytes, chain.models[layer]!.sectors.get(start + i));
      }
    }
    next += length;
  }
  assert.equal(next, from + count);
}

function assertJoined({ extents }: MapDocument): void {
  for (const [i, extent] of extents.entries()) {
    const next = extents[i + 1];
    if (next?.layer !== extent.layer) continue;
    assert.notEqual(extent.layer, null, 'holes are joined');
    assert.notEqual(extent.fileOffset! + extent.length * SECTOR, next.fileOffset, 'neighbours in the file are joined');
  }
}

describe('vhd-editor map', () => {
  it('covers every sector once, with its owner and its place', async () => {
    const chain = threeLayers();
    const map = await callForJson<MapDocument>(['map', '/disks/0.vhd'], chain.fileSystem);
    assert.deepEqual(map.layers, chain.paths);
    assertCovers(map, chain, 0, chain.models[0]!.sectorCount);
    assertJoined(map);
  });

  it('covers just the range that is asked for', async () => {
    const chain = threeLayers();
    const { sectorCount } = chain.models[0]!;
    await fc.assert(
      fc.asyncProperty(fc.nat(sectorCount), fc.nat(sectorCount), async (one, other) => {
        const [from, count] = [Math.min(one, other), Math.abs(one - other)];
        const words = ['map', '/disks/0.vhd', '--from', String(from), '--count', `0x${count.toString(16)}`];
        const map = await callForJson<MapDocument>(words, chain.fileSystem);
        assertCovers(map, chain, from, count);
        assertJoined(map);
      }),
    );
  });

  it('shows the same rows to people, in columns', async () => {
    const chain = threeLayers();
    const map = await callForJson<MapDocument>(['map', '/disks/0.vhd'], chain.fileSystem);
    const { text } = await callCli(['map', '/disks/0.vhd'], chain.fileSystem);
    const [head, ...rows] = text.trimEnd().split('\n');
    assert.deepEqual(head!.trim().split(/ +/), ['start', 'sectors', 'layer', 'offset', 'file']);
    assert.deepEqual(
      rows.map((row) => row.trim().split(/ +/)),
      map.extents.map(({ start, length, layer, fileOffset }) =>
        layer === null
          ? [String(start), String(length), '-', '-']
          : [String(start), String(length), String(layer), String(fileOffset), chain.paths[layer]],
      ),
    );
    const ends = new Set(rows.map((row) => /^ *\d+ +\d+/.exec(row)?.[0].length));
    assert.equal(ends.size, 1);
  });

  it('sends a long list piece by piece', async () => {
    const sectors = Array.from({ length: 2048 }, (_, i) => i * 2);
    const blocks = Array.from({ length: 10 }, (_, index) => ({ index, sectors, content: null }));
    const chain = chainOf([{ type: 'dynamic', virtualSize: 20 * 2 ** 20, blocks }]);
    const lengths: number[] = [];
    class MeasuringTerminal extends FakeTerminal {
      override write(bytes: Uint8Array): void {
        lengths.push(bytes.length);
        super.write(bytes);
      }
    }
    const { text } = await callCli(['map', '/disks/0.vhd', '--json'], chain.fileSystem, new MeasuringTerminal());
    assert.equal((JSON.parse(text) as MapDocument).extents.length, 2 * 2048 * 10);
    assert.ok(lengths.length > 20 && Math.max(...lengths) < 100_000);
  });

  it('refuses sectors that are not on the disk', async () => {
    const { fileSystem, models } = threeLayers();
    const { sectorCount } = models[0]!;
    const words = ['map', '/disks/0.vhd', '--from', '1', '--count', String(sectorCount)];
    assertFailed(await callCli(words, fileSystem), 1, new RegExp(`sectors 0 to ${sectorCount - 1}`));
    assertFailed(await callCli(['map', '/disks/0.vhd', '--from', String(sectorCount + 1)], fileSystem), 1, /sectors/);
    const empty = await callForJson<MapDocument>(['map', '/disks/0.vhd', '--from', String(sectorCount)], fileSystem);
    assert.deepEqual(empty.extents, []);
  });

  it('names the sectors that an image has and its file does not hold', async () => {
    const { fileSystem, specs } = threeLayers();
    const whole = buildVhd(specs[1]!);
    fileSystem.addFile('/disks/1.vhd', whole.slice(0, whole.length - 4096 - 64 * 1024));
    const map = await callForJson<MapDocument>(['map', '/disks/0.vhd'], fileSystem);
    assert.deepEqual(map.unreadable, [{ start: 646, length: 1, layer: 1, reason: 'past-end-of-file' }]);
    assert.equal(map.extents.find(({ start, length }) => start <= 646 && 646 < start + length)?.layer, null);
    const { text } = await callCli(['map', '/disks/0.vhd'], fileSystem);
    assert.match(text, /unreadable: sectors 646 to 646 of \/disks\/1\.vhd/);
  });

  it('refuses a chain without its base: what no layer owns is not known then', async () => {
    const { fileSystem } = threeLayers();
    fileSystem.remove('/disks/2.vhd');
    assertFailed(await callCli(['map', '/disks/0.vhd'], fileSystem), 1, /missing/);
  });
});

describeGenuine('vhd-editor map on genuine images', (genuine) => {
  for (const facts of genuine.all.filter((image) => image.bits_set !== undefined)) {
    it(`counts the sectors that the bitmaps of ${facts.file} mark`, async function () {
      const map = await callForJson<MapDocument>(['map', genuine.path(facts.file)]).catch((error: unknown) => {
        if (facts.parent_file === null) this.skip();
        throw error;
      });
      const ofLeaf = [...map.extents, ...map.unreadable].filter(({ layer }) => layer === 0);
      const count = ofLeaf.reduce((sum, { length }) => sum + length, 0);
      assert.equal(count, facts.bits_set);
    });
  }
});
