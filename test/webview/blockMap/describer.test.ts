import { deepEqual, equal } from 'node:assert/strict';
import type { BlockDetail } from '../../../src/protocol/session';
import { Describer } from '../../../src/webview/blockMap/describer';
import { blockDetail, KINDS } from './sampleMap';

/** Questions that are answered when the test says so. */
class Answers {
  readonly asked: number[] = [];
  readonly heard: number[] = [];
  readonly describer = new Describer(
    (block) => {
      this.asked.push(block);
      return new Promise<BlockDetail>((resolve, reject) => {
        this.#resolve = () => resolve(blockDetail(KINDS, block));
        this.#reject = reject;
      });
    },
    (detail) => this.heard.push(detail.block),
  );
  #resolve = (): void => undefined;
  #reject: (reason: Error) => void = () => undefined;

  async answer(): Promise<void> {
    this.#resolve();
    await settled();
  }

  async fail(): Promise<void> {
    this.#reject(new Error('The file is gone.'));
    await settled();
  }
}

/** After everything that waits for what has been resolved so far. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('asking for details of blocks', () => {
  it('asks one question at a time, and of those wanted meanwhile only the last', async () => {
    const answers = new Answers();
    for (const block of [1, 2, 3, 4]) answers.describer.want(block);
    deepEqual(answers.asked, [1]);
    await answers.answer();
    deepEqual(answers.asked, [1, 4]);
    await answers.answer();
    deepEqual(answers.heard, [1, 4]);
  });

  it('asks nothing twice', async () => {
    const answers = new Answers();
    answers.describer.want(5);
    answers.describer.want(5);
    await answers.answer();
    answers.describer.want(5);
    deepEqual(answers.asked, [5]);
    equal(answers.describer.known(5)?.block, 5);
  });

  it('drops what nobody waits for any more', async () => {
    const answers = new Answers();
    answers.describer.want(1);
    answers.describer.want(2);
    answers.describer.wantNothing();
    await answers.answer();
    deepEqual(answers.asked, [1]);
  });

  it('goes on after a failure, and asks again for what failed', async () => {
    const answers = new Answers();
    answers.describer.want(1);
    answers.describer.want(2);
    await answers.fail();
    deepEqual(answers.asked, [1, 2]);
    await answers.answer();
    answers.describer.want(1);
    deepEqual(answers.asked, [1, 2, 1]);
    deepEqual(answers.heard, [2]);
  });

  it('forgets everything with the map, the answer on its way as well', async () => {
    const answers = new Answers();
    answers.describer.want(1);
    await answers.answer();
    answers.describer.want(2);
    answers.describer.forget();
    await answers.answer();
    deepEqual(answers.heard, [1]);
    equal(answers.describer.known(1), undefined);
    equal(answers.describer.known(2), undefined);
    answers.describer.want(3);
    deepEqual(answers.asked, [1, 2, 3]);
  });
});
