import assert from 'node:assert/strict';
import { MemoryFileSystem } from '../../src/engine/storage/memoryFileSystem';
import { describeGenuine, type ImageFacts } from '../fixtures/genuineImages';
import { buildVhd, idOf } from '../fixtures/vhdBuilder';
import { assertFailed, callCli, callForJson } from './callCli';
import { childOf, threeLayers } from './chains';

interface Info {
  path: string;
  format: string;
  type: string;
  virtualSize: number;
  fileSize: number;
  blockSize: number;
  blockCount: number;
  allocatedBlocks: number;
  id: string;
  created: string | null;
  creator: { application: string; version: string; hostOs: string };
  parent: { id: string; path: string | null; foundBy: string | null } | null;
  chain: { path: string; type: string; id: string }[];
  missing: object | null;
  findings: { id: string; severity: string; path: string }[];
}

/** Plain bytes in hexadecimal as Windows shows a GUID: the first three groups turned round. */
function windowsGuid(uuid: string): string {
  const hex = uuid.replaceAll('-', '');
  const turned = (from: number, to: number): string => (hex.slice(from, to).match(/../g) ?? []).reverse().join('');
  return [turned(0, 8), turned(8, 12), turned(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function hexOf(id: Uint8Array): string {
  return Buffer.from(id).toString('hex');
}

describe('vhd-editor info', () => {
  it('tells the facts of a chain from leaf to base', async () => {
    const { fileSystem, paths, specs } = threeLayers();
    const info = await callForJson<Info>(['info', '/disks/0.vhd'], fileSystem);
    const [leaf] = specs;
    assert.equal(info.path, '/disks/0.vhd');
    assert.equal(info.format, 'vhd');
    assert.equal(info.type, 'differencing');
    assert.equal(info.virtualSize, leaf!.virtualSize);
    assert.equal(info.fileSize, buildVhd(leaf!).length);
    assert.equal(info.blockSize, 64 * 1024);
    assert.equal(info.blockCount, 6);
    assert.equal(info.allocatedBlocks, leaf!.blocks!.length);
    assert.equal(info.id, windowsGuid(hexOf(idOf(1))));
    assert.equal(info.created, new Date((946_684_800 + 700_000_000) * 1000).toISOString());
    assert.deepEqual(info.creator, { application: 'Windows', version: '10.0', hostOs: 'Windows' });
    assert.deepEqual(info.parent, { id: windowsGuid(hexOf(idOf(2))), path: paths[1], foundBy: 'W2ru' });
    assert.deepEqual(
      info.chain,
      ['differencing', 'differencing', 'dynamic'].map((type, i) => ({
        path: paths[i],
        type,
        id: windowsGuid(hexOf(idOf(i + 1))),
      })),
    );
    assert.equal(info.missing, null);
  });

  it('has no parent for a base', async () => {
    const { fileSystem } = threeLayers();
    const info = await callForJson<Info>(['info', '/disks/2.vhd'], fileSystem);
    assert.equal(info.parent, null);
    assert.equal(info.chain.length, 1);
  });

  it('opens an image whose parent is missing, and names what is known of it', async () => {
    const { fileSystem } = threeLayers();
    fileSystem.remove('/disks/2.vhd');
    const info = await callForJson<Info>(['info', '/disks/0.vhd'], fileSystem);
    assert.equal(info.chain.length, 2);
    assert.notEqual(info.missing, null);
    const orphan = await callForJson<Info>(['info', '/disks/1.vhd'], fileSystem);
    assert.deepEqual(orphan.parent, { id: windowsGuid(hexOf(idOf(3))), path: null, foundBy: null });
    const text = await callCli(['info', '/disks/1.vhd'], fileSystem);
    assert.match(text.text, /missing: the parent with id .*--parent/);
  });

  it('takes the file that --parent names', async () => {
    const { fileSystem } = threeLayers();
    fileSystem.rename('/disks/2.vhd', '/elsewhere.vhd', 'keep');
    const info = await callForJson<Info>(
      ['info', '/disks/0.vhd', '--parent', '/other.vhd', '--parent', '/elsewhere.vhd'],
      fileSystem,
    );
    assert.equal(info.chain[2]?.path, '/elsewhere.vhd');
    const child = await callForJson<Info>(['info', '/disks/1.vhd', '--parent=/elsewhere.vhd'], fileSystem);
    assert.equal(child.parent?.foundBy, 'user');
  });

  it('opens nothing outside the folder that --confine names', async () => {
    const { fileSystem } = threeLayers();
    assertFailed(await callCli(['info', '/disks/0.vhd', '--confine', '/other'], fileSystem), 1, /not inside/);
    fileSystem.rename('/disks/0.vhd', '/disks/below/0.vhd', 'keep');
    fileSystem.touched.length = 0;
    const info = await callForJson<Info>(['info', '/disks/below/0.vhd', '--confine', '/disks/below'], fileSystem);
    assert.equal(info.chain.length, 1);
    assert.ok(fileSystem.touched.every((path) => !/^\/disks\/[12]/.test(path)));
  });

  it('shows the same to people, aligned, and draws nothing on their terminal', async () => {
    const fileSystem = new MemoryFileSystem('posix');
    const hostile = 'C:\\\u001b[31mred\u202egpj.vhd\r\nType  fixed';
    const spec = childOf(0);
    fileSystem.addFile(
      '/disks/0.vhd',
      buildVhd({ ...spec, virtualSize: 2 ** 21, parent: { ...spec.parent!, name: hostile, locators: [] } }),
    );
    const { text, exitCode } = await callCli(['info', '/disks/0.vhd'], fileSystem);
    assert.equal(exitCode, 0);
    assert.match(text, /Virtual size {2}2 MiB \(2,097,152 bytes\)/);
    assert.ok(text.includes('C:\\\\u{1b}[31mred\\u{202e}gpj.vhd\\u{d}\\u{a}Type  fixed'));
    // eslint-disable-next-line no-control-regex -- that is what is looked for
    assert.doesNotMatch(text, /[\u0000-\u0009\u000b-\u001f\u202e]/);
  });
});

describeGenuine('vhd-editor info on genuine images', (genuine) => {
  const types = (facts: ImageFacts): [string, string] => [facts.type, windowsGuid(facts.uuid)];

  for (const facts of genuine.images) {
    it(`tells the facts of ${facts.file}`, async () => {
      const info = await callForJson<Info>(['info', genuine.path(facts.file)]);
      assert.deepEqual([info.type, info.id], types(facts));
      assert.equal(info.virtualSize, facts.virtual_size);
      assert.equal(info.fileSize, facts.size);
      assert.equal(info.created, facts.time.replace('Z', '.000Z'));
      if (facts.block_size !== undefined) assert.equal(info.blockSize, facts.block_size);
      if (facts.allocated_blocks !== undefined) assert.equal(info.allocatedBlocks, facts.allocated_blocks);
      if (facts.parent_uuid !== undefined) assert.equal(info.parent?.id, windowsGuid(facts.parent_uuid));
    });
  }

  for (const [name, chain] of Object.entries(genuine.chains)) {
    it(`follows the chain ${name} to its base`, async () => {
      const paths = genuine.chainPaths(name);
      const info = await callForJson<Info>(['info', paths.at(-1)!]);
      assert.deepEqual(
        info.chain.map((layer) => [layer.path, layer.type, layer.id]),
        chain.layers.map((facts, i) => [paths[i], ...types(facts)]).reverse(),
      );
      assert.equal(info.missing, null);
    });
  }
});
