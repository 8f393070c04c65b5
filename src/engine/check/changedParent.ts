import type { Chain } from '../chain/chain';
import { TIME_STEP } from '../chain/chainFindings';
import { DiskReader } from '../chain/diskReader';
import { guestTimesOf } from '../chain/guestTimes';
import { NULL_ID } from '../chain/parentPlaces';
import type { CheckStep } from '../checkSteps';
import { EngineError } from '../errors';
import type { Image } from '../image';
import { t, utcText } from '../l10n';
import type { FileSystem } from '../storage/fileSystem';
import { sectorsOfLayers, type SectorStretch } from './sectorsAtRisk';

/** What a sign tells: surely changed; perhaps, for a copy of the file looks the same; or not changed. */
export type ChangeTold = 'changed' | 'perhaps' | 'unchanged';

/** One fact that tells whether a parent was changed after its child was made on it. */
export interface ChangeSign {
  readonly kind: 'id' | 'virtual-size' | 'named-time' | 'file-time' | 'made-later' | 'guest-time';
  readonly tells: ChangeTold;
  /** For people. */
  readonly words: string;
}

/** A tie of a chain, and what is known of a change of the parent since the child was made. Sectors are those of the disk as of the leaf. */
export interface ChangedParent {
  readonly childPath: string;
  readonly parentPath: string;
  /** Number of the parent in the chain. */
  readonly layer: number;
  /** What the signs come to; null where there are none. */
  readonly told: ChangeTold | null;
  readonly signs: readonly ChangeSign[];
  readonly sectors: {
    /** Sectors that the parent holds and that a layer above it holds too: whatever became of them in the parent does not show. */
    readonly hidden: number;
    /** Sectors that show what the parent holds now: those that a change of the parent may have ruined. */
    readonly atRisk: number;
    /** All other sectors of the disk: the parent holds nothing there, so nothing was written to it there. */
    readonly elsewhere: number;
  };
  /** The first of the sectors at risk, and how many stretches there are of them; null where they were not all counted. */
  readonly stretches: readonly SectorStretch[];
  readonly stretchCount: number | null;
}

/** A child is made, and a last word is written to its parent, within this time of each other. Milliseconds. */
const MAKING_TIME = 60_000;

/** The clock of a guest may be off by so much. Milliseconds. */
const GUEST_CLOCK = 60 * 60 * 1000;

/**
 * What is known of the changes of each parent of a chain since its child was made, and which sectors they put at risk. An image keeps no record of what was
 * written when, so this tells what may have changed, not what has. `onlySuspicious`: ties that nothing speaks against are left out, and where all are, no
 * bitmap is read. Changes nothing.
 */
export function* changedParents(
  fileSystem: FileSystem,
  chain: Chain,
  onlySuspicious: boolean,
): Generator<CheckStep, readonly ChangedParent[], void> {
  const ties = chain.layers.slice(1).flatMap(({ image }, index) => {
    const child = chain.layers[index]?.image;
    const signs = child === undefined ? [] : signsOf(fileSystem, chain, child, image, index + 1);
    const told = toldBy(signs);
    const isWanted = child !== undefined && (!onlySuspicious || isSuspicious(signs));
    return isWanted ? [{ childPath: child.path, parentPath: image.path, layer: index + 1, told, signs }] : [];
  });
  if (ties.length === 0) {
    return [];
  }
  const counts = yield* sectorsOfLayers(
    chain,
    ties.map(({ layer }) => layer),
  );
  const { sectorCount } = chain.layers[0].image;
  return ties.map((tie, at) => {
    const { present = 0, visible = 0, stretches = [], stretchCount = null } = counts[at] ?? {};
    const sectors = { hidden: present - visible, atRisk: visible, elsewhere: sectorCount - present };
    return { ...tie, sectors, stretches, stretchCount };
  });
}

/** What several signs come to: the surest word counts. */
function toldBy(signs: readonly ChangeSign[]): ChangeTold | null {
  const order: readonly ChangeTold[] = ['changed', 'perhaps', 'unchanged'];
  return order.find((told) => signs.some(({ tells }) => tells === told)) ?? null;
}

/** True where more speaks for a change than the time of a file that any copy of it changes. */
function isSuspicious(signs: readonly ChangeSign[]): boolean {
  return signs.some(({ kind, tells }) => tells === 'changed' || (tells === 'perhaps' && kind !== 'file-time'));
}

