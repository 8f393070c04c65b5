import { t, groupedDigits } from '../l10n';
import type { Edit, HostEdit } from './edit';

/** More bytes at once than a person types. */
const MOST_TYPED = 8;

/** Names an edit in the undo menu. `nodeName`: the name of the node that a field's edit is about. All these words are made here. */
export function labelOf(edit: Edit | HostEdit, nodeName: string, fileName: string): string {
  switch (edit.kind) {
    case 'overwrite':
      return overwriteLabel(edit.bytes.length);
    case 'fill':
      return fillLabel(
        edit.length,
        edit.pattern.every((byte) => byte === 0),
      );
    case 'field':
      return t('Change {0}', nodeName);
    case 'makeConsistent':
      return t('Make {0} Consistent', nodeName);
    case 'sectorBits':
      return marksLabel(edit.sectorCount, edit.present);
    case 'import':
      return t('Import {0}', fileName);
    case 'patch':
      return edit.label;
  }
}

function overwriteLabel(length: number): string {
  if (length > MOST_TYPED) {
    return t('Overwrite {0} Bytes', groupedDigits(length));
  }
  return length === 1 ? t('Type 1 Byte') : t('Type {0} Bytes', length);
}

function fillLabel(length: number, isZero: boolean): string {
  if (length === 1) {
    return isZero ? t('Zero 1 Byte') : t('Fill 1 Byte');
  }
  return isZero ? t('Zero {0} Bytes', groupedDigits(length)) : t('Fill {0} Bytes', groupedDigits(length));
}

function marksLabel(count: number, present: boolean): string {
  if (count === 1) {
    return present ? t('Mark 1 Sector as Present') : t('Mark 1 Sector as Absent');
  }
  const number = groupedDigits(count);
  return present ? t('Mark {0} Sectors as Present', number) : t('Mark {0} Sectors as Absent', number);
}
