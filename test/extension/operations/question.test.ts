import assert from 'node:assert/strict';
import { join } from 'node:path';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import {
  newImageFacts,
  NodeFileSystem,
  planMerge,
  planMergeToFile,
  planRevert,
  planSnapshot,
  runToEnd,
  type OperationRequest,
} from '../../../src/engine/index';
import {
  deleteQuestion,
  mergeQuestion,
  mergeToFileQuestion,
  revertQuestion,
  snapshotQuestion,
} from '../../../src/extension/operations/question';
import { writeDiskChain } from '../../host/vsix/diskChain';
import { plainL10n } from './plainL10n';

/** Spaces of any kind as one, so that a test shows what a person reads. */
function read({ message, detail }: { readonly message: string; readonly detail: string }): readonly string[] {
  return [message, ...detail.split('\n\n')].map((line) => line.replaceAll(/\s/g, ' '));
}

describe('the question before an operation', () => {
  let folder = '';
  const facts = newImageFacts();
  const request: OperationRequest = {
    fileSystem: new NodeFileSystem(),
    policy: { trusted: true, given: [], confine: null },
    familyFolders: [],
  };
  const path = (name: string): string => join(folder, name);

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vhd-question-'));
    writeDiskChain(folder, 'web', 10);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('of a snapshot names both ways, and says what a snapshot is not', () => {
    const planOf = (keepName: boolean) =>
      runToEnd(planSnapshot(request, path('web-leaf.avhd'), { output: null, keepName, facts }));
    const [message, ...lines] = read(snapshotQuestion(plainL10n, planOf(false), planOf(true)));
    assert.equal(message, 'Create a snapshot of web-leaf.avhd?');
    assert.match(lines[0] ?? '', /^web-leaf\.avhd \(2 MiB\) is frozen:/);
    assert.match(lines[1] ?? '', /^Create Snapshot: the new image is web-leaf_[0-9A-F]{8}…\.avhd, 80 KiB large\./);
    assert.match(lines[2] ?? '', /^Keep the Name: web-leaf\.avhd is renamed to web-leaf_[0-9A-F]{8}…\.avhd, and/);
    assert.match(
      lines[3] ?? '',
      /^Shut the virtual machine down first\. A snapshot is no backup: it lies on the same volume and is lost with it/,
    );
    assert.equal(read(snapshotQuestion(plainL10n, planOf(false), null)).length, 4);
  });

  it('of a merge tells what is read, written, tied and removed, and what cannot be undone', () => {
    const plan = runToEnd(planMerge(request, path('web-middle.avhd'), { into: null, keep: false }));
    const lines = [
      '2 sectors (1 KiB) are read, and 1.5 KiB are written to web-base.vhd, which does not grow.',
      'web-leaf.avhd will stand on web-base.vhd, with the same content as now.',
      'When all is verified, deleted for good: web-middle.avhd (2 MiB).',
      'A virtual machine goes on with web-leaf.avhd.',
      'The disk as it was as of web-base.vhd is gone then. This cannot be undone.',
    ];
    const { survey } = plan;
    const asPlanned = { ...plan, survey: survey === null ? null : { ...survey, sectors: 2, bytesToWrite: 1536 } };
    const question = { ...asPlanned, bytesToRead: 1024 };
    const undoFiles = [{ path: path('web-middle.avhd.vhd-editor-undo'), of: path('web-middle.avhd') }];
    assert.equal(
      read(mergeQuestion(plainL10n, { ...question, undoFiles }))[4],
      'What was kept to undo their repairs goes with them: web-middle.avhd.vhd-editor-undo.',
    );
    assert.deepEqual(read(mergeQuestion(plainL10n, question)), ['Merge web-middle.avhd into web-base.vhd?', ...lines]);
    assert.deepEqual(read(deleteQuestion(plainL10n, question)), [
      'Delete the snapshot web-middle.avhd?',
      'No change is lost: what web-middle.avhd holds goes into web-base.vhd first. To throw its changes away, choose Revert to Snapshot… instead.',
      ...lines,
    ]);
  });

  it('of a merge of several layers counts them, and names what a virtual machine must use', () => {
    const into = path('web-base.vhd');
    const plan = runToEnd(planMerge(request, path('web-leaf.avhd'), { into, keep: false }));
    const text = read(mergeQuestion(plainL10n, plan)).join('\n');
    assert.match(text, /^Merge web-leaf\.avhd and web-middle\.avhd into web-base\.vhd\?/);
    assert.match(text, /deleted for good: web-leaf\.avhd \(2 MiB\), web-middle\.avhd \(2 MiB\)\./);
    assert.match(text, /A virtual machine must then use web-base\.vhd\./);
  });

  it('of a merge into a new file says that nothing else is touched', () => {
    const to = path('new.vhd');
    const plan = runToEnd(planMergeToFile(request, path('web-leaf.avhd'), { to, format: 'fixed', facts }));
    const text = read(mergeToFileQuestion(plainL10n, plan)).join('\n');
    assert.match(text, /^Merge web-leaf\.avhd into the new file new\.vhd\?/);
    assert.match(text, /are read from web-leaf\.avhd, web-middle\.avhd, web-base\.vhd\./);
    assert.match(text, /becomes a fixed image of 32 MiB\./);
    assert.match(text, /No other file is changed\./);
  });

  it('of a revert says honestly whether there is a way back', () => {
    const options = { to: path('web-base.vhd'), keepAs: null, prune: true, facts };
    const plan = runToEnd(planRevert(request, path('web-leaf.avhd'), options));
    const unneeded = plan.remove.map((layer) => ({ path: layer.path, size: 2 * 1024 * 1024 }));
    assert.deepEqual(read(revertQuestion(plainL10n, plan, { unneeded, undoFiles: [] }, false)), [
      'Revert web-leaf.avhd to web-base.vhd?',
      'The disk becomes as it was as of web-base.vhd: what was changed since then is in it no more.',
      'A new, empty web-leaf.avhd on web-base.vhd takes the place of the old one: the settings of a virtual machine stay right.',
      'The old web-leaf.avhd (2 MiB) is deleted for good: there is no trash here. This cannot be undone.',
      'No other image needs web-middle.avhd (2 MiB) then. It stays as it is unless you remove it too.',
    ]);
    const undoFiles = [{ path: path('web-leaf.avhd.vhd-editor-undo'), of: path('web-leaf.avhd') }];
    assert.equal(
      read(revertQuestion(plainL10n, plan, { unneeded, undoFiles }, false)).at(-1),
      'What was kept to undo their repairs goes with them: web-leaf.avhd.vhd-editor-undo.',
    );
    const withTrash = read(revertQuestion(plainL10n, plan, { unneeded: [], undoFiles: [] }, true));
    assert.equal(withTrash[3], 'The old web-leaf.avhd (2 MiB) is moved to the trash.');
    assert.equal(withTrash.length, 4);
  });
});
