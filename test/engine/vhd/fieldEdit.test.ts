import assert from 'node:assert/strict';
import { changeImage } from '../../../src/engine/changeImage';
import { EngineError } from '../../../src/engine/errors';
import { MemoryStorage } from '../../../src/engine/storage/memoryStorage';
import { NodeFileSystem } from '../../../src/engine/storage/nodeFileSystem';
import { OverlayStorage } from '../../../src/engine/storage/overlayStorage';
import type { Patch } from '../../../src/engine/storage/patch';
import { readPadded, type Storage } from '../../../src/engine/storage/storage';
import type { StructureNode, StructureSource } from '../../../src/engine/structure';
import { bytesOfInput } from '../../../src/engine/vhd/fieldInput';
import { findNode } from '../../../src/engine/vhd/structureNodes';
import { openVhdImage } from '../../../src/engine/vhd/vhdImage';
import { describeGenuine } from '../../fixtures/genuineImages';
import { buildVhd, idOf, specChecksum, stampOf } from '../../fixtures/vhdBuilder';
import type { VhdSpec } from '../../fixtures/vhdSpec';
import { sized } from '../../testSize';
import { samplesFor } from './fieldSamples';

const PATH = '/images/edited.vhd';
const NOTHING_BELOW = { read: (): never => assert.fail('nothing lies below') };

const child: VhdSpec = {
  type: 'differencing',
  virtualSize: 20 * 512,
  blockSize: 4096,
  maxTableEntries: 200,
  content: stampOf(5),
  batmap: {},
  parent: {
    id: idOf(9),
    name: 'p.vhd',
    timestamp: 1,
    locators: [
      { code: 'W2ru', text: '.\\p.vhd' },
      { code: 'Mac ', bytes: Uint8Array.of(1, 2, 3) },
      { code: 'MacX', text: 'file:///p.vhd' },
      { code: 'Wi2r', text: 'p.vhd' },
    ],
  },
  blocks: [
    { index: 2, sectors: [1] },
    { index: 0, sectors: 'all' },
  ],
};

const BUILT: Readonly<Record<string, VhdSpec>> = {
  'a differencing image with a batmap': child,
  'a fixed image': { type: 'fixed', virtualSize: 8 * 512 },
  'a dynamic image with a footer of 511 bytes': { ...child, type: 'dynamic', footerLength: 511, features: 0 },
  'an image whose header has lost its cookie': { ...child, patches: [{ offset: 512, bytes: Buffer.from('????') }] },
  'an image without a footer at its end': { ...child, tailFooter: false },
  'an image without a copy of its footer': { ...child, headFooter: false },
};

/** Texts of either sort for each field, where not all of them are tried. */
const MOST = sized({ small: 1, ci: 1, full: 20 });
const IMAGES = sized({ small: 6, ci: 6, full: 100 });

/** Fields of all structures, and a few entries of the table. */
function fieldsOf(structure: StructureSource): StructureNode[] {
  const fields: StructureNode[] = [];
  const visit = (node: StructureNode): void => {
    if (node.editableAs !== null) fields.push(node);
    if (node.id !== 'blocks') structure.children(node.id, 0, node.id === 'bat' ? 3 : 1000).forEach(visit);
  };
  structure.roots().forEach(visit);
  return fields;
}

function structureOf(storage: Storage): StructureSource {
  return openVhdImage(storage, PATH).structure;
}

interface Edited {
  readonly storage: Storage;
  readonly patch: Patch;
  readonly followed: readonly string[];
}

/** Edits a field over the file, which itself stays as it is. */
function edit(file: Storage, id: string, text: string, alone = false): Edited {
  const storage = new OverlayStorage(file);
  let followed: readonly string[] = [];
  const patch = storage.transaction(() => {
    followed = changeImage(storage, PATH, NOTHING_BELOW).setField(id, text, alone);
  });
  return { storage, patch, followed };
}

function hasRightSum(bytes: Uint8Array, at: number): boolean {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  const sum = view.getUint32(at);
  view.setUint32(at, 0);
  return sum === specChecksum(copy);
}

/** A footer and header that a change has gone through are sound, and the copy of the footer is one. */
function assertSound(file: Storage, before: StructureSource, field: StructureNode): void {
  const root = (id: string): Uint8Array | null => {
    const node = before.roots().find((each) => each.id === id);
    return node === undefined ? null : readPadded(file, node.offset, node.length);
  };
  const [structure] = field.id.split('/');
  const [footer, copy, header] = [root('footer'), root('footer-copy'), root('header')];
  if (structure === 'footer' || structure === 'footer-copy') {
    if (field.id.endsWith('/checksum')) return;
    assert.ok(footer === null || hasRightSum(footer, 64), 'footer');
    assert.ok(copy === null || hasRightSum(copy, 64), 'copy');
    if (footer !== null && copy !== null) {
      assert.deepEqual(copy.slice(0, 511), footer.slice(0, 511), 'the copy is one');
    }
  }
  if ((structure === 'header' || structure === 'locators') && field.id !== 'header/checksum') {
    assert.ok(header !== null);
    // A header that has lost its cookie is known by the checksum that it has with it.
    header.set(Buffer.from('cxsparse'));
    assert.ok(hasRightSum(header, 36), 'header');
  }
}

