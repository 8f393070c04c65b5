import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '..');

interface MenuItem {
  readonly command?: string;
  readonly submenu?: string;
  readonly group?: string;
  readonly when?: string;
}

interface Setting {
  readonly type?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly string[];
  readonly markdownDescription?: string;
  readonly scope?: string;
  readonly order?: number;
}

interface Manifest {
  readonly name: string;
  readonly license: string;
  readonly icon: string;
  readonly keywords: readonly string[];
  readonly engines: { readonly vscode: string };
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly dependencies?: unknown;
  readonly repository?: unknown;
  readonly homepage?: unknown;
  readonly bugs?: unknown;
  readonly extensionKind: readonly string[];
  readonly activationEvents: readonly string[];
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly supported: true | 'limited'; readonly description?: string };
    readonly virtualWorkspaces: { readonly supported: string; readonly description: string };
  };
  readonly contributes: {
    readonly customEditors: readonly {
      readonly viewType: string;
      readonly selector: readonly { readonly filenamePattern: string }[];
      readonly priority: unknown;
    }[];
    readonly commands?: readonly {
      readonly command: string;
      readonly title: string;
      readonly category?: string;
      readonly enablement?: string;
    }[];
    readonly menus?: Readonly<Record<string, readonly MenuItem[]>>;
    readonly configuration?: { readonly properties: Readonly<Record<string, Setting>> };
    readonly colors?: readonly { readonly id: string; readonly defaults: Readonly<Record<string, string>> }[];
    readonly walkthroughs?: readonly {
      readonly steps: readonly {
        readonly description: string;
        readonly media: { readonly svg: string };
        readonly completionEvents: readonly string[];
      }[];
    }[];
    readonly views?: Readonly<Record<string, readonly { readonly id: string }[]>>;
  };
}

const manifestText = readFileSync(join(ROOT, 'package.json'), 'utf8');
const manifest = JSON.parse(manifestText) as Manifest;
const texts = JSON.parse(readFileSync(join(ROOT, 'package.nls.json'), 'utf8')) as Readonly<Record<string, string>>;
const { contributes } = manifest;
const commands = contributes.commands ?? [];
const menus = Object.entries(contributes.menus ?? {});
const settings = Object.entries(contributes.configuration?.properties ?? {});

function textOf(key: string): string {
  return texts[key.replaceAll('%', '')] ?? key;
}

/** Small words stay small within a title. */
const SMALL_WORDS = new Set([
  'a',
  'an',
  'and',
  'as',
  'at',
  'by',
  'for',
  'from',
  'in',
  'into',
  'of',
  'on',
  'or',
  'the',
  'to',
  'with',
]);

function isTitleCase(title: string): boolean {
  return title
    .split(' ')
    .every((word, index) => /^[A-Z0-9]/.test(word) || (index > 0 && SMALL_WORDS.has(word.replace('…', ''))));
}

