/**
 * What a path text in an image means, found by words alone and the same on every system: nothing here can touch a file.
 * `parts` are names without separators, not empty, the last one a file's name; `..` may stand among the parts of a relative path only.
 */
export type ClaimedPath =
  /** Counts from the image's folder. */
  | { readonly kind: 'relative'; readonly parts: readonly string[] }
  /** `C:\a\b`; `drive` is `C:`. */
  | { readonly kind: 'drive'; readonly drive: string; readonly parts: readonly string[] }
  /** `\a\b` or `/a/b`: from the root of the current drive on Windows; `separator` is how the text began. */
  | { readonly kind: 'root'; readonly separator: '\\' | '/'; readonly parts: readonly string[] }
  /** `C:b`: a folder that only the maker's program knew. */
  | { readonly kind: 'drive-relative'; readonly parts: readonly string[] }
  /** Never to be touched, not even to see whether something stands there. */
  | { readonly kind: 'remote' | 'device' | 'stream' }
  /** No file can have this name. */
  | { readonly kind: 'unusable' };

/** UTF-16 units: the longest path of Windows, and the longest name of all systems. */
const MAX_PATH_LENGTH = 32_767;
const MAX_NAME_LENGTH = 255;

/** Windows reads these as devices in any folder and with any extension; the digits may be superscript. */
const DEVICE_NAME = /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])$/i;

/** `\\?\C:\`, `\\.\C:\`, `\??\C:\`: a plain drive path behind the prefix of the system's own name space. */
const PREFIXED_DRIVE = /^\\(?:\\[?.]|\?\?)\\(?=[a-z]:\\)/i;

/**
 * The meanings of a path text, in the order in which they are to be tried: a file URL may be meant as it stands or percent-encoded. One meaning
 * that must not be touched speaks for all. Never empty.
 */
export function parseClaimedPath(claim: string): readonly ClaimedPath[] {
  const text = withoutFinalNuls(claim);
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    return [parsePath(text)];
  }
  if (scheme !== 'file') {
    // `base.img:stream` and `NUL:` look like schemes; a real one is followed by slashes or by nothing that a file could be.
    return [{ kind: isDeviceName(scheme) ? 'device' : /[\\/]{2}/.test(text) ? 'remote' : 'stream' }];
  }
  const rest = text.slice('file:'.length);
  const decoded = percentDecoded(rest);
  const readings = decoded === rest ? [parseUrlPath(rest)] : [parseUrlPath(rest), parseUrlPath(decoded)];
  const refused = readings.find(({ kind }) => kind === 'remote' || kind === 'device' || kind === 'stream');
  return refused === undefined ? readings : [refused];
}

/** What follows `file:`. Xen writes the relative `file://./base.vhd`, others `file:///C:/base.vhd` or `file://localhost/base.vhd`. */
function parseUrlPath(rest: string): ClaimedPath {
  const authority = /^[\\/]{2}(?![\\/])([^\\/]*)/.exec(rest)?.[1];
  if (authority === undefined) {
    // `file:/a`, `file:a` and, with an empty authority, `file:///a`; four slashes name a host.
    return parseLocalUrlPath(/^[\\/]{3}(?![\\/])/.test(rest) ? rest.slice(2) : rest);
  }
  if (authority === '.' || authority === '..') {
    return parseLocalUrlPath(rest.slice(2));
  }
  if (authority.toLowerCase() === 'localhost') {
    return parseLocalUrlPath(rest.slice(2 + authority.length));
  }
  return { kind: 'remote' };
}

/** `/C:/a` is a drive's path with the slash that a URL needs. */
function parseLocalUrlPath(path: string): ClaimedPath {
  return parsePath(/^[\\/][a-z]:[\\/]/i.test(path) ? path.slice(1) : path);
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function parsePath(text: string): ClaimedPath {
  if (text.length > MAX_PATH_LENGTH || hasControlCharacter(text)) {
    return { kind: 'unusable' };
  }
  const words = text.replaceAll('/', '\\');
  const plain = words.replace(PREFIXED_DRIVE, '');
  // What else stands behind such a prefix is a device, a volume or, as `\\?\UNC\`, another host.
  if (/^\\(?:\\[?.]|\?\?)(?:\\|$)/.test(plain)) {
    return { kind: 'device' };
  }
  if (plain.startsWith('\\\\')) {
    return { kind: 'remote' };
  }
  const drive = /^[a-z]:/i.exec(plain)?.[0] ?? '';
  const rest = plain.slice(drive.length);
  const parts = rest.split('\\').filter((part) => part !== '' && part !== '.');
  const refused = refusedParts(parts);
  if (refused !== null) {
    return { kind: refused };
  }
  if (!rest.startsWith('\\')) {
    return drive === '' ? { kind: 'relative', parts } : { kind: 'drive-relative', parts };
  }
  const settled = withoutParents(parts);
  if (drive !== '') {
    return { kind: 'drive', drive, parts: settled };
  }
  return isSystemFolder(settled)
    ? { kind: 'device' }
    : { kind: 'root', separator: text.startsWith('/') ? '/' : '\\', parts: settled };
}

/** Why no file can be meant by these names; null where one can. */
function refusedParts(parts: readonly string[]): 'device' | 'stream' | 'unusable' | null {
  if (parts.some(isDeviceName)) {
    return 'device';
  }
  if (parts.some((part) => part.includes(':'))) {
    return 'stream';
  }
  const last = parts.at(-1);
  if (last === undefined || last === '..') {
    return 'unusable';
  }
  // Windows drops dots and spaces at the end of a name and so would read another one.
  const isOdd = (part: string): boolean => part !== '..' && (/[. ]$/.test(part) || part.length > MAX_NAME_LENGTH);
  return parts.some(isOdd) ? 'unusable' : null;
}

function isDeviceName(part: string): boolean {
  const stem = /^[^.:]*/.exec(part)?.[0] ?? '';
  return DEVICE_NAME.test(stem.trimEnd());
}

/**
 * True where the names below a POSIX root lead to devices, processes, the kernel, or hosts that are mounted when they are looked at.
 * `/dev/shm` holds plain files in memory.
 */
export function isSystemFolder(parts: readonly string[]): boolean {
  const [first, second] = parts.map((part) => part.toLowerCase());
  if (first === 'dev') {
    return second !== 'shm';
  }
  return first === 'proc' || first === 'sys' || first === 'net';
}

/** `..` taken out; it never leads above the root. */
function withoutParents(parts: readonly string[]): readonly string[] {
  const settled: string[] = [];
  for (const part of parts) {
    if (part === '..') {
      settled.pop();
    } else {
      settled.push(part);
    }
  }
  return settled;
}

/** Some makers count the terminating NUL into a text's length. */
function withoutFinalNuls(text: string): string {
  let length = text.length;
  while (length > 0 && text.charCodeAt(length - 1) === 0) {
    length--;
  }
  return text.slice(0, length);
}

function hasControlCharacter(text: string): boolean {
  // eslint-disable-next-line no-control-regex -- these are what is looked for
  return /[\u0000-\u001f\u007f]/.test(text);
}
