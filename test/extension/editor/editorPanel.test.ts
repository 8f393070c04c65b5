import assert from 'node:assert/strict';
import type * as vscode from 'vscode';
import type { ActiveEditor } from '../../../src/extension/editor/activeEditor';
import { EditorPanel } from '../../../src/extension/editor/editorPanel';
import type { ImageDocument } from '../../../src/extension/editor/imageDocument';
import type { PageAnswers } from '../../../src/extension/editor/pageAnswers';
import type { HostNotification, HostToPage } from '../../../src/protocol/messages';

const NOTHING = { dispose: () => undefined };

/** A panel that throws where its page is touched after it was closed, as VS Code's does. */
class FakePanel {
  readonly posted: HostToPage[] = [];
  say: (message: unknown) => void = () => undefined;
  close: () => void = () => undefined;
  #isClosed = false;

  get panel(): vscode.WebviewPanel {
    const panel = {
      active: true,
      visible: false,
      onDidChangeViewState: () => NOTHING,
      onDidDispose: (listener: () => void) => {
        this.close = () => {
          this.#isClosed = true;
          listener();
        };
        return NOTHING;
      },
    };
    const page = {
      onDidReceiveMessage: (listener: (message: unknown) => void) => {
        this.say = listener;
        return NOTHING;
      },
      postMessage: (message: HostToPage) => {
        this.posted.push(message);
        return Promise.resolve(true);
      },
    };
    Object.defineProperty(panel, 'webview', {
      get: () => {
        if (this.#isClosed) throw new Error('Webview is disposed');
        return page;
      },
    });
    return panel as unknown as vscode.WebviewPanel;
  }
}

describe('the panel of an editor', () => {
  const errors: string[] = [];
  let answer: (result: unknown) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  let tell: () => void = () => undefined;

  function open(): FakePanel {
    errors.length = 0;
    const panel = new FakePanel();
    const document = {
      onNotification: (listener: (notification: HostNotification) => void) => {
        tell = () => listener({ type: 'lost', message: 'gone' });
        return NOTHING;
      },
      onDidDispose: () => NOTHING,
      isRepairWished: false,
      source: { path: '/disks/leaf.avhd' },
      edits: { tellConflict: () => undefined },
    };
    const active = { enter: () => undefined, leave: () => undefined, refresh: () => undefined };
    const answers = {
      answer: () =>
        new Promise((resolve, reject) => {
          answer = resolve;
          fail = reject;
        }),
    };
    new EditorPanel(
      document as unknown as ImageDocument,
      panel.panel,
      active as unknown as ActiveEditor,
      answers as unknown as PageAnswers,
      { error: (text: string) => errors.push(text) } as unknown as vscode.LogOutputChannel,
    );
    return panel;
  }

  const settled = (): Promise<void> => new Promise((done) => setImmediate(done));

  it('carries answers and failures to its page', async () => {
    const panel = open();
    panel.say({ kind: 'request', id: 1, name: 'open', params: {} });
    answer('an image');
    await settled();
    panel.say({ kind: 'request', id: 2, name: 'readBytes', params: {} });
    fail(new Error('cannot be read'));
    await settled();
    assert.deepEqual(panel.posted, [
      { kind: 'answer', id: 1, result: 'an image' },
      { kind: 'failure', id: 2, message: 'cannot be read' },
    ]);
    assert.deepEqual(errors, ['/disks/leaf.avhd: readBytes: cannot be read']);
  });

  it('leaves a page alone that was closed while the answer was on its way', async () => {
    for (const end of [() => answer('an image'), () => fail(new Error('the thread has ended'))]) {
      const panel = open();
      panel.say({ kind: 'request', id: 1, name: 'open', params: {} });
      panel.close();
      end();
      tell();
      await settled();
      assert.deepEqual(panel.posted, []);
      assert.deepEqual(errors, []);
    }
  });
});
