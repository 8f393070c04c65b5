import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { buildVhd, idOf, stampOf } from '../../fixtures/vhdBuilder';
import { blocksOf, type VhdSpec } from '../../fixtures/vhdSpec';
import { browser, requireBrowser } from '../browser';
import { eventually } from '../../patience';
import { assertNoTrouble, childOf, closeAllEditors, hoverBlock, openTabs, pageShows } from './imageEditor';

const SCHEME = 'vhdtest';
const MIB = 1024 * 1024;

interface MemoryFile {
  readonly bytes: Uint8Array;
  readonly mtime: number;
}

/** A folder of another file system, as extensions bring them: its files are handed out whole only. */
class MemoryFolder implements vscode.FileSystemProvider {
  readonly files = new Map<string, MemoryFile>();
  /** Paths of the files that were read, in order. */
  readonly read: string[] = [];
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly onDidChangeFile = this.#changed.event;
  #clock = Date.now();

  put(name: string, bytes: Uint8Array): vscode.Uri {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/disks/${name}` });
    const type = this.files.has(uri.path) ? vscode.FileChangeType.Changed : vscode.FileChangeType.Created;
    this.files.set(uri.path, { bytes, mtime: (this.#clock += 1000) });
    this.#changed.fire([{ type, uri }]);
    return uri;
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  stat({ path }: vscode.Uri): vscode.FileStat {
    const file = this.files.get(path);
    if (file !== undefined) return { type: vscode.FileType.File, ctime: 0, mtime: file.mtime, size: file.bytes.length };
    if (path === '/disks' || path === '/') return { type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 };
    throw vscode.FileSystemError.FileNotFound(path);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [...this.files.keys()].map((path) => [path.slice('/disks/'.length), vscode.FileType.File]);
  }

  readFile({ path }: vscode.Uri): Uint8Array {
    const file = this.files.get(path);
    if (file === undefined) throw vscode.FileSystemError.FileNotFound(path);
    this.read.push(path);
    return file.bytes;
  }

  createDirectory(): void {
    throw vscode.FileSystemError.NoPermissions();
  }
  writeFile(): void {
    throw vscode.FileSystemError.NoPermissions();
  }
  delete(): void {
    throw vscode.FileSystemError.NoPermissions();
  }
  rename(): void {
    throw vscode.FileSystemError.NoPermissions();
  }
}

const BASE: VhdSpec = {
  type: 'dynamic',
  virtualSize: 32 * MIB,
  id: idOf(2),
  content: stampOf(2),
  blocks: blocksOf([0, 1, 5000]),
};

function leafOf(parent: string): VhdSpec {
  return { ...childOf(1, parent), virtualSize: 32 * MIB, content: stampOf(1), blocks: blocksOf([1, 2]) };
}

describe('an image on another file system', function () {
  let folder: MemoryFolder;
  let registration: vscode.Disposable;
  const settings = vscode.workspace.getConfiguration('vhdEditor');

  before(function () {
    requireBrowser(this);
  });
  beforeEach(() => {
    folder = new MemoryFolder();
    registration = vscode.workspace.registerFileSystemProvider(SCHEME, folder);
  });
  afterEach(async () => {
    await closeAllEditors();
    registration.dispose();
    await settings.update('remote.maximumSize', undefined, vscode.ConfigurationTarget.Global);
    await assertNoTrouble();
  });

  async function open(uri: vscode.Uri): Promise<void> {
    await vscode.commands.executeCommand('vscode.open', uri, { preview: false });
  }

  it('opens read-only, with the parent beside it, and says why nothing can be changed', async () => {
    folder.put('base.vhd', buildVhd(BASE));
    folder.put('unrelated.vhd', buildVhd({ ...BASE, id: idOf(9) }));
    await open(folder.put('leaf.avhd', buildVhd(leafOf('base.vhd'))));
    await pageShows('leaf.avhd');
    await hoverBlock(0, [/leaf\.avhd 2 sectors/, /base\.vhd 1 sector /]);
    await hoverBlock(1, [/base\.vhd 1 sector /]);
    const reason = await browser.textOf({ area: 'editor', selector: '.chip.read-only' });
    assert.match(reason, /another file system \(vhdtest\).*cannot be changed here/);
    assert.ok(!folder.read.includes('/disks/unrelated.vhd'));
    await browser.screenshot({ name: 'other-file-system' });
  });

  it('finds a parent that was renamed by its id', async () => {
    folder.put('renamed.vhd', buildVhd(BASE));
    await open(folder.put('leaf.avhd', buildVhd(leafOf('base.vhd'))));
    await pageShows('leaf.avhd');
    await hoverBlock(1, [/renamed\.vhd 1 sector /]);
  });

  it('hands a .vhd over as well, and leaves source to the text editor', async () => {
    await open(folder.put('base.vhd', buildVhd(BASE)));
    await eventually(openTabs, (tabs) => tabs.join() === 'ours base.vhd *', 'the open tabs');
    await open(folder.put('counter.vhd', new TextEncoder().encode('entity counter is\nend entity;\n')));
    assert.deepEqual(openTabs(), ['ours base.vhd', 'text counter.vhd *']);
  });

  it('says why an image beyond the limit is not opened, and what can be done', async () => {
    await settings.update('remote.maximumSize', 1, vscode.ConfigurationTarget.Global);
    await open(folder.put('large.avhd', buildVhd({ ...BASE, blocks: blocksOf([0, 5000, 10_000]) })));
    await browser.waitFor({ area: 'editor', selector: '[role="alert"]', text: 'at most 1 MiB' });
    const words = await browser.textOf({ area: 'editor', selector: '[role="alert"]' });
    assert.match(words, /copy it to a local folder, or raise the setting vhdEditor\.remote\.maximumSize/);
    assert.deepEqual(folder.read, []);
    await browser.screenshot({ name: 'beyond-the-limit' });
  });

  it('opens without a parent that is beyond the limit', async () => {
    await settings.update('remote.maximumSize', 4, vscode.ConfigurationTarget.Global);
    folder.put('base.vhd', buildVhd({ ...BASE, blocks: blocksOf([0, 5000, 10_000]) }));
    await open(folder.put('leaf.avhd', buildVhd(leafOf('base.vhd'))));
    await pageShows('leaf.avhd');
    await browser.waitFor({ area: 'editor', selector: '.layer.missing', text: 'base.vhd' });
  });

  it('is read anew when it changes', async () => {
    folder.put('base.vhd', buildVhd(BASE));
    await open(folder.put('leaf.avhd', buildVhd(leafOf('base.vhd'))));
    await pageShows('leaf.avhd');
    await hoverBlock(2, [/no layer/]);
    folder.put('leaf.avhd', buildVhd({ ...leafOf('base.vhd'), blocks: blocksOf([2 * 4096]) }));
    await browser.waitFor({ area: 'editor', selector: '.banner', text: 'The image was changed on disk' });
    await hoverBlock(2, [/leaf\.avhd 1 sector /]);
  });
});
