import { EngineError } from '../errors';
import type { Finding } from '../finding';
import type { Image } from '../image';
import { t } from '../l10n';

/** More layers than any product makes (Hyper-V stops at 50); a chain beyond it is an attack or a cycle in disguise. */
export const MAX_LAYERS = 128;

/**
 * How a parent was found: the field whose path led to it, the search of the image's own folder, or the user's word.
 * Shown to people, and `foundBy` in the command line's contract.
 */
export type FoundBy = 'W2ru' | 'W2ku' | 'name' | 'Wi2r' | 'Wi2k' | 'MacX' | 'folder' | 'user';

/** An image at its place in a chain. */
export interface Layer {
  readonly image: Image;
  /** How this image was found from its child; null for the image that was opened. */
  readonly foundBy: FoundBy | null;
}

/** A file that may be the parent, with its proof: shown to the user when only their word can decide. */
export interface ParentCandidate {
  readonly path: string;
  readonly source: FoundBy;
  /** Null where it was not opened: opening it takes the user's word. */
  readonly id: string | null;
  /** Bytes of virtual disk; null where it was not opened. */
  readonly virtualSize: number | null;
  /** Why it was not followed without asking. */
  readonly reason: 'other-id' | 'other-extension' | 'link' | 'outside-folder' | 'not-an-image' | 'remote-or-device';
}

/**
 * The chain ends before its base: the parent was not found, cannot be read, is one of the layers again, or lies too deep.
 * Sectors that no layer owns are then unknown, and not zero.
 */
export interface MissingParent {
  /** Path of the image whose parent is missing. */
  readonly childPath: string;
  readonly id: string;
  /** What the child says, for people; untouched. */
  readonly claimedPaths: readonly string[];
  readonly candidates: readonly ParentCandidate[];
}

/**
 * An image with its parents. `layers[0]` is the leaf, the last one the base: a layer's number is its index.
 * A disk as of an older layer is the same chain without its first layers, see `asOf`.
 */
export interface Chain {
  readonly layers: readonly [Layer, ...Layer[]];
  /** Null where the chain reaches its base. */
  readonly missing: MissingParent | null;
  /** Findings of the chain, then those of each layer from the leaf on. */
  readonly findings: readonly Finding[];
}

/** How far an image's words about its parent are trusted. */
export interface ParentPolicy {
  /** False in an untrusted workspace: then only the image's own folder and what is below it is looked at. */
  readonly trusted: boolean;
  /** Files that the user names for a parent that is not found otherwise; absolute paths. */
  readonly given: readonly string[];
  /** Absolute path of a folder beyond which nothing is opened; null for none. */
  readonly confine: string | null;
}

/**
 * Makes sure that every sector of the disk is known. Throws EngineError `parent-not-found` where the chain ends before its base.
 */
export function requireBase(chain: Chain): void {
  if (chain.missing === null) {
    return;
  }
  const { childPath, id, claimedPaths } = chain.missing;
  throw new EngineError('parent-not-found', {
    what: t('The disk of {0}', chain.layers[0].image.path),
    why:
      claimedPaths.length === 0
        ? t('the parent of {0} (id {1}) is missing, so its content is not known', childPath, id)
        : t(
            'the parent of {0} (id {1}, named {2}) is missing, so its content is not known',
            childPath,
            id,
            claimedPaths.join(', '),
          ),
    remedy: t('name the file of the parent, or check the chain to see what is wrong with it'),
  });
}

/** The disk as of layer `layer` (0 = the leaf, so the chain itself). Throws EngineError `out-of-range`. */
export function asOf(chain: Chain, layer: number): Chain {
  const [first, ...rest] = chain.layers.slice(layer);
  if (first === undefined || layer < 0) {
    throw new EngineError('out-of-range', {
      what: t('Layer {0} of {1}', layer, chain.layers[0].image.path),
      why: t('the chain has layers 0 to {0}', chain.layers.length - 1),
      remedy: t('choose one of these'),
    });
  }
  return { ...chain, layers: [first, ...rest] };
}
