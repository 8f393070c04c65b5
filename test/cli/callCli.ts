import assert from 'node:assert/strict';
import { run } from '../../src/cli/run';
import { NodeFileSystem, type FileSystem } from '../../src/engine/index';
import { FakeTerminal } from './fakeTerminal';

/** What a call came to. */
export interface CallResult {
  readonly exitCode: number;
  readonly bytes: Buffer;
  readonly text: string;
  readonly error: string;
}

/** Runs the command line within this process. */
export async function callCli(
  words: readonly string[],
  fileSystem: FileSystem = new NodeFileSystem(),
  terminal = new FakeTerminal(),
): Promise<CallResult> {
  const exitCode = await run(words, terminal, fileSystem);
  return { exitCode, bytes: terminal.bytes, text: terminal.text, error: terminal.error };
}

/** Runs a call that is to succeed, and takes its document apart. */
export async function callForJson<T>(words: readonly string[], fileSystem?: FileSystem): Promise<T> {
  const result = await callCli([...words, '--json'], fileSystem);
  assert.equal(result.error, '');
  assert.equal(result.exitCode, 0);
  // The shape is what the test is about to look at.
  return JSON.parse(result.text) as T;
}

/** Asserts that a call failed with one line on standard error, and nothing else of it. */
export function assertFailed(result: CallResult, exitCode: number, line: RegExp): void {
  assert.match(result.error, /^vhd-editor: [^\n]+\n$/);
  assert.match(result.error, line);
  assert.equal(result.exitCode, exitCode);
}
