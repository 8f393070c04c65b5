import type { Context } from 'mocha';
import type { BridgeAnswer, BridgeCall } from './bridge';
import type { BrowserActions } from './browserActions';

const BRIDGE = 'VHD_TEST_BRIDGE';

async function send(call: BridgeCall): Promise<unknown> {
  const url = process.env[BRIDGE];
  if (url === undefined) throw new Error('no browser shows this VS Code; begin the test with requireBrowser(this)');
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(call) });
  const answer = (await response.json()) as BridgeAnswer;
  if ('error' in answer) throw new Error(`${call.action}: ${answer.error}`);
  return answer.result;
}

/**
 * The browser that shows this VS Code, for tests inside the extension host:
 * `await browser.hover({ area: 'editor', selector: 'canvas', position: { x: 10, y: 10 } })`.
 */
export const browser: BrowserActions = new Proxy({} as BrowserActions, {
  get: (_target, action) => {
    // A promise-like would be called by `await`.
    if (typeof action !== 'string' || action === 'then') return undefined;
    return (...parameters: unknown[]) => send({ action: action as keyof BrowserActions, parameters });
  },
});

export function hasBrowser(): boolean {
  return process.env[BRIDGE] !== undefined;
}

/** Skips a test or suite in a VS Code that no browser shows: the desktop's. */
export function requireBrowser(context: Context): void {
  if (!hasBrowser()) context.skip();
}
