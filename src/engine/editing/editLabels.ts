import type { Edit, HostEdit } from './edit';

/** More bytes at once than a person types. */
const MOST_TYPED = 8;

/** Names an edit in the undo menu. `nodeName`: the name of the node that a field's edit is about. All these words are made here. */
export function labelOf(edit: Edit | HostEdit, nodeName: string, fileName: string): string {
  switch (edit.kind) {
    case 'overwrite': {
      const { length } = edit.bytes;
      return `${length <= MOST_TYPED ? 'Type' : 'Overwrite'} ${counted(length, 'Byte')}`;
    }
    case 'fill': {
      const isZero = edit.pattern.every((byte) => byte === 0);
      return `${isZero ? 'Zero' : 'Fill'} ${counted(edit.length, 'Byte')}`;
    }
    case 'field':
      return `Change ${nodeName}`;
    case 'makeConsistent':
      return `Make ${nodeName} Consistent`;
    case 'sectorBits':
      return `Mark ${counted(edit.sectorCount, 'Sector')} as ${edit.present ? 'Present' : 'Absent'}`;
    case 'import':
      return `Import ${fileName}`;
    case 'patch':
      return edit.label;
  }
}

function counted(count: number, name: string): string {
  return `${count.toLocaleString('en-US')} ${name}${count === 1 ? '' : 's'}`;
}
