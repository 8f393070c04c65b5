import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import ts from 'typescript';

/** The files that each file imports, types too; packages are left out. */
export function importsOf(paths: readonly string[]): ReadonlyMap<string, readonly string[]> {
  return new Map(
    paths.map((path) => {
      const { importedFiles } = ts.preProcessFile(readFileSync(path, 'utf8'));
      const imported = importedFiles.map(({ fileName }) => `${resolve(dirname(path), fileName)}.ts`);
      return [path, imported.filter((file) => existsSync(file))];
    }),
  );
}

/** What lies on a cycle, or between two: takes away what imports nothing that is left, and what nothing left imports, until there is no more of it. */
export function onCycles(imports: ReadonlyMap<string, readonly string[]>): readonly string[] {
  let left = new Set(imports.keys());
  for (;;) {
    const importedByLeft = new Set([...left].flatMap((path) => imports.get(path) ?? []));
    const kept = [...left].filter(
      (path) => importedByLeft.has(path) && imports.get(path)?.some((imported) => left.has(imported)),
    );
    if (kept.length === left.size) return kept;
    left = new Set(kept);
  }
}
