import { openChain, closeChain, type Chain, type FileSystem, type ParentPolicy } from '../engine/index';
import type { CommandLine, CommandSpec } from './commandLine';
import type { Terminal } from './terminal';

/** One call of a command: its words, and the world around it. */
export interface Call {
  readonly line: CommandLine;
  readonly terminal: Terminal;
  readonly fileSystem: FileSystem;
}

/** Returns the exit code. Throws EngineError, UsageError or OutputClosed. */
export type Run = (call: Call) => number | Promise<number>;

export interface Command {
  readonly spec: CommandSpec;
  readonly run: Run;
}

/** The absolute path that a word of the call means. */
export function pathOf(call: Call, word: string): string {
  return call.fileSystem.resolve(call.terminal.workingFolder, word);
}

/** The folder that the call is held to; null for none. */
export function confinementOf(call: Call): string | null {
  const folder = call.line.text('confine');
  return folder === null ? null : pathOf(call, folder);
}

/** How far images' words about their parents are trusted in a call. */
export function policyOf(call: Call): ParentPolicy {
  return {
    // Who types a command has chosen the image. What their trust does not cover is held back by the id and by --confine.
    trusted: true,
    given: call.line.texts('parent').map((word) => pathOf(call, word)),
    confine: confinementOf(call),
  };
}

/** Opens the image of the call with its parents, and closes them when `use` is done. */
export async function withChain(call: Call, use: (chain: Chain) => number | Promise<number>): Promise<number> {
  const chain = openChain(call.fileSystem, pathOf(call, call.line.operands[0] ?? ''), policyOf(call));
  try {
    return await use(chain);
  } finally {
    closeChain(chain);
  }
}
