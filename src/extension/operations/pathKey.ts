/**
 * The same for all texts of one path: on Windows VS Code writes a drive in lower case, the system in upper case, and neither tells the case of the
 * other names.
 */
export function pathKey(path: string, platform: NodeJS.Platform = process.platform): string {
  return platform === 'win32' ? path.replaceAll('/', '\\').toLowerCase() : path;
}
