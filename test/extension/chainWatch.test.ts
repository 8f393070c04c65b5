import assert from 'node:assert/strict';
import { ChainWatch, type ChainEvent } from '../../src/extension/editor/chainWatch';
import type { ImageSource } from '../../src/extension/editor/imageSource';
import type { ChainFile } from '../../src/worker/openReport';

/** A folder in memory: a file is its size and time. */
class FakeFolder {
  readonly files = new Map<string, ChainFile>();
  readonly asked: string[] = [];
  watched: readonly string[] = [];
  #clock = 0;

  put(path: string): ChainFile {
    const file = { path, size: 512, modified: ++this.#clock };
    this.files.set(path, file);
    return file;
  }

  get source(): ImageSource {
    const source: Pick<ImageSource, 'path' | 'factsOf' | 'traceOf' | 'watch'> = {
      path: '/disks/leaf.avhd',
      factsOf: (path) => Promise.resolve(this.files.get(path) ?? null),
      traceOf: (path) => {
        this.asked.push(path);
        const file = this.files.get(path);
        return Promise.resolve(file === undefined ? '' : String(file.modified));
      },
      watch: (paths) => {
        this.watched = paths;
        return { dispose: () => undefined };
      },
    };
    return source as ImageSource;
  }
}

const MISSING = {
  childPath: '/disks/leaf.avhd',
  id: '',
  claimedPaths: ['\\\\server\\share\\base.vhd', 'C:\\vm\\other.avhd', '/etc/passwd'],
  candidates: [],
};

describe('the watch over the files of a chain', () => {
  let folder: FakeFolder;
  let events: ChainEvent[];
  let watch: ChainWatch;

  beforeEach(() => {
    folder = new FakeFolder();
    events = [];
    watch = new ChainWatch(folder.source, (event) => events.push(event));
  });
  afterEach(() => watch.dispose());

  it('tells nothing while nothing changes', async () => {
    await watch.follow([folder.put('/disks/leaf.avhd'), folder.put('/disks/base.vhd')], null);
    await watch.look();
    await watch.look();
    assert.deepEqual(events, []);
    assert.deepEqual(folder.watched, ['/disks/leaf.avhd', '/disks/base.vhd']);
  });

  it('tells that any of the files changed or that a parent is gone', async () => {
    const leaf = folder.put('/disks/leaf.avhd');
    await watch.follow([leaf, folder.put('/disks/base.vhd')], null);
    folder.put('/disks/base.vhd');
    await watch.look();
    await watch.follow([leaf, folder.put('/disks/base.vhd')], null);
    folder.files.delete('/disks/base.vhd');
    await watch.look();
    assert.deepEqual(events, ['changed', 'changed']);
  });

  it('tells once that the leaf is gone, and that it came back', async () => {
    const leaf = folder.put('/disks/leaf.avhd');
    await watch.follow([leaf], null);
    folder.files.delete(leaf.path);
    await watch.look();
    await watch.look();
    folder.files.set(leaf.path, leaf);
    await watch.look();
    await watch.look();
    assert.deepEqual(events, ['leafGone', 'changed']);
  });

  it('awaits a missing parent beside the child, by the names that it gives to images, and looks nowhere else', async () => {
    await watch.follow([folder.put('/disks/leaf.avhd')], MISSING);
    assert.deepEqual(folder.watched, ['/disks/leaf.avhd', '/disks/base.vhd', '/disks/other.avhd']);
    assert.deepEqual(folder.asked, ['/disks/base.vhd', '/disks/other.avhd']);
    await watch.look();
    assert.deepEqual(events, []);
    folder.put('/disks/base.vhd');
    await watch.look();
    assert.deepEqual(events, ['parentCame']);
  });

  it('tells of a parent that came while the chain was being opened, and of one that is not the right one only once', async () => {
    const leaf = folder.put('/disks/leaf.avhd');
    folder.put('/disks/base.vhd');
    await watch.follow([leaf], MISSING);
    await watch.look();
    assert.deepEqual(events, ['parentCame']);
    // It was opened anew, and still its parent is missing.
    await watch.follow([leaf], MISSING);
    await watch.look();
    assert.deepEqual(events, ['parentCame']);
    folder.put('/disks/base.vhd');
    await watch.look();
    assert.deepEqual(events, ['parentCame', 'parentCame']);
  });

  it('follows a leaf that could not be opened, whether it is there or not', async () => {
    folder.put('/disks/leaf.avhd');
    await watch.followFailed();
    await watch.look();
    assert.deepEqual(events, []);
    folder.files.clear();
    await watch.followFailed();
    await watch.look();
    assert.deepEqual(events, []);
    folder.put('/disks/leaf.avhd');
    await watch.look();
    assert.deepEqual(events, ['changed']);
  });

  it('says nothing of what an operation of this window does to the files, until that has ended', async () => {
    let busy: string | null = '/disks/base.vhd';
    watch = new ChainWatch(
      folder.source,
      (event) => events.push(event),
      (paths) => busy !== null && paths.includes(busy),
    );
    await watch.follow([folder.put('/disks/leaf.avhd'), folder.put('/disks/base.vhd')], null);
    folder.put('/disks/base.vhd');
    folder.files.delete('/disks/leaf.avhd');
    await watch.look();
    assert.deepEqual(events, []);
    busy = null;
    await watch.look();
    assert.deepEqual(events, ['leafGone']);
  });

  it('tells nothing any more once it is disposed of', async () => {
    await watch.follow([folder.put('/disks/leaf.avhd')], null);
    watch.dispose();
    folder.put('/disks/leaf.avhd');
    await watch.look();
    assert.deepEqual(events, []);
  });
});
