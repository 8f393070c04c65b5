import type { ChangedParent } from '../../engine/index';
import { grouped, nameOf, sizeText } from '../numbers';
import type { L10n } from '../operations/l10n';

const SECTOR_SIZE = 512;

/** Stretches of sectors that a person is shown. */
const MAX_STRETCHES = 12;

/** What is known of each parent of a chain, in Markdown: whether it was changed, what is at risk, what cannot be known, and the ways out. */
export function changedParentText(l10n: L10n, ties: readonly ChangedParent[]): string {
  return ties.flatMap((tie) => tieText(l10n, tie)).join('\n\n');
}

/** One sentence: whether the parent was changed, as far as that is known. */
export function verdictText(l10n: L10n, { childPath, parentPath, told }: ChangedParent): string {
  const [child, parent] = [nameOf(childPath), nameOf(parentPath)];
  switch (told) {
    case 'changed':
      return l10n.t('{0} was changed after {1} was made on it.', parent, child);
    case 'perhaps':
      return l10n.t('{0} may have been changed after {1} was made on it.', parent, child);
    case 'unchanged':
      return l10n.t('{0} was not changed since {1} was made on it, by all that is known.', parent, child);
    case null:
      return l10n.t('Nothing tells whether {0} was changed since {1} was made on it.', parent, child);
  }
}

function tieText(l10n: L10n, tie: ChangedParent): readonly string[] {
  const { childPath, parentPath, signs, told } = tie;
  return [
    `# ${l10n.t('{0}, the parent of {1}', plain(nameOf(parentPath)), plain(nameOf(childPath)))}`,
    `**${plain(verdictText(l10n, tie))}**`,
    plain(parentPath),
    `## ${l10n.t('What is known')}`,
    signs.length === 0
      ? l10n.t('Neither file names a time that could be compared.')
      : signs.map(({ words }) => `- ${plain(words)}`).join('\n'),
    `## ${l10n.t('What it may have done to the disk')}`,
    sectorTable(l10n, tie),
    stretchText(l10n, tie),
    `## ${l10n.t('What cannot be known')}`,
    unknownText(l10n),
    ...(told === 'unchanged' ? [] : [`## ${l10n.t('Safe ways')}`, waysText(l10n, tie)]),
  ];
}

function sectorTable(l10n: L10n, { childPath, parentPath, sectors }: ChangedParent): string {
  const [child, parent] = [plain(nameOf(childPath)), plain(nameOf(parentPath))];
  const row = (what: string, count: number): string =>
    `| ${what} | ${grouped(count)} | ${sizeText(count * SECTOR_SIZE)} |`;
  return [
    `| ${l10n.t('sectors of the disk')} | ${l10n.t('count')} | ${l10n.t('size')} |`,
    '| --- | ---: | ---: |',
    row(l10n.t('**At risk**: they show what {0} holds now', parent), sectors.atRisk),
    row(
      l10n.t('Hidden: {0}, or a layer above it, has its own. A change of {1} does not show.', child, parent),
      sectors.hidden,
    ),
    row(l10n.t('Elsewhere: {0} holds nothing there, so nothing was written to it there', parent), sectors.elsewhere),
  ].join('\n');
}

function stretchText(l10n: L10n, { sectors, stretches, stretchCount }: ChangedParent): string {
  if (sectors.atRisk === 0) return l10n.t('No sector is at risk.');
  const shown = stretches.slice(0, MAX_STRETCHES);
  const words = shown.map(stretchWords).join(', ');
  if (stretchCount !== null && stretchCount <= shown.length) return l10n.t('At risk are the sectors {0}.', words);
  return stretchCount === null
    ? l10n.t('At risk are the sectors {0} and many more.', words)
    : l10n.t(
        'At risk are the sectors {0} and those of {1} more stretches.',
        words,
        grouped(stretchCount - shown.length),
      );
}

/** `8–4 007`, or `9` where it is one sector. */
function stretchWords({ start, length }: ChangedParent['stretches'][number]): string {
  return length === 1 ? grouped(start) : `${grouped(start)}–${grouped(start + length - 1)}`;
}

function unknownText(l10n: L10n): string {
  return [
    l10n.t('Which of the sectors at risk were changed, and what stood there: an image keeps no record of its writes.'),
    l10n.t(
      'Whether a file was written to or only copied: both give it a new time, and a program can put the old one back.',
    ),
    l10n.t('Anything from the id: writing to a VHD does not change it.'),
    l10n.t('When NTFS or FAT in it were written last: they keep no such time for a whole file system, as ext does.'),
    l10n.t('Whether blocks were taken out of it again: a program that compacts an image leaves no trace of that.'),
  ]
    .map((line) => `- ${line}`)
    .join('\n');
}

function waysText(l10n: L10n, { childPath, parentPath, signs }: ChangedParent): string {
  const [child, parent] = [plain(nameOf(childPath)), plain(nameOf(parentPath))];
  const isResized = signs.some(({ kind }) => kind === 'virtual-size');
  return [
    l10n.t(
      'Put {0} back as it was, from a copy that was made before the change. Only that brings back what was lost.',
      parent,
    ),
    l10n.t(
      '**Merge Snapshot…**, into a new file: it holds the disk just as it reads now, and no other file is changed. Then have the guest check its file system (chkdsk, fsck) before anything else is written.',
    ),
    isResized
      ? l10n.t(
          '**Locate Parent…** can name {0} anew, but Windows refuses {1} on it while their sizes differ.',
          parent,
          child,
        )
      : l10n.t(
          'Where you know that {0} was only copied or moved and not written to: **Locate Parent…** and **Relink** names it anew, with its time.',
          parent,
        ),
    l10n.t(
      'Until then, start no virtual machine on {0}, and do not merge it into {1}: that would make the damage last.',
      child,
      parent,
    ),
  ]
    .map((line, index) => `${String(index + 1)}. ${line}`)
    .join('\n');
}

/** Names and paths may hold what Markdown takes for its own. */
function plain(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>#|!~]/g, String.raw`\$&`);
}
