import assert from 'node:assert/strict';
import { planFolderRelink, planFolderUndo, runFolderRelink, runToEnd } from '../../../src/engine/index';
import {
  nothingToRelink,
  relinkFolderQuestion,
  undoRelinkQuestion,
} from '../../../src/extension/families/relinkQuestion';
import { requestOn } from '../../crash/chainScene';
import { RecordingFileSystem } from '../../crash/recordingFileSystem';
import { buildVhd, idOf } from '../../fixtures/vhdBuilder';
import type { VhdSpec } from '../../fixtures/vhdSpec';
import { baseSpec, childSpec } from '../../host/vsix/diskChain';
import { plainL10n } from '../operations/plainL10n';

const SIZE = 2 * 1024 * 1024;

function withFiles(specs: Readonly<Record<string, VhdSpec>>): RecordingFileSystem {
  const fileSystem = new RecordingFileSystem();
  for (const [path, spec] of Object.entries(specs)) fileSystem.add(path, buildVhd(spec));
  return fileSystem;
}

describe('the question before a folder is relinked', () => {
  it('names the images and their parents, what is written, what is left, and that it can be taken back', () => {
    const timed = { ...childSpec(10, 'gone.vhd', [2], SIZE).parent!, timestamp: 5 };
    const fileSystem = withFiles({
      '/heap/base.vhd': baseSpec(12, [0], SIZE),
      '/heap/middle.avhd': childSpec(11, 'old name.vhd', [1], SIZE),
      '/heap/leaf.avhd': { ...childSpec(10, 'gone.vhd', [2], SIZE), parent: timed },
      '/heap/big.vhd': baseSpec(31, [0], 2 * SIZE),
      '/heap/small.avhd': childSpec(30, 'gone.vhd', [0], SIZE),
      '/heap/lost.avhd': childSpec(40, 'gone.vhd', [0], SIZE),
      '/heap/a/twin.vhd': baseSpec(51, [0], SIZE),
      '/heap/b/twin.vhd': baseSpec(51, [0], SIZE),
      '/heap/torn.avhd': { ...childSpec(50, 'gone.vhd', [0], SIZE), id: idOf(59) },
    });
    const plan = runToEnd(planFolderRelink(requestOn(fileSystem), '/heap'));
    const { message, detail } = relinkFolderQuestion(plainL10n, plan);
    assert.equal(message, 'Relink 2 images in heap?');
    assert.deepEqual(detail.split('\n\n'), [
      'In each, the name, the paths and the time of its parent are written for where the files lie now: middle.avhd → base.vhd, leaf.avhd → middle.avhd.',
      'Nothing else is changed: every disk reads as before.',
      'These name another time at which their parent was changed than its file has: leaf.avhd. Copying a file does that, and so does changing a parent after the snapshot. Check these images first if you do not know which.',
      'Left as they are, the log says why: small.avhd.',
      'The parents of these were not found: lost.avhd. More than one image can be the parent of these: torn.avhd. Locate Parent… lets you choose.',
      'What is replaced is kept beside each image: Undo Relink brings it back, to the byte.',
    ]);
    runToEnd(runFolderRelink(fileSystem, plan));
    const undo = runToEnd(planFolderUndo(requestOn(fileSystem), '/heap'));
    assert.deepEqual(undoRelinkQuestion(plainL10n, undo), {
      message: 'Take the relinking of 2 images in heap back?',
      detail:
        'These become as they were, to the byte: leaf.avhd, middle.avhd.\n\nThey then name their parents where they were before.',
    });
  });

  it('is not asked where nothing can be done, and it is said why', () => {
    const fileSystem = withFiles({
      '/heap/a.vhd': baseSpec(2, [0], SIZE),
      '/heap/b.avhd': childSpec(1, 'a.vhd', [1], SIZE),
    });
    const said = (): string => nothingToRelink(plainL10n, runToEnd(planFolderRelink(requestOn(fileSystem), '/heap')));
    assert.equal(said(), 'All images in heap name their parents where they are.');
    fileSystem.remove('/heap/a.vhd');
    assert.equal(said(), 'There is nothing to relink in heap. The parents of these were not found: b.avhd.');
  });
});
