/**
 * How long a state is awaited before it is said never to come, in milliseconds. Only a failing test waits that long, so it is far beyond what a busy
 * machine takes.
 */
export const PATIENCE = 120_000;
