import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EngineError } from '../../../src/engine/errors';
import { openImage } from '../../../src/engine/openImage';
import { hasStamp, stampPatch, tiePatch } from '../../../src/engine/operations/parentTie';
import { MemoryFileSystem } from '../../../src/engine/storage/memoryFileSystem';
import { writePatch, type Patch } from '../../../src/engine/storage/patch';
import { buildVhd, idOf, stampOf } from '../../fixtures/vhdBuilder';
import type { LocatorSpec, VhdSpec } from '../../fixtures/vhdSpec';
import { sized } from '../../testSize';
import { readDisk } from '../../crash/chainScene';

const SIZE = 64 * 1024;
const BLOCK = 4096;
const PARENT_ID = '00000007-0000-0000-0000-000000000000';
const PARENT_MODIFIED = Date.UTC(2024, 3, 5, 6, 7, 8, 900);

function apply(files: MemoryFileSystem, path: string, patch: Patch): void {
  const file = files.open(path, 'write');
  writePatch(file, patch);
}

const text = fc.string({ minLength: 1, maxLength: 700 });
const locatorSpec: fc.Arbitrary<LocatorSpec> = fc.record(
  {
    code: fc.constantFrom('W2ru', 'W2ku', 'MacX', 'Wi2r', 'Wi2k', 'Mac ', 'Xxxx'),
    text,
    dataSpace: fc.constantFrom(1, 2, 512, 1024, 4096, 65_536),
  },
  { requiredKeys: ['code', 'text'], noNullPrototype: true },
);
/** A name that Windows takes for a device is followed nowhere. */
const folderName = fc
  .stringMatching(/^[a-z ]{1,60}$/)
  .filter((name) => name.trim() === name && !/^(?:con|prn|aux|nul)$/.test(name));

