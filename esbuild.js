'use strict';
// Builds dist/: `node esbuild.js` for development, `--watch` rebuilds on change, `--production` minifies for the package.
const esbuild = require('esbuild');
const fs = require('node:fs');
const path = require('node:path');

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');
const outputFolder = path.join(__dirname, 'dist');
const metafileFolder = path.join(__dirname, '.cache', 'meta');

const shared = {
  absWorkingDir: __dirname,
  bundle: true,
  minify: production,
  sourcemap: !production,
  sourcesContent: false,
  metafile: true,
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'warning',
};

/** VS Code 1.100 runs extensions on Node 20; so does the command line at the least. */
const node = { ...shared, platform: 'node', target: 'node20', format: 'cjs' };

/** VS Code 1.100 is built on Chromium 132. The codicon font lands beside the style sheet that names it. */
const browser = {
  ...shared,
  platform: 'browser',
  target: 'chrome132',
  loader: { '.ttf': 'file' },
  assetNames: '[name]',
};

const bundles = [
  { ...node, entryPoints: ['src/extension/extension.ts'], outfile: 'dist/extension.js', external: ['vscode'] },
  { ...node, entryPoints: ['src/worker/main.ts'], outfile: 'dist/worker.js' },
  { ...node, entryPoints: ['src/cli/main.ts'], outfile: 'dist/cli.js', banner: { js: '#!/usr/bin/env node' } },
  { ...browser, entryPoints: ['src/webview/main.ts'], outfile: 'dist/page.js', format: 'iife' },
  { ...browser, entryPoints: ['src/webview/page.css'], outfile: 'dist/page.css' },
];

/** What stands in a bundle and how heavy it is: read by the checks of the package, never shipped. */
function finish(bundle) {
  const name = path.basename(bundle.outfile);
  return {
    name: 'finish',
    setup(build) {
      build.onEnd((result) => {
        if (result.metafile === undefined) return;
        fs.mkdirSync(metafileFolder, { recursive: true });
        fs.writeFileSync(path.join(metafileFolder, `${name}.json`), JSON.stringify(result.metafile));
        if (name === 'cli.js') fs.chmodSync(path.join(__dirname, bundle.outfile), 0o755);
        const size = Object.values(result.metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
        console.log(`${bundle.outfile}  ${String(Math.ceil(size / 1024))} KiB`);
      });
    },
  };
}

function presentBundles() {
  const missing = bundles.filter((bundle) => !fs.existsSync(path.join(__dirname, bundle.entryPoints[0])));
  for (const bundle of missing) console.error(`not there yet: ${bundle.entryPoints[0]}`);
  if (production && missing.length > 0) process.exit(1);
  return bundles.filter((bundle) => !missing.includes(bundle));
}

async function main() {
  const chosen = presentBundles().map((bundle) => ({ ...bundle, plugins: [finish(bundle)] }));
  if (watch) {
    console.log('Building');
    for (const options of chosen) {
      const context = await esbuild.context(options);
      // A first build that fails is watched too; esbuild has said why.
      await context.rebuild().catch(() => undefined);
      await context.watch();
    }
    console.log('Watching');
    return;
  }
  // Nothing of an earlier build may slip into the package.
  fs.rmSync(outputFolder, { recursive: true, force: true });
  await Promise.all(chosen.map((options) => esbuild.build(options)));
}

main().catch((error) => {
  // esbuild has printed its own errors by now.
  if (error.errors === undefined) console.error(error);
  process.exit(1);
});
