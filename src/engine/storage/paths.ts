/** How paths are written: `\` and drives, or `/`. */
export type PathStyle = 'windows' | 'posix';

/** Where a path begins: `C:\`, `C:`, `\`, `\\server\share\`, `/`, or empty for a relative one. */
interface Root {
  /** Ends in a separator, but for a drive without one (`C:`). */
  readonly text: string;
  /** Characters of the path that it takes, further separators included. */
  readonly length: number;
}

const SLASH = 0x2f;
const BACKSLASH = 0x5c;
const NO_ROOT: Root = { text: '', length: 0 };

/**
 * An absolute path without `.` and `..`. `folder` is absolute; each of `parts` counts from what stands before it, and an absolute
 * one begins anew. `..` never leads above the root. Nothing on any system is touched.
 */
export function resolvePath(style: PathStyle, folder: string, ...parts: readonly string[]): string {
  let root = separatorOf(style);
  let names: string[] = [];
  for (const path of [folder, ...parts]) {
    const { text, length } = rootOf(style, path);
    if (text !== '' && !staysUnder(text, root)) {
      root = absoluteRoot(text, root);
      names = [];
    } else if (text === '\\') {
      names = [];
    }
    for (const name of namesIn(style, path.slice(length))) {
      if (name === '..') {
        names.pop();
      } else if (name !== '.') {
        names.push(name);
      }
    }
  }
  return root + names.join(separatorOf(style));
}

/** True for two texts of one path, both in order: Windows does not tell upper case from lower. Nothing on any system is touched. */
export function isSamePath(style: PathStyle, one: string, other: string): boolean {
  return style === 'windows' ? one.toLowerCase() === other.toLowerCase() : one === other;
}

/** The folder part of a path as it stands; the root for a path without one, `.` for a bare name. */
export function folderOfPath(style: PathStyle, path: string): string {
  const root = rootOf(style, path);
  const nameStart = startOfName(style, path, root.length, endOfName(style, path, root.length, path.length));
  const end = endOfName(style, path, root.length, nameStart);
  if (end === root.length) {
    return root.text === '' ? '.' : root.text;
  }
  const folder = inStyle(style, path.slice(0, end));
  // A path that is in order already is cut without being copied: a stranger's path may have thousands of parts, and all its folders are asked for.
  return folder.startsWith(root.text) && root.length === root.text.length
    ? folder
    : root.text + folder.slice(root.length);
}

/** The last part of a path; empty for a root. */
export function nameOfPath(style: PathStyle, path: string): string {
  const root = rootOf(style, path);
  const end = endOfName(style, path, root.length, path.length);
  return path.slice(startOfName(style, path, root.length, end), end);
}

/** Where the part before `end` ends: before the separators that stand there. Not before `from`. */
function endOfName(style: PathStyle, path: string, from: number, end: number): number {
  let at = end;
  while (at > from && isSeparator(style, path.charCodeAt(at - 1))) {
    at--;
  }
  return at;
}

function startOfName(style: PathStyle, path: string, from: number, end: number): number {
  let at = end;
  while (at > from && !isSeparator(style, path.charCodeAt(at - 1))) {
    at--;
  }
  return at;
}

function namesIn(style: PathStyle, relative: string): readonly string[] {
  return inStyle(style, relative)
    .split(separatorOf(style))
    .filter((name) => name !== '');
}

function isSeparator(style: PathStyle, code: number): boolean {
  return code === SLASH || (style === 'windows' && code === BACKSLASH);
}

function separatorOf(style: PathStyle): string {
  return style === 'posix' ? '/' : '\\';
}

function inStyle(style: PathStyle, path: string): string {
  return style === 'posix' ? path : path.replaceAll('/', '\\');
}

function rootOf(style: PathStyle, path: string): Root {
  if (style === 'windows') {
    return windowsRoot(path);
  }
  const length = /^\/*/.exec(path)?.[0].length ?? 0;
  return length === 0 ? NO_ROOT : { text: '/', length };
}

function windowsRoot(path: string): Root {
  // Also `\\?\C:\` and `\\.\x\`.
  const share = /^[\\/]{2}([^\\/]+)[\\/]+([^\\/]+)[\\/]*/.exec(path);
  if (share !== null) {
    const [all, server, name] = share;
    return { text: `\\\\${server ?? ''}\\${name ?? ''}\\`, length: all.length };
  }
  const drive = /^([A-Za-z]:)([\\/]*)/.exec(path);
  if (drive !== null) {
    const [all, letter, separators] = drive;
    return { text: `${letter ?? ''}${separators === '' ? '' : '\\'}`, length: all.length };
  }
  const length = /^[\\/]*/.exec(path)?.[0].length ?? 0;
  return length === 0 ? NO_ROOT : { text: '\\', length };
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
