import { EngineError, type EngineErrorCode } from '../errors';
import { t } from '../l10n';

/** Codes of our own for what Windows says with one code of several meanings; see `WindowsSystem`. */
export const WRITE_PROTECTED = 'WRITE_PROTECTED';
export const REFUSED_FOR_NOW = 'REFUSED_FOR_NOW';

type WhyAndRemedy = readonly [code: EngineErrorCode, why: string, remedy: string];

/** What the system's error codes mean to a person. */
const knownErrors = (): Readonly<Record<string, WhyAndRemedy>> => ({
  ENOENT: ['file-not-found', t('there is no such file'), t('check the path')],
  ENOTDIR: ['file-not-found', t('a part of its path is not a folder'), t('check the path')],
  ENAMETOOLONG: [
    'file-not-found',
    t('the path is too long for this system'),
    t('give the file or its folders shorter names'),
  ],
  ELOOP: ['file-not-found', t('its links lead in a circle'), t('name the file itself')],
  ERR_INVALID_ARG_VALUE: ['file-not-found', t('the path holds a character that no path can hold'), t('check the path')],
  EISDIR: ['not-a-file', t('it is a folder'), t('name a file')],
  ENXIO: ['not-a-file', t('it is not a regular file'), t('name a file')],
  EEXIST: ['file-exists', t('there is already a file of that name'), t('choose another name')],
  EACCES: ['file-access', t('you have no right to do that'), t("change the file's permissions, or act as its owner")],
  EPERM: ['file-access', t('the system does not permit that'), t("change the file's permissions, or act as its owner")],
  EROFS: ['file-access', t('it lies on a read-only medium'), t('copy it to a writable one')],
  EBUSY: [
    'file-access',
    t('another program holds it'),
    t('close it there, or stop the virtual machine, and try again'),
  ],
  ETXTBSY: ['file-access', t('another program holds it'), t('close it there, and try again')],
  [REFUSED_FOR_NOW]: [
    'file-access',
    t('another program holds it, or you have no right to do that'),
    t('close it there (a virtual machine, a mounted disk), or change its permissions, and try again'),
  ],
  [WRITE_PROTECTED]: ['file-access', t('it is write-protected'), t('take the read-only mark off it, and try again')],
  EIO: ['file-access', t('the medium reported an error'), t('check the disk or the connection, and try again')],
  EMFILE: ['file-access', t('too many files are open'), t('close some, and try again')],
  ENFILE: ['file-access', t('too many files are open'), t('close some, and try again')],
  ENOSPC: ['no-space', t('the disk is full'), t('free some space, and try again')],
  EDQUOT: ['no-space', t('your share of the disk is used up'), t('free some space, and try again')],
  EFBIG: ['too-large', t('the file system cannot hold so large a file'), t('use another file system')],
});

/** Puts an error that the system threw into words. `what` names the deed and the file: `Reading /a/b.vhd`. */
export function systemError(what: string, error: unknown): EngineError {
  if (EngineError.is(error)) {
    return error;
  }
  const systemCode = codeOf(error);
  const [code, why, remedy] = knownErrors()[systemCode] ?? [
    'file-access',
    t('the system refused ({0})', systemCode),
    t('check the file and its disk, and try again'),
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
