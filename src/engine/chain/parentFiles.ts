import { EngineError } from '../errors';
import type { Image } from '../image';
import { openImage } from '../openImage';
import type { FileSystem } from '../storage/fileSystem';

/** What a file was found to be: an image with its id and its size in bytes, or none, and why. */
export type Proof =
  | { readonly isImage: true; readonly id: string; readonly virtualSize: number }
  | { readonly isImage: false; readonly error: EngineError };

/** Looks into files that may be opened, each once however often it is named, and keeps what it saw. */
export class ParentFiles {
  readonly #fileSystem: FileSystem;
  readonly #proofs = new Map<string, Proof>();

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

  /** How many files were looked into so far. */
  get count(): number {
    return this.#proofs.size;
  }

  isKnown(path: string): boolean {
    return this.#proofs.has(path);
  }
}
