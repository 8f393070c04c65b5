import type { BlockDetail } from '../../protocol/session';
import { NO_LAYER } from '../../protocol/session';
import { layerAppearance, PATTERN_TILE_SIZE, patternHasInk } from '../layerAppearance';

/** CSS pixels a cell's side needs before its pattern can be told. */
const SMALLEST_PATTERN = 6;

/** Where and what to draw. Lengths in CSS pixels. */
export interface SectorPicture {
  readonly detail: BlockDetail;
  readonly layerCount: number;
  readonly columns: number;
  readonly cell: number;
  /** Rows scrolled out at the top, with a fraction. */
  readonly top: number;
  /** Left free at the left and at the top. */
  readonly margin: number;
  readonly width: number;
  readonly height: number;
  /** Sectors that are selected together, counted from the block's first one. */
  readonly selection: { readonly first: number; readonly count: number };
}

interface Fill {
  readonly color: string;
  readonly pattern: CanvasPattern | null;
}

/** Draws the owners of a block's sectors, in the colours that the theme gives the canvas now. */
export function paintSectors(canvas: HTMLCanvasElement, picture: SectorPicture): void {
  const scale = devicePixelRatio;
  const { width, height, detail, columns, cell, top, margin } = picture;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext('2d');
  if (context === null) return;
  context.setTransform(scale, 0, 0, scale, 0, 0);
  const style = getComputedStyle(canvas);
  const gap = cell >= SMALLEST_PATTERN ? 1 : 0.5;
  const fills = new Map<number, Fill>();
  const doubtful = new Set<number>();
  for (const { start, length } of detail.doubtful) for (let at = start; at < start + length; at++) doubtful.add(at);
  const first = Math.floor(top) * columns;
  const end = Math.min(detail.sectorCount, Math.ceil(top + height / cell) * columns);
  const { selection } = picture;
  const isSelected = (sector: number): boolean =>
    selection.count > 1 && sector >= selection.first && sector < selection.first + selection.count;
  const unsaved = new Set<number>();
  for (const { start, length } of detail.unsaved ?? []) for (let at = start; at < start + length; at++) unsaved.add(at);
  for (let sector = first; sector < end; sector++) {
    const owner = detail.owners[sector] ?? NO_LAYER;
    const fill = fills.get(owner) ?? fillOf(context, style, owner, picture.layerCount);
    fills.set(owner, fill);
    const x = margin + (sector % columns) * cell;
    const y = margin + (Math.floor(sector / columns) - top) * cell;
    context.fillStyle = fill.color;
    context.fillRect(x, y, cell - gap, cell - gap);
    if (fill.pattern !== null && cell >= SMALLEST_PATTERN) {
      // Each cell shows the same part of the pattern.
      fill.pattern.setTransform(new DOMMatrix([1, 0, 0, 1, x, y]));
      context.fillStyle = fill.pattern;
      context.fillRect(x, y, cell - gap, cell - gap);
    }
    if (unsaved.has(sector)) {
      // A corner: seen whatever the colours are.
      const [right, bottom, side] = [x + cell - gap, y + cell - gap, Math.max(3, (cell - gap) * 0.6)];
      context.beginPath();
      context.moveTo(right, bottom - side);
      context.lineTo(right, bottom);
      context.lineTo(right - side, bottom);
      context.closePath();
      context.fillStyle = style.getPropertyValue('--vscode-foreground');
      context.fill();
    }
    if (doubtful.has(sector)) {
      context.strokeStyle = style.getPropertyValue('--doubt');
      context.strokeRect(x + 0.5, y + 0.5, cell - gap - 1, cell - gap - 1);
    }
    if (isSelected(sector)) {
      context.strokeStyle = style.getPropertyValue('--vscode-foreground');
      context.strokeRect(x + 0.5, y + 0.5, cell - gap - 1, cell - gap - 1);
    }
  }
}

function fillOf(context: CanvasRenderingContext2D, style: CSSStyleDeclaration, owner: number, count: number): Fill {
  if (owner === NO_LAYER || owner >= count) return { color: style.getPropertyValue('--no-layer'), pattern: null };
  const { colorVariable, pattern } = layerAppearance(owner, count);
  if (pattern === 'solid') return { color: style.getPropertyValue(colorVariable), pattern: null };
  const tile = document.createElement('canvas');
  tile.width = PATTERN_TILE_SIZE;
  tile.height = PATTERN_TILE_SIZE;
  const ink = tile.getContext('2d');
  if (ink !== null) {
    ink.fillStyle = style.getPropertyValue('--ink');
    for (let y = 0; y < PATTERN_TILE_SIZE; y++) {
      for (let x = 0; x < PATTERN_TILE_SIZE; x++) if (patternHasInk(pattern, x, y)) ink.fillRect(x, y, 1, 1);
    }
  }
  return { color: style.getPropertyValue(colorVariable), pattern: context.createPattern(tile, 'repeat') };
}
