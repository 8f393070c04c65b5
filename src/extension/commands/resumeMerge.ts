import { mayWrite } from '../operations/chosenImage';
import { merge } from '../operations/merging';
import type { OperationSetup } from '../operations/operationRun';
import { isFamilyElement } from '../views/familyItem';

/** Goes on with the merge that a row of the tree tells of; the user has been asked before it began. */
export async function resumeMerge(setup: OperationSetup, argument: unknown): Promise<void> {
  const wanted = isFamilyElement(argument) ? argument.row.merge : null;
  if (wanted !== null && (await mayWrite())) await merge(setup, wanted, null);
}