describe('the manifest', () => {
  it('supports VS Code 1.100 and is compiled against exactly that', () => {
    assert.equal(manifest.engines.vscode, '^1.100.0');
    assert.equal(manifest.devDependencies['@types/vscode'], '1.100.0');
    assert.match(manifest.devDependencies['@types/node'] ?? '', /^20\./);
    assert.match(readFileSync(join(ROOT, 'esbuild.js'), 'utf8'), /target: 'node20'/);
  });

  it('pins every package and bundles them all', () => {
    const loose = Object.entries(manifest.devDependencies).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version));
    assert.deepEqual(loose, []);
    assert.equal(manifest.dependencies, undefined);
  });

  it('wakes the extension for nothing but telling VHDL sources from disks', () => {
    assert.deepEqual(
      manifest.activationEvents.filter((event) => event !== 'onStartupFinished'),
      [],
    );
  });

  it('offers its editors for .vhd and .avhd in both cases and leaves .vhd to the text editor until looked into', () => {
    const patterns = contributes.customEditors.flatMap((editor) => editor.selector.map((each) => each.filenamePattern));
    const endings = patterns.flatMap((pattern) => /^\*\.\{(.*)\}$/.exec(pattern)?.[1]?.split(',') ?? [pattern]);
    assert.deepEqual(endings.sort(), ['AVHD', 'VHD', 'avhd', 'vhd']);
    for (const editor of contributes.customEditors) {
      assert.equal(typeof editor.priority, 'string');
      const takesVhd = editor.selector.some(({ filenamePattern }) => /[{.,]vhd/.test(filenamePattern));
      if (takesVhd) assert.equal(editor.priority, 'option');
    }
  });

  it('prefixes every id with its own name', () => {
    const ids = [
      ...contributes.customEditors.map((editor) => editor.viewType),
      ...commands.map(({ command }) => command),
      ...settings.map(([name]) => name),
      ...(contributes.colors ?? []).map(({ id }) => id),
      ...Object.values(contributes.views ?? {}).flatMap((views) => views.map(({ id }) => id)),
    ];
    assert.deepEqual(
      ids.filter((id) => !id.startsWith('vhdEditor.')),
      [],
    );
  });

  it('names every command in title case under one category', () => {
    for (const { command, title, category } of commands) {
      assert.equal(category, 'VHD Editor', command);
      assert.ok(isTitleCase(textOf(title)), textOf(title));
      assert.doesNotMatch(textOf(title), /\p{Extended_Pictographic}/u);
    }
  });

  it('takes every text from package.nls.json and leaves none there unused', () => {
    const used = new Set([...manifestText.matchAll(/"%([^%"]+)%"/g)].map((match) => match[1] ?? ''));
    assert.deepEqual([...used].sort(), Object.keys(texts).sort());
    for (const { title } of commands) assert.match(title, /^%.*%$/);
    for (const [, setting] of settings) assert.match(setting.markdownDescription ?? '', /^%.*%$/);
  });

  it('shows in the palette what needs our editor only while that is active', () => {
    // Those ask for an image where none is open, or need none.
    const always = [
      'vhdEditor.open',
      'vhdEditor.aboutSnapshots',
      'vhdEditor.checkImage',
      'vhdEditor.checkFolder',
      'vhdEditor.compare',
      'vhdEditor.locateParent',
      'vhdEditor.explainChangedParent',
      'vhdEditor.repairImage',
      'vhdEditor.undoRepair',
      'vhdEditor.finishOperation',
      'vhdEditor.createSnapshot',
      'vhdEditor.mergeSnapshot',
      'vhdEditor.revertToSnapshot',
      'vhdEditor.deleteSnapshot',
      'vhdEditor.mergeToNewFile',
      'vhdEditor.rebuildFamily',
      'vhdEditor.relinkFolder',
      'vhdEditor.undoRelinkFolder',
    ];
    const palette = contributes.menus?.['commandPalette'] ?? [];
    for (const { command } of commands.filter((each) => !always.includes(each.command))) {
      const when = palette.find((item) => item.command === command)?.when ?? '';
      assert.match(when, /activeCustomEditorId|^false$/, command);
    }
  });

  it('has one walkthrough of at most five steps, with pictures in the colours of the theme', () => {
    const [walkthrough, ...others] = contributes.walkthroughs ?? [];
    assert.ok(walkthrough !== undefined && others.length === 0);
    assert.ok(walkthrough.steps.length <= 5);
    for (const { media, completionEvents, description } of walkthrough.steps) {
      const picture = readFileSync(join(ROOT, media.svg), 'utf8');
      assert.match(picture, /--vscode-/);
      assert.doesNotMatch(picture, /#[0-9a-f]{3,8}\b/i);
      assert.ok(completionEvents.length > 0);
      const ids = [...textOf(description).matchAll(/\(command:(vhdEditor\.\w+)\)/g)].map((match) => match[1]);
      assert.deepEqual(
        ids.filter((id) => !commands.some(({ command }) => command === id)),
        [],
      );
    }
  });

  it('offers what writes to images only in a workspace that is trusted', () => {
    const snapshots = ['createSnapshot', 'mergeSnapshot', 'revertToSnapshot', 'deleteSnapshot', 'resumeMerge'];
    for (const name of [
      ...snapshots,
      'repairImage',
      'undoRepair',
      'finishOperation',
      'relinkFolder',
      'undoRelinkFolder',
      'mergeToNewFile',
    ]) {
      const command = commands.find((each) => each.command === `vhdEditor.${name}`);
      assert.equal(command?.enablement, 'isWorkspaceTrusted', name);
    }
  });

  it('groups its menus and puts at most one icon into the editor toolbar', () => {
    for (const [place, items] of menus) {
      if (place === 'commandPalette') continue;
      for (const item of items) {
        assert.match(item.group ?? '', /^(inline|navigation|\d_\w+)(@\d+)?$/, `${place}: ${String(item.command)}`);
      }
    }
    const toolbar = contributes.menus?.['editor/title'] ?? [];
    assert.ok(toolbar.filter((item) => item.group?.startsWith('navigation')).length <= 1);
    const known = new Set(commands.map(({ command }) => command));
    const unknown = menus
      .flatMap(([, items]) => items)
      .filter((item) => item.command !== undefined && !known.has(item.command));
    assert.deepEqual(unknown, []);
  });

  it('gives every setting a type, a default, bounds, words, a scope and a place', () => {
    for (const [name, setting] of settings) {
      assert.ok(setting.type !== undefined && setting.default !== undefined, name);
      assert.ok(setting.markdownDescription !== undefined && setting.order !== undefined, name);
      assert.ok(['window', 'resource', 'machine', 'machine-overridable'].includes(setting.scope ?? ''), name);
      if (setting.type === 'number' || setting.type === 'integer') {
        const { minimum = NaN, maximum = NaN, default: value } = setting;
        assert.ok(typeof value === 'number' && value >= minimum && value <= maximum, name);
      }
    }
  });

  it('says what it does in untrusted and virtual workspaces', () => {
    const { untrustedWorkspaces, virtualWorkspaces } = manifest.capabilities;
    assert.ok(untrustedWorkspaces.supported === true || untrustedWorkspaces.description !== undefined);
    assert.equal(virtualWorkspaces.supported, 'limited');
    assert.ok(textOf(virtualWorkspaces.description).length > 20);
    assert.deepEqual(manifest.extensionKind, ['workspace']);
  });

  it('gives every colour a default for the four kinds of themes', () => {
    for (const { id, defaults } of contributes.colors ?? []) {
      assert.deepEqual(Object.keys(defaults).sort(), ['dark', 'highContrast', 'highContrastLight', 'light'], id);
    }
  });

  it('has what the Marketplace shows, and no address that does not exist', () => {
    assert.equal(manifest.license, 'MIT');
    assert.ok(manifest.keywords.length <= 5);
    const icon = readFileSync(join(ROOT, manifest.icon));
    // PNG: width and height stand big-endian at 16 and 20.
    assert.deepEqual([icon.readUInt32BE(16), icon.readUInt32BE(20)], [256, 256]);
    assert.deepEqual([manifest.repository, manifest.homepage, manifest.bugs], [undefined, undefined, undefined]);
    assert.ok(existsSync(join(ROOT, 'LICENSE')));
  });
});
