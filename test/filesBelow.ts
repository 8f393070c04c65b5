import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Paths of all files below a folder whose names end so, sorted. */
export function filesBelow(folder: string, ...endings: readonly string[]): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
