/** How paths are written: `\` and drives, or `/`. */
export type PathStyle = 'windows' | 'posix';

/** A path taken apart by words alone: `C:\a\b` is the root `C:\` and the parts `a`, `b`. */
interface SplitPath {
  /** Ends in a separator, but for a drive without one (`C:`); empty for a relative path. */
  readonly root: string;
  readonly parts: readonly string[];
}

/**
 * An absolute path without `.` and `..`. `folder` is absolute; each of `parts` counts from what stands before it, and an absolute
 * one begins anew. `..` never leads above the root. Nothing on any system is touched.
 */
export function resolvePath(style: PathStyle, folder: string, ...parts: readonly string[]): string {
  let root = style === 'posix' ? '/' : '\\';
  let names: string[] = [];
  for (const path of [folder, ...parts]) {
    const split = splitPath(style, path);
    if (split.root !== '' && !staysUnder(split.root, root)) {
      root = absoluteRoot(split.root, root);
      names = [];
    } else if (split.root === '\\') {
      names = [];
    }
    for (const name of split.parts) {
      if (name === '..') {
        names.pop();
      } else if (name !== '.') {
        names.push(name);
      }
    }
  }
  return root + names.join(separatorOf(style));
}

/** The folder part of a path as it stands; the root for a path without one, `.` for a bare name. */
export function folderOfPath(style: PathStyle, path: string): string {
  const { root, parts } = splitPath(style, path);
  const folder = root + parts.slice(0, -1).join(separatorOf(style));
  return folder === '' ? '.' : folder;
}

/** The last part of a path; empty for a root. */
export function nameOfPath(style: PathStyle, path: string): string {
  return splitPath(style, path).parts.at(-1) ?? '';
}

function separatorOf(style: PathStyle): string {
  return style === 'posix' ? '/' : '\\';
}

function splitPath(style: PathStyle, path: string): SplitPath {
  const words = style === 'posix' ? path : path.replaceAll('/', '\\');
  const root = style === 'posix' ? (words.startsWith('/') ? '/' : '') : windowsRoot(words);
  const rest = words.slice(Math.min(root.length, words.length));
  return { root, parts: rest.split(separatorOf(style)).filter((part) => part !== '') };
}

/** `\\server\share\` (also `\\?\C:\`, `\\.\x\`), `C:\`, `C:`, `\`, or nothing. */
function windowsRoot(path: string): string {
  const share = /^\\\\([^\\]+)\\+([^\\]+)(?:\\|$)/.exec(path);
  if (share !== null) {
    return `\\\\${share[1] ?? ''}\\${share[2] ?? ''}\\`;
  }
  return /^(?:[A-Za-z]:\\?|\\)/.exec(path)?.[0] ?? '';
}

/** True where a root does not lead away from the one before: `\` stays on its drive, `C:` in the folder of drive C. */
function staysUnder(root: string, before: string): boolean {
  if (root === '\\') {
    return before !== '\\';
  }
  return /^[A-Za-z]:$/.test(root) && before.toLowerCase().startsWith(root.toLowerCase());
}

function absoluteRoot(root: string, before: string): string {
  if (/^[A-Za-z]:$/.test(root)) {
    return `${root}\\`;
  }
  return root === '/' || root === '\\' ? before : root;
}
