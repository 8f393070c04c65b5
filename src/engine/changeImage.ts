import type { ImageChanger, SectorsBelow } from './imageChanger';
import type { Storage } from './storage/storage';
import { VhdChanger } from './vhd/vhdChanger';

export type { ImageChanger, SectorsBelow } from './imageChanger';

/** Makes the changer of an image; `path` is absolute, for people. Throws as `openImage`. */
export function changeImage(storage: Storage, path: string, below: SectorsBelow): ImageChanger {
  return new VhdChanger(storage, path, below);
}
