import { namesBelow } from '../chain/bounds';
import type { ParentPolicy } from '../chain/chain';
import type { Family, MissingLink } from '../chain/family';
import { joinMoved } from '../chain/familyHeap';
import { scanFamilies } from '../chain/familyScan';
import { strayPlaces } from '../chain/strayPlaces';
import type { Image } from '../image';
import { t } from '../l10n';
import { openImage } from '../openImage';
import type { FileSystem } from '../storage/fileSystem';
import type { Patch } from '../storage/patch';
import type { OperationRequest } from './familyOf';
import { fileStateOf, type FileState } from './fileState';
import { isFolderRelinkOpen } from './folderRelinkRecord';
import { refusalByAccess } from './grounds';
import { readMergeRecord } from './mergeRecord';
import { hasStamp, tiePatch } from './parentTie';
import type { Progress } from './progress';
import { refusalOf, type Refusal } from './refusal';
import { namesOf, refusalByMismatch, type NameChange } from './relink';

/** An image of a folder that is to name its parent where it lies now. */
export interface PlannedTie {
  readonly path: string;
  readonly parentPath: string;
  readonly state: FileState;
  readonly parentState: FileState;
  /**
   * `moved`: what it says of its parent's place leads elsewhere, and all of it is written anew. `time`: its words are right, but its parent is one of those
   * that are written to, and it names the time of that one's file.
   */
  readonly kind: 'moved' | 'time';
  /** Every way in which it names its parent, now and then. */
  readonly names: readonly NameChange[];
  /** True where the time that it names for its parent is not that of the parent's file: copying makes it so, and so does changing the parent. */
  readonly namesOtherTime: boolean;
  /** As of now: a parent that is written to has another time afterwards, and its children name that. */
  readonly patch: Patch;
  /** Why it is left as it is; the others are relinked all the same. */
  readonly refusals: readonly Refusal[];
}

/** What relinking a whole folder will do. Nothing has been changed when it is made. */
export interface FolderRelinkPlan {
  /** Absolute, with every link followed. */
  readonly folder: string;
  /** Those of the folder, and of the folders below it, that something is to be written to: parents before their children. */
  readonly images: readonly PlannedTie[];
  /** Images that could not be looked into, and why. */
  readonly failures: readonly Refusal[];
  /** Images of it that name the place of their parent right. */
  readonly rightCount: number;
  /** Parents that were not found, or that more than one image can be. */
  readonly missing: readonly MissingLink[];
  /** True where an earlier run was cut short: this one ends it. */
  readonly goesOn: boolean;
  /** False where there were more names than are looked at. */
  readonly isWhole: boolean;
}

/**
 * Finds the images of a folder, and of those below it, whose words about their parent do not lead to where it lies now. Parents are known by their ids: they
 * may lie anywhere in the folder, in the folders of the request, or where a child's words lead. Changes nothing. Throws EngineError `file-not-found` for
 * no folder, `outside-confinement`.
 */
export function* planFolderRelink(
  request: OperationRequest,
  folder: string,
): Generator<Progress, FolderRelinkPlan, void> {
  const { fileSystem, policy, familyFolders } = request;
  const path = fileSystem.realPath(folder) ?? folder;
  const steps = scanFamilies(fileSystem, { folders: [folder, ...familyFolders], files: [] }, policy);
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done === true) {
      const planner = new FolderPlanner(fileSystem, policy, path, joinMoved(step.value.families));
      yield* planner.plan();
      const { images, failures, rightCount, missing } = planner;
      const goesOn = isFolderRelinkOpen(fileSystem, path);
      return { folder: path, images, failures, rightCount, missing, goesOn, isWhole: step.value.isWhole };
    }
    yield { doneBytes: step.value, totalBytes: 0, what: t('Looking for images') };
  }
}

class FolderPlanner {
  readonly images: PlannedTie[] = [];
  readonly failures: Refusal[] = [];
  rightCount = 0;
  readonly #fileSystem: FileSystem;
  readonly #policy: ParentPolicy;
  readonly #folder: string;
  readonly #families: readonly Family[];
  /** Paths of those that are written to. */
  readonly #changed = new Set<string>();

  constructor(fileSystem: FileSystem, policy: ParentPolicy, folder: string, families: readonly Family[]) {
    this.#fileSystem = fileSystem;
    this.#policy = policy;
    this.#folder = folder;
    this.#families = families;
  }

  get missing(): readonly MissingLink[] {
    return this.#families.flatMap(({ missing }) => missing).filter(({ child }) => this.#isOurs(child));
  }

