import { buildVhd, idOf, layoutOf, stampOf, type VhdLayout } from '../fixtures/vhdBuilder';
import type { VhdSpec } from '../fixtures/vhdSpec';

/** A sound image that mutations begin with, and where its parts are. */
export interface Seedling {
  readonly bytes: Uint8Array;
  readonly layout: VhdLayout;
}

/** A chain of two, leaf first. */
export type Family = readonly [leaf: Seedling, base: Seedling];

const BASE: VhdSpec = {
  type: 'dynamic',
  id: idOf(2),
  virtualSize: 45 * 512,
  blockSize: 4096,
  content: stampOf(2),
  blocks: [
    { index: 3, sectors: [0, 1, 7] },
    { index: 0, sectors: 'all' },
    { index: 5, sectors: [2] },
  ],
};

const LEAF: VhdSpec = {
  ...BASE,
  type: 'differencing',
  id: idOf(1),
  content: stampOf(1),
  parent: {
    id: idOf(2),
    name: 'base.vhd',
    locators: [
      { code: 'W2ku', text: 'C:\\vm\\base.vhd' },
      { code: 'W2ru', text: '.\\base.vhd' },
      { code: 'MacX', text: 'file://./base.vhd' },
    ],
  },
  blocks: [
    { index: 0, sectors: [0, 3] },
    { index: 4, sectors: [1] },
  ],
};

const XEN = { application: 'tap\0', version: 0x0001_0003, hostOs: '\0\0\0\0' };

/** Every shape that makers give to an image, small. */
const FAMILIES: readonly (readonly [leaf: VhdSpec, base: VhdSpec])[] = [
  [LEAF, BASE],
  [LEAF, { ...BASE, type: 'fixed', blocks: [] }],
  [
    LEAF,
    {
      ...BASE,
      blockSize: 512,
      blocks: [
        { index: 0, sectors: [0] },
        { index: 24, sectors: [0] },
      ],
    },
  ],
  [
    {
      ...LEAF,
      blockSize: 16_384,
      blocks: [
        { index: 0, sectors: [0, 31] },
        { index: 1, sectors: [3] },
      ],
    },
    BASE,
  ],
  [
    { ...LEAF, alignment: 4096, tableOffset: 8192 },
    { ...BASE, alignment: 4096 },
  ],
  [
    { ...LEAF, batmap: {}, creator: XEN, tableFill: 0, locatorsBeforeTable: true },
    { ...BASE, batmap: {}, creator: XEN },
  ],
  [
    { ...LEAF, footerLength: 511, maxTableEntries: 500 },
    { ...BASE, creator: { application: 'tap\0', version: 1 }, bitmapOrder: 'lsb' },
  ],
  [
    { ...LEAF, tailFooter: false },
    { ...BASE, padding: { length: 1000, byte: 0 } },
  ],
  [
    { ...LEAF, virtualSize: 60 * 512 },
    { ...BASE, virtualSize: 30 * 512, blocks: [{ index: 1, sectors: [5] }] },
  ],
  [
    { ...LEAF, virtualSize: 127 * 1024 ** 3, blockSize: 2 ** 24, blocks: [] },
    { ...BASE, virtualSize: 127 * 1024 ** 3, blockSize: 2 ** 25, blocks: [] },
  ],
];

export function makeCorpus(): readonly Family[] {
  return FAMILIES.map(([leaf, base]) => [seedling(leaf), seedling(base)]);
}

function seedling(spec: VhdSpec): Seedling {
  return { bytes: buildVhd(spec), layout: layoutOf(spec) };
}
