/** Translations by English text, as VS Code's own bundles have them; empty for English. */
let bundle: Readonly<Record<string, string>> = {};

/** Takes the translations that the host put into the page. Called once, before anything is drawn. */
export function useTranslations(translations: Readonly<Record<string, string>>): void {
  bundle = translations;
}

/** A text for people in their language; `{0}`, `{1}` … stand for the values. */
export function t(text: string, ...values: readonly (string | number)[]): string {
  const translated = bundle[text] ?? text;
  return translated.replaceAll(/\{(\d)\}/g, (place, index: string) => String(values[Number(index)] ?? place));
}
