import assert from 'node:assert/strict';
import { openChain } from '../../../src/engine/chain/openChain';
import type { OperationRequest } from '../../../src/engine/operations/familyOf';
import { runToEnd } from '../../../src/engine/operations/progress';
import {
  planSnapshot,
  runSnapshot,
  type SnapshotOptions,
  type SnapshotPlan,
} from '../../../src/engine/operations/snapshot';
import { EngineError } from '../../../src/engine/errors';
import type { FileSystem } from '../../../src/engine/storage/fileSystem';
import { MemoryFileSystem } from '../../../src/engine/storage/memoryFileSystem';
import { RecordingFileSystem } from '../../crash/recordingFileSystem';
import { buildVhd, idOf } from '../../fixtures/vhdBuilder';

const SIZE = 5 * 1024 * 1024;
const FACTS = { id: idOf(0xab), created: new Date(Date.UTC(2024, 5, 1, 12)) };
const TRUSTING = { trusted: true, given: [], confine: null };
const MIB = 1024 * 1024;

function base(id = 1): Uint8Array {
  return buildVhd({ type: 'dynamic', virtualSize: SIZE, id: idOf(id) });
}

function child(id: number, parentId: number, path: string): Uint8Array {
  const locators = [{ code: 'W2ru', text: path }];
  return buildVhd({ type: 'differencing', virtualSize: SIZE, id: idOf(id), parent: { id: idOf(parentId), locators } });
}

function plan(fileSystem: FileSystem, path: string, options: Partial<SnapshotOptions> = {}): SnapshotPlan {
  const request: OperationRequest = { fileSystem, policy: TRUSTING, familyFolders: [] };
  return runToEnd(planSnapshot(request, path, { output: null, keepName: false, facts: FACTS, ...options }));
}

function refusalsOf(fileSystem: FileSystem, path: string, options: Partial<SnapshotOptions> = {}): readonly string[] {
  return plan(fileSystem, path, options).refusals.map((refusal) => refusal.code);
}

function bytesAt(fileSystem: FileSystem, path: string): DataView {
  const file = fileSystem.open(path, 'read');
  const bytes = new Uint8Array(file.size());
  file.read(0, bytes);
  return new DataView(bytes.buffer);
}

function textAt(view: DataView, offset: number, length: number, littleEndian: boolean): string {
  const units = Array.from({ length: length / 2 }, (_, i) => view.getUint16(offset + 2 * i, littleEndian));
  return String.fromCharCode(...units);
}

function asciiAt(view: DataView, offset: number, length: number): string {
  return String.fromCharCode(...new Uint8Array(view.buffer, offset, length));
}

/** The specification's sum over a structure whose checksum stands at `at`. */
function assertChecksum(view: DataView, offset: number, length: number, at: number): void {
  let sum = 0;
  for (let i = 0; i < length; i++) if (i < at || i >= at + 4) sum += view.getUint8(offset + i);
  assert.equal(view.getUint32(offset + at), ~sum >>> 0);
}

