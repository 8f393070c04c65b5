import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeChain, openChain } from '../../../src/engine/chain/openChain';
import { EditedImage } from '../../../src/engine/editing/editedImage';
import { exportRange } from '../../../src/engine/editing/exportRange';
import { saveCopy } from '../../../src/engine/editing/saveCopy';
import { EngineError } from '../../../src/engine/errors';
import { openImage } from '../../../src/engine/openImage';
import { runToEnd } from '../../../src/engine/operations/progress';
import { encodeJournal } from '../../../src/engine/storage/journalFormat';
import { NodeFileSystem } from '../../../src/engine/storage/nodeFileSystem';
import { OverlayStorage } from '../../../src/engine/storage/overlayStorage';
import { MemoryStorage } from '../../../src/engine/storage/memoryStorage';
import { buildVhd, idOf, stampOf, writeVhd } from '../../fixtures/vhdBuilder';
import type { VhdSpec } from '../../fixtures/vhdSpec';

const POLICY = { trusted: true, given: [], confine: null };
const MEMORY = 64 * 1024 * 1024;
const MIB = 2 ** 20;
const NOBODY = 65_534;

const BASE: VhdSpec = {
  type: 'dynamic',
  id: idOf(1),
  virtualSize: 8 * MIB,
  content: stampOf(1),
  blocks: [{ index: 0, sectors: 'all' }],
};
const LEAF: VhdSpec = {
  type: 'differencing',
  id: idOf(2),
  virtualSize: 8 * MIB,
  content: stampOf(2),
  blocks: [{ index: 1, sectors: [0, 1, 2] }],
  parent: { id: idOf(1), name: 'base.vhd', locators: [{ code: 'W2ru', text: '.\\base.vhd' }] },
};

