import assert from 'node:assert/strict';
import { creatorOf, quoted } from '../../../src/engine/vhd/creator';
import { decodeFooter } from '../../../src/engine/vhd/footer';
import type { Creator } from '../../../src/engine/image';
import { buildVhd } from '../../fixtures/vhdBuilder';

function creatorWith(application: string, version: number, hostOs: string): Creator {
  const file = buildVhd({ type: 'fixed', virtualSize: 0, creator: { application, version, hostOs } });
  const footer = decodeFooter(file);
  assert.ok(footer !== null);
  return creatorOf(footer);
}

describe('The creator of an image', () => {
  it('has the name of the product', () => {
    assert.deepEqual(creatorWith('win ', 0x000a_0000, 'Wi2k'), {
      application: 'Windows',
      version: '10.0',
      hostOs: 'Windows',
    });
    assert.deepEqual(creatorWith('tap\0', 0x0001_0003, '\0\0\0\0'), {
      application: 'Xen',
      version: '1.3',
      hostOs: 'unspecified',
    });
    assert.equal(creatorWith('vpc ', 0x0005_0003, 'Mac ').hostOs, 'Macintosh');
  });

  it('that is not known is shown in quotes, whatever its four bytes are', () => {
    assert.equal(creatorWith('tst ', 1, 'Wi2k').application, '"tst "');
    assert.equal(quoted('a\x1b\xff"'), '"a\\x1b\\xff""');
    assert.equal(creatorWith('toSt', 1, '__pr').application, '"toSt"');
  });
});
