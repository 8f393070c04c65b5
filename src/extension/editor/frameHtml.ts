import type { Translations } from '../../engine/l10n';
import { PAGE_ATTRIBUTE } from '../../protocol/compare';
import { TRANSLATIONS_ATTRIBUTE } from '../../protocol/messages';

export interface Frame {
  /** What the page shows. */
  readonly page: 'image' | 'compare';
  readonly script: string;
  readonly style: string;
  /** Where images, fonts and style sheets may come from, as the policy names it. */
  readonly source: string;
  /** Random, and another one for each frame. */
  readonly nonce: string;
  readonly translations: Translations;
}

/** The frame of a page: it may run its own script and nothing else, and load nothing from elsewhere. */
export function frameHtml({ page, script, style, source, nonce, translations }: Frame): string {
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${source}`,
    `img-src ${source}`,
    `font-src ${source}`,
  ].join('; ');
  const { language, texts } = translations;
  const hasTexts = Object.keys(texts).length > 0;
  const attribute = hasTexts ? ` ${TRANSLATIONS_ATTRIBUTE}="${escaped(JSON.stringify(texts))}"` : '';
  return `<!DOCTYPE html>
<html lang="${escaped(language)}">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>VHD Editor</title>
    <link rel="stylesheet" href="${style}">
  </head>
  <body ${PAGE_ATTRIBUTE}="${page}"${attribute}>
    <script nonce="${nonce}" src="${script}"></script>
  </body>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
