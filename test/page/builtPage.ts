import { resolve } from 'node:path';
import { build } from 'esbuild';
import type { Translations } from '../../src/engine/l10n';
import type { Theme } from './themes';

/** Not a real place: the browser never asks the network for it. */
export const PAGE_ORIGIN = 'https://page.test';

const ROOT = resolve(__dirname, '../..');

/** A file that the page loads: path below the origin to content. */
export type PageFiles = ReadonlyMap<string, { readonly type: string; readonly body: Buffer }>;

const TYPES: Readonly<Record<string, string>> = { js: 'text/javascript', css: 'text/css', ttf: 'font/ttf' };

let files: Promise<PageFiles> | undefined;

/** The page's script, style sheet and font as they are in the product, built once a process. */
export function builtPage(): Promise<PageFiles> {
  files ??= buildPage();
  return files;
}

async function buildPage(): Promise<PageFiles> {
  const result = await build({
    absWorkingDir: ROOT,
    entryPoints: { page: 'src/webview/main.ts', style: 'src/webview/page.css' },
    outdir: 'dist',
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'chrome132',
    loader: { '.ttf': 'file' },
    assetNames: '[name]',
    sourcemap: 'inline',
    logLevel: 'error',
  });
  return new Map(
    result.outputFiles.map(({ path, contents }) => {
      const name = path.slice(path.lastIndexOf('/') + 1);
      return [`/${name}`, { type: TYPES[name.split('.').pop() ?? ''] ?? 'text/plain', body: Buffer.from(contents) }];
    }),
  );
}

/** What VS Code puts before every webview's own style, as far as it could show here; in words of our own. */
const HOST_STYLE = `
  html { background: var(--vscode-editor-background);
    scrollbar-color: var(--vscode-scrollbarSlider-background) var(--vscode-editor-background); }
  body { margin: 0; padding: 0 20px; color: var(--vscode-editor-foreground); background: transparent;
    font: var(--vscode-font-weight) var(--vscode-font-size) var(--vscode-font-family); overscroll-behavior-x: none; }
  a { color: var(--vscode-textLink-foreground); }
  a:focus, input:focus, select:focus, textarea:focus { outline: 1px solid -webkit-focus-ring-color; outline-offset: -1px; }
  ::-webkit-scrollbar { width: 10px; height: 10px; }
  ::-webkit-scrollbar-thumb { background: var(--vscode-scrollbarSlider-background); }`;

/** The document around the page: the theme as VS Code gives it, then the same policy and the same two files as in the product. */
export function pageHtml(
  theme: Theme,
  bodyClasses: readonly string[],
  page: 'image' | 'compare' = 'image',
  { language, texts }: Translations = { language: 'en', texts: {} },
): string {
  const variables = Object.entries(theme.variables).map(([name, value]) => `--vscode-${name}:${value}`);
  const nonce = 'c29tZXRoaW5nIHJhbmRvbQ';
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    ...['style-src', 'img-src', 'font-src'].map((directive) => `${directive} ${PAGE_ORIGIN}`),
  ];
  return `<!DOCTYPE html>
<html lang="${language}" style="${variables.join(';').replaceAll('"', '&quot;')}">
<head>
<meta charset="utf-8">
<style>${HOST_STYLE}</style>
<meta http-equiv="Content-Security-Policy" content="${policy.join('; ')}">
<title>VHD Editor</title>
<link rel="stylesheet" href="${PAGE_ORIGIN}/style.css">
</head>
<body data-page="${page}" data-translations="${escaped(JSON.stringify(texts))}" class="${[theme.bodyClass, ...bodyClasses].join(' ')}">
<script nonce="${nonce}" src="${PAGE_ORIGIN}/page.js"></script>
</body>
</html>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
}
