import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { ExportProgress } from '../../../src/engine/operations/copyProgress';
import { closeChain, openChain } from '../../../src/engine/chain/openChain';
import { EngineError } from '../../../src/engine/errors';
import {
  exportDisk,
  type ExportFormat,
  type ExportOptions,
  type ExportResult,
} from '../../../src/engine/operations/exportDisk';
import { newSha256 } from '../../../src/engine/storage/nodeDigest';
import { chainOf, childOf, threeLayers, type TestChain } from '../../cli/chains';
import { buildVhd, idOf, specChecksum, stampOf } from '../../fixtures/vhdBuilder';
import { blocksOf, type VhdSpec } from '../../fixtures/vhdSpec';
import { faultySystemOf, type FaultyFileSystem, type Faults } from './faultyFileSystem';

const OUT = '/disks/out';
const FORMATS: readonly ExportFormat[] = ['raw', 'fixed', 'dynamic'];
const DEFAULTS: ExportOptions = {
  format: 'raw',
  layer: 0,
  replace: false,
  confine: null,
  digest: null,
  facts: { id: idOf(77), created: new Date('2024-02-29T12:34:56Z') },
};

/** Runs an export; `onStep` may stop it by returning true. Null where it was stopped. */
function runExport(
  system: FaultyFileSystem,
  options: Partial<ExportOptions> = {},
  onStep: (progress: ExportProgress) => boolean = () => false,
): ExportResult | null {
  const chain = openChain(system, '/disks/0.vhd', { trusted: true, given: [], confine: null });
  try {
    const steps = exportDisk(system, chain, OUT, { ...DEFAULTS, ...options });
    for (let step = steps.next(); ; step = steps.next()) {
      if (step.done === true) return step.value;
      if (onStep(step.value)) {
        steps.return(undefined as never);
        return null;
      }
    }
  } finally {
    closeChain(chain);
  }
}

function contentOf(system: FaultyFileSystem, path: string): Uint8Array {
  const storage = system.open(path, 'read');
  const bytes = new Uint8Array(storage.size());
  storage.read(0, bytes);
  return bytes;
}

/** Reads a dynamic image by the letter of the specification, and by nothing else. */
function dynamicContent(file: Uint8Array): { content: Uint8Array; entries: number[]; dataOffsets: number[] } {
  const view = new DataView(file.buffer, file.byteOffset);
  const blockSize = view.getUint32(512 + 32);
  const content = new Uint8Array(Number(view.getBigUint64(48)));
  const entries: number[] = [];
  const dataOffsets: number[] = [];
  for (let block = 0; block < view.getUint32(512 + 28); block++) {
    const entry = view.getUint32(Number(view.getBigUint64(512 + 16)) + block * 4);
    entries.push(entry);
    if (entry === 0xffff_ffff) continue;
    const dataOffset = (entry + 1) * 512;
    dataOffsets.push(dataOffset);
    for (let sector = 0; sector < blockSize / 512; sector++) {
      const lba = block * (blockSize / 512) + sector;
      const isPresent = (file[entry * 512 + (sector >> 3)]! & (0x80 >> (sector & 7))) !== 0;
      assert.equal(isPresent, lba * 512 < content.length, 'just the sectors on the disk are marked');
      if (isPresent) content.set(file.subarray(dataOffset + sector * 512, dataOffset + (sector + 1) * 512), lba * 512);
    }
  }
  return { content, entries, dataOffsets };
}

/** A disk of several blocks of 2 MiB: content, owned zeros, holes, and a last block that is cut short. */
function largeChain(): TestChain {
  const virtualSize = 5 * 2 ** 21 + 9 * 512;
  return chainOf([
    {
      ...childOf(0),
      virtualSize,
      content: stampOf(1),
      blocks: [...blocksOf([1, 2, 3, 5000, 5 * 4096 + 8]), { index: 3, sectors: 'all', content: null }],
    },
    {
      type: 'dynamic',
      id: idOf(2),
      virtualSize,
      blockSize: 2 ** 20,
      content: stampOf(2),
      blocks: [0, 6, 7].map((index) => ({ index, sectors: 'all' as const })),
    },
  ]);
}

