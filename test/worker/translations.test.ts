import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { translationsInUse, useTranslations } from '../../src/engine/l10n';
import { WorkerClient, WorkerFailure } from '../../src/worker/client';
import { OperationClient, OperationFailure } from '../../src/worker/operationClient';
import { translationsIn } from '../l10n/keys';

const POLICY = { trusted: true, given: [], confine: null };
const ENGLISH = translationsInUse();

describe('a worker', function () {
  let folder = '';
  let program = '';

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vhd-l10n-'));
    program = join(folder, 'worker.js');
    const shared = { bundle: true, platform: 'node', target: 'node20', format: 'cjs' } as const;
    await build({ ...shared, entryPoints: [join(__dirname, '../../src/worker/main.ts')], outfile: program });
  });
  afterEach(() => useTranslations(ENGLISH));
  after(() => rmSync(folder, { recursive: true }));

  /** What opening a file that is not there ends with. */
  async function failure(): Promise<{ readonly message: string; readonly code: string | null }> {
    const ignore = (): void => undefined;
    const client = new WorkerClient(program, { notified: ignore, scanFailed: ignore, ended: ignore });
    const order = { path: join(folder, 'none.vhd'), loaded: null, policy: POLICY, readOnlyReason: null };
    const error: unknown = await client.request('openChain', order).then(
      () => null,
      (reason: unknown) => reason,
    );
    await client.dispose();
    assert.ok(WorkerFailure.is(error));
    return { message: error.message, code: error.code };
  }

  it('speaks the language of the thread that starts it, and its codes are the same', async () => {
    const path = join(folder, 'none.vhd');
    assert.deepEqual(await failure(), {
      message: `Opening ${path}: there is no such file; check the path`,
      code: 'file-not-found',
    });
    useTranslations({ language: 'de', texts: translationsIn('l10n/bundle.l10n.de.json') });
    const { message, code } = await failure();
    assert.equal(code, 'file-not-found');
    assert.match(message, /^Öffnen von .*none\.vhd: Es gibt keine solche Datei; prüfen Sie den Pfad$/);
  });

  it('tells in that language what stands in the way of an operation', async () => {
    useTranslations({ language: 'de', texts: translationsIn('l10n/bundle.l10n.de.json') });
    const client = new OperationClient(program);
    const ground = { policy: POLICY, familyFolders: [] };
    const error: unknown = await client.standing(join(folder, 'none.vhd'), ground).catch((reason: unknown) => reason);
    await client.dispose();
    assert.ok(OperationFailure.is(error));
    assert.equal(error.words?.remedy, 'prüfen Sie den Pfad');
  });
});
