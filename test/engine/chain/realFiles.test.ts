import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ParentPolicy } from '../../../src/engine/chain/chain';
import { closeChain, openChain } from '../../../src/engine/chain/openChain';
import { NodeFileSystem } from '../../../src/engine/storage/nodeFileSystem';
import { baseImage, childImage, everywhere } from './smallImages';

const trusting: ParentPolicy = { trusted: true, given: [], confine: null };

/** What becomes of an image whose every field names `text`: the parent's path, or why it was not followed. */
function parentOf(folder: string, text: string, policy = trusting): string {
  const leaf = join(folder, 'leaf.vhd');
  writeFileSync(leaf, childImage(2, 1, everywhere(text)));
  const chain = openChain(new NodeFileSystem(), leaf, policy);
  closeChain(chain);
  return chain.layers[1]?.image.path ?? chain.missing?.candidates[0]?.reason ?? 'nothing';
}

/** An id that is nobody's. */
const ORDINARY_USER = 65_534;

/** Root may read everything, so such a test goes on as somebody else for a while. */
function asOrdinaryUser<T>(body: () => T): T {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(ORDINARY_USER);
  try {
    return body();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

describe('Parents among real files', () => {
  let root = '';
  let folder = '';
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'vhd-editor-chain-')));
    folder = join(root, 'images');
    mkdirSync(folder);
    chmodSync(root, 0o755);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('are found by relative and absolute paths', () => {
    writeFileSync(join(root, 'base.vhd'), baseImage(1));
    assert.equal(parentOf(folder, '..\\base.vhd'), join(root, 'base.vhd'));
    assert.equal(parentOf(folder, join(root, 'base.vhd')), join(root, 'base.vhd'));
    assert.equal(parentOf(folder, '..\\base.vhd', { ...trusting, trusted: false }), 'outside-folder');
  });

  it('are not opened through a symbolic link, to a file or to a folder', () => {
    mkdirSync(join(root, 'else'));
    writeFileSync(join(root, 'else', 'base.vhd'), baseImage(1));
    symlinkSync(join(root, 'else', 'base.vhd'), join(folder, 'base.vhd'));
    symlinkSync(join(root, 'else'), join(folder, 'sub'), 'junction');
    assert.equal(parentOf(folder, '.\\base.vhd'), 'link');
    assert.equal(parentOf(folder, '.\\sub\\base.vhd'), 'link');
  });

  it('are found from an image that was itself opened through a link', () => {
    writeFileSync(join(folder, 'base.vhd'), baseImage(1));
    writeFileSync(join(folder, 'leaf.vhd'), childImage(2, 1, everywhere('.\\base.vhd')));
    symlinkSync(folder, join(root, 'short'), 'junction');
    const chain = openChain(new NodeFileSystem(), join(root, 'short', 'leaf.vhd'), trusting);
    closeChain(chain);
    assert.equal(chain.layers[1]?.image.path, join(folder, 'base.vhd'));
    assert.equal(chain.layers[1].foundBy, 'W2ru');
  });

  it('are not waited for in a pipe', function () {
    if (process.platform === 'win32') this.skip();
    execFileSync('mkfifo', [join(folder, 'base.vhd')]);
    assert.equal(parentOf(folder, '.\\base.vhd'), 'not-an-image');
  });

  it('that may not be read are named', function () {
    if (process.platform === 'win32') this.skip();
    writeFileSync(join(folder, 'base.vhd'), baseImage(1));
    chmodSync(join(folder, 'base.vhd'), 0);
    writeFileSync(join(folder, 'leaf.vhd'), childImage(2, 1, everywhere('.\\base.vhd')));
    const chain = asOrdinaryUser(() => openChain(new NodeFileSystem(), join(folder, 'leaf.vhd'), trusting));
    closeChain(chain);
    assert.deepEqual(
      chain.findings.map((finding) => [finding.id, finding.windowsError]),
      [
        ['parent-unreadable', 'ERROR_VHD_PARENT_VHD_ACCESS_DENIED (0xC03A0016)'],
        ['parent-not-found', 'ERROR_VHD_PARENT_VHD_NOT_FOUND (0xC03A000D)'],
      ],
    );
  });

  it('in a folder that may not be looked into are not found', function () {
    if (process.platform === 'win32') this.skip();
    const closed = join(root, 'closed');
    mkdirSync(closed);
    writeFileSync(join(closed, 'base.vhd'), baseImage(1));
    writeFileSync(join(folder, 'leaf.vhd'), childImage(2, 1, everywhere('..\\closed\\base.vhd')));
    chmodSync(closed, 0);
    const chain = asOrdinaryUser(() => openChain(new NodeFileSystem(), join(folder, 'leaf.vhd'), trusting));
    closeChain(chain);
    chmodSync(closed, 0o700);
    assert.equal(chain.layers.length, 1);
    assert.deepEqual(chain.missing?.candidates, []);
  });
});
