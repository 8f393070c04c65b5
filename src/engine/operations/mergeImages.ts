import type { Chain, Layer } from '../chain/chain';
import { EngineError } from '../errors';
import type { Image } from '../image';
import { t } from '../l10n';
import { openImage } from '../openImage';
import type { FileSystem } from '../storage/fileSystem';
import type { MergedLayer } from './mergeRecord';

/** Layers that are read, the top one first. */
export class OpenImages {
  readonly chain: Chain;

  /** Throws EngineError `file-changed` where another image stands at a path. */
  constructor(fileSystem: FileSystem, layers: readonly MergedLayer[]) {
    const open: Layer[] = [];
    try {
      for (const { path, id } of layers) {
        const image = openImage(fileSystem, path);
        open.push({ image, foundBy: null });
        requireId(image, id);
      }
    } catch (error) {
      open.forEach(({ image }) => image.close());
      throw error;
    }
    const [top, ...others] = open;
    if (top === undefined) {
      throw new RangeError('There are no layers');
    }
    this.chain = { layers: [top, ...others], missing: null, findings: [] };
  }

  close(): void {
    this.chain.layers.forEach(({ image }) => image.close());
  }
}

function requireId(image: Image, id: string): void {
  if (image.id !== id) {
    throw new EngineError('file-changed', {
      what: t('Merging {0}', image.path),
      why: t('another image stands there now'),
      remedy: t('look at the chain again, then try again'),
    });
  }
}
