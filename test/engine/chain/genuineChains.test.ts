import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Chain, ParentPolicy } from '../../../src/engine/chain/chain';
import { DiskReader } from '../../../src/engine/chain/diskReader';
import type { DoubtfulRange } from '../../../src/engine/chain/extents';
import { closeChain, openChain } from '../../../src/engine/chain/openChain';
import { scanSectors } from '../../../src/engine/chain/sectorScan';
import { NodeFileSystem } from '../../../src/engine/storage/nodeFileSystem';
import { describeGenuine, type ImageFacts } from '../../fixtures/genuineImages';

const fileSystem = new NodeFileSystem();
const trusting: ParentPolicy = { trusted: true, given: [], confine: null };

/** The sha256 of the whole disk as of a layer, read in pieces that fit no block. */
function contentSha256(chain: Chain, layer: number, doubts: DoubtfulRange[] = []): string {
  const reader = new DiskReader(chain, layer);
  const hash = createHash('sha256');
  const buffer = new Uint8Array(1_000_003);
  for (let offset = 0; offset < reader.size;) {
    const length = reader.read(offset, buffer, (range) => doubts.push(range));
    hash.update(buffer.subarray(0, length));
    offset += length;
  }
  return hash.digest('hex');
}

/** Opens a chain, leaf first, checks that its layers are these, and hands it over. */
function withChain(paths: readonly string[], body: (chain: Chain) => void): void {
  const chain = openChain(fileSystem, paths[0] ?? '', trusting);
  try {
    assert.equal(chain.missing, null);
    assert.deepEqual(
      chain.layers.map((layer) => fileSystem.realPath(layer.image.path)),
      paths.map((path) => fileSystem.realPath(path)),
    );
    body(chain);
  } finally {
    closeChain(chain);
  }
}

describeGenuine('Genuine chains', (genuine) => {
  const chains = Object.keys(genuine.chains).map((name) => ({
    name,
    facts: [...(genuine.chains[name]?.layers ?? [])].reverse(),
    paths: (): readonly string[] => [...genuine.chainPaths(name)].reverse(),
  }));
  const pair = (child: string): { name: string; facts: readonly ImageFacts[]; paths: () => readonly string[] } => {
    const leaf = genuine.images.find((image) => image.file === `${child}.vhd.gz`);
    const base = genuine.images.find((image) => image.file === `${leaf?.parent_file ?? ''}.gz`);
    assert.ok(leaf !== undefined && base !== undefined);
    return { name: child, facts: [leaf, base], paths: () => [genuine.path(leaf.file), genuine.path(base.file)] };
  };

  for (const { name, facts, paths } of [...chains, pair('fat-differential'), pair('image-differential')]) {
    it(`${name} reads as its facts say, as of every layer`, () => {
      withChain(paths(), (chain) => {
        for (const [layer, image] of facts.entries()) {
          assert.equal(contentSha256(chain, layer), image.raw_sha256, basename(image.file));
        }
      });
    });

    it(`${name} has as many sectors in each layer as its facts say`, () => {
      withChain(paths(), (chain) => {
        const scan = scanSectors(chain);
        let step = scan.next();
        while (step.done !== true) step = scan.next();
        for (const [layer, image] of facts.entries()) {
          // A fixed image has every sector; one block of `filled` has its bitmap in the file and its data not.
          const cut = name === 'filled' && layer === 0 ? 4096 : 0;
          assert.equal(step.value.layers[layer]?.sectors, (image.bits_set ?? image.virtual_size / 512) - cut);
        }
      });
    });
  }

  it('filled names the block whose data was never written', () => {
    const doubts: DoubtfulRange[] = [];
    withChain([...genuine.chainPaths('filled')].reverse(), (chain) => contentSha256(chain, 0, doubts));
    // A sector that two reads touch is reported by both.
    const sectors = new Set(doubts.flatMap(({ start, length }) => Array.from({ length }, (_, index) => start + index)));
    assert.equal(sectors.size, 4096);
    assert.ok(doubts.every((range) => range.layer === 0 && range.reason === 'past-end-of-file'));
  });

  it('were found by the field that names the parent', () => {
    withChain([...genuine.chainPaths('relpath')].reverse(), (chain) => assert.equal(chain.layers[1]?.foundBy, 'W2ru'));
    const { paths } = pair('fat-differential');
    withChain(paths(), (chain) => assert.equal(chain.layers[1]?.foundBy, 'W2ru'));
    withChain(pair('image-differential').paths(), (chain) => assert.equal(chain.layers[1]?.foundBy, 'name'));
  });

  it('grown by Xen is larger than its parent, which is worth no more than a note', () => {
    withChain([...genuine.chainPaths('grown')].reverse(), (chain) => {
      const found = chain.findings.filter((finding) => finding.id === 'parent-size-mismatch');
      assert.deepEqual(
        found.map((finding) => [finding.severity, finding.windowsError]),
        [['note', 'ERROR_VHD_CHILD_PARENT_SIZE_MISMATCH (0xC03A0017)']],
      );
    });
  });
});
