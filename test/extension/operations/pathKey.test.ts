import assert from 'node:assert/strict';
import { pathKey } from '../../../src/extension/operations/pathKey';

describe('the key of a path', () => {
  it('is one for all that Windows takes for the same file, and tells cases apart elsewhere', () => {
    assert.equal(pathKey('c:\\VMs\\Leaf.avhd', 'win32'), pathKey('C:/vms/leaf.AVHD', 'win32'));
    assert.notEqual(pathKey('/d/a.vhd', 'linux'), pathKey('/d/A.vhd', 'linux'));
    assert.equal(pathKey('/d/a.vhd', 'linux'), '/d/a.vhd');
  });
});
