import { requireConfined } from '../chain/bounds';
import type { ParentPolicy } from '../chain/chain';
import type { CheckOptions, CheckStep } from '../checkSteps';
import { EngineError } from '../errors';
import type { Finding } from '../finding';
import type { Image } from '../image';
import { t } from '../l10n';
import { openImage } from '../openImage';
import type { FileSystem } from '../storage/fileSystem';
import { OverlayStorage } from '../storage/overlayStorage';
import { reversePatch, writePatch, type Patch } from '../storage/patch';
import { openImageFile } from '../unfinished';
import { openVhdImage } from '../vhd/vhdImage';
import { readParts, type SparseParts, type VhdParts } from '../vhd/vhdParts';
import type { NewImageFacts } from './diskWriter';
import { fileStateOf, type FileState } from './fileState';
import { refusalsByFile } from './grounds';
import type { Refusal } from './refusal';
import { repairBatmap, repairEntries, repairPastEnd } from './repairBlocks';
import { repairCopy, repairTail } from './repairFooters';
import { repairHeader } from './repairHeader';
import { repairLost } from './repairLost';
import type { BlockRepairer, Repair, Repairer, RepairProposal, RepairState } from './repairProposal';
import { repairUnmarked } from './repairUnmarked';
import { unrepairableOf, type Unrepairable } from './repairWords';

/** What can be put right in an image, and what would be. Nothing is changed by it. */
export interface RepairPlan {
  /** Absolute, with every link followed. */
  readonly path: string;
  readonly state: FileState;
  /** Before anything is done. */
  readonly findings: readonly Finding[];
  /** In the order in which they are done; all that could be done, chosen or not. */
  readonly proposals: readonly RepairProposal[];
  /** What all chosen ones change together. */
  readonly patch: Patch;
  /** When all chosen ones are done. */
  readonly findingsAfter: readonly Finding[];
  /** Findings for which there is no proposal, and what can be done all the same. */
  readonly unrepairable: readonly Unrepairable[];
  /** What of the disk can be read when all chosen ones are done, for people. */
  readonly readable: string;
  /** An operation of ours was cut short: that is ended before anything else. */
  readonly isUnfinished: boolean;
  readonly refusals: readonly Refusal[];
}

export interface RepairOptions extends CheckOptions {
  /** Keys of the repairs to be done; null for those that need no decision. */
  readonly only: readonly string[] | null;
  /** Keys that no repair has are passed over: what is chosen changes what there is to choose. */
  readonly ignoresUnknown?: boolean;
  /** What a footer that has to be made anew says. */
  readonly facts: NewImageFacts;
}

/** One after another: each finds the image as those before it left it. */
const REPAIRERS: readonly Repairer[] = [repairLost, repairTail, repairHeader, repairCopy];
const BLOCK_REPAIRERS: readonly BlockRepairer[] = [repairEntries, repairBatmap, repairPastEnd, repairUnmarked];

/**
 * Looks for all that can be put right in the image at `path` (absolute) by itself. Yields as a check does, and changes nothing. Throws EngineError where
 * the file cannot be read, or is no image and nothing in it tells that it was one (`not-an-image`), and `out-of-range` for a key in `options.only` that no
 * repair has.
 */
export function* planRepair(
  fileSystem: FileSystem,
  path: string,
  policy: ParentPolicy,
  options: RepairOptions,
): Generator<CheckStep, RepairPlan, void> {
  requireConfined(fileSystem, path, policy);
  const state = fileStateOf(fileSystem, path);
  const isImage = opensAsImage(fileSystem, state.path);
  const opened = openImageFile(fileSystem, state.path, 'read');
  try {
    const planner = new RepairPlanner(opened.storage, state.path, options);
    const findings = yield* planner.check(opened.findings);
    REPAIRERS.forEach((repairer) => planner.propose(repairer));
    if (!isImage && planner.proposals.length === 0) {
      // Its words say best what the file is instead.
      openImage(fileSystem, state.path).close();
    }
    const between = planner.isChanged ? yield* planner.check(opened.findings) : findings;
    const count = planner.changeCount;
    BLOCK_REPAIRERS.forEach((repairer) => planner.propose((found) => repairer(found, between)));
    const findingsAfter = planner.changeCount > count ? yield* planner.check(opened.findings) : between;
    planner.requireAllChosen();
    return {
      path: state.path,
      state,
      findings,
      proposals: planner.proposals,
      patch: planner.difference(),
      findingsAfter,
      unrepairable: unrepairableOf(findingsAfter, planner.proposedFindings()),
      readable: planner.readable(),
      isUnfinished: opened.findings.some(({ id }) => id === 'unfinished-save' || id === 'unfinished-swap'),
      refusals: refusalsByFile(fileSystem, state.path),
    };
  } finally {
    opened.storage.close();
  }
}