describe('tying a child to another parent', () => {
  it('names it by id, time, name and paths, and changes nothing else', () => {
    const property = fc.property(
      fc.array(locatorSpec, { maxLength: 8 }),
      fc.array(folderName, { maxLength: 12 }),
      fc.constantFrom(512, 4096),
      fc.boolean(),
      fc.constantFrom(0, 1000),
      fc.constantFrom(512, 511),
      (locators, folders, alignment, locatorsBeforeTable, timestamp, footerLength) => {
        const parentPath = `/${[...folders, 'new parent.vhd'].join('/')}`;
        const spec: VhdSpec = {
          type: 'differencing',
          virtualSize: SIZE,
          blockSize: BLOCK,
          id: idOf(2),
          parent: { id: idOf(1), name: 'old.vhd', timestamp, locators },
          alignment: alignment,
          locatorsBeforeTable,
          footerLength: footerLength,
          content: stampOf(2),
          blocks: [
            { index: 3, sectors: 'all' },
            { index: 1, sectors: [0, 5] },
          ],
        };
        const parent = buildVhd({
          type: 'fixed',
          virtualSize: SIZE,
          id: Uint8Array.of(7, ...new Array<number>(15).fill(0)),
          content: stampOf(1),
        });
        const files = new MemoryFileSystem('posix', { '/kids/child.vhd': buildVhd(spec), [parentPath]: parent });
        const before = openImage(files, '/kids/child.vhd');
        const patch = tiePatch(files, '/kids/child.vhd', {
          path: parentPath,
          id: PARENT_ID,
          modified: PARENT_MODIFIED,
        });
        apply(files, '/kids/child.vhd', patch);

        const after = openImage(files, '/kids/child.vhd');
        assert.equal(after.parent?.id, PARENT_ID);
        assert.equal(after.parent.modified?.getTime() ?? 0, timestamp === 0 ? 0 : PARENT_MODIFIED - 900);
        assert.equal(after.id, before.id);
        const relative = `.\\..\\${[...folders, 'new parent.vhd'].join('\\')}`;
        // A path is left out only where all eight entries are taken by codes that nobody knows.
        const unknown = locators.filter(({ code }) => code === 'Xxxx').length;
        const places = new Map(after.parent.places.map((place) => [place.source, place.text]));
        assert.equal(places.get('name'), 'new parent.vhd');
        if (unknown < 6) {
          assert.equal(places.get('W2ru'), relative);
          assert.equal(places.get('W2ku'), parentPath);
        }
        assert.equal(
          places.has('MacX'),
          locators.some(({ code }) => code === 'MacX'),
        );
        assert.ok(!places.has('Wi2r') && !places.has('Wi2k'));
        // What the file brought up before may be gone; nothing new comes up.
        const known = new Set(before.findings.map((finding) => finding.id));
        assert.deepEqual(
          after.findings.filter((finding) => !known.has(finding.id)),
          [],
        );
        const expected = Buffer.concat(
          Array.from({ length: SIZE / 512 }, (_, lba) => {
            const isOwned = Math.floor(lba / 8) === 3 || lba === 8 || lba === 13;
            return stampOf(isOwned ? 2 : 1)(lba);
          }),
        );
        assert.ok(readDisk(files, '/kids/child.vhd').equals(expected));
        if (before.fileSize % 4096 === 0) assert.equal(after.fileSize % 4096, 0);
      },
    );
    fc.assert(property, { numRuns: sized({ small: 60, ci: 300, full: 5_000 }) });
  });

  it('keeps a full path in the name field where one stood, on Windows', () => {
    const child = (name: string): Uint8Array =>
      buildVhd({
        type: 'differencing',
        virtualSize: SIZE,
        blockSize: BLOCK,
        id: idOf(2),
        parent: { id: idOf(1), name },
      });
    const files = new MemoryFileSystem('windows', {
      'C:\\a.vhd': child('C:\\vm\\old.vhd'),
      'C:\\b.vhd': child('old.vhd'),
    });
    const names = ['C:\\a.vhd', 'C:\\b.vhd'].map((path) => {
      apply(files, path, tiePatch(files, path, { path: 'D:\\new.vhd', id: PARENT_ID, modified: 0 }));
      return openImage(files, path).parent?.places.map(({ source, text: claimed }) => `${source} ${claimed}`);
    });
    assert.deepEqual(names, [
      ['W2ku D:\\new.vhd', 'name D:\\new.vhd'],
      ['W2ku D:\\new.vhd', 'name new.vhd'],
    ]);
  });

  it('is refused for an image without a parent', () => {
    const files = new MemoryFileSystem('posix', { '/base.vhd': buildVhd({ type: 'dynamic', virtualSize: SIZE }) });
    assert.throws(
      () => tiePatch(files, '/base.vhd', { path: '/x.vhd', id: PARENT_ID, modified: 0 }),
      (error) => EngineError.is(error, 'not-possible'),
    );
  });
});

describe('the time stamp of a parent', () => {
  it('is put right alone, and stays 0 where it is', () => {
    const child = (timestamp: number): Uint8Array =>
      buildVhd({
        type: 'differencing',
        virtualSize: SIZE,
        blockSize: BLOCK,
        id: idOf(2),
        parent: { id: idOf(1), timestamp },
      });
    const files = new MemoryFileSystem('posix', { '/a.vhd': child(5), '/b.vhd': child(0) });
    assert.equal(hasStamp(files, '/a.vhd', 946_684_805_999), true);
    assert.equal(hasStamp(files, '/a.vhd', 946_684_806_000), false);
    assert.equal(hasStamp(files, '/b.vhd', 946_684_800_000), false);
    const patch = stampPatch(files, '/a.vhd', PARENT_MODIFIED);
    const differing = patch.changes.flatMap(({ before, after }) => [...after].filter((byte, i) => byte !== before[i]));
    assert.ok(differing.length <= 8);
    apply(files, '/a.vhd', patch);
    assert.equal(hasStamp(files, '/a.vhd', PARENT_MODIFIED), true);
    assert.deepEqual(stampPatch(files, '/b.vhd', PARENT_MODIFIED).changes, []);
  });
});
