import { SECTOR_SIZE, type Creator, type Image, type ImageType, type ParentClaim } from '../image';
import type { CheckOptions, CheckStep } from '../checkSteps';
import type { Finding } from '../finding';
import { checkVhd } from './checkVhd';
import type { Storage } from '../storage/storage';
import type { StructureSource } from '../structure';
import { creatorOf } from './creator';
import { formatDiskId } from './diskId';
import { DISK_TYPE } from './footer';
import { dateOfTimestamp } from './timestamp';
import type { VhdParts } from './vhdParts';

/** What fixed images and those with blocks have in common: all that the footer tells. */
export abstract class VhdImageFacts implements Pick<
  Image,
  'path' | 'format' | 'type' | 'structure' | 'check' | 'close'
> {
  readonly path: string;
  readonly format = 'vhd';
  readonly type: ImageType;
  readonly storage: Storage;
  readonly fileSize: number;
  readonly virtualSize: number;
  readonly sectorCount: number;
  readonly id: string;
  readonly created: Date | null;
  readonly creator: Creator;
  readonly parent: ParentClaim | null;
  readonly findings: readonly Finding[];
  private readonly allParts: VhdParts;
  private lazyStructure: StructureSource | null = null;

  protected constructor(parts: VhdParts) {
    const { footer } = parts.footers.best;
    this.allParts = parts;
    this.path = parts.path;
    this.type = typeOf(footer.diskType);
    this.storage = parts.storage;
    this.fileSize = parts.fileSize;
    this.virtualSize = parts.virtualSize;
    this.sectorCount = parts.virtualSize / SECTOR_SIZE;
    this.id = formatDiskId(footer.uniqueId);
    this.created = dateOfTimestamp(footer.timeStamp);
    this.creator = creatorOf(footer);
    this.parent = parts.parent;
    this.findings = parts.findings;
  }

  /** Made when it is first asked for: most images are opened for their data. */
  get structure(): StructureSource {
    this.lazyStructure ??= this.makeStructure();
    return this.lazyStructure;
  }

  check(options: CheckOptions): Generator<CheckStep, readonly Finding[], void> {
    return checkVhd(this.allParts, options);
  }

  close(): void {
    this.storage.close();
  }

  protected abstract makeStructure(): StructureSource;
}

function typeOf(diskType: number): ImageType {
  switch (diskType) {
    case DISK_TYPE.fixed:
      return 'fixed';
    case DISK_TYPE.dynamic:
      return 'dynamic';
    default:
      // Opening has refused all others.
      return 'differencing';
  }
}
