import assert from 'node:assert/strict';
import {
  MemoryFileSystem,
  planRelink,
  proveParent,
  type ChangedParent,
  type RelinkPlan,
} from '../../../src/engine/index';
import { changedParentText, verdictText } from '../../../src/extension/parent/changedParentText';
import { parentQuestion, type ChosenParent } from '../../../src/extension/parent/parentQuestion';
import { buildVhd } from '../../fixtures/vhdBuilder';
import { baseSpec, childSpec } from '../../host/vsix/diskChain';
import { plainL10n } from '../operations/plainL10n';

const POLICY = { trusted: true, given: [], confine: null };
const LEAF = '/vm/leaf.avhd';

function scene(parentPath: string, number: number): { fileSystem: MemoryFileSystem; plan: RelinkPlan } {
  const fileSystem = new MemoryFileSystem('posix', {
    [LEAF]: buildVhd(childSpec(20, 'base.vhd', [3])),
    [parentPath]: buildVhd(baseSpec(number, [0])),
  });
  return { fileSystem, plan: planRelink(fileSystem, LEAF, parentPath, POLICY, { acceptMismatch: true }) };
}

function read(parentPath: string, number: number, more: Partial<ChosenParent> = {}): readonly string[] {
  const { fileSystem, plan } = scene(parentPath, number);
  const parent = proveParent(fileSystem, LEAF, parentPath, POLICY);
  const { message, detail } = parentQuestion(plainL10n, {
    ...{ childPath: LEAF, parent, plan, whyNot: null, way: 'edit', canUse: true },
    ...more,
  });
  return [message, ...detail.split('\n\n')];
}

describe('the question about a parent', () => {
  it('shows what speaks for it, what relinking changes, and that using it writes nothing', () => {
    const [message, proofs, relink, use, ...rest] = read('/bases/new.vhd', 21);
    assert.equal(message, 'Take new.vhd as the parent of leaf.avhd?');
    assert.match(proofs ?? '', /^✓ it has the id [-0-9a-f]{36}\n✓ its disk is as large$/m);
    assert.deepEqual(relink?.split('\n'), [
      'Relink: one unsaved edit of leaf.avhd, which can be undone.',
      'W2ru: .\\base.vhd → .\\..\\bases\\new.vhd',
      'Name: base.vhd → new.vhd',
      'W2ku: nothing → /bases/new.vhd',
    ]);
    assert.equal(use, 'Use for now: no file is changed, and it lasts as long as this window is open.');
    assert.deepEqual(rest, []);
  });

  it('names the risk where id or size differ, and what is kept where the file is written at once', () => {
    const [message, proofs, risk, relink] = read('/bases/new.vhd', 77, { way: 'file', canUse: false });
    assert.equal(message, 'new.vhd is not the parent that leaf.avhd names.');
    assert.match(proofs ?? '', /^✗ its id is/);
    assert.match(risk ?? '', /^The risk: wherever leaf\.avhd has no data of its own, the data of new\.vhd is read/);
    assert.match(relink ?? '', /what is replaced is kept in a file beside it, and can be taken back\.\nId: /);
  });

  it('says why it cannot be relinked', () => {
    const lines = read('/bases/new.bin', 21, { plan: null, whyNot: 'new.bin has no name of an image.' });
    assert.ok(lines.includes('It cannot be relinked: new.bin has no name of an image.'));
    assert.ok(!lines.some((line) => line.startsWith('Relink:')));
  });
});

describe('the report about a changed parent', () => {
  const tie: ChangedParent = {
    childPath: '/vm/a_b*.avhd',
    parentPath: '/vm/base.vhd',
    layer: 1,
    told: 'changed',
    signs: [{ kind: 'virtual-size', tells: 'changed', words: 'Its disk has 8 bytes.' }],
    sectors: { hidden: 3, atRisk: 4096, elsewhere: 12 },
    stretches: [
      { start: 8, length: 4000 },
      { start: 9000, length: 96 },
    ],
    stretchCount: 2,
  };

  it('tells what is known, what is at risk, what cannot be known and which ways are safe', () => {
    const text = changedParentText(plainL10n, [tie]).replaceAll(/[\u202f\u00a0]/g, ' ');
    assert.match(text, /^# base\.vhd, the parent of a\\_b\\\*\.avhd$/m);
    assert.match(text, /^\*\*base\.vhd was changed after a\\_b\\\*\.avhd was made on it\.\*\*$/m);
    assert.match(text, /^- Its disk has 8 bytes\.$/m);
    assert.match(text, /^\| \*\*At risk\*\*: they show what base\.vhd holds now \| 4 096 \| 2 MiB \|$/m);
    assert.match(text, /^At risk are the sectors 8–4 007, 9 000–9 095\.$/m);
    assert.match(text, /^- Which of the sectors at risk were changed/m);
    assert.match(text, /^2\. \*\*Merge Snapshot…\*\*, into a new file/m);
    assert.match(text, /Windows refuses a\\_b\\\*\.avhd on it while their sizes differ/);
  });

  it('offers nothing to do where nothing was changed, and does not claim to have counted what it has not', () => {
    const calm = changedParentText(plainL10n, [{ ...tie, told: 'unchanged' }]);
    assert.ok(!calm.includes('Safe ways'));
    assert.match(changedParentText(plainL10n, [{ ...tie, stretchCount: null }]), /and many more\./);
    const verdicts = (['changed', 'perhaps', 'unchanged', null] as const).map((told) =>
      verdictText(plainL10n, { ...tie, told }),
    );
    assert.equal(new Set(verdicts).size, 4);
  });
});