describe('an edited image on this computer', () => {
  let folder = '';
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'vhd-editor-edit-')));
    writeVhd(join(folder, 'base.vhd'), BASE);
    writeVhd(join(folder, 'leaf.avhd'), LEAF);
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function edited(path = join(folder, 'leaf.avhd')): EditedImage {
    const image = new EditedImage(new NodeFileSystem(), path, POLICY);
    image.edit({ kind: 'overwrite', target: 'disk', offset: 1000, bytes: Uint8Array.of(1, 2, 3) }, MEMORY);
    return image;
  }

  it('keeps its mode and its owner when it is saved, and leaves its parent alone', function () {
    if (process.platform === 'win32') this.skip();
    const [leaf, base] = [join(folder, 'leaf.avhd'), join(folder, 'base.vhd')];
    chmodSync(leaf, 0o640);
    if (process.geteuid?.() === 0) chownSync(leaf, NOBODY, NOBODY);
    const [before, content, parent] = [statSync(leaf), readFileSync(leaf), readFileSync(base)];
    const image = edited();
    image.save();
    image.close();
    const after = statSync(leaf);
    for (const fact of ['mode', 'uid', 'gid', 'ino', 'nlink'] as const) assert.equal(after[fact], before[fact], fact);
    assert.ok(!readFileSync(leaf).equals(content));
    assert.ok(readFileSync(base).equals(parent));
    assert.deepEqual(readdirSync(folder).sort(), ['base.vhd', 'leaf.avhd']);
  });

  it('is saved through a link, which stays one; what a save left is found through it too', function () {
    if (process.platform === 'win32') this.skip();
    const [leaf, link] = [join(folder, 'leaf.avhd'), join(folder, 'links', 'link.avhd')];
    mkdirSync(join(folder, 'links'));
    symlinkSync(leaf, link);
    const before = readFileSync(leaf);
    const image = edited(link);
    image.save();
    image.close();
    assert.equal(realpathSync(link), leaf);
    assert.ok(!readFileSync(leaf).equals(before));
    assert.deepEqual(readdirSync(join(folder, 'links')), ['link.avhd']);
    const overlay = new OverlayStorage(new MemoryStorage(readFileSync(leaf)));
    const patch = overlay.transaction(() => overlay.write(512, Uint8Array.of(0)));
    writeFileSync(`${leaf}.vhd-editor-journal`, encodeJournal(patch));
    for (const path of [leaf, link]) {
      const opened = openImage(new NodeFileSystem(), path);
      opened.close();
      assert.ok(opened.findings.some(({ id }) => id === 'unfinished-save'));
    }
  });

  it('ends a save that was cut short before the first edit', () => {
    const leaf = join(folder, 'leaf.avhd');
    const overlay = new OverlayStorage(new MemoryStorage(readFileSync(leaf)));
    const offset = readFileSync(leaf).length - 100;
    const patch = overlay.transaction(() => overlay.write(offset, Uint8Array.of(0x77)));
    writeFileSync(`${leaf}.vhd-editor-journal`, encodeJournal(patch));
    const image = edited();
    assert.equal(readFileSync(leaf)[offset], 0x77);
    assert.deepEqual(readdirSync(folder).sort(), ['base.vhd', 'leaf.avhd']);
    image.save();
    image.close();
  });

  it('refuses a save while another program has it open for writing, or may not be written', function () {
    if (process.platform !== 'linux') this.skip();
    const image = edited();
    const user = new NodeFileSystem().open(join(folder, 'leaf.avhd'), 'write');
    const before = readFileSync(join(folder, 'leaf.avhd'));
    assert.throws(
      () => image.save(),
      (error) => EngineError.is(error, 'in-use'),
    );
    user.close();
    assert.ok(readFileSync(join(folder, 'leaf.avhd')).equals(before));
    assert.equal(image.isChanged, true);
    image.save();
    image.close();
  });

  it('is told from one that another program cut off or replaced', () => {
    const leaf = join(folder, 'leaf.avhd');
    const image = edited();
    const content = readFileSync(leaf);
    truncateSync(leaf, content.length - 512);
    assert.throws(
      () => image.save(),
      (error) => EngineError.is(error, 'file-changed'),
    );
    rmSync(leaf);
    writeFileSync(leaf, content);
    assert.throws(
      () => image.save(),
      (error) => EngineError.is(error, 'file-changed'),
    );
    // The very same bytes: the edits hold.
    assert.equal(image.rebase(), null);
    image.save();
    image.close();
  });

  it('is copied into another folder with the way to its parent right, and sparse', () => {
    const fileSystem = new NodeFileSystem();
    const far = join(folder, 'copies', 'far');
    mkdirSync(far, { recursive: true });
    const image = edited();
    const copy = join(far, 'copy.avhd');
    runToEnd(saveCopy(fileSystem, image.chain, copy, false));
    assert.throws(
      () => runToEnd(saveCopy(fileSystem, image.chain, copy, false)),
      (error) => EngineError.is(error, 'file-exists'),
    );
    image.close();
    const chain = openChain(fileSystem, copy, POLICY);
    closeChain(chain);
    assert.equal(chain.layers[1]?.image.path, join(folder, 'base.vhd'));
    assert.equal(chain.layers[1].foundBy, 'W2ru');
    assert.equal(chain.layers[0].image.id, openedId(join(folder, 'leaf.avhd')));
    assert.deepEqual(readdirSync(far), ['copy.avhd']);
    if (process.platform === 'linux') {
      const { blocks } = statSync(copy);
      assert.ok(blocks * 512 < 128 * 1024, `${blocks} blocks`);
    }
  });

  it('beside itself is copied as it is, byte for byte', () => {
    const image = edited();
    runToEnd(saveCopy(new NodeFileSystem(), image.chain, join(folder, 'copy.avhd'), false));
    image.save();
    image.close();
    assert.ok(readFileSync(join(folder, 'copy.avhd')).equals(readFileSync(join(folder, 'leaf.avhd'))));
  });

  it('leaves nothing of a copy or an export that is stopped', () => {
    const image = edited();
    const names = readdirSync(folder).sort();
    const source = { kind: 'disk', layer: 0 } as const;
    const range = { source, offset: 1, length: 4 * MIB };
    const path = join(folder, 'out.bin');
    for (const steps of [
      saveCopy(new NodeFileSystem(), image.chain, path, false),
      exportRange(new NodeFileSystem(), image.chain, range, path),
    ]) {
      assert.equal(steps.next().done, false);
      steps.return();
      assert.deepEqual(readdirSync(folder).sort(), names);
    }
    runToEnd(exportRange(new NodeFileSystem(), image.chain, range, path));
    const bytes = readFileSync(path);
    assert.equal(bytes.length, 4 * MIB);
    assert.deepEqual([...bytes.subarray(999, 1002)], [1, 2, 3]);
    image.close();
  });
});

function openedId(path: string): string {
  const image = openImage(new NodeFileSystem(), path);
  image.close();
  return image.id;
}

describe('bytes of what nobody knows', () => {
  it('are neither exported nor mixed into a sector that is written in part', () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'vhd-editor-edit-')));
    try {
      const leaf = join(folder, 'leaf.avhd');
      writeFileSync(leaf, buildVhd(LEAF));
      const image = new EditedImage(new NodeFileSystem(), leaf, POLICY);
      const source = { kind: 'disk', layer: 0 } as const;
      const range = { source, offset: 0, length: 512 };
      assert.throws(
        () => runToEnd(exportRange(new NodeFileSystem(), image.chain, range, join(folder, 'out.bin'))),
        (error) => EngineError.is(error, 'unreadable-sectors'),
      );
      const bytes = new Uint8Array(512).fill(1);
      assert.throws(
        () => image.edit({ kind: 'overwrite', target: 'disk', offset: 5, bytes: Uint8Array.of(1) }, MEMORY),
        (error) => EngineError.is(error, 'parent-not-found'),
      );
      image.edit({ kind: 'overwrite', target: 'disk', offset: 512, bytes }, MEMORY);
      image.close();
      assert.deepEqual(readdirSync(folder), ['leaf.avhd']);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
