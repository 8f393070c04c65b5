import type { Finding } from '../finding';
import { t } from '../l10n';

/** A finding for which nothing is proposed, and what can be done all the same. */
export interface Unrepairable {
  readonly id: string;
  readonly path: string;
  readonly offset: number;
  readonly length: number;
  /** Why the image cannot be put right from what is in it. */
  readonly why: string;
  /** What can still be read, and what else may help. */
  readonly remedy: string;
}

const wordsById = (): Readonly<Record<string, readonly [why: string, remedy: string]>> => ({
  'fixed-too-short': [
    t('the end of the disk is not in the file'),
    t('what is there can be read and exported; copy the image again if its source still exists'),
  ],
  'block-cut-off': [
    t('the end of the block is not in the file'),
    t('the rest of the disk can be read and exported; copy the image again if its source still exists'),
  ],
  'bat-truncated': [
    t('the end of the table is not in the file'),
    t('blocks whose entries are there can be read and exported; copy the image again if its source still exists'),
  ],
  'header-cookie': [
    t('no table can be found whose entries fit the file'),
    t('nothing of the disk can be read without it; restore the image from a backup'),
  ],
  'header-outside-file': [
    t('the footer leads to no header'),
    t('nothing of the disk can be read without it; restore the image from a backup'),
  ],
  'bat-place': [
    t('no table can be found whose entries fit the file'),
    t('nothing of the disk can be read without it; restore the image from a backup'),
  ],
  'block-size': [
    t('no table can be found whose entries fit the file'),
    t('nothing of the disk can be read without it; restore the image from a backup'),
  ],
  'structures-overlap': [t('one of them has been written over'), t('export the disk, and look at what is exported')],
  'saved-state': [
    t('a virtual machine was saved with this disk'),
    t('start that machine and shut it down, or throw its saved state away'),
  ],
  'geometry-too-large': [
    t('which of size and geometry is right cannot be known'),
    t('Windows goes by the size: the disk can be read and exported'),
  ],
  'id-null': [
    t('an image that names this one as its parent would not find it'),
    t('the disk can be read and exported'),
  ],
  'virtual-size-too-large': [
    t('the size of the disk cannot be known'),
    t('what lies within 2040 GiB can be read and exported'),
  ],
  'virtual-size-zero': [t('the size of the disk cannot be known'), t('restore the footer from a copy of the image')],
  'bat-too-small': [
    t('blocks behind the end of the table have never had a place'),
    t('the disk can be read and exported; there is nothing behind the table'),
  ],
  unreadable: [
    t('the medium fails'),
    t('copy the image to another medium with a program for failing disks, and go on with the copy'),
  ],
  'batmap-version': [
    t('the batmap is of a version that is not known'),
    t('other programs than Xen do not look at it: the disk can be read and exported'),
  ],
  'batmap-place': [
    t('the batmap cannot be found'),
    t('other programs than Xen do not look at it: the disk can be read and exported'),
  ],
  'unfinished-merge': [
    t('a merge into this image was cut short'),
    t('run the merge again: it goes on where it stopped'),
  ],
});

/** What is left when everything chosen is done, in words. Notes are harmless and are not told. */
export function unrepairableOf(left: readonly Finding[], proposed: ReadonlySet<string>): readonly Unrepairable[] {
  const words = wordsById();
  return left
    .filter(({ id, severity }) => severity !== 'note' && !proposed.has(id))
    .map(({ id, path, offset, length, message }) => {
      const [why, remedy] = words[id] ?? [
        message.replace(/\.$/, ''),
        t('the rest of the disk can be read and exported'),
      ];
      return { id, path, offset, length, why, remedy };
    });
}
