import assert from 'node:assert/strict';
import fc from 'fast-check';
import { buildVhd, idOf, stampOf } from '../fixtures/vhdBuilder';
import { assertFailed, callCli } from './callCli';
import { chainOf, threeLayers } from './chains';
import { FakeTerminal } from './fakeTerminal';

describe('vhd-editor read', () => {
  it('writes the bytes of any range as of any layer', async () => {
    const chain = threeLayers();
    const { length } = chain.content(0);
    await fc.assert(
      fc.asyncProperty(fc.nat(length), fc.nat(length), fc.nat(2), async (one, other, layer) => {
        const [from, to] = [Math.min(one, other), Math.max(one, other)];
        const words = [
          'read',
          '/disks/0.vhd',
          '--offset',
          String(from),
          '--length',
          String(to - from),
          '--layer',
          String(layer),
        ];
        const { bytes, error, exitCode } = await callCli(words, chain.fileSystem);
        assert.equal(error, '');
        assert.equal(exitCode, 0);
        assert.ok(bytes.equals(chain.content(layer).subarray(from, to)));
      }),
    );
  });

  it('reads from the start and to the end where nothing else is said', async () => {
    const chain = threeLayers();
    const { bytes } = await callCli(['read', '/disks/0.vhd'], chain.fileSystem);
    assert.ok(bytes.equals(chain.content(0)));
  });

  it('refuses bytes and layers that are not there', async () => {
    const { fileSystem } = threeLayers();
    const call = (...words: string[]) => callCli(['read', '/disks/0.vhd', ...words], fileSystem);
    assertFailed(await call('--offset', '0', '--length', '9999999'), 1, /ends at byte 331264;/);
    assertFailed(await call('--offset', '331265'), 1, /ends at byte 331264;/);
    assertFailed(await call('--layer', '3'), 1, /layers 0 to 2/);
    fileSystem.remove('/disks/2.vhd');
    assertFailed(await call('--length', '512'), 1, /missing/);
  });

  it('refuses sectors that the file does not hold rather than to make them up', async () => {
    const spec = {
      type: 'dynamic',
      id: idOf(1),
      virtualSize: 2 ** 20,
      blockSize: 2 ** 19,
      content: stampOf(1),
    } as const;
    const chain = chainOf([{ ...spec, blocks: [{ index: 0, sectors: 'all' }] }]);
    const whole = buildVhd(chain.specs[0]!);
    chain.fileSystem.addFile('/disks/0.vhd', whole.slice(0, whole.length - 100_000));
    const { bytes, ...result } = await callCli(['read', '/disks/0.vhd'], chain.fileSystem);
    assert.equal(bytes.length, 0);
    assertFailed({ bytes, ...result }, 1, /Reading sectors \d+ to \d+ from \/disks\/0\.vhd/);
    const before = await callCli(['read', '/disks/0.vhd', '--length', '1024'], chain.fileSystem);
    assert.ok(before.bytes.equals(chain.content(0).subarray(0, 1024)));
  });

  it('ends quietly when the reader has read enough', async () => {
    const { fileSystem } = threeLayers();
    const result = await callCli(['read', '/disks/0.vhd'], fileSystem, new FakeTerminal({ readerLimit: 1000 }));
    assert.deepEqual([result.exitCode, result.error], [0, '']);
  });
});
