import assert from 'node:assert/strict';
import type { ByteRun, ByteSource } from '../../../src/protocol/session';
import { NO_LAYER } from '../../../src/protocol/session';
import { ByteCache, CHUNK_LENGTH } from '../../../src/webview/hex/byteCache';

const DISK: ByteSource = { kind: 'disk', layer: 0 };
const END = 5 * CHUNK_LENGTH + 100;

interface Asked {
  readonly source: ByteSource;
  readonly offset: number;
  readonly answer: () => Promise<void>;
  readonly fail: () => Promise<void>;
}

/** A cache whose reads are answered when the test says so. */
function cacheOf(): { cache: ByteCache; asked: Asked[]; arrivals: () => number } {
  const asked: Asked[] = [];
  let count = 0;
  const read = (source: ByteSource, offset: number, length: number): Promise<ByteRun> =>
    new Promise((resolve, reject) => {
      const bytes = Uint8Array.from({ length: Math.min(length, END - offset) }, (_, at) => (offset + at) % 251);
      const owners = new Uint8Array(Math.ceil(bytes.length / 512)).fill(3);
      const doubtful = [{ start: 33, length: 2, layer: null, reason: 'parent-missing' as const }];
      const settled = async (): Promise<void> => new Promise((done) => setImmediate(done));
      const answer = (): Promise<void> => {
        resolve({ offset, bytes, owners: source.kind === 'disk' ? owners : new Uint8Array(), doubtful });
        return settled();
      };
      const fail = (): Promise<void> => {
        reject(new Error('no such disk'));
        return settled();
      };
      asked.push({ source, offset, answer, fail });
    });
  const cache = new ByteCache(read, () => (count += 1));
  return { cache, asked, arrivals: () => count };
}

describe('the bytes around what is seen', () => {
  it('are asked for in aligned chunks, each once', async () => {
    const { cache, asked, arrivals } = cacheOf();
    cache.use(DISK);
    cache.want(100, 200);
    cache.want(CHUNK_LENGTH - 1, CHUNK_LENGTH + 1);
    assert.deepEqual(
      asked.map(({ offset }) => offset),
      [0, CHUNK_LENGTH],
    );
    assert.equal(cache.at(5), null);
    await asked[0]!.answer();
    assert.equal(arrivals(), 1);
    assert.deepEqual(cache.at(5), { value: 5, owner: 3, doubt: null, isUnsaved: false });
  });

  it('tell the owner of their sector and whether anybody vouches for it', async () => {
    const { cache, asked } = cacheOf();
    cache.use(DISK);
    cache.want(CHUNK_LENGTH, CHUNK_LENGTH + 1);
    await asked[0]!.answer();
    assert.equal(cache.at(32 * 512)?.doubt, null);
    assert.equal(cache.at(33 * 512)?.doubt, 'parent-missing');
    assert.equal(cache.at(34 * 512 + 511)?.doubt, 'parent-missing');
    assert.equal(cache.at(35 * 512)?.doubt, null);
    cache.use({ kind: 'file', layer: 0 });
    cache.want(0, 1);
    await asked[1]!.answer();
    assert.equal(cache.at(0)?.owner, NO_LAYER);
  });

  it('are not asked for any more when they were scrolled past', async () => {
    const { cache, asked } = cacheOf();
    cache.use(DISK);
    cache.want(0, 4 * CHUNK_LENGTH);
    assert.equal(asked.length, 2);
    cache.want(5 * CHUNK_LENGTH, 5 * CHUNK_LENGTH + 10);
    await asked[0]!.answer();
    assert.deepEqual(
      asked.map(({ offset }) => offset / CHUNK_LENGTH),
      [0, 1, 5],
    );
  });

  it('end where the source ends', async () => {
    const { cache, asked } = cacheOf();
    cache.use(DISK);
    cache.want(END - 1, END);
    await asked[0]!.answer();
    assert.equal(cache.at(END - 1)?.value, (END - 1) % 251);
    assert.equal(cache.at(END), null);
  });

  it('say why they cannot be read, and are asked for again when all is read anew', async () => {
    const { cache, asked } = cacheOf();
    cache.use(DISK);
    cache.want(0, 1);
    await asked[0]!.fail();
    assert.equal(cache.at(0), null);
    assert.equal(cache.failureAt(0), 'no such disk');
    cache.want(0, 1);
    assert.equal(asked.length, 1);
    cache.forget();
    cache.want(0, 1);
    assert.equal(asked.length, 2);
  });

  it('of another source never stand in for those of the chosen one', async () => {
    const { cache, asked, arrivals } = cacheOf();
    cache.use(DISK);
    cache.want(0, 1);
    cache.use({ kind: 'file', layer: 2 });
    await asked[0]!.answer();
    assert.equal(arrivals(), 0);
    assert.equal(cache.at(0), null);
  });

  it('are kept up to a bound, the ones used last', async () => {
    const { cache, asked } = cacheOf();
    cache.use(DISK);
    for (let chunk = 0; chunk < 70; chunk++) {
      cache.want(chunk * CHUNK_LENGTH, chunk * CHUNK_LENGTH + 1);
      await asked[chunk]!.answer();
    }
    cache.want(0, 1);
    assert.equal(asked.length, 71, 'the first one was let go');
    cache.want(69 * CHUNK_LENGTH, 69 * CHUNK_LENGTH + 1);
    assert.equal(asked.length, 71, 'the last one is still there');
  });
});
