/** Translations by English text, as VS Code's own bundles have them; empty for English. */
let bundle: Readonly<Record<string, string>> = {};
let decimalSign = '.';

/** Takes the translations that the host put into the page, and the language of the page. Called once, before anything is drawn. */
export function useTranslations(translations: Readonly<Record<string, string>>, language: string): void {
  bundle = translations;
  const parts = new Intl.NumberFormat(language).formatToParts(0.5);
  decimalSign = parts.find(({ type }) => type === 'decimal')?.value ?? '.';
}

/** A text for people in their language; `{0}`, `{1}` … stand for the values. */
export function t(text: string, ...values: readonly (string | number)[]): string {
  const translated = bundle[text] ?? text;
  return translated.replaceAll(/\{(\d)\}/g, (place, index: string) => String(values[Number(index)] ?? place));
}

/** A number, or its digits, for reading: with the decimal sign of the language. */
export function decimal(value: number | string): string {
  return String(value).replace('.', decimalSign);
}
