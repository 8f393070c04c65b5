import assert from 'node:assert/strict';
import { checkChain } from '../../../src/engine/check/checkChain';
import { checkImages, type CheckedImage } from '../../../src/engine/check/checkImages';
import type { CheckStep } from '../../../src/engine/checkSteps';
import { runToEnd } from '../../../src/engine/operations/progress';
import { MemoryFileSystem } from '../../../src/engine/storage/memoryFileSystem';
import { buildVhd, idOf } from '../../fixtures/vhdBuilder';
import { DIFFERENCING, DYNAMIC, NOW, TRUSTED } from './checkedImages';

const BASE = { ...DYNAMIC, id: idOf(2) };

function folder(): MemoryFileSystem {
  return new MemoryFileSystem('posix', {
    '/disks/base.vhd': buildVhd({ ...BASE, entries: { 1: 0x7000_0000 } }),
    '/disks/leaf.avhd': buildVhd(DIFFERENCING),
    '/disks/orphan.avhd': buildVhd({
      ...DIFFERENCING,
      id: idOf(5),
      parent: { id: idOf(6), name: 'gone.vhd' },
    }),
    '/disks/clock.vhd': Buffer.from('library ieee;\nentity clock is end clock;\n'),
    '/disks/big.vhd': Buffer.from('vhdxfile'.padEnd(4096, '\0')),
  });
}

function check(files: MemoryFileSystem, names: readonly string[]): readonly CheckedImage[] {
  const paths = names.map((name) => `/disks/${name}`);
  return runToEnd(checkImages(files, paths, TRUSTED, { now: NOW }));
}

describe('checking the images of a folder', () => {
  it('tells of each what is wrong with it, and with its tie to its parent', () => {
    const checked = check(folder(), ['base.vhd', 'leaf.avhd', 'orphan.avhd']);
    const ids = checked.map(({ path, findings }) => [path, ...findings.map(({ id }) => id)]);
    assert.deepEqual(ids, [
      ['/disks/base.vhd', 'bat-entry-beyond-file'],
      ['/disks/leaf.avhd', 'error-in-parent'],
      ['/disks/orphan.avhd', 'parent-not-found'],
    ]);
  });

  it('finds in an image with its parents what a check of the chain finds', () => {
    const files = folder();
    const alone = check(files, ['leaf.avhd', 'base.vhd']).flatMap(({ findings }) => findings);
    const together = runToEnd(checkChain(files, '/disks/leaf.avhd', TRUSTED, { now: NOW })).findings;
    assert.deepEqual(
      alone,
      together.filter(({ id }) => id !== 'other-children'),
    );
  });

  it('says of an image that cannot be opened why, and leaves source code alone', () => {
    const [checked, ...rest] = check(folder(), ['big.vhd', 'clock.vhd']);
    assert.deepEqual(rest, []);
    assert.equal(checked?.path, '/disks/big.vhd');
    assert.deepEqual(
      checked.findings.map(({ id, severity }) => `${id} ${severity}`),
      ['cannot-open error'],
    );
    assert.match(checked.findings[0]!.message, /VHDX/);
  });

  it('tells how far it is over all of them, never going back', () => {
    const steps: CheckStep[] = [
      ...checkImages(folder(), ['/disks/base.vhd', '/disks/leaf.avhd'], TRUSTED, { now: NOW }),
    ];
    assert.ok(steps.length >= 2);
    assert.ok(
      steps.every(({ doneBytes, totalBytes }) => doneBytes <= totalBytes && totalBytes === steps[0]!.totalBytes),
    );
    assert.ok(steps.every(({ doneBytes }, at) => at === 0 || doneBytes >= steps[at - 1]!.doneBytes));
  });
});