function signsOf(
  fileSystem: FileSystem,
  chain: Chain,
  child: Image,
  parent: Image,
  layer: number,
): readonly ChangeSign[] {
  return [
    idSign(child, parent),
    sizeSign(child, parent),
    timeSign(fileSystem, child, parent),
    madeSign(child, parent),
    ...guestSigns(chain, child, layer),
  ].filter((sign) => sign !== null);
}

function idSign({ parent: claim }: Image, parent: Image): ChangeSign | null {
  if (claim === null || claim.id === NULL_ID || claim.id === parent.id) {
    return null;
  }
  const words = t('It has the id {0}, and the image was made on {1}: it is another image.', parent.id, claim.id);
  return { kind: 'id', tells: 'changed', words };
}

function sizeSign(child: Image, parent: Image): ChangeSign | null {
  if (child.virtualSize === parent.virtualSize) {
    return null;
  }
  const [own, other] = [child.virtualSize, parent.virtualSize];
  return own < other
    ? {
        kind: 'virtual-size',
        tells: 'changed',
        words: t('Its disk has {0} bytes, and the image was made on one of {1}: it was expanded.', other, own),
      }
    : {
        kind: 'virtual-size',
        tells: 'perhaps',
        words: t('Its disk has {0} bytes, and that of the image {1}: one of them was resized.', other, own),
      };
}

/** The time that the child names; without one, the time at which the child was made. */
function timeSign(fileSystem: FileSystem, child: Image, parent: Image): ChangeSign | null {
  const facts = fileSystem.facts(fileSystem.realPath(parent.path) ?? parent.path);
  if (facts === null) {
    return null;
  }
  const [now, named, made] = [facts.modified, child.parent?.modified?.getTime() ?? null, child.created?.getTime()];
  if (named !== null) {
    const kind = 'named-time' as const;
    if (Math.abs(now - named) <= TIME_STEP) {
      const words = t('Its file was changed last at {0}, just as the image names it.', utcText(named));
      return { kind, tells: 'unchanged', words };
    }
    const words =
      now > named
        ? t('Its file was written, or copied, at {0}; the image names {1}.', utcText(now), utcText(named))
        : t('Its file is of {0}, older than the {1} that the image names.', utcText(now), utcText(named));
    return { kind, tells: 'perhaps', words };
  }
  if (made === undefined) {
    return null;
  }
  const isLater = now > made + MAKING_TIME;
  const words = isLater
    ? t('Its file was written, or copied, at {0}, after the image was made at {1}.', utcText(now), utcText(made))
    : t('Its file was changed last at {0}, before the image was made at {1}.', utcText(now), utcText(made));
  return { kind: 'file-time', tells: isLater ? 'perhaps' : 'unchanged', words };
}

/** The time in the footer is that of the image's making. */
function madeSign(child: Image, parent: Image): ChangeSign | null {
  const [made, parentMade] = [child.created?.getTime() ?? null, parent.created?.getTime() ?? null];
  if (made === null || parentMade === null || parentMade <= made + MAKING_TIME) {
    return null;
  }
  const words = t(
    'It says of itself that it was made at {0}, after the image, which was made at {1}.',
    utcText(parentMade),
    utcText(made),
  );
  return { kind: 'made-later', tells: 'perhaps', words };
}

/** What the guest's file systems in the parent say themselves. */
function guestSigns(chain: Chain, child: Image, layer: number): readonly ChangeSign[] {
  const made = child.created?.getTime() ?? null;
  if (made === null) {
    return [];
  }
  try {
    return guestTimesOf(new DiskReader(chain, layer))
      .filter(({ written }) => written > made + GUEST_CLOCK)
      .map(({ partition, written }) => {
        const [then, before] = [utcText(written), utcText(made)];
        const words =
          partition === 0
            ? t('The file system in it was written at {0}, after the image was made at {1}.', then, before)
            : t(
                'The file system of partition {0} in it was written at {1}, after the image was made at {2}.',
                partition,
                then,
                before,
              );
        return { kind: 'guest-time', tells: 'changed', words };
      });
  } catch (error) {
    if (!EngineError.is(error)) {
      throw error;
    }
    return [];
  }
}
