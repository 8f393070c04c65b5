import type { CheckOptions, CheckStep } from '../checkSteps';
import type { Finding } from '../finding';
import { checkBatmap, checkBitmaps } from './bitmapsCheck';
import { BlockPlaces } from './blockPlaces';
import { FindingList } from './findingList';
import { DISK_TYPE } from './footer';
import { checkFooter, refineOpening } from './footerCheck';
import { checkHeader } from './headerCheck';
import { checkPlaces } from './placesCheck';
import { locateBatmap, structurePlaces } from './structurePlaces';
import { checkTablePadding } from './tablePaddingCheck';
import type { SparseParts, VhdParts } from './vhdParts';

/** All that is wrong with a VHD file: what opening it brought up, and what takes a closer look. See `Image.check`. */
export function* checkVhd(
  parts: VhdParts | SparseParts,
  { now }: CheckOptions,
): Generator<CheckStep, readonly Finding[], void> {
  const findings = new FindingList(parts.path);
  checkFooter(parts.footers, parts.virtualSize, now, findings);
  if ('grid' in parts) {
    checkHeader(parts, parts.footers.best.footer.diskType === DISK_TYPE.differencing, now, findings);
    const batmap = locateBatmap(parts);
    if (batmap !== null) {
      checkBatmap(batmap, findings);
    }
    const structures = structurePlaces(parts, batmap);
    checkPlaces(parts, structures, findings);
    checkTablePadding(parts, structures, findings);
    yield* checkBitmaps(parts, new BlockPlaces(parts), batmap, findings);
  }
  return [...refineOpening(parts.footers, parts.findings), ...findings.findings];
}
