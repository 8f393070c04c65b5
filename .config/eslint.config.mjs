import { fileURLToPath } from 'node:url';
import js from '@eslint/js';
import tseslint from 'typescript-eslint';
import { walls } from './walls.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The first project that holds a file gives its types, so the strictest environment comes first. */
const projects = [
  'src/engine',
  'src/engine/storage',
  'src/protocol',
  'src/webview',
  'src/worker',
  'src/cli',
  'src/extension',
  'test',
];

export default tseslint.config(
  { basePath: root, ignores: ['dist/', '.cache/', '.vscode-test/', 'test-output/', 'coverage/'] },
  {
    basePath: root,
    files: ['{src,test}/**/*.ts'],
    extends: [js.configs.recommended, tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { project: projects.map((folder) => `${folder}/tsconfig.json`), tsconfigRootDir: root },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'no-console': 'error',
      eqeqeq: 'error',
      curly: ['error', 'multi-line'],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Exports have names.' },
        { selector: 'ImportExpression', message: 'The walls between the folders cannot see a dynamic import.' },
      ],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    },
  },
  ...walls.map((wall) => ({ basePath: root, ...wall })),
  {
    basePath: root,
    files: ['test/**/*.ts'],
    rules: {
      // Tests print, and mocha's describe and it are called without awaiting.
      'no-console': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    basePath: root,
    files: ['**/*.js', '**/*.mjs', '**/*.cjs'],
    extends: [js.configs.recommended],
    languageOptions: { globals: { console: 'readonly', process: 'readonly', URL: 'readonly' } },
  },
  {
    basePath: root,
    files: ['**/*.js', '**/*.cjs'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { __dirname: 'readonly', exports: 'writable', module: 'writable', require: 'readonly' },
    },
  },
);
