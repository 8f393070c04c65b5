/** How large the cells are. `pitch` is in device pixels from cell to cell; it is 1 wherever several blocks share a cell. */
export interface ZoomLevel {
  /** 1 or a power of two. */
  readonly blocksPerCell: number;
  readonly pitch: number;
}

const ZOOM_RATIO = 1.2;

/** True where `level` shows larger cells, or fewer blocks in each, than `other`. */
export function isFiner(level: ZoomLevel, other: ZoomLevel): boolean {
  return level.blocksPerCell < other.blocksPerCell || level.pitch > other.pitch;
}

/** The next level with larger cells, at most `largestPitch`. */
export function finer(level: ZoomLevel, largestPitch: number): ZoomLevel {
  if (level.blocksPerCell > 1) return { blocksPerCell: level.blocksPerCell / 2, pitch: 1 };
  return { blocksPerCell: 1, pitch: Math.min(largestPitch, pitchAbove(level.pitch)) };
}

/** The next level with smaller cells, and with more blocks in each once they are single pixels. */
export function coarser(level: ZoomLevel): ZoomLevel {
  if (level.pitch === 1) return { blocksPerCell: level.blocksPerCell * 2, pitch: 1 };
  let pitch = 1;
  while (pitchAbove(pitch) < level.pitch) pitch = pitchAbove(pitch);
  return { blocksPerCell: level.blocksPerCell, pitch };
}

/** The level with the largest cells, at most `largestPitch`, at which all blocks fit into so many device pixels. */
export function fittingLevel(blockCount: number, width: number, height: number, largestPitch: number): ZoomLevel {
  for (let pitch = largestPitch; pitch >= 1; pitch--) {
    const columns = Math.max(1, Math.floor(width / pitch));
    if (Math.ceil(blockCount / columns) * pitch <= height) return { blocksPerCell: 1, pitch };
  }
  let blocksPerCell = 2;
  while (Math.ceil(blockCount / blocksPerCell) > width * height) blocksPerCell *= 2;
  return { blocksPerCell, pitch: 1 };
}

/** Whole pixels in steps of about a fifth: 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 17, 20, 24, 29, … */
function pitchAbove(pitch: number): number {
  return Math.max(pitch + 1, Math.round(pitch * ZOOM_RATIO));
}
