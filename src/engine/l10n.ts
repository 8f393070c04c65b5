/** What the engine's sentences are put into another language with. */
export interface Translations {
  /** As `vscode.env.language` has it: `de`, `pt-br`. */
  readonly language: string;
  /** Translated text by English text; what is missing stays English. */
  readonly texts: Readonly<Record<string, string>>;
}

const ENGLISH = 'en';

let translations: Translations = { language: ENGLISH, texts: {} };

/** Null until it is asked for: the system's tables of languages take 14 ms to load, a sixth of what a short command takes. */
let numbers: Intl.NumberFormat | null = null;

/**
 * Has every text that is made from now on in this thread be in another language. Each thread of ours calls it once, before it does anything else; where nobody
 * does, as on the command line, texts are English. Ids, codes, and words that are read back are none of these texts.
 */
export function useTranslations(wanted: Translations): void {
  translations = wanted;
  numbers = null;
}

/** What this thread uses, for the threads that it starts. */
export function translationsInUse(): Translations {
  return translations;
}

/**
 * A text for people in their language; `{0}`, `{1}` … stand for the values. The text is its own key, so it is written out where it is used: one for each
 * form of a sentence that differs by number, and none that is put together from pieces of sentences. Not for a file's constants, which are made too early.
 */
export function t(text: string, ...values: readonly (string | number | bigint)[]): string {
  const translated = translations.texts[text] ?? text;
  return translated.replaceAll(/\{(\d)\}/g, (place, index: string) => String(values[Number(index)] ?? place));
}

/** A number for reading, with the decimal sign of the language: `1.5`, `1,5`. Digits are not grouped. */
export function decimal(value: number): string {
  if (translations.language === ENGLISH) {
    return String(value);
  }
  const sign =
    numbersInUse()
      .formatToParts(0.5)
      .find(({ type }) => type === 'decimal')?.value ?? '.';
  return String(value).replace('.', sign);
}

/** A whole number in a sentence, as the language groups its digits: `1,048,576`, `1.048.576`. */
export function groupedDigits(value: number): string {
  return numbersInUse().format(value);
}

/** A time as it is read in every language: `2026-11-03 09:12:44 UTC`; milliseconds since 1970. */
export function utcText(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

function numbersInUse(): Intl.NumberFormat {
  return (numbers ??= numbersOf(translations.language));
}

/** English ones for a language that the system does not know. */
function numbersOf(language: string): Intl.NumberFormat {
  try {
    return new Intl.NumberFormat(language);
  } catch {
    return new Intl.NumberFormat(ENGLISH);
  }
}
