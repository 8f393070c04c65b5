import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export type ThemeKind = 'dark' | 'light' | 'highContrast' | 'highContrastLight';

export const THEME_KINDS: readonly ThemeKind[] = ['dark', 'light', 'highContrast', 'highContrastLight'];

export interface Theme {
  /** As VS Code calls it. */
  readonly name: string;
  /** Classes that VS Code puts on the page's body. */
  readonly bodyClass: string;
  /** Without `--vscode-`. Read out of VS Code 1.100.3, what no page of ours could use left out, the extension's own colors added. */
  readonly variables: Readonly<Record<string, string>>;
}

interface Manifest {
  readonly contributes: {
    readonly colors: readonly { readonly id: string; readonly defaults: Readonly<Record<ThemeKind, string>> }[];
  };
}

const DEFAULT_FONTS = {
  // The machine that runs the tests has neither of the fonts that Windows and macOS bring.
  'font-family': 'system-ui, "Ubuntu", "Droid Sans", sans-serif',
  'editor-font-family': '"Droid Sans Mono", "monospace", monospace',
};

export function readTheme(kind: ThemeKind): Theme {
  const theme = JSON.parse(readFileSync(join(__dirname, 'themes', `${kind}.json`), 'utf8')) as Theme;
  const manifest = JSON.parse(readFileSync(resolve(__dirname, '../../package.json'), 'utf8')) as Manifest;
  const own = manifest.contributes.colors.map(({ id, defaults }) => [id.replace('.', '-'), defaults[kind]] as const);
  return { ...theme, variables: { ...theme.variables, ...DEFAULT_FONTS, ...Object.fromEntries(own) } };
}
