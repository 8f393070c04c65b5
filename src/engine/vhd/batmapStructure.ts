import { t } from '../l10n';
import type { Storage } from '../storage/storage';
import { batmapChecksum, BATMAP_COOKIE, BATMAP_HEADER_LENGTH, decodeBatmap, MAX_BATMAP_LENGTH } from './batmap';
import { versionText } from './creator';
import { U32, U64, U8, VERSION } from './editKinds';
import { grouped, hexBytes, reservedText } from './fieldText';
import { hex32, hexOffset } from './findingList';
import type { Sketch } from './structureTree';

/** Without it it is no batmap. */
const COOKIE = { kind: 'code', length: 8, among: [BATMAP_COOKIE], empty: null } as const;

/** Xen's batmap, its header at `offset` (bytes); null where none stands there. The map is read for its checksum. */
export function sketchBatmap(storage: Storage, fileSize: number, offset: number): Sketch | null {
  if (offset + BATMAP_HEADER_LENGTH > fileSize) {
    return null;
  }
  const bytes = new Uint8Array(BATMAP_HEADER_LENGTH);
  storage.read(offset, bytes);
  const batmap = decodeBatmap(bytes);
  if (batmap === null) {
    return null;
  }
  const mapLength = batmap.mapSectorCount * 512;
  const isInFile = batmap.mapOffset + BigInt(mapLength) <= BigInt(fileSize) && mapLength <= MAX_BATMAP_LENGTH;
  const map = isInFile ? readMap(storage, Number(batmap.mapOffset), mapLength) : null;
  const expectedChecksum = map === null ? batmap.checksum : batmapChecksum(map, batmap.version);
  const at = (key: string, name: string, from: number, length: number): Sketch => ({
    key,
    name,
    offset: offset + from,
    length,
  });
  const below: Sketch[] = [
    { ...at('cookie', 'Cookie', 0, 8), value: BATMAP_COOKIE, editableAs: COOKIE },
    {
      ...at('offset', 'Offset', 8, 8),
      value: hexOffset(batmap.mapOffset),
      expected: isInFile ? null : t('a place in the file'),
      editableAs: U64,
    },
    { ...at('size', 'Size', 16, 4), value: grouped(batmap.mapSectorCount), hint: t('sectors'), editableAs: U32 },
    { ...at('version', 'Version', 20, 4), value: versionText(batmap.version), editableAs: VERSION },
    {
      ...at('checksum', 'Checksum', 24, 4),
      value: hex32(batmap.checksum),
      expected: batmap.checksum === expectedChecksum ? null : hex32(expectedChecksum),
      editableAs: U32,
    },
    {
      ...at('marker', 'Marker', 28, 1),
      value: String(batmap.marker),
      editableAs: U8,
    },
    {
      ...at('rest', 'Key Hash and Reserved', 29, batmap.rest.length),
      value: reservedText(batmap.rest),
      editableAs: { kind: 'bytes', length: batmap.rest.length },
      editText: hexBytes(batmap.rest),
    },
  ];
  if (map !== null && map.length > 0) {
    below.push({
      key: 'map',
      name: 'Map',
      offset: Number(batmap.mapOffset),
      length: map.length,
      value: t('{0} blocks wholly present', grouped(countBits(map))),
    });
  }
  return {
    ...at('batmap', 'Batmap', 0, BATMAP_HEADER_LENGTH),
    hint: t('which blocks are wholly present, for Xen'),
    below,
  };
}

function readMap(storage: Storage, offset: number, length: number): Uint8Array {
  const map = new Uint8Array(length);
  storage.read(offset, map);
  return map;
}

function countBits(map: Uint8Array): number {
  let count = 0;
  for (const byte of map) {
    for (let bits = byte; bits !== 0; bits &= bits - 1) {
      count++;
    }
  }
  return count;
}