  *plan(): Generator<Progress, void, void> {
    const totalBytes = this.#families.reduce((sum, { images }) => sum + images.length, 0);
    let doneBytes = 0;
    for (const family of this.#families) {
      const obstacle = obstacleIn(this.#fileSystem, family);
      for (const { path, parent } of family.images) {
        if (parent !== null && this.#isOurs(path)) {
          this.#look(path, parent, obstacle);
        }
        doneBytes++;
        yield { doneBytes, totalBytes, what: t('Looking into images') };
      }
    }
  }

  #isOurs(path: string): boolean {
    return namesBelow(this.#fileSystem, this.#folder, path) !== null;
  }

  #look(path: string, parentPath: string, obstacle: Obstacle | null): void {
    const failure = refusalOf(path, () => {
      const child = openImage(this.#fileSystem, path);
      try {
        const parent = openImage(this.#fileSystem, parentPath);
        try {
          this.#weigh(child, parent, obstacle);
        } finally {
          parent.close();
        }
      } finally {
        child.close();
      }
    });
    this.failures.push(...(failure === null ? [] : [failure]));
  }

  #weigh(child: Image, parent: Image, obstacle: Obstacle | null): void {
    const fileSystem = this.#fileSystem;
    const [state, parentState] = [fileStateOf(fileSystem, child.path), fileStateOf(fileSystem, parent.path)];
    const { stray, leadThere } = strayPlaces(fileSystem, child, parent.path, this.#policy);
    const { modified } = parentState;
    const hasTime = hasStamp(fileSystem, child.path, modified);
    const common = { path: child.path, parentPath: parent.path, state, parentState };
    if (stray.length === 0 && leadThere) {
      this.rightCount++;
      if (hasTime && this.#changed.has(parent.path)) {
        const patch = { lengthBefore: state.size, lengthAfter: state.size, changes: [] };
        this.#add({ ...common, kind: 'time', names: [], namesOtherTime: false, patch }, [
          refusalByObstacle(child, obstacle),
          refusalByAccess(fileSystem, child.path),
        ]);
      }
      return;
    }
    const patch = tiePatch(fileSystem, child.path, { path: parent.path, id: parent.id, modified });
    if (patch.changes.length === 0) {
      this.rightCount++;
      return;
    }
    const claim = child.parent;
    const names = claim === null ? [] : namesOf(fileSystem, child.path, claim, patch);
    const namesOtherTime = (claim?.modified ?? null) !== null && !hasTime;
    this.#add({ ...common, kind: 'moved', names, namesOtherTime, patch }, [
      refusalByFit(child, parent),
      refusalByObstacle(child, obstacle),
      refusalByAccess(fileSystem, child.path),
    ]);
  }

  #add(tie: Omit<PlannedTie, 'refusals'>, grounds: readonly (Refusal | null)[]): void {
    const refusals = grounds.filter((refusal) => refusal !== null);
    this.images.push({ ...tie, refusals });
    if (refusals.length === 0) {
      this.#changed.add(tie.path);
    }
  }
}

/** Why no image of a family is relinked. */
type Obstacle = Pick<Refusal, 'code' | 'why' | 'remedy' | 'paths'>;

function obstacleIn(fileSystem: FileSystem, { base, missing, images }: Family): Obstacle | null {
  // A merge that is to go on knows the layers as they were.
  const merged = images.find(({ path }) => readMergeRecord(fileSystem, path) !== null)?.path;
  if (merged !== undefined) {
    const why = t('a merge into {0} was cut short', merged);
    return { code: 'unfinished-operation', why, remedy: t('run that merge again first'), paths: [merged] };
  }
  if (base !== null || missing.length > 0) {
    return null;
  }
  const remedy = t('find the image that names a wrong parent, and relink that one by itself');
  return { code: 'chain-cycle', why: t('its parents run in a circle'), remedy, paths: images.map(({ path }) => path) };
}

function refusalByObstacle({ path }: Image, obstacle: Obstacle | null): Refusal | null {
  return obstacle === null ? null : { what: t('Relinking {0}', path), ...obstacle };
}

/** A parent that the user named may have another id; one that was resized has another size. */
function refusalByFit(child: Image, parent: Image): Refusal | null {
  const mismatches: ('id' | 'virtual-size')[] = [
    ...(child.parent?.id === parent.id ? [] : (['id'] as const)),
    ...(child.virtualSize === parent.virtualSize ? [] : (['virtual-size'] as const)),
  ];
  return mismatches.length === 0 ? null : refusalByMismatch(child, parent, mismatches);
}