/** False where no footer is found. Throws as `openImage` for what is an image of another kind: nothing is written to that. */
function opensAsImage(fileSystem: FileSystem, path: string): boolean {
  try {
    openImage(fileSystem, path).close();
    return true;
  } catch (error) {
    if (!EngineError.is(error, 'not-an-image')) {
      throw error;
    }
    return false;
  }
}

class RepairPlanner {
  readonly proposals: RepairProposal[] = [];
  changeCount = 0;
  readonly #file: OverlayStorage;
  readonly #path: string;
  readonly #options: RepairOptions;

  constructor(storage: ConstructorParameters<typeof OverlayStorage>[0], path: string, options: RepairOptions) {
    this.#file = new OverlayStorage(storage);
    this.#path = path;
    this.#options = options;
  }

  get isChanged(): boolean {
    return this.changeCount > 0;
  }

  /** All findings of the image as it is now. An image without a footer has one finding. */
  *check(earlier: readonly Finding[]): Generator<CheckStep, readonly Finding[], void> {
    const image = this.#image(earlier);
    return image === null
      ? [...earlier, noImageFinding(this.#path, this.#file.size())]
      : yield* image.check(this.#options);
  }

  propose(repairer: Repairer): void {
    for (const repair of repairer(this.#state())) {
      // Of the same thing found again by a later look, the first is told.
      if (!this.proposals.some(({ key }) => key === repair.key)) {
        this.#add(repair);
      }
    }
  }

  difference(): Patch {
    return this.#file.difference();
  }

  proposedFindings(): ReadonlySet<string> {
    return new Set(this.proposals.filter(({ isChosen }) => !isChosen).flatMap(({ findings }) => findings));
  }

  requireAllChosen(): void {
    if (this.#options.ignoresUnknown === true) {
      return;
    }
    const unknown = this.#options.only?.find((key) => !this.proposals.some((proposal) => proposal.key === key));
    if (unknown !== undefined) {
      throw new EngineError('out-of-range', {
        what: t('Repairing {0}', this.#path),
        why: t('there is no repair "{0}"', unknown),
        remedy:
          this.proposals.length === 0
            ? t('nothing in it can be repaired')
            : t('choose among {0}', this.proposals.map(({ key }) => key).join(', ')),
      });
    }
  }

  readable(): string {
    const image = this.#image([]);
    if (image === null) {
      return t('nothing of the disk can be read');
    }
    let damaged = 0;
    for (let block = 0; block < image.blockCount; block++) {
      damaged += image.isBlockDamaged(block) ? 1 : 0;
    }
    if (damaged === 0) {
      return t('all of the disk can be read and exported');
    }
    return damaged === image.blockCount
      ? t('nothing of the disk can be read')
      : t('{0} of the {1} blocks of the disk can be read and exported', image.blockCount - damaged, image.blockCount);
  }

  /** Does what is chosen; of the rest only the patch is kept. */
  #add({ apply, ...repair }: Repair): void {
    const { only } = this.#options;
    const isChosen = only === null ? repair.isDefault : only.includes(repair.key);
    const patch = this.#file.transaction(() => apply(this.#file));
    if (isChosen) {
      this.changeCount++;
    } else {
      writePatch(this.#file, reversePatch(patch));
    }
    this.proposals.push({ ...repair, patch, isChosen });
  }

  #state(): RepairState {
    return { file: this.#file, path: this.#path, parts: this.#parts(), facts: this.#options.facts };
  }

  #parts(): VhdParts | SparseParts | null {
    return orNullWithoutFooter(() => readParts(this.#file, this.#path));
  }

  #image(earlier: readonly Finding[]): Image | null {
    return orNullWithoutFooter(() => openVhdImage(this.#file, this.#path, earlier));
  }
}

function orNullWithoutFooter<T>(open: () => T): T | null {
  try {
    return open();
  } catch (error) {
    if (!EngineError.is(error, 'not-an-image')) {
      throw error;
    }
    return null;
  }
}

function noImageFinding(path: string, fileSize: number): Finding {
  const length = Math.min(fileSize, 512);
  return {
    id: 'not-an-image',
    severity: 'error',
    path,
    offset: fileSize - length,
    length,
    found: t('no footer at the end of the file, and no copy of one at its head'),
    expected: t('a footer that begins with "conectix"'),
    windowsError: 'ERROR_VHD_DRIVE_FOOTER_MISSING (0xC03A0001)',
    message: t('The file has no footer: nothing tells that it is an image.'),
  };
}
