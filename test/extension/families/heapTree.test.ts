import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { MemoryFileSystem, runToEnd } from '../../../src/engine/index';
import { heapRows, heapSummary } from '../../../src/extension/families/heapTree';
import type { FamilyRow } from '../../../src/extension/views/familyTree';
import { readHeap } from '../../../src/worker/folderHeap';
import type { RebuiltFolder } from '../../../src/worker/familyWire';
import { buildVhd, idOf } from '../../fixtures/vhdBuilder';
import type { VhdSpec } from '../../fixtures/vhdSpec';
import { baseSpec, childSpec } from '../../host/vsix/diskChain';
import { plainL10n } from '../operations/plainL10n';

const SIZE = 2 * 1024 * 1024;

function heapOf(files: Readonly<Record<string, VhdSpec | string>>): RebuiltFolder {
  const fileSystem = new MemoryFileSystem('posix');
  for (const [path, content] of Object.entries(files)) {
    fileSystem.addFile(path, typeof content === 'string' ? new TextEncoder().encode(content) : buildVhd(content));
  }
  const policy = { trusted: true, given: [], confine: null };
  return runToEnd(readHeap({ fileSystem, policy, familyFolders: [] }, '/heap'));
}

function rowsOf(heap: RebuiltFolder): readonly FamilyRow[] {
  const folderOf = (path: string): string => dirname(path).replace(/^\/heap\/?/, '');
  return runToEnd(heapRows(heap, { l10n: plainL10n, folderOf, isBusy: () => false }));
}

/** `kind label (description)`, deeper ones indented, folded ones with `+`. */
function drawn(rows: readonly FamilyRow[], depth = 0): readonly string[] {
  return rows.flatMap(({ kind, label, description, children, isFolded }) => [
    `${'  '.repeat(depth)}${isFolded ? '+ ' : ''}${kind} ${label} (${description.replaceAll(/\s/g, ' ')})`,
    ...drawn(children, depth + 1),
  ]);
}

const HEAP = {
  '/heap/z.vhd': baseSpec(12, [0], SIZE),
  '/heap/a/y.avhd': childSpec(11, 'gone.vhd', [1], SIZE),
  '/heap/a/x.avhd': childSpec(10, 'gone too.vhd', [2], SIZE),
  '/heap/lost.avhd': childSpec(20, 'parent.vhd', [1], SIZE),
  '/heap/alone.vhd': baseSpec(30, [0], SIZE),
  '/heap/b/alone copy.vhd': baseSpec(30, [0], SIZE),
  '/heap/one.vhd': baseSpec(40, [0], SIZE),
  '/heap/two.vhd': baseSpec(40, [1], SIZE),
  '/heap/disk.bin': baseSpec(50, [0], SIZE),
  '/heap/broken.avhd': 'no image at all',
  '/heap/counter.vhd': 'entity counter is\nend entity;\n',
  '/heap/notes.txt': 'what is what',
  '/heap/z.vhd.vhd-editor-merge': 'cut short',
} as const;

describe('the rows of a rebuilt folder', () => {
  it('show what is wrong first, then whole families, then what troubles nobody', () => {
    assert.deepEqual(drawn(rowsOf(heapOf(HEAP))), [
      'troubles Missing Parents (1)',
      '  missing parent.vhd (missing)',
      '    active lost.avhd (active)',
      'troubles Same Id, Other Content (1)',
      '  troubles one.vhd (2 files)',
      '    file one.vhd ()',
      '    file two.vhd ()',
      'troubles Not Finished (1)',
      '  unfinished Change of z.vhd (not finished)',
      'troubles Cannot Be Read (1)',
      '  unreadable broken.avhd (cannot be read)',
      '+ troubles Parents Moved (2)',
      '  file x.avhd (its parent is a/y.avhd)',
      '  file y.avhd (its parent is z.vhd)',
      'section Families (1)',
      '  base z.vhd (dynamic · 2 MiB)',
      '    layer y.avhd (parent moved)',
      '      active x.avhd (active · parent moved)',
      'section Images Without Snapshots (5)',
      '  single alone copy.vhd (copy of alone.vhd · dynamic · 2 MiB · b)',
      '  single alone.vhd (copy of b/alone copy.vhd · dynamic · 2 MiB)',
      '  single disk.bin (dynamic · 2 MiB)',
      '  single one.vhd (same id as two.vhd · dynamic · 2 MiB)',
      '  single two.vhd (same id as one.vhd · dynamic · 2 MiB)',
      '+ section Copies (1)',
      '  section alone.vhd (2 files)',
      '    file alone.vhd ()',
      '    file alone copy.vhd (b)',
      '+ section Not What Their Names Say (2)',
      '  file counter.vhd (no disk image)',
      '  file disk.bin (a dynamic VHD image)',
    ]);
  });

  it('have ids of their own and words for a screen reader', () => {
    const ids: string[] = [];
    const look = (rows: readonly FamilyRow[]): void => {
      for (const { id, spoken, children } of rows) {
        ids.push(id);
        assert.notEqual(spoken, '');
        look(children);
      }
    };
    look(rowsOf(heapOf(HEAP)));
    assert.equal(new Set(ids).size, ids.length);
  });

  it('are summed up in a line', () => {
    assert.equal(
      heapSummary({ l10n: plainL10n }, heapOf(HEAP)),
      'Images: 9, families: 7. Parents missing: 1, ids used twice: 1, not finished: 1, cannot be read: 1, parents moved: 2.',
    );
    const whole = { '/heap/a.vhd': baseSpec(12, [0], SIZE), '/heap/b.avhd': childSpec(11, 'a.vhd', [1], SIZE) };
    const heap = heapOf(whole);
    assert.equal(heapSummary({ l10n: plainL10n }, heap), 'Images: 2, families: 1. Nothing is wrong between them.');
    assert.deepEqual(drawn(rowsOf(heap)), [
      'section Families (1)',
      '  base a.vhd (dynamic · 2 MiB)',
      '    active b.avhd (active)',
    ]);
  });

  it('never join what would run in a circle', () => {
    const heap = heapOf({
      '/heap/a/one.avhd': { ...childSpec(1, 'gone.vhd', [], SIZE), id: idOf(1) },
      '/heap/b/two.avhd': { ...childSpec(0, 'gone.vhd', [], SIZE), id: idOf(2) },
    });
    // One names two as its parent, and two names one.
    assert.equal(heap.families.length, 1);
    assert.equal(heap.families[0]?.missing.length, 1);
  });
});
