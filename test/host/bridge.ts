import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { BrowserActions } from './browserActions';

/** One action on its way from a test in the extension host to the browser. */
export interface BridgeCall {
  readonly action: keyof BrowserActions;
  readonly parameters: readonly unknown[];
}

export type BridgeAnswer = { readonly result: unknown } | { readonly error: string };

export interface Bridge {
  readonly url: string;
  close(): Promise<void>;
}

async function answer(body: string, browser: BrowserActions): Promise<BridgeAnswer> {
  try {
    const call = JSON.parse(body) as BridgeCall;
    // Both ends are ours and typed by the same interface; between them it is text.
    const act = browser[call.action].bind(browser) as (...parameters: unknown[]) => Promise<unknown>;
    return { result: (await act(...call.parameters)) ?? null };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

/** Lets tests in the extension host ask the browser outside for something. Listens on this machine only. */
export async function startBridge(browser: BrowserActions): Promise<Bridge> {
  const server = createServer((request, response) => {
    void text(request)
      .then((body) => answer(body, browser))
      .then((result) => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(result));
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { url: `http://127.0.0.1:${String(port)}/`, close };
}
