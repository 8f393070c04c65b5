import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { PAGE_ATTRIBUTE } from '../../protocol/compare';
import { TRANSLATIONS_ATTRIBUTE } from '../../protocol/messages';

/** Folders that a page may load from. */
export function pageRoots(extensionUri: vscode.Uri): readonly vscode.Uri[] {
  return [vscode.Uri.joinPath(extensionUri, 'dist'), vscode.Uri.joinPath(extensionUri, 'media')];
}

/** The frame of the page: it may run its own script and nothing else, and load nothing from elsewhere. `page`: what it shows. */
export function pageHtml(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  page: 'image' | 'compare' = 'image',
): string {
  const nonce = randomBytes(16).toString('base64url');
  const address = (name: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', name)).toString();
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    `img-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
  ].join('; ');
  const { bundle } = vscode.l10n;
  const translations = bundle === undefined ? '' : ` ${TRANSLATIONS_ATTRIBUTE}="${escaped(JSON.stringify(bundle))}"`;
  return `<!DOCTYPE html>
<html lang="${escaped(vscode.env.language)}">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>VHD Editor</title>
    <link rel="stylesheet" href="${address('page.css')}">
  </head>
  <body ${PAGE_ATTRIBUTE}="${page}"${translations}>
    <script nonce="${nonce}" src="${address('page.js')}"></script>
  </body>
</html>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
