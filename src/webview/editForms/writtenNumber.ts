const UNITS: Readonly<Record<string, number>> = { '': 1, KIB: 2 ** 10, MIB: 2 ** 20, GIB: 2 ** 30, TIB: 2 ** 40 };

/** A number of bytes as a person writes it: `4096`, `4 096`, `0x1000`, `4 KiB`. Null where it is none, or none that is counted exactly. */
export function writtenNumber(text: string): number | null {
  const match = /^(0x[\da-f]+|\d[\d\s_,]*?)\s*([kmgt]ib)?$/i.exec(text.trim());
  if (match === null) return null;
  const [, digits = '', unit = ''] = match;
  const value = Number(digits.replaceAll(/[\s_,]/g, '')) * (UNITS[unit.toUpperCase()] ?? 1);
  return Number.isSafeInteger(value) ? value : null;
}
