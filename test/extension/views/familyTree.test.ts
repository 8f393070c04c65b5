import assert from 'node:assert/strict';
import type { Family, FamilyImage } from '../../../src/engine/chain/family';
import { runToEnd } from '../../../src/engine/index';
import { familyRows, type FamilyRow } from '../../../src/extension/views/familyTree';
import type { KnownFamilies } from '../../../src/worker/familyWire';
import { plainL10n } from '../operations/plainL10n';

function image(path: string, parent: string | null, change: Partial<FamilyImage> = {}): FamilyImage {
  const isBase = parent === null;
  return {
    ...{ path, id: `id of ${path}`, type: isBase ? 'dynamic' : 'differencing', virtualSize: 40 * 2 ** 30 },
    ...{ parent, parentId: isBase ? null : `id of ${parent}`, foundBy: null, ...change },
  };
}

function family(images: readonly FamilyImage[], change: Partial<Family> = {}): Family {
  const parents = new Set(images.map(({ parent }) => parent));
  const leafs = images.map(({ path }) => path).filter((path) => !parents.has(path));
  return { base: images[0]?.path ?? null, images, leafs, missing: [], ...change };
}

/** `kind label (description)`, deeper ones indented. */
function drawn(rows: readonly FamilyRow[], depth = 0): readonly string[] {
  return rows.flatMap(({ kind, label, description, children }) => {
    const words = description === '' ? '' : ` (${description.replaceAll(/\s/g, ' ')})`;
    return [`${'  '.repeat(depth)}${kind} ${label}${words}`, ...drawn(children, depth + 1)];
  });
}

function rowsOf(known: Partial<KnownFamilies>, busy: readonly string[] = []): readonly FamilyRow[] {
  const steps = familyRows(
    { families: [], unreadable: [], unfinished: [], duplicates: [], moved: [], misnamed: [], ...known },
    {
      l10n: plainL10n,
      folderOf: (path) => (path.startsWith('/w/sub/') ? 'sub' : ''),
      isBusy: (path) => busy.includes(path),
    },
  );
  return runToEnd(steps);
}

