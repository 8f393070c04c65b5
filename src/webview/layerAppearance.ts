/** How the cells of a layer are drawn apart from its colour, so that no layer is told by colour alone. */
export type LayerPattern =
  'solid' | 'diagonal' | 'dots' | 'horizontal' | 'backDiagonal' | 'vertical' | 'cross' | 'grid';

/** In the order in which layers take them, from the base on: neighbours differ as much as they can. */
export const LAYER_PATTERNS: readonly LayerPattern[] = [
  'solid',
  'diagonal',
  'dots',
  'horizontal',
  'backDiagonal',
  'vertical',
  'cross',
  'grid',
];

/** Contributed by the extension as `vhdEditor.layer1` to `vhdEditor.layer8`. */
const LAYER_COLOR_COUNT = 8;

/** Pixels of a side of the tile that repeats a pattern. */
export const PATTERN_TILE_SIZE = 8;

export interface LayerAppearance {
  /** Name of the CSS variable of the layer's colour: `--vscode-vhdEditor-layer1` to `…8`. */
  readonly colorVariable: string;
  readonly pattern: LayerPattern;
  /** 0 to 7, the index of the colour. */
  readonly color: number;
}

/**
 * The look of a layer (0 = the leaf). Counted from the base, so that every layer keeps its look when a snapshot is added on top.
 * The first 64 layers all differ: each further round of eight colours takes the patterns one step on.
 */
export function layerAppearance(layer: number, layerCount: number): LayerAppearance {
  const height = Math.max(0, layerCount - 1 - layer);
  const color = height % LAYER_COLOR_COUNT;
  const round = Math.floor(height / LAYER_COLOR_COUNT);
  const pattern = LAYER_PATTERNS[(height + round) % LAYER_PATTERNS.length] ?? 'solid';
  return { colorVariable: `--vscode-vhdEditor-layer${String(color + 1)}`, pattern, color };
}

/** Whether a pixel of the pattern's tile (x and y from 0 to 7) is drawn over the colour; tiles repeat without a seam. */
export function patternHasInk(pattern: LayerPattern, x: number, y: number): boolean {
  switch (pattern) {
    case 'solid':
      return false;
    case 'diagonal':
      return (x + y) % 4 === 0;
    case 'backDiagonal':
      return (x + 4 - (y % 4)) % 4 === 0;
    case 'horizontal':
      return y % 4 === 1;
    case 'vertical':
      return x % 4 === 1;
    case 'dots':
      return x % 4 === 1 && y % 4 === 1;
    case 'cross':
      return (x + y) % 8 === 0 || (x + 8 - y) % 8 === 0;
    case 'grid':
      return x % 4 === 1 || y % 4 === 1;
  }
}
