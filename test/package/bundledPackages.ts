import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { filesBelow } from '../filesBelow';

const ROOT = resolve(__dirname, '../..');
const METAFILES = join(ROOT, '.cache', 'meta');

/** A package of someone else's that our bundles contain. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** As its manifest says it, an SPDX expression. */
  readonly licence: string;
  /** The whole text of its licence files. */
  readonly licenceText: string;
}

interface Metafile {
  readonly outputs: Readonly<
    Record<string, { readonly inputs: Readonly<Record<string, { readonly bytesInOutput: number }>> }>
  >;
}

/** Bytes of dist/NAME as the last build made it. */
export function bundleSize(name: string): number {
  return readFileSync(join(ROOT, 'dist', name)).length;
}

function bundledFolders(): readonly string[] {
  const folders = new Set<string>();
  for (const path of filesBelow(METAFILES, '.json')) {
    const { outputs } = JSON.parse(readFileSync(path, 'utf8')) as Metafile;
    const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
    for (const [input, { bytesInOutput }] of inputs) {
      // Read, but of no use to us, and so not in the bundle.
      if (bytesInOutput === 0) continue;
      const folder = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
      if (folder !== undefined) folders.add(folder);
    }
  }
  return [...folders].sort();
}

/** The packages in the bundles of the last build, from what the bundler noted down. */
export function bundledPackages(): readonly BundledPackage[] {
  if (!existsSync(METAFILES)) throw new Error('there is no build to look into; run npm run build');
  return bundledFolders().map((folder) => {
    const path = join(ROOT, folder);
    const manifest = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Record<string, string>;
    const licenceFiles = readdirSync(path).filter((name) => /^licen[cs]e/i.test(name));
    return {
      name: manifest['name'] ?? folder,
      version: manifest['version'] ?? '',
      licence: manifest['license'] ?? 'none',
      licenceText: licenceFiles.map((name) => readFileSync(join(path, name), 'utf8').trim()).join('\n\n'),
    };
  });
}
