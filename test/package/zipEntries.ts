/** A file in a zip archive. Sizes in bytes. */
export interface ZipEntry {
  readonly name: string;
  readonly packedSize: number;
  readonly size: number;
}

const END_SIGNATURE = 0x06054b50;
const END_LENGTH = 22;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_LENGTH = 46;

/** The files of a zip archive as its central directory lists them. */
export function zipEntries(archive: Buffer): readonly ZipEntry[] {
  let end = archive.length - END_LENGTH;
  while (end >= 0 && archive.readUInt32LE(end) !== END_SIGNATURE) end -= 1;
  if (end < 0) throw new Error('not a zip archive');
  const count = archive.readUInt16LE(end + 10);
  const entries: ZipEntry[] = [];
  for (let index = 0, offset = archive.readUInt32LE(end + 16); index < count; index += 1) {
    if (archive.readUInt32LE(offset) !== ENTRY_SIGNATURE) throw new Error(`no directory entry at ${String(offset)}`);
    const nameLength = archive.readUInt16LE(offset + 28);
    const nameOffset = offset + ENTRY_LENGTH;
    entries.push({
      name: archive.toString('utf8', nameOffset, nameOffset + nameLength),
      packedSize: archive.readUInt32LE(offset + 20),
      size: archive.readUInt32LE(offset + 24),
    });
    offset = nameOffset + nameLength + archive.readUInt16LE(offset + 30) + archive.readUInt16LE(offset + 32);
  }
  return entries;
}
