import { mayWrite } from '../operations/chosenImage';
import { merge } from '../operations/merging';
import type { OperationSetup } from '../operations/operationRun';
import type { FamilyElement } from '../views/familiesView';

/** Goes on with the merge that a row of the tree tells of; the user has been asked before it began. */
export async function resumeMerge(setup: OperationSetup, argument: unknown): Promise<void> {
  const wanted = isElement(argument) ? argument.row.merge : null;
  if (wanted !== null && (await mayWrite())) await merge(setup, wanted, null);
}

function isElement(argument: unknown): argument is FamilyElement {
  return typeof argument === 'object' && argument !== null && 'row' in argument;
}
