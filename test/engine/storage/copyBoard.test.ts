import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { CopyBoard } from '../../../src/engine/storage/copyBoard';
import type { CopyStretch } from '../../../src/engine/storage/copyOrder';

function stretchAt(targetOffset: number): CopyStretch {
  return { targetOffset, segments: [{ source: 0, offset: targetOffset, length: 512 }] };
}

/** Runs `meanwhile` where a thread has seen that a stretch waits and has not taken it yet. */
function claimAround(board: CopyBoard, meanwhile: () => void): ReturnType<CopyBoard['claim']> {
  const exchange = mock.method(Atomics, 'compareExchange');
  exchange.mock.mockImplementationOnce(((array: Int32Array, at: number, expected: number, replacement: number) => {
    meanwhile();
    return Atomics.compareExchange(array, at, expected, replacement);
  }) as typeof Atomics.compareExchange);
  try {
    return board.claim();
  } finally {
    exchange.mock.restore();
  }
}

function claimAll(board: CopyBoard): CopyStretch[] {
  const stretches: CopyStretch[] = [];
  for (let claimed = board.claim(); claimed !== null; claimed = board.claim()) {
    stretches.push(claimed.stretch);
    board.report(claimed.number, 1);
  }
  return stretches;
}

/** What the thread that posts does with all that waits, itself. */
function finish(board: CopyBoard): void {
  claimAll(board);
  board.waitForReports();
  board.collect();
}

describe('a board of stretches', () => {
  it('hands out no stretch again to a thread that hesitated while it was done by another and the board was emptied', () => {
    const board = new CopyBoard();
    board.post(stretchAt(0));
    const late = claimAround(new CopyBoard(board.memory), () => {
      finish(board);
    });
    assert.equal(late, null);
  });

  it('hands out what was posted after that, once', () => {
    const board = new CopyBoard();
    board.post(stretchAt(0));
    const late = claimAround(new CopyBoard(board.memory), () => {
      finish(board);
      board.post(stretchAt(512));
    });
    const claims = [late, board.claim(), board.claim()].filter((claimed) => claimed !== null);
    assert.deepEqual(
      claims.map(({ stretch }) => stretch),
      [stretchAt(512)],
    );
  });

  it('is as large after any number of rounds, and where its numbers pass the largest', () => {
    const { memory } = new CopyBoard();
    // The counters of what is claimed, posted and done.
    new Int32Array(memory).fill(2 ** 31 - 5000, 0, 3);
    const board = new CopyBoard(memory);
    for (let round = 0; round < 5; round++) {
      let count = 0;
      while (board.post(stretchAt(count * 512))) count++;
      assert.equal(board.waiting, count);
      assert.equal(count, 4096);
      assert.deepEqual(
        claimAll(board),
        Array.from({ length: count }, (_, at) => stretchAt(at * 512)),
      );
      board.waitForReports();
      assert.deepEqual(board.collect(), { bytesWritten: count, failed: [] });
      assert.equal(board.waiting, 0);
    }
  });
});
