import type { Chain } from '../chain/chain';
import type { Edit, EditPreview, HostEdit } from './edit';
import { labelOf } from './editLabels';
import { fieldChanges, nameOfNode, nodesOfPatch } from './fieldChanges';
import { ownerChanges, type BlockRange } from './ownerChanges';
import type { Trial } from './trial';

/** What an edit that was tried would do. `nodes`: ids of the nodes that it is about. */
export function previewOf(
  before: Chain,
  trial: Trial,
  edit: Edit,
  label: string,
  nodes: readonly string[],
): EditPreview {
  const after = trial.reopened.chain;
  const [old, now] = [before.layers[0].image.structure, after.layers[0].image.structure];
  const isOfFile = 'target' in edit && edit.target === 'file';
  const fields = fieldChanges(isOfFile ? nodesOfPatch(now, trial.patch) : nodes, old, now);
  const { runs, sectorCount } = ownerChanges(before, after, trial.patch, blocksOf(before, edit));
  return {
    label,
    // Bytes that stand close together are one change, with the fields between them.
    fields: fields.filter((change) => !isOfFile || change.before !== change.after || change.after === ''),
    owners: runs,
    ownerSectorCount: sectorCount,
    newFindings: newFindings(before, after),
    lengthBefore: trial.patch.lengthBefore,
    lengthAfter: trial.patch.lengthAfter,
  };
}

/** See `labelOf`. */
export function labelIn({ layers: [{ image }] }: Chain, edit: Edit | HostEdit, fileName: string): string {
  const nodeName =
    edit.kind === 'field' || edit.kind === 'makeConsistent' ? nameOfNode(image.structure, edit.node) : '';
  return labelOf(edit, nodeName, fileName);
}

/** The blocks whose owners an edit can change; null where that may be any. */
export function blocksOf({ layers: [{ image }] }: Chain, edit: Edit | HostEdit): BlockRange | null {
  if (edit.kind === 'sectorBits') {
    return { from: edit.block, to: edit.block + 1 };
  }
  if ((edit.kind !== 'overwrite' && edit.kind !== 'fill') || edit.target !== 'disk') {
    return null;
  }
  const length = edit.kind === 'overwrite' ? edit.bytes.length : edit.length;
  const from = Math.floor(edit.offset / image.blockSize);
  return { from, to: Math.min(image.blockCount, Math.ceil((edit.offset + length) / image.blockSize)) };
}

function newFindings(before: Chain, after: Chain): readonly string[] {
  const known = new Set(before.findings.map(({ id, path, message }) => `${id} ${path} ${message}`));
  const isNew = ({ id, path, message }: Chain['findings'][number]): boolean => !known.has(`${id} ${path} ${message}`);
  const grave = after.findings.filter((finding) => finding.severity !== 'note' && isNew(finding));
  return [...new Set(grave.map(({ message }) => message))];
}
