import type { Creator } from '../image';
import { t } from '../l10n';
import type { Footer } from './footer';

/** Creator Application to the product's name (FORMAT 1.7). */
const APPLICATIONS: Readonly<Record<string, string>> = {
  'vpc ': 'Virtual PC',
  'vs  ': 'Virtual Server',
  'win ': 'Windows',
  'd2v\0': 'Disk2vhd',
  qemu: 'qemu',
  qem2: 'qemu',
  'tap\0': 'Xen',
  CTXS: 'XenServer',
  vbox: 'VirtualBox',
  dutl: 'DiscUtils',
  'wa\0\0': 'Azure',
};

const HOST_SYSTEMS: Readonly<Record<string, string>> = {
  Wi2k: 'Windows',
  'Mac ': 'Macintosh',
};

/** Xen's tools leave the host system empty. */
const NO_HOST_SYSTEM = '\0\0\0\0';

/** Who made the image, for people. */
export function creatorOf(footer: Footer): Creator {
  return {
    application: APPLICATIONS[footer.creatorApplication] ?? quoted(footer.creatorApplication),
    version: versionText(footer.creatorVersion),
    hostOs:
      footer.creatorHostOs === NO_HOST_SYSTEM
        ? t('unspecified')
        : (HOST_SYSTEMS[footer.creatorHostOs] ?? quoted(footer.creatorHostOs)),
  };
}

/** `0x000A0000` is 10.0. */
export function versionText(version: number): string {
  return `${version >>> 16}.${version & 0xffff}`;
}

/** Four characters in quotes; what cannot be shown, and the backslash itself, as `\x00`. */
export function quoted(characters: string): string {
  const shown = Array.from(characters, (character) => {
    const code = character.charCodeAt(0);
    return code >= 0x20 && code < 0x7f && character !== '\\' ? character : `\\x${code.toString(16).padStart(2, '0')}`;
  });
  return `"${shown.join('')}"`;
}

/** Xen's first release kept the sectors' bits least significant first (FORMAT 1.5). */
export function hasLittleEndianBitmaps(footer: Footer): boolean {
  return footer.creatorApplication === 'tap\0' && footer.creatorVersion === 0x0000_0001;
}