/** Every byte that differs belongs to a field that was named. */
function assertTold(patch: Patch, structure: StructureSource, told: readonly string[]): void {
  assert.equal(patch.lengthAfter, patch.lengthBefore);
  const places = told.map((id) => findNode(structure, id)).filter((node) => node !== null);
  for (const { offset, before, after } of patch.changes) {
    for (let at = offset; at < offset + after.length; at++) {
      // Changes that lie close together are one, with what stands between them.
      if (before[at - offset] === after[at - offset]) continue;
      const isTold = places.some((node) => at >= node.offset && at < node.offset + node.length);
      assert.ok(isTold, `byte ${at} beside ${told.join(' ')}`);
    }
  }
}

/** What would leave the image unreadable, or the field without a place, is refused though it can be written down. */
function isRefusedBy(field: StructureNode, text: string, alone: boolean): boolean {
  const isVersion = /^(footer|footer-copy|header)\/version$/.test(field.id);
  return (
    (isVersion && !alone && !/^(1\.|0x0*1)/.test(text)) ||
    (field.id === 'footer-copy/diskType' && /^(fixed|2)$/i.test(text))
  );
}

/** `most`: so many legal texts and as many illegal ones are tried. */
function checkField(
  file: Storage,
  structure: StructureSource,
  field: StructureNode,
  isSound: boolean,
  most: number,
): void {
  const kind = field.editableAs!;
  const shown = readPadded(file, field.offset, field.length);
  for (const text of new Set([field.value, field.editText])) {
    const { patch } = edit(file, field.id, text!, !isSound);
    assert.deepEqual(patch.changes, [], `${field.id} ${text!}`);
  }
  const isLossy = ['path', 'text', 'bytes'].includes(kind.kind);
  if (!isLossy) assert.deepEqual(bytesOfInput(kind, field.value!, field.length), shown, `${field.id} parsed`);
  if (kind.kind === 'bytes') assert.deepEqual(bytesOfInput(kind, field.editText!, field.length), shown, field.id);

  const { legal, illegal } = samplesFor(field, kind);
  for (const [index, { text, bytes }] of legal.slice(0, most).entries()) {
    for (const alone of index === 0 ? [false, true] : [false]) {
      const what = `${field.id} := ${text}${alone ? ' alone' : ''}`;
      if (isRefusedBy(field, text, alone)) {
        assertRefused(file, field.id, text, alone);
        continue;
      }
      const { storage, patch, followed } = edit(file, field.id, text, alone);
      assert.deepEqual(readPadded(storage, field.offset, field.length), bytes, what);
      const now = findNode(structureOf(storage), field.id);
      assert.ok(now !== null, what);
      if (!isLossy) assert.deepEqual(bytesOfInput(kind, now.value!, field.length), bytes, `${what}, as it is shown`);
      else if (kind.kind === 'text') assert.equal(now.value, text, what);
      else assert.deepEqual(bytesOfInput(kind, now.editText!, field.length), bytes, what);
      assertTold(patch, structure, alone ? [field.id] : [field.id, ...followed]);
      if (!alone && isSound) assertSound(storage, structure, field);
    }
  }
  const refused = illegal.filter((text) => text !== field.value);
  for (const text of refused.slice(0, most)) assertRefused(file, field.id, text, false);
}

function assertRefused(file: Storage, id: string, text: string, alone: boolean): void {
  const storage = new OverlayStorage(file);
  const changer = changeImage(storage, PATH, NOTHING_BELOW);
  const what = `${id} := ${text}`;
  const patch = storage.transaction(() =>
    assert.throws(() => changer.setField(id, text, alone), isBadValue(what), what),
  );
  assert.deepEqual(patch.changes, [], what);
}

function isBadValue(what: string): (error: unknown) => boolean {
  return (error) => {
    assert.ok(EngineError.is(error, 'bad-value'), `${what}: ${String(error)}`);
    assert.match(error.words.remedy, /^(type|leave) /);
    return true;
  };
}

describe('Every decoded field, edited', () => {
  for (const [name, spec] of Object.entries(BUILT)) {
    it(`takes legal texts and refuses others, in ${name}`, () => {
      const file = new MemoryStorage(buildVhd(spec));
      const structure = structureOf(file);
      const fields = fieldsOf(structure);
      assert.ok(fields.length >= 18);
      const triedKinds = new Set<string>();
      for (const field of fields) {
        // All that can be written down is tried on one field of a kind, and a little of it on the others.
        const { kind } = field.editableAs!;
        const isFirst = spec === child && !triedKinds.has(kind);
        triedKinds.add(kind);
        checkField(file, structure, field, true, isFirst ? Number.POSITIVE_INFINITY : MOST);
      }
    });
  }
});

describe('A footer before padding, which is known by its checksum alone', () => {
  const file = new MemoryStorage(buildVhd({ ...child, padding: { length: 5000, byte: 0 } }));

  it('is edited with its checksum, and not without', () => {
    const { storage } = edit(file, 'footer/savedState', '1');
    assert.equal(findNode(structureOf(storage), 'footer/savedState')?.value, '1');
    assert.equal(findNode(structureOf(storage), 'footer-copy/savedState')?.value, '1');
    assertRefused(file, 'footer/savedState', '1', true);
    assertRefused(file, 'footer/checksum', '0', false);
  });
});

describeGenuine('Every decoded field of a genuine image, edited', (genuine) => {
  for (const facts of genuine.all.slice(0, IMAGES)) {
    it(`takes legal texts and refuses others: ${facts.file}`, () => {
      const file = new NodeFileSystem().open(genuine.path(facts.file), 'read');
      const structure = structureOf(file);
      const isSound = !facts.odd.some((odd) => odd.includes('checksum'));
      try {
        for (const field of fieldsOf(structure)) checkField(file, structure, field, isSound, MOST);
      } finally {
        file.close();
      }
    });
  }
});
