import type { Finding } from '../finding';

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

const WORDS: Readonly<Record<string, readonly [why: string, remedy: string]>> = {
  'fixed-too-short': [
    'the end of the disk is not in the file',
    'what is there can be read and exported; copy the image again if its source still exists',
  ],
  'block-cut-off': [
    'the end of the block is not in the file',
    'the rest of the disk can be read and exported; copy the image again if its source still exists',
  ],
  'bat-truncated': [
    'the end of the table is not in the file',
    'blocks whose entries are there can be read and exported; copy the image again if its source still exists',
  ],
  'header-cookie': [
    'no table can be found whose entries fit the file',
    'nothing of the disk can be read without it; restore the image from a backup',
  ],
  'header-outside-file': [
    'the footer leads to no header',
    'nothing of the disk can be read without it; restore the image from a backup',
  ],
  'bat-place': [
    'no table can be found whose entries fit the file',
    'nothing of the disk can be read without it; restore the image from a backup',
  ],
  'block-size': [
    'no table can be found whose entries fit the file',
    'nothing of the disk can be read without it; restore the image from a backup',
  ],
  'structures-overlap': ['one of them has been written over', 'export the disk, and look at what is exported'],
  'saved-state': [
    'a virtual machine was saved with this disk',
    'start that machine and shut it down, or throw its saved state away',
  ],
  'geometry-too-large': [
    'which of size and geometry is right cannot be known',
    'Windows goes by the size: the disk can be read and exported',
  ],
  'id-null': ['an image that names this one as its parent would not find it', 'the disk can be read and exported'],
  'virtual-size-too-large': [
    'the size of the disk cannot be known',
    'what lies within 2040 GiB can be read and exported',
  ],
  'virtual-size-zero': ['the size of the disk cannot be known', 'restore the footer from a copy of the image'],
  'bat-too-small': [
    'blocks behind the end of the table have never had a place',
    'the disk can be read and exported; there is nothing behind the table',
  ],
  unreadable: [
    'the medium fails',
    'copy the image to another medium with a program for failing disks, and go on with the copy',
  ],
  'batmap-version': [
    'the batmap is of a version that is not known',
    'other programs than Xen do not look at it: the disk can be read and exported',
  ],
  'batmap-place': [
    'the batmap cannot be found',
    'other programs than Xen do not look at it: the disk can be read and exported',
  ],
  'unfinished-merge': ['a merge into this image was cut short', 'run the merge again: it goes on where it stopped'],
};

/** What is left when everything chosen is done, in words. Notes are harmless and are not told. */
export function unrepairableOf(left: readonly Finding[], proposed: ReadonlySet<string>): readonly Unrepairable[] {
  return left
    .filter(({ id, severity }) => severity !== 'note' && !proposed.has(id))
    .map(({ id, path, offset, length, message }) => {
      const [why, remedy] = WORDS[id] ?? [message.replace(/\.$/, ''), 'the rest of the disk can be read and exported'];
      return { id, path, offset, length, why, remedy };
    });
}
