import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { LayerStatistics, SectorGrainRun } from '../../src/protocol/session';
import { WorkerClient, WorkerFailure } from '../../src/worker/client';
import { buildVhd, idOf, stampOf, writeVhd } from '../fixtures/vhdBuilder';
import { blocksOf, type VhdSpec } from '../fixtures/vhdSpec';

const POLICY = { trusted: true, given: [], confine: null };
const SPEC: VhdSpec = {
  type: 'dynamic',
  virtualSize: 64 * 1024 * 1024,
  id: idOf(1),
  content: stampOf(1),
  blocks: blocksOf([0, 5, 70_000]),
};

describe("the worker's client", function () {
  let folder = '';
  let program = '';
  const clients: WorkerClient[] = [];
  let runs: SectorGrainRun[] = [];
  let statistics: readonly LayerStatistics[] = [];
  let ends: WorkerFailure[] = [];
  let told: () => void = () => undefined;

  function start(bundle = program): WorkerClient {
    runs = [];
    statistics = [];
    ends = [];
    const client = new WorkerClient(bundle, {
      notified: (notification) => {
        if (notification.type === 'sectorGrain') runs.push(notification.run);
        else if (notification.type === 'statistics') statistics = notification.layers;
        told();
      },
      scanFailed: (failure) => assert.fail(failure),
      ended: (failure) => ends.push(failure),
    });
    clients.push(client);
    return client;
  }

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vhd-worker-'));
    program = join(folder, 'worker.js');
    const shared = { bundle: true, platform: 'node', target: 'node20', format: 'cjs' } as const;
    await build({ ...shared, entryPoints: [join(__dirname, '../../src/worker/main.ts')], outfile: program });
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.dispose();
  });
  after(() => rmSync(folder, { recursive: true }));

  it('opens a file, answers, and reads the bitmaps', async () => {
    const path = join(folder, 'disk.vhd');
    writeVhd(path, SPEC);
    const client = start();
    const { image, files } = await client.request('openChain', {
      path,
      loaded: null,
      policy: POLICY,
      readOnlyReason: null,
    });
    assert.equal(image.layers[0]?.blockCount, 32);
    assert.equal(files[0]?.path, path);
    const done = new Promise<void>((resolve) => {
      told = () => {
        if (statistics.length > 0) resolve();
      };
    });
    client.scan(0);
    const [map, run] = await Promise.all([
      client.request('blockMap', { asOf: 0 }),
      client.request('readBytes', { source: { kind: 'disk', layer: 0 }, offset: 70_000 * 512, length: 512 }),
    ]);
    assert.equal(map.top.length, 32);
    assert.deepEqual(Buffer.from(run.bytes), Buffer.from(stampOf(1)(70_000)));
    await done;
    assert.equal(
      runs.reduce((sum, { main }) => sum + main.length, 0),
      32,
    );
    assert.equal(statistics[0]?.sectors, 3);
  });

  it('gives buffers away instead of copying them', async () => {
    const client = start();
    const bytes = buildVhd(SPEC);
    const loaded = [{ path: '/disk.vhd', bytes, modified: 0 }];
    const order = { path: '/disk.vhd', loaded, policy: POLICY, readOnlyReason: null };
    await client.request('openChain', order, [bytes.buffer as ArrayBuffer]);
    assert.equal(bytes.length, 0);
  });

  it('rejects with words and a code', async () => {
    const client = start();
    const path = join(folder, 'none.vhd');
    const order = { path, loaded: null, policy: POLICY, readOnlyReason: null };
    await assert.rejects(client.request('openChain', order), (error) => {
      assert.ok(WorkerFailure.is(error));
      assert.equal(error.code, 'file-not-found');
      assert.match(error.message, /none\.vhd/);
      return true;
    });
  });

  it('rejects what was asked when the thread breaks down, says so once, and a new one can be started', async () => {
    const crashing = join(folder, 'crashing.js');
    writeFileSync(
      crashing,
      `require('node:worker_threads').parentPort.once('message', () => { throw new Error('bang'); });`,
    );
    const client = start(crashing);
    const first = client.request('blockMap', { asOf: 0 });
    const second = client.request('blockMap', { asOf: 0 });
    await assert.rejects(first, /bang/);
    await assert.rejects(second, /bang/);
    await assert.rejects(client.request('blockMap', { asOf: 0 }), /bang/);
    assert.equal(client.hasEnded, true);
    assert.equal(ends.length, 1);
    await assert.rejects(start().request('blockMap', { asOf: 0 }), /not open/);
  });

  it('rejects what was asked when it is disposed of, and is silent then', async () => {
    const client = start();
    const asked = client.request('blockMap', { asOf: 0 });
    const disposed = client.dispose();
    await assert.rejects(asked, /closed/);
    await disposed;
    await client.dispose();
    await assert.rejects(client.request('blockMap', { asOf: 0 }), /closed/);
    assert.deepEqual(ends, []);
  });
});
