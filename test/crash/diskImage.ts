/** A file's content and what else is kept of it. */
export interface Inode {
  readonly number: number;
  bytes: Uint8Array;
  /** Milliseconds since 1970. */
  modified: number;
}

/** What a disk holds: names, and the files that they lead to. Two names may lead to one file. */
export type DiskImage = ReadonlyMap<string, Inode>;

/** One thing that was done to the disk. A change of names happens whole or not at all; what it did to a file may be torn. */
export type DiskEvent =
  | {
      readonly kind: 'write';
      readonly inode: number;
      readonly offset: number;
      readonly bytes: Uint8Array;
      readonly time: number;
    }
  | { readonly kind: 'truncate'; readonly inode: number; readonly length: number; readonly time: number }
  | { readonly kind: 'flush'; readonly inode: number }
  | { readonly kind: 'name'; readonly path: string; readonly inode: number; readonly time: number }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string; readonly inode: number }
  | { readonly kind: 'remove'; readonly path: string }
  | { readonly kind: 'flush-folder'; readonly folder: string };

/** A disk of its own with the same content. */
export function copyDisk(disk: DiskImage): Map<string, Inode> {
  const copies = new Map<Inode, Inode>();
  return new Map(
    [...disk].map(([path, inode]) => {
      const copy = copies.get(inode) ?? { ...inode, bytes: inode.bytes.slice() };
      copies.set(inode, copy);
      return [path, copy];
    }),
  );
}
