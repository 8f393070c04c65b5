/** A disk as an ATA controller of old would show it. Counts: cylinders 16 bits, heads and sectors per track 8 bits. */
export interface Geometry {
  readonly cylinders: number;
  readonly heads: number;
  readonly sectorsPerTrack: number;
}

/** The largest disk that the geometry can express, in sectors: some 127.5 GiB. */
const MAX_SECTORS = 65_535 * 16 * 255;

/**
 * The geometry that the specification's appendix gives to a disk of so many sectors. It rounds down: the product may be
 * smaller than the disk.
 */
export function geometryOf(sectorCount: number): Geometry {
  const sectors = Math.min(sectorCount, MAX_SECTORS);
  if (sectors >= 65_535 * 16 * 63) {
    return tracksOf(sectors, 16, 255);
  }
  const heads = Math.max(4, Math.ceil(Math.floor(sectors / 17) / 1024));
  if (heads <= 16 && Math.floor(sectors / 17) < heads * 1024) {
    return tracksOf(sectors, heads, 17);
  }
  if (Math.floor(sectors / 31) < 16 * 1024) {
    return tracksOf(sectors, 16, 31);
  }
  return tracksOf(sectors, 16, 63);
}

/** How many sectors a geometry stands for. */
export function sectorsOfGeometry(geometry: Geometry): number {
  return geometry.cylinders * geometry.heads * geometry.sectorsPerTrack;
}

function tracksOf(sectors: number, heads: number, sectorsPerTrack: number): Geometry {
  return { cylinders: Math.floor(Math.floor(sectors / sectorsPerTrack) / heads), heads, sectorsPerTrack };
}
