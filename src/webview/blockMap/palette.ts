import { layerAppearance } from '../layerAppearance';
import type { LayerPattern } from '../layerAppearance';

/** A colour as a pixel of ImageData read as a 32-bit little-endian number: red in the lowest byte, always opaque. */
export type Pixel = number;

/** The theme's colours for the map, resolved when it is drawn. */
export interface Palette {
  readonly background: Pixel;
  /** A block that no layer has. */
  readonly empty: Pixel;
  /** For marks upon cells. */
  readonly foreground: Pixel;
  /** By layer. */
  readonly layers: Uint32Array;
  /** The strokes of the layer's pattern upon its colour. */
  readonly inks: Uint32Array;
  readonly patterns: readonly LayerPattern[];
  /** A high contrast theme or forced colours: cells get borders, patterns are drawn at every size. */
  readonly highContrast: boolean;
}

/** Reads the colours that the theme gives an element now. `probe` is an unseen child of the map's root. */
export function readPalette(probe: HTMLElement, layerCount: number): Palette {
  const resolve = new ColorResolver(probe);
  const background = resolve.pixel('--block-map-background');
  const layers = new Uint32Array(layerCount);
  const inks = new Uint32Array(layerCount);
  const patterns: LayerPattern[] = [];
  const inkColor = resolve.pixel('--block-map-ink');
  const strength = resolve.number('--block-map-ink-strength');
  for (let layer = 0; layer < layerCount; layer++) {
    const look = layerAppearance(layer, layerCount);
    const color = resolve.pixel(look.colorVariable);
    layers[layer] = color;
    inks[layer] = mix(color, inkColor, strength);
    patterns.push(look.pattern);
  }
  return {
    background,
    empty: resolve.pixel('--block-map-empty'),
    foreground: resolve.pixel('--block-map-mark'),
    layers,
    inks,
    patterns,
    highContrast: resolve.number('--block-map-borders') === 1,
  };
}

/** `share` (0 to 1) of `over` upon `base`. */
export function mix(base: Pixel, over: Pixel, share: number): Pixel {
  let pixel = 0;
  for (let shift = 0; shift < 24; shift += 8) {
    const from = (base >>> shift) & 0xff;
    const to = (over >>> shift) & 0xff;
    pixel |= Math.round(from + (to - from) * share) << shift;
  }
  return (pixel | 0xff000000) >>> 0;
}

/** Calls back when the theme may have changed; returns what ends it. VS Code writes a theme to the root and the body of the page. */
export function watchTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  const filter = { attributes: true, attributeFilter: ['class', 'style', 'data-vscode-theme-id'] };
  observer.observe(document.documentElement, filter);
  observer.observe(document.body, filter);
  const forced = matchMedia('(forced-colors: active)');
  forced.addEventListener('change', changed);
  return () => {
    observer.disconnect();
    forced.removeEventListener('change', changed);
  };
}

/** Turns any CSS colour, mixed or half transparent, into what it looks like upon the map's background. */
class ColorResolver {
  readonly #probe: HTMLElement;
  readonly #style: CSSStyleDeclaration;
  readonly #context: CanvasRenderingContext2D | null;

  constructor(probe: HTMLElement) {
    this.#probe = probe;
    this.#style = getComputedStyle(probe);
    const canvas = document.createElement('canvas');
    canvas.width = 1;
    canvas.height = 1;
    this.#context = canvas.getContext('2d', { willReadFrequently: true });
  }

  pixel(variable: string): Pixel {
    const context = this.#context;
    if (context === null) return 0xff000000;
    context.fillStyle = this.#color('--block-map-background');
    context.fillRect(0, 0, 1, 1);
    context.fillStyle = this.#color(variable);
    context.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
    return (red | (green << 8) | (blue << 16) | 0xff000000) >>> 0;
  }

  number(variable: string): number {
    return Number(this.#style.getPropertyValue(variable));
  }

  #color(variable: string): string {
    this.#probe.style.color = `var(${variable}, var(--block-map-mark))`;
    return this.#style.color;
  }
}
