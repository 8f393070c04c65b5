import { builtinModules } from 'node:module';

/**
 * The walls between the folders of src/, as ESLint configurations: who may import what.
 * An import is judged by the folder names in its path, so every folder of the plan has a name of its own.
 */

/** The engine's floors from the ground up; each imports only what stands before it. */
const floors = ['storage', 'vhd', 'openImage', 'changeImage', 'chain', 'check', 'operations', 'editing', 'index'];

/** Everything outside the engine, from the ground up. */
const houses = ['worker', 'cli', 'extension', 'webview'];

const nodeNames = `node:.+|(${builtinModules.join('|')})`;
const nodeModules = {
  regex: `^(${nodeNames})$`,
  message: 'Only engine/storage/node*.ts, worker, cli and extension may use Node.',
};
const vscodeModule = { regex: '^vscode$', message: 'Only src/extension knows VS Code.' };
const packages = {
  regex: `^(?!\\.|vscode$|(${nodeNames})$)`,
  message: 'No packages here: this folder stands alone.',
};

/** A pattern for relative imports with any of these names as a folder or as the file. */
function named(names, message) {
  return { regex: `^\\.\\.?/(.*/)?(${names.join('|')})(/|$)`, message };
}

function wall(files, patterns, ignores = []) {
  return {
    files,
    ignores,
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
  };
}

const aboveEngine = named([...houses, 'protocol'], 'The engine knows nothing above it.');
const engineFaceOnly = {
  regex: '^\\.\\.?/(.*/)?engine/(?!index$)',
  allowTypeImports: true,
  message: 'Outside the engine only its public face, engine/index, and its types are known.',
};

/** Floors that a folder of the engine may not see: those above it, and the format's own below the neutral face. */
function floorWall(files, own, alsoHidden = []) {
  const hidden = [...floors.slice(floors.indexOf(own) + 1), ...alsoHidden];
  const message = `${own} imports only the floors below it: storage, vhd, image, chain, check, operations, editing, index.`;
  return wall(files, [packages, nodeModules, vscodeModule, aboveEngine, named(hidden, message)]);
}

export const walls = [
  // The vocabulary that every floor shares. The face of an image speaks of storage and of nothing else.
  wall(
    ['src/engine/*.ts'],
    [packages, nodeModules, vscodeModule, aboveEngine, named(floors.slice(1), 'This is below every format and chain.')],
    ['src/engine/index.ts', 'src/engine/openImage.ts', 'src/engine/changeImage.ts'],
  ),
  floorWall(['src/engine/storage/**/*.ts'], 'storage', ['image']),
  wall(
    ['src/engine/storage/node*.ts'],
    [packages, vscodeModule, aboveEngine, named(floors.slice(1), 'storage is the ground floor.')],
  ),
  floorWall(['src/engine/vhd/**/*.ts'], 'vhd'),
  floorWall(['src/engine/openImage.ts'], 'openImage'),
  floorWall(['src/engine/changeImage.ts'], 'changeImage'),
  // Above the neutral face nothing knows a format by name.
  floorWall(['src/engine/chain/**/*.ts'], 'chain', ['vhd']),
  floorWall(['src/engine/check/**/*.ts'], 'check', ['vhd']),
  floorWall(['src/engine/operations/**/*.ts'], 'operations'),
  floorWall(['src/engine/editing/**/*.ts'], 'editing', ['vhd']),
  wall(['src/engine/index.ts'], [packages, nodeModules, vscodeModule, aboveEngine]),
  wall(
    ['src/protocol/**/*.ts'],
    [
      packages,
      nodeModules,
      vscodeModule,
      named(houses, 'The protocol stands between extension and page and imports neither.'),
      { regex: '(^|/)engine/', allowTypeImports: true, message: 'The protocol takes only types from the engine.' },
    ],
  ),
  wall(
    ['src/worker/**/*.ts'],
    [packages, vscodeModule, named(['cli', 'extension', 'webview'], 'worker stands below.'), engineFaceOnly],
  ),
  wall(
    ['src/cli/**/*.ts'],
    [
      packages,
      vscodeModule,
      named(['worker', 'extension', 'webview', 'protocol'], 'cli knows the engine only.'),
      engineFaceOnly,
    ],
  ),
  wall(
    ['src/extension/**/*.ts'],
    [packages, named(['webview', 'cli'], 'Extension and page meet only in src/protocol.'), engineFaceOnly],
  ),
  wall(
    ['src/webview/**/*.ts'],
    [
      { regex: '^(?![./]|lit$|lit/|@vscode/codicons)', message: 'The page knows lit, the codicons and nothing else.' },
      named(['engine', 'worker', 'cli', 'extension'], 'Extension and page meet only in src/protocol.'),
    ],
  ),
];
