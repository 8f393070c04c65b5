import assert from 'node:assert/strict';
import { MemoryFileSystem, planRepair, planUndoRepair, runRepair, runToEnd } from '../../../src/engine/index';
import { repairQuestion, undoRepairQuestion } from '../../../src/extension/repair/repairQuestion';
import { buildVhd, idOf, stampOf } from '../../fixtures/vhdBuilder';
import { plainL10n } from '../operations/plainL10n';

const PATH = '/w/disk.vhd';
const SIZE = 68 * 512;

/** A fixed image of which a full disk took most of the footer. */
function cutOff(): MemoryFileSystem {
  const files = new MemoryFileSystem('posix');
  const whole = buildVhd({ type: 'fixed', virtualSize: SIZE, geometry: [1, 4, 17], content: stampOf(4) });
  files.addFile(PATH, whole.slice(0, SIZE + 100));
  return files;
}

function planOf(files: MemoryFileSystem) {
  const policy = { trusted: true, given: [], confine: null };
  const options = { now: 0, only: null, facts: { id: idOf(9), created: new Date(0) } };
  return runToEnd(planRepair(files, PATH, policy, options));
}

/** Spaces of any kind are one. */
function plain(text: string): string {
  return text.replaceAll(/[\u00a0\u202f]/g, ' ');
}

describe('the question before a file is repaired', () => {
  it('says what is done, what stands there and what will, in bytes too, and how to come back', () => {
    const { message, detail } = repairQuestion(plainL10n, planOf(cutOff()));
    assert.equal(message, 'Repair disk.vhd?');
    assert.match(
      detail,
      /Give the footer .* the bytes that were cut off\. Now: 100 bytes of a footer\. Then: the whole/,
    );
    assert.match(plain(detail), /The file becomes 34\.5 KiB instead of 34 KiB\./);
    assert.match(detail, /All of the disk can be read and exported\./);
    assert.match(detail, /Undo Repair… brings it back to the byte\./);
  });

  it('is asked the other way round before that is taken back', () => {
    const files = cutOff();
    runRepair(files, planOf(files));
    const patch = planUndoRepair(files, PATH);
    assert.ok(patch !== null);
    const { message, detail } = undoRepairQuestion(plainL10n, PATH, patch);
    assert.equal(message, 'Undo the last repair of disk.vhd?');
    assert.match(plain(detail), /The file becomes 34 KiB instead of 34\.5 KiB\./);
  });
});
