import { EngineError } from '../errors';
import type { Image } from '../image';
import { openImage } from '../openImage';
import type { FileSystem } from '../storage/fileSystem';
import { comparedName, hasImageExtension } from './bounds';

/** A folder is searched no further than this: a stranger's folder must not keep us reading. */
export const MAX_FOLDER_NAMES = 10_000;

/** What a file was found to be: an image with its id and its size in bytes, or none, and why. */
export type Proof =
  | { readonly isImage: true; readonly id: string; readonly virtualSize: number }
  | { readonly isImage: false; readonly error: EngineError };

/** Looks into files that may be opened, each once however often it is named, and keeps what it saw. */
export class ParentFiles {
  readonly #fileSystem: FileSystem;
  readonly #proofs = new Map<string, Proof>();
  readonly #names = new Map<string, readonly string[]>();
  readonly #namesByKey = new Map<string, Map<string, string[]>>();
  readonly #imagePaths = new Map<string, readonly string[]>();

  constructor(fileSystem: FileSystem) {
    this.#fileSystem = fileSystem;
  }

  /**
   * Opens the image at an absolute path if it passes `accept`, which may see its proof more than once. Otherwise, and where it is no image
   * that can be read, returns what it was found to be.
   */
  openIf(path: string, accept: (id: string) => boolean): { readonly image: Image | null; readonly proof: Proof } {
    const known = this.#proofs.get(path);
    if (known !== undefined && !(known.isImage && accept(known.id))) {
      return { image: null, proof: known };
    }
    try {
      const image = openImage(this.#fileSystem, path);
      const proof: Proof = { isImage: true, id: image.id, virtualSize: image.virtualSize };
      this.#proofs.set(path, proof);
      if (accept(image.id)) {
        return { image, proof };
      }
      image.close();
      return { image: null, proof };
    } catch (error) {
      if (!EngineError.is(error)) {
        throw error;
      }
      const proof: Proof = { isImage: false, error };
      this.#proofs.set(path, proof);
      return { image: null, proof };
    }
  }

  /** The names in a folder, at most `MAX_FOLDER_NAMES` and one more, as they were when they were first asked for. */
  namesIn(folder: string): readonly string[] {
    const known = this.#names.get(folder);
    const names = known ?? this.#fileSystem.list(folder, MAX_FOLDER_NAMES + 1);
    this.#names.set(folder, names);
    return names;
  }

  /** Those of them that are a name but for case and for Unicode's way of composing characters. */
  namesLike(folder: string, name: string): readonly string[] {
    let byName = this.#namesByKey.get(folder);
    if (byName === undefined) {
      byName = new Map();
      for (const each of this.namesIn(folder)) {
        const key = comparedName(each);
        byName.set(key, [...(byName.get(key) ?? []), each]);
      }
      this.#namesByKey.set(folder, byName);
    }
    return byName.get(comparedName(name)) ?? [];
  }

  /** Absolute paths of those among the first `MAX_FOLDER_NAMES` names that are an image's. */
  imagePathsIn(folder: string): readonly string[] {
    const known = this.#imagePaths.get(folder);
    const names = known === undefined ? this.namesIn(folder).slice(0, MAX_FOLDER_NAMES) : [];
    const paths = known ?? names.filter(hasImageExtension).map((name) => this.#fileSystem.resolve(folder, name));
    this.#imagePaths.set(folder, paths);
    return paths;
  }

  /** How many files were looked into so far. */
  get count(): number {
    return this.#proofs.size;
  }

  isKnown(path: string): boolean {
    return this.#proofs.has(path);
  }
}