describe('the rows of the tree of families', () => {
  const chain = family([
    image('/w/base.vhd', null),
    image('/w/middle.avhd', '/w/base.vhd'),
    image('/w/leaf.avhd', '/w/middle.avhd'),
  ]);

  it('are the base with the layers above it, the only leaf being the active one', () => {
    assert.deepEqual(drawn(rowsOf({ families: [chain] })), [
      'base base.vhd (dynamic · 40 GiB)',
      '  layer middle.avhd',
      '    active leaf.avhd (active)',
    ]);
  });

  it('show branches side by side, and claim of none that it is the active one', () => {
    const branched = family([
      ...chain.images,
      image('/w/a-test.avhd', '/w/middle.avhd'),
      image('/w/b-test.avhd', '/w/base.vhd'),
    ]);
    assert.deepEqual(drawn(rowsOf({ families: [branched] })), [
      'base base.vhd (dynamic · 40 GiB)',
      '  leaf b-test.avhd (leaf)',
      '  layer middle.avhd',
      '    leaf a-test.avhd (leaf)',
      '    leaf leaf.avhd (leaf)',
    ]);
  });

  it('tell a screen reader and the tooltip what the icon and the place tell the eye', () => {
    const [base] = rowsOf({ families: [chain] });
    const leaf = base?.children[0]?.children[0];
    assert.equal(leaf?.spoken.replaceAll(/\s/g, ' '), 'leaf.avhd, active, differencing, 40 GiB');
    assert.match(
      leaf.tooltip,
      /^\/w\/leaf\.avhd\ndifferencing · 40.GiB\nId id of \/w\/leaf\.avhd\nParent \/w\/middle\.avhd$/,
    );
  });

  it('put an image alone where it is, with its folder', () => {
    const alone = family([image('/w/sub/alone.vhd', null, { type: 'fixed' })]);
    assert.deepEqual(drawn(rowsOf({ families: [alone] })), ['single alone.vhd (fixed · 40 GiB · sub)']);
  });

  it('show a missing parent above all that miss it', () => {
    const lost = ['/w/one.avhd', '/w/two.avhd'].map((path) =>
      image(path, null, { type: 'differencing', parentId: 'x' }),
    );
    const missing = lost.map(({ path }) => ({
      child: path,
      id: 'x',
      claimedPaths: ['C:\\d\\gone.vhd'],
      candidates: [],
    }));
    const rows = rowsOf({ families: [family(lost, { base: null, missing })] });
    assert.deepEqual(drawn(rows), ['missing gone.vhd (missing)', '  leaf one.avhd (leaf)', '  leaf two.avhd (leaf)']);
    assert.equal(rows[0]?.spoken, 'gone.vhd, missing parent of 2 images');
  });

  it('end where the parents run in a circle', () => {
    const circle = family([image('/w/a.avhd', '/w/b.avhd'), image('/w/b.avhd', '/w/a.avhd')], {
      base: null,
      leafs: [],
    });
    assert.deepEqual(drawn(rowsOf({ families: [circle] })), [
      'layer a.avhd (parents run in a circle)',
      '  layer b.avhd (parents run in a circle)',
    ]);
  });

  it('show what cannot be read, and what was cut short, at its image or by itself', () => {
    const merge = { path: '/w/leaf.avhd', into: '/w/middle.avhd' };
    const known = {
      families: [chain],
      unreadable: [{ path: '/w/bad.avhd', reason: 'it is no image' }],
      unfinished: [
        { path: '/w/middle.avhd', merge },
        { path: '/w/lonely.vhd', merge: null },
      ],
    };
    assert.deepEqual(drawn(rowsOf(known)), [
      'unfinished Change of lonely.vhd (not finished)',
      'unreadable bad.avhd (cannot be read)',
      'base base.vhd (dynamic · 40 GiB)',
      '  layer middle.avhd',
      '    unfinished Merge of leaf.avhd (not finished)',
      '    active leaf.avhd (active)',
    ]);
    const running = drawn(rowsOf(known, ['/w/middle.avhd']));
    assert.ok(running.includes('    running Merge of leaf.avhd (running)'));
  });

  it('tell what is out of order about an image: in its words, its tooltip and its traits', () => {
    const copy = family([image('/w/sub/base.vhd', null, { id: 'id of /w/base.vhd' })]);
    const duplicates = [
      { id: 'x', paths: ['/w/base.vhd', '/w/sub/base.vhd'], areAlike: true },
      { id: 'y', paths: ['/w/middle.avhd', '/w/two.avhd', '/w/three.avhd'], areAlike: false },
    ];
    const known = {
      families: [chain, copy],
      duplicates,
      moved: [{ child: '/w/leaf.avhd', parent: '/w/middle.avhd' }],
      misnamed: [{ path: '/w/leaf.avhd', is: 'a dynamic VHD image' }],
    };
    const rows = rowsOf(known);
    assert.deepEqual(drawn(rows), [
      'base base.vhd (copy of sub/base.vhd · dynamic · 40 GiB)',
      '  layer middle.avhd (same id as two.avhd)',
      '    active leaf.avhd (active · parent moved)',
      'single base.vhd (copy of base.vhd · dynamic · 40 GiB · sub)',
    ]);
    const middle = rows[0]?.children[0];
    const leaf = middle?.children[0];
    assert.deepEqual([rows[0]?.traits, middle?.traits, leaf?.traits], [['copy'], ['conflict'], ['moved']]);
    assert.match(middle?.spoken ?? '', /^middle\.avhd, same id as two\.avhd, /);
    assert.match(middle?.tooltip ?? '', /\/w\/two\.avhd, \/w\/three\.avhd has the same id and other content/);
    assert.match(leaf?.tooltip ?? '', /Its parent \/w\/middle\.avhd is not where it says\./);
    assert.match(leaf?.tooltip ?? '', /it is a dynamic VHD image\./);
  });

  it('say of a missing parent where it may be', () => {
    const lost = [image('/w/one.avhd', null, { type: 'differencing', parentId: 'x' })];
    const rowWith = (candidates: readonly string[]): FamilyRow | undefined => {
      const missing = [{ child: '/w/one.avhd', id: 'x', claimedPaths: ['gone.vhd'], candidates }];
      return rowsOf({ families: [family(lost, { base: null, missing })] })[0];
    };
    const one = rowWith(['/w/sub/there.vhd']);
    assert.deepEqual([one?.description, one?.traits], ['missing; it is sub/there.vhd', ['moved']]);
    assert.match(one?.tooltip ?? '', /It has the id x\.\ngone\.vhd\n\/w\/sub\/there\.vhd/);
    const two = rowWith(['/w/a.vhd', '/w/b.vhd']);
    assert.deepEqual([two?.description, two?.traits], ['missing; 2 images have its id', []]);
    assert.match(two?.spoken ?? '', /missing parent of 1 images, missing; 2 images have its id/);
  });

  it('have ids of their own', () => {
    const ids: string[] = [];
    const note = (rows: readonly FamilyRow[]): void => {
      for (const row of rows) {
        ids.push(row.id);
        note(row.children);
      }
    };
    note(rowsOf({ families: [chain], unfinished: [{ path: '/w/base.vhd', merge: null }] }));
    assert.equal(new Set(ids).size, ids.length);
  });
});
