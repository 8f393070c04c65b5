/** Red, green and blue, 0 to 1, in proportion to light. */
type LinearRgb = readonly [red: number, green: number, blue: number];
/** CIELAB under D65. */
type Lab = readonly [lightness: number, a: number, b: number];
type Matrix = readonly [LinearRgb, LinearRgb, LinearRgb];

export type Vision = 'all cones' | 'protanopia' | 'deuteranopia' | 'tritanopia';
export const VISIONS: readonly Vision[] = ['all cones', 'protanopia', 'deuteranopia', 'tritanopia'];

/** Machado, Oliveira and Fernandes 2009, "A Physiologically-based Model for Simulation of Color Vision Deficiency", severity 1.0; for linear RGB. */
const MATRICES: Readonly<Record<Vision, Matrix>> = {
  'all cones': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protanopia: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deuteranopia: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritanopia: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

/** Of `#rrggbb`. */
export function linearRgb(color: string): LinearRgb {
  const part = (at: number): number => {
    const value = parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [part(1), part(3), part(5)];
}

/** What people of a kind of colour vision see as all others see the result. */
export function seenWith(vision: Vision, [red, green, blue]: LinearRgb): LinearRgb {
  const part = ([ofRed, ofGreen, ofBlue]: LinearRgb): number =>
    Math.min(1, Math.max(0, ofRed * red + ofGreen * green + ofBlue * blue));
  const [toRed, toGreen, toBlue] = MATRICES[vision];
  return [part(toRed), part(toGreen), part(toBlue)];
}

/** The contrast ratio of WCAG, 1 to 21. */
export function contrast(one: string, other: string): number {
  const [darker, lighter] = [luminance(linearRgb(one)), luminance(linearRgb(other))].sort((a, b) => a - b);
  return (lighter! + 0.05) / (darker! + 0.05);
}

function luminance([red, green, blue]: LinearRgb): number {
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function toLab([red, green, blue]: LinearRgb): Lab {
  const bend = (share: number): number => (share > 216 / 24389 ? Math.cbrt(share) : ((24389 / 27) * share + 16) / 116);
  const x = bend((0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047);
  const y = bend(0.2126729 * red + 0.7151522 * green + 0.072175 * blue);
  const z = bend((0.0193339 * red + 0.119192 * green + 0.9503041 * blue) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

/** CIEDE2000, as in Sharma, Wu and Dalal 2005. */
export function colorDistance(
  one: Lab | LinearRgb,
  other: Lab | LinearRgb,
  space: 'Lab' | 'linear RGB' = 'Lab',
): number {
  const [[lightness1, a1, b1], [lightness2, a2, b2]] = space === 'Lab' ? [one, other] : [toLab(one), toLab(other)];
  const meanChroma = (Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2;
  const stretch = 1.5 - 0.5 * Math.sqrt(meanChroma ** 7 / (meanChroma ** 7 + 25 ** 7));
  const [chroma1, chroma2] = [Math.hypot(a1 * stretch, b1), Math.hypot(a2 * stretch, b2)];
  const [hue1, hue2] = [degrees(b1, a1 * stretch), degrees(b2, a2 * stretch)];
  const isGrey = chroma1 * chroma2 === 0;
  const turn = isGrey ? 0 : ((hue2 - hue1 + 540) % 360) - 180;

  const lightness = (lightness1 + lightness2) / 2;
  const chroma = (chroma1 + chroma2) / 2;
  const hue = isGrey ? hue1 + hue2 : hue1 + turn / 2;
  const weight =
    1 - 0.17 * cosine(hue - 30) + 0.24 * cosine(2 * hue) + 0.32 * cosine(3 * hue + 6) - 0.2 * cosine(4 * hue - 63);
  const byLightness =
    (lightness2 - lightness1) / (1 + (0.015 * (lightness - 50) ** 2) / Math.sqrt(20 + (lightness - 50) ** 2));
  const byChroma = (chroma2 - chroma1) / (1 + 0.045 * chroma);
  const byHue = (2 * Math.sqrt(chroma1 * chroma2) * sine(turn / 2)) / (1 + 0.015 * chroma * weight);
  const fromBlue = (((hue + 360) % 360) - 275) / 25;
  const bend = 30 * Math.exp(-(fromBlue * fromBlue));
  const rotation = -2 * Math.sqrt(chroma ** 7 / (chroma ** 7 + 25 ** 7)) * sine(2 * bend);
  return Math.sqrt(byLightness ** 2 + byChroma ** 2 + byHue ** 2 + rotation * byChroma * byHue);
}

function degrees(y: number, x: number): number {
  return ((Math.atan2(y, x) * 180) / Math.PI + 360) % 360;
}

function cosine(angle: number): number {
  return Math.cos((angle * Math.PI) / 180);
}

function sine(angle: number): number {
  return Math.sin((angle * Math.PI) / 180);
}