describe('exportDisk', () => {
  it('writes the bytes of the disk alone as raw', () => {
    const chain = largeChain();
    const system = faultySystemOf(chain);
    const digest = newSha256();
    const result = runExport(system, { digest });
    const content = chain.content(0);
    assert.deepEqual(contentOf(system, OUT), content);
    assert.equal(result?.digest, createHash('sha256').update(content).digest('hex'));
    assert.equal(result.fileSize, content.length);
    assert.deepEqual(result.unreadable, []);
  });

  it('writes only what is there: neither holes nor zeros', () => {
    const chain = largeChain();
    const result = runExport(faultySystemOf(chain));
    // Block 0 of the base, the sectors of the leaf around it in grains of 4 KiB; the leaf's zeros hide the base's blocks 6 and 7.
    assert.ok(result!.bytesWritten >= 2 ** 20 && result!.bytesWritten <= 2 ** 20 + 4 * 4096);
  });

  it('puts a footer by the letter behind a fixed disk', () => {
    const chain = largeChain();
    const system = faultySystemOf(chain);
    runExport(system, { format: 'fixed' });
    const file = contentOf(system, OUT);
    const content = chain.content(0);
    assert.deepEqual(file.subarray(0, content.length), content);
    const footer = file.slice(content.length);
    assert.equal(footer.length, 512);
    const expected = buildVhd({
      type: 'fixed',
      virtualSize: content.length,
      id: idOf(77),
      timestamp: (Date.UTC(2024, 1, 29, 12, 34, 56) - Date.UTC(2000, 0, 1)) / 1000,
    }).slice(content.length);
    assert.deepEqual(footer, expected);
  });

  it('lays a dynamic disk out as Windows does: table, data and length on 4 KiB, zero blocks absent', () => {
    const chain = largeChain();
    const system = faultySystemOf(chain);
    runExport(system, { format: 'dynamic' });
    const file = contentOf(system, OUT);
    const { content, entries, dataOffsets } = dynamicContent(file);
    assert.deepEqual(content, chain.content(0));
    assert.deepEqual(
      entries.map((entry) => entry !== 0xffff_ffff),
      [true, true, false, false, false, true],
    );
    assert.ok(dataOffsets.every((offset) => offset % 4096 === 0));
    assert.equal(file.length % 4096, 0);
    assert.deepEqual(file.subarray(0, 512), file.subarray(file.length - 512));
    for (const [from, length, checksumAt] of [
      [0, 512, 64],
      [512, 1024, 36],
    ] as const) {
      const structure = file.slice(from, from + length);
      const view = new DataView(structure.buffer);
      const checksum = view.getUint32(checksumAt);
      view.setUint32(checksumAt, 0);
      assert.equal(checksum, specChecksum(structure));
    }
  });

  it('gives the content of any chain in every format', () => {
    const lbas = fc.uniqueArray(fc.nat(199), { maxLength: 40 });
    const layers = fc.array(fc.tuple(lbas, lbas, fc.constantFrom(4096, 8192, 65536)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(layers, fc.constantFrom(...FORMATS), fc.nat(3), (plan, format, asOf) => {
        const specs = plan.map(([content, zeros, blockSize], i): VhdSpec => {
          const isBase = i === plan.length - 1;
          const own = blocksOf(content, blockSize).map((block) => ({
            ...block,
            content: zeros.length % 2 ? stampOf(i) : null,
          }));
          return {
            ...(isBase ? { type: 'dynamic', id: idOf(i + 1) } : childOf(i)),
            virtualSize: 200 * 512,
            blockSize,
            blocks: own,
          };
        });
        const chain = chainOf(specs);
        const layer = Math.min(asOf, specs.length - 1);
        const system = faultySystemOf(chain);
        runExport(system, { format, layer });
        const file = contentOf(system, OUT);
        const content = format === 'dynamic' ? dynamicContent(file).content : file.subarray(0, 200 * 512);
        assert.deepEqual(content, chain.content(layer));
      }),
      { numRuns: 60 },
    );
  });

  it('tells how far it is: never back, up to all of it', () => {
    for (const digest of [null, newSha256()]) {
      let last = 0;
      let total = 0;
      runExport(faultySystemOf(largeChain()), { digest }, ({ doneBytes, totalBytes }) => {
        assert.ok(doneBytes >= last && doneBytes <= totalBytes);
        [last, total] = [doneBytes, totalBytes];
        return false;
      });
      assert.equal(last, total);
      assert.ok(total > 0);
    }
  });

  it('leaves nothing behind when it is stopped at any step', () => {
    const chain = threeLayers();
    for (const format of FORMATS) {
      for (let steps = 0, isWhole = false; !isWhole; steps++) {
        const system = faultySystemOf(chain);
        let left = steps;
        isWhole = runExport(system, { format }, () => left-- === 0) !== null;
        assert.deepEqual(system.paths, isWhole ? ['0.vhd', '1.vhd', '2.vhd', 'out'] : ['0.vhd', '1.vhd', '2.vhd']);
        assert.ok(steps < 1000);
      }
    }
  });

  it('leaves nothing behind, and the old file in its place, when a write fails', () => {
    const chain = threeLayers();
    for (const format of FORMATS) {
      for (const code of ['no-space', 'file-access'] as const) {
        for (let succeed = 0, isWhole = false; !isWhole; succeed++) {
          const system = faultySystemOf(chain);
          system.addFile(OUT, Buffer.from('old'));
          system.faults = { changes: { succeed, code } };
          try {
            runExport(system, { format, replace: true });
            isWhole = true;
          } catch (error) {
            assert.ok(EngineError.is(error, code));
            assert.equal(Buffer.from(contentOf(system, OUT)).toString(), 'old');
          }
          assert.deepEqual(system.paths, ['0.vhd', '1.vhd', '2.vhd', 'out']);
          assert.ok(succeed < 1000);
        }
      }
    }
  });

  it('names a folder that cannot be written to', () => {
    const system = faultySystemOf(threeLayers());
    system.faults = { isUnwritable: true };
    assert.throws(
      () => runExport(system),
      (error) => EngineError.is(error, 'file-access'),
    );
    assert.deepEqual(system.paths, ['0.vhd', '1.vhd', '2.vhd']);
  });

  describe('of a damaged disk', () => {
    const virtualSize = 2 ** 22;
    const disk = (): TestChain =>
      chainOf([
        { type: 'dynamic', id: idOf(1), virtualSize, content: stampOf(5), blocks: [{ index: 1, sectors: 'all' }] },
      ]);
    const dataOffset = (system: FaultyFileSystem): number => {
      const file = contentOf(system, '/disks/0.vhd');
      return (new DataView(file.buffer).getUint32(1536 + 4) + 1) * 512;
    };

    function exportWith(faultsOf: (dataOffset: number, size: number) => Faults): {
      result: ExportResult;
      content: Uint8Array;
    } {
      const system = faultySystemOf(disk());
      const faults = faultsOf(dataOffset(system), contentOf(system, '/disks/0.vhd').length);
      const chain = openChain(system, '/disks/0.vhd', { trusted: true, given: [], confine: null });
      system.faults = faults;
      const steps = exportDisk(system, chain, OUT, DEFAULTS);
      for (let step = steps.next(); ; step = steps.next()) {
        if (step.done === true) return { result: step.value, content: contentOf(system, OUT) };
      }
    }

    it('finds the very sectors that the medium does not give', () => {
      const { result, content } = exportWith((data) => ({
        unreadable: { path: '/disks/0.vhd', from: data + 1000 * 512 + 1, to: data + 1003 * 512 },
      }));
      const start = 4096 + 1000;
      assert.deepEqual(result.unreadable, [{ start, length: 3, layer: 0, reason: 'read-error' }]);
      assert.deepEqual(
        content,
        disk()
          .content(0)
          .fill(0, start * 512, (start + 3) * 512),
      );
    });

    it('keeps what a file that became shorter still holds', () => {
      const { result, content } = exportWith((data, size) => ({
        lostBytes: { path: '/disks/0.vhd', count: size - (data + 4000 * 512 + 100) },
      }));
      const start = 4096 + 4000;
      assert.deepEqual(result.unreadable, [{ start, length: 96, layer: 0, reason: 'past-end-of-file' }]);
      assert.deepEqual(
        content,
        disk()
          .content(0)
          .fill(0, start * 512),
      );
    });
  });
});
