import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { sized } from '../../testSize';
import { packagedVsCode } from '../packagedWorkbench';
import { createSnapshotTests } from './createSnapshot';
import { closeNotifications, leaveFailure } from './dialogs';
import { familiesViewTests } from './familiesView';
import { mergeSnapshotTests } from './mergeSnapshot';
import { rebuildFamilyTests } from './rebuildFamily';
import { repairFileTests } from './repairFile';
import { revertToSnapshotTests } from './revertToSnapshot';

describe('snapshots, in the packaged extension', () => {
  const opened = packagedVsCode();

  afterEach(async function () {
    if (this.currentTest?.isFailed() === true) await leaveFailure(opened(), 'snapshots-failed');
    await closeNotifications(opened());
    assert.deepEqual(await opened().workbench.takeTroubles(), []);
  });

  /** A part of the suite begins with an empty folder. */
  const part = (title: string, tests: (vscode: typeof opened) => void): void => {
    describe(title, () => {
      before(() => {
        for (const name of readdirSync(opened().folder)) rmSync(join(opened().folder, name), { recursive: true });
      });
      tests(opened);
    });
  };

  part('merged and deleted', mergeSnapshotTests);
  part('repaired', repairFileTests);
  // The oldest VS Code is tried thoroughly before a release.
  if (process.env['VHD_TEST_VSCODE'] === 'oldest' && sized({ small: 0, ci: 0, full: 1 }) === 0) return;
  part('created', createSnapshotTests);
  part('gone back to', revertToSnapshotTests);
  part('in the tree view Disk Images', familiesViewTests);
  part('found again in a folder', rebuildFamilyTests);
});
