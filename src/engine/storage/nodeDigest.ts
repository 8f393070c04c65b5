import type * as NodeCrypto from 'node:crypto';
import type { Digest } from './digest';

/** Loaded when it is needed: most runs of the command line need none, and loading it takes them longer than their work. */
function crypto(): typeof NodeCrypto {
  return process.getBuiltinModule('node:crypto');
}

/** SHA-256. */
export function newSha256(): Digest {
  const hash = crypto().createHash('sha256');
  return {
    update: (bytes) => void hash.update(bytes),
    hex: () => hash.digest('hex'),
  };
}

/** What a new image says of itself: an id of 16 bytes that no other one has, and the time. */
export function newImageFacts(): { readonly id: Uint8Array; readonly created: Date } {
  const id = Uint8Array.from(Buffer.from(crypto().randomUUID().replaceAll('-', ''), 'hex'));
  return { id, created: new Date() };
}
