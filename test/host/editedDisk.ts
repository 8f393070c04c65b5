import { idOf, stampOf } from '../fixtures/vhdBuilder';
import { blocksOf, type VhdSpec } from '../fixtures/vhdSpec';

/** A disk to be edited, with one sector in each of its first two blocks; each test gives it an id of its own. */
export function editedDisk(id: number): VhdSpec {
  const virtualSize = 32 * 1024 * 1024;
  return { type: 'dynamic', virtualSize, id: idOf(id), content: stampOf(1), blocks: blocksOf([0, 4096]) };
}
