import { EngineError, type EngineErrorCode } from '../errors';

/** Codes of our own for what Windows says with one code of several meanings; see `WindowsSystem`. */
export const WRITE_PROTECTED = 'WRITE_PROTECTED';
export const REFUSED_FOR_NOW = 'REFUSED_FOR_NOW';

type WhyAndRemedy = readonly [code: EngineErrorCode, why: string, remedy: string];

/** What the system's error codes mean to a person. */
const KNOWN_ERRORS: Readonly<Record<string, WhyAndRemedy>> = {
  ENOENT: ['file-not-found', 'there is no such file', 'check the path'],
  ENOTDIR: ['file-not-found', 'a part of its path is not a folder', 'check the path'],
  ENAMETOOLONG: [
    'file-not-found',
    'the path is too long for this system',
    'give the file or its folders shorter names',
  ],
  ELOOP: ['file-not-found', 'its links lead in a circle', 'name the file itself'],
  ERR_INVALID_ARG_VALUE: ['file-not-found', 'the path holds a character that no path can hold', 'check the path'],
  EISDIR: ['not-a-file', 'it is a folder', 'name a file'],
  ENXIO: ['not-a-file', 'it is not a regular file', 'name a file'],
  EEXIST: ['file-exists', 'there is already a file of that name', 'choose another name'],
  EACCES: ['file-access', 'you have no right to do that', "change the file's permissions, or act as its owner"],
  EPERM: ['file-access', 'the system does not permit that', "change the file's permissions, or act as its owner"],
  EROFS: ['file-access', 'it lies on a read-only medium', 'copy it to a writable one'],
  EBUSY: ['file-access', 'another program holds it', 'close it there, or stop the virtual machine, and try again'],
  ETXTBSY: ['file-access', 'another program holds it', 'close it there, and try again'],
  [REFUSED_FOR_NOW]: [
    'file-access',
    'another program holds it, or you have no right to do that',
    'close it there (a virtual machine, a mounted disk), or change its permissions, and try again',
  ],
  [WRITE_PROTECTED]: ['file-access', 'it is write-protected', 'take the read-only mark off it, and try again'],
  EIO: ['file-access', 'the medium reported an error', 'check the disk or the connection, and try again'],
  EMFILE: ['file-access', 'too many files are open', 'close some, and try again'],
  ENFILE: ['file-access', 'too many files are open', 'close some, and try again'],
  ENOSPC: ['no-space', 'the disk is full', 'free some space, and try again'],
  EDQUOT: ['no-space', 'your share of the disk is used up', 'free some space, and try again'],
  EFBIG: ['too-large', 'the file system cannot hold so large a file', 'use another file system'],
};

/** Puts an error that the system threw into words. `what` names the deed and the file: `Reading /a/b.vhd`. */
export function systemError(what: string, error: unknown): EngineError {
  if (EngineError.is(error)) {
    return error;
  }
  const systemCode = codeOf(error);
  const [code, why, remedy] = KNOWN_ERRORS[systemCode] ?? [
    'file-access',
    `the system refused (${systemCode})`,
    'check the file and its disk, and try again',
  ];
  return new EngineError(code, { what, why, remedy }, error);
}

/** True where another program was in the way, which may be gone soon. */
export function isHeldByOthers(error: unknown): boolean {
  return EngineError.is(error, 'file-access') && ['EBUSY', REFUSED_FOR_NOW].includes(codeOf(error.cause));
}

function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    return error.code;
  }
  return String(error);
}
