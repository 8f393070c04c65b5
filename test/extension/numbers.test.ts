import assert from 'node:assert/strict';
import { shortNameOf } from '../../src/extension/numbers';

describe('the short name of a file', () => {
  it('has the first group of an id in it, and leaves every other name alone', () => {
    const names = {
      'D:\\Hyper-V\\web01_1CE6964B-3D0A-4F37-A1B5-0C55E7A94D20.avhd': 'web01_1CE6964B….avhd',
      '/vm/5b0f2d9e-8c61-4e0c-b6d3-92a1f4c7e358.vhd': '5b0f2d9e….vhd',
      '/vm/base.vhd': 'base.vhd',
      '/vm/2024-01-31 1CE6964B-3D0A.avhd': '2024-01-31 1CE6964B-3D0A.avhd',
    };
    for (const [path, name] of Object.entries(names)) assert.equal(shortNameOf(path), name);
  });
});