describe('a new snapshot', () => {
  it('is named as Hyper-V names it, and ids do not pile up', () => {
    const files = new MemoryFileSystem('posix', { '/vm/disk.vhd': base() });
    const first = runToEnd(runSnapshot(files, plan(files, '/vm/disk.vhd')));
    assert.match(first.leaf, /^\/vm\/disk_[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\.avhd$/);
    assert.equal(first.parent, '/vm/disk.vhd');
    const second = plan(files, first.leaf, { facts: { ...FACTS, id: idOf(0xcd) } });
    assert.match(second.leaf, /^\/vm\/disk_[0-9A-F-]{36}\.avhd$/);
    assert.notEqual(second.leaf, first.leaf);
    assert.equal(second.depth, 3);
  });

  it("is laid out as Hyper-V does it, with both paths, the parent's name, id and time", () => {
    const files = new RecordingFileSystem();
    files.add('/vm/disks/base disk.vhd', base());
    const { leaf } = runToEnd(
      runSnapshot(files, plan(files, '/vm/disks/base disk.vhd', { output: '/vm/snapshots/a/s.avhd' })),
    );
    const view = bytesAt(files, leaf);
    assert.equal(view.byteLength % 4096, 0);
    for (const footer of [0, view.byteLength - 512]) {
      assert.equal(asciiAt(view, footer, 8), 'conectix');
      assert.equal(view.getUint32(footer + 8), 2);
      assert.equal(view.getBigUint64(footer + 16), 512n);
      assert.equal(asciiAt(view, footer + 28, 4), 'win ');
      assert.equal(view.getBigUint64(footer + 48), BigInt(SIZE));
      assert.equal(view.getUint32(footer + 60), 4);
      assert.deepEqual(new Uint8Array(view.buffer, footer + 68, 16), FACTS.id);
      assertChecksum(view, footer, 512, 64);
    }
    assert.equal(asciiAt(view, 512, 8), 'cxsparse');
    assertChecksum(view, 512, 1024, 36);
    assert.equal(view.getUint32(512 + 28), 3);
    assert.equal(view.getUint32(512 + 32), 2 * MIB);
    assert.deepEqual(new Uint8Array(view.buffer, 512 + 40, 16), idOf(1));
    const modified = files.facts('/vm/disks/base disk.vhd')!.modified;
    assert.equal(view.getUint32(512 + 56), Math.floor(modified / 1000) - 946_684_800);
    assert.equal(textAt(view, 512 + 64, 512, false).replace(/\0+$/, ''), 'base disk.vhd');

    const locators = [0, 1].map((slot) => {
      const entry = 512 + 576 + 24 * slot;
      const [offset, length] = [Number(view.getBigUint64(entry + 16)), view.getUint32(entry + 8)];
      assert.equal(offset % 4096, 0);
      assert.equal(view.getUint32(entry + 4) % 4096, 0);
      return [asciiAt(view, entry, 4), textAt(view, offset, length, true)];
    });
    assert.deepEqual(locators, [
      ['W2ku', '/vm/disks/base disk.vhd'],
      ['W2ru', '.\\..\\..\\disks\\base disk.vhd'],
    ]);
    const table = Number(view.getBigUint64(512 + 16));
    assert.equal(table % 4096, 0);
    for (let entry = 0; entry < 1024; entry++) assert.equal(view.getUint32(table + 4 * entry), 0xffff_ffff);
  });

  it("names its parent in Windows' words on Windows", () => {
    const files = new MemoryFileSystem('windows', { 'C:\\VMs\\disk.vhd': base() });
    const { leaf } = runToEnd(
      runSnapshot(files, plan(files, 'C:\\VMs\\disk.vhd', { output: 'c:\\vms\\Snapshots\\s.avhd' })),
    );
    const places = openChain(files, leaf, TRUSTING).layers[0].image.parent?.places;
    assert.deepEqual(places, [
      { source: 'W2ru', text: '.\\..\\disk.vhd' },
      { source: 'W2ku', text: 'C:\\VMs\\disk.vhd' },
      { source: 'name', text: 'disk.vhd' },
    ]);
    const elsewhere = runToEnd(runSnapshot(files, plan(files, 'C:\\VMs\\disk.vhd', { output: 'D:\\s.avhd' })));
    const sources = openChain(files, elsewhere.leaf, TRUSTING).layers[0].image.parent?.places.map(
      ({ source }) => source,
    );
    assert.deepEqual(sources, ['W2ku', 'name']);
  });

  it("has blocks as large as its parent's", () => {
    const small = buildVhd({ type: 'dynamic', virtualSize: SIZE, blockSize: 512 * 1024, id: idOf(1) });
    const fixed = buildVhd({ type: 'fixed', virtualSize: SIZE, id: idOf(2) });
    const files = new MemoryFileSystem('posix', { '/small.vhd': small, '/fixed.vhd': fixed });
    assert.equal(plan(files, '/small.vhd').spec.blockSize, 512 * 1024);
    assert.equal(plan(files, '/fixed.vhd').spec.blockSize, 2 * MIB);
  });

  it('takes the name of the image where that is to stay, and says how the frozen one is called', () => {
    const files = new RecordingFileSystem();
    files.add('/vm/disk.vhd', base());
    const before = bytesAt(files, '/vm/disk.vhd');
    const { leaf, parent } = runToEnd(runSnapshot(files, plan(files, '/vm/disk.vhd', { keepName: true })));
    assert.equal(leaf, '/vm/disk.vhd');
    assert.match(parent, /^\/vm\/disk_[0-9A-F-]{36}\.vhd$/);
    assert.deepEqual(bytesAt(files, parent), before);
    assert.deepEqual(openChain(files, leaf, TRUSTING).findings, []);
  });

  it('is refused, and nothing is touched, where the image is in use, damaged, or too deep in a chain', () => {
    const files = new RecordingFileSystem();
    files.add('/d/used.vhd', base());
    files.users.set('/d/used.vhd', ['qemu (17)']);
    const patches = [{ offset: 512 + 36, bytes: [1, 2, 3, 4] }];
    files.add('/d/damaged.vhd', buildVhd({ type: 'dynamic', virtualSize: SIZE, id: idOf(1), patches }));
    files.add('/d/0.vhd', base(1));
    for (let layer = 1; layer < 128; layer++) {
      files.add(`/d/${layer}.vhd`, child(layer + 1, layer, `.\\${layer - 1}.vhd`));
    }
    assert.deepEqual(refusalsOf(files, '/d/used.vhd'), ['in-use']);
    assert.deepEqual(refusalsOf(files, '/d/damaged.vhd'), ['damaged-image']);
    assert.deepEqual(refusalsOf(files, '/d/127.vhd'), ['chain-too-deep']);
    assert.deepEqual(refusalsOf(files, '/d/126.vhd'), []);
    assert.deepEqual(refusalsOf(files, '/d/63.vhd'), []);
    assert.throws(
      () => runToEnd(runSnapshot(files, plan(files, '/d/used.vhd'))),
      (error) => EngineError.is(error, 'in-use') && error.message.includes('qemu (17)'),
    );
    assert.deepEqual(files.events, []);
  });

  it('stands on no file whose name nobody follows', () => {
    const fileSystem = new MemoryFileSystem('posix', { '/d/disk': base(), '/d/x.vhd': base(2) });
    assert.deepEqual(refusalsOf(fileSystem, '/d/disk'), ['not-possible']);
    assert.deepEqual(refusalsOf(fileSystem, '/d/x.vhd', { keepName: true, output: '/d/x.bak' }), ['not-possible']);
    assert.deepEqual(refusalsOf(fileSystem, '/d/x.vhd', { output: '/d/leaf.img' }), []);
  });

  it('never takes the place of a file that is there, nor the name from under a child', () => {
    const files = new RecordingFileSystem();
    files.add('/d/base.vhd', base(1));
    files.add('/d/leaf.avhd', child(2, 1, '.\\base.vhd'));
    files.add('/d/taken.avhd', Uint8Array.of(1));
    assert.deepEqual(refusalsOf(files, '/d/leaf.avhd', { output: '/d/taken.avhd' }), ['file-exists']);
    assert.deepEqual(refusalsOf(files, '/d/base.vhd', { keepName: true }), ['has-children']);
    assert.deepEqual(refusalsOf(files, '/d/base.vhd'), []);
    assert.deepEqual(refusalsOf(files, '/d/leaf.avhd', { keepName: true, output: '/e/frozen.avhd' }), ['not-possible']);
    // Somebody else was faster.
    const made = plan(files, '/d/leaf.avhd', { output: '/d/new.avhd' });
    files.add('/d/new.avhd', Uint8Array.of(2));
    assert.throws(
      () => runToEnd(runSnapshot(files, made)),
      (error) => EngineError.is(error, 'file-exists'),
    );
    assert.deepEqual(files.paths(), ['/d/base.vhd', '/d/leaf.avhd', '/d/new.avhd', '/d/taken.avhd']);
  });

  it('is not made of an image that changed after it was looked at', () => {
    const files = new RecordingFileSystem();
    files.add('/d/disk.vhd', base());
    const made = plan(files, '/d/disk.vhd');
    files.add('/d/disk.vhd', base());
    assert.throws(
      () => runToEnd(runSnapshot(files, made)),
      (error) => EngineError.is(error, 'file-changed'),
    );
    assert.deepEqual(files.paths(), ['/d/disk.vhd']);
  });

  it('is refused where the disk has no room, and leaves nothing where it has less than it says', () => {
    const small = new RecordingFileSystem(new Map(), { capacity: 100_000 });
    small.add('/d/disk.vhd', base());
    assert.deepEqual(refusalsOf(small, '/d/disk.vhd'), ['no-space']);
    const boasting = new RecordingFileSystem(new Map(), { capacity: 30_000, claimedFreeSpace: 1e12 });
    boasting.add('/d/disk.vhd', base());
    for (const keepName of [false, true]) {
      assert.throws(
        () => runToEnd(runSnapshot(boasting, plan(boasting, '/d/disk.vhd', { keepName }))),
        (error) => EngineError.is(error, 'no-space'),
      );
      assert.deepEqual(boasting.paths(), ['/d/disk.vhd']);
    }
  });
});
