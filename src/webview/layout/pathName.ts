/** The last part of a path of any system; the whole where there is none. */
export function pathName(path: string): string {
  return path.split(/[\\/]/).pop() ?? path;
}
