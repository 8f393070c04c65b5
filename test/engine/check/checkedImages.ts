import { checkImage } from '../../../src/engine/check/checkImage';
import type { Finding } from '../../../src/engine/finding';
import { runToEnd } from '../../../src/engine/operations/progress';
import type { FileSystem } from '../../../src/engine/storage/fileSystem';
import { MemoryFileSystem } from '../../../src/engine/storage/memoryFileSystem';
import { buildVhd, idOf, stampOf } from '../../fixtures/vhdBuilder';
import type { VhdSpec } from '../../fixtures/vhdSpec';

/** 2023. */
export const NOW = Date.UTC(2023, 0, 1);
export const PATH = '/disks/image.vhd';
export const TRUSTED = { trusted: true, given: [], confine: null };

const KIB = 1024;

/** A sound dynamic image: five blocks of 64 KiB and a piece, three of them in the file, one wholly present. */
export const DYNAMIC: VhdSpec = {
  type: 'dynamic',
  virtualSize: 5 * 64 * KIB + 7 * 512,
  blockSize: 64 * KIB,
  content: stampOf(3),
  blocks: [
    { index: 3, sectors: [0, 1, 127] },
    { index: 0, sectors: 'all' },
    { index: 5, sectors: [0, 6] },
  ],
};

export const DIFFERENCING: VhdSpec = {
  ...DYNAMIC,
  type: 'differencing',
  parent: {
    id: idOf(2),
    name: 'base.vhd',
    locators: [
      { code: 'W2ku', text: 'C:\\vm\\base.vhd' },
      { code: 'W2ru', text: '.\\base.vhd' },
    ],
  },
};

/** Xen's layout as FORMAT 1.6 describes it. */
export const XEN: Partial<VhdSpec> = {
  batmap: {},
  creator: { application: 'tap\0', version: 0x0001_0003, hostOs: '\0\0\0\0' },
  tableFill: 0,
};

/** All findings of the image at `path`. */
export function check(fileSystem: FileSystem, path = PATH): readonly Finding[] {
  return runToEnd(checkImage(fileSystem, path, TRUSTED, { now: NOW })).findings;
}

export function checkSpec(spec: VhdSpec): readonly Finding[] {
  return check(new MemoryFileSystem('posix', { [PATH]: buildVhd(spec) }));
}
