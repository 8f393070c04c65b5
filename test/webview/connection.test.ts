import assert from 'node:assert/strict';
import type { HostToPage, PageToHost } from '../../src/protocol/messages';
import { Connection, RequestFailed } from '../../src/webview/connection';

function connect(): { connection: Connection; sent: PageToHost[]; receive: (message: HostToPage) => void } {
  const sent: PageToHost[] = [];
  const target = new EventTarget();
  const api = {
    postMessage: (message: PageToHost) => sent.push(message),
    getState: () => null,
    setState: () => undefined,
  };
  const connection = new Connection(api, target as Window);
  return { connection, sent, receive: (data) => target.dispatchEvent(new MessageEvent('message', { data })) };
}

describe('the conversation with the host', () => {
  it('gives each asker its own answer, in whatever order they come', async () => {
    const { connection, sent, receive } = connect();
    const first = connection.request('structureRoots', { layer: 0 });
    const second = connection.request('structureRoots', { layer: 1 });
    const [one, two] = sent.map((message) => (message.kind === 'request' ? message.id : 0));
    assert.notEqual(one, two);
    const root = { id: 'footer' } as never;
    receive({ kind: 'answer', id: two!, result: [root] });
    receive({ kind: 'answer', id: one!, result: [] });
    assert.deepEqual(await first, []);
    assert.deepEqual(await second, [root]);
  });

  it('rejects with words for people when the host cannot answer', async () => {
    const { connection, receive } = connect();
    const asked = connection.request('open', {});
    receive({ kind: 'failure', id: 1, message: 'The file is gone' });
    await assert.rejects(asked, (error) => RequestFailed.is(error) && error.message === 'The file is gone');
  });

  it('passes notifications on and lets answers to nobody go', () => {
    const { connection, receive } = connect();
    const heard: string[] = [];
    connection.onNotification(({ type }) => heard.push(type));
    receive({ kind: 'notification', notification: { type: 'lost', message: '' } });
    receive({ kind: 'answer', id: 99, result: null });
    assert.deepEqual(heard, ['lost']);
  });
});
