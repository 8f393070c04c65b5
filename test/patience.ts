/**
 * How long a state is awaited before it is said never to come, in milliseconds. Only a failing test waits that long, so it is far beyond what a busy
 * machine takes.
 */
export const PATIENCE = 120_000;

/** Waits until `read` gives what `isDone` accepts, and returns it. For states that nothing tells of. */
export async function eventually<T>(
  read: () => T | PromiseLike<T>,
  isDone: (value: T) => boolean,
  describe: string,
  timeout = PATIENCE,
): Promise<T> {
  const end = Date.now() + timeout;
  for (;;) {
    const value = await read();
    if (isDone(value)) return value;
    if (Date.now() > end) throw new Error(`${describe}: still ${JSON.stringify(value)} after ${String(timeout)} ms`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
