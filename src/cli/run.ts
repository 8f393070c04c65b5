import { EngineError, type FileSystem } from '../engine/index';
import { version } from '../../package.json';
import type { Command } from './call';
import { checkCommand } from './checkCommand';
import { CommandLine, UsageError } from './commandLine';
import { exportCommand } from './exportCommand';
import { commandHelp, programHelp } from './help';
import { infoCommand } from './infoCommand';
import { mapCommand } from './mapCommand';
import { mergeCommand } from './mergeCommand';
import { readCommand } from './readCommand';
import { relinkCommand } from './relinkCommand';
import { repairCommand } from './repairCommand';
import { revertCommand } from './revertCommand';
import { scanCommand } from './scanCommand';
import { snapshotCommand } from './snapshotCommand';
import { OutputClosed, type Terminal } from './terminal';
import { printable } from './wording';

export const COMMANDS: readonly Command[] = [
  infoCommand,
  mapCommand,
  readCommand,
  exportCommand,
  snapshotCommand,
  mergeCommand,
  revertCommand,
  scanCommand,
  checkCommand,
  repairCommand,
  relinkCommand,
];

const EXIT_DONE = 0;
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/** Runs one call of the program: `words` are what the user typed behind its name. Returns the exit code; never throws. */
export async function run(words: readonly string[], terminal: Terminal, fileSystem: FileSystem): Promise<number> {
  try {
    return await dispatch(words, terminal, fileSystem);
  } catch (error) {
    if (error instanceof OutputClosed) {
      return EXIT_DONE;
    }
    terminal.writeError(`vhd-editor: ${printable(messageOf(error))}\n`);
    return error instanceof UsageError ? EXIT_USAGE : EXIT_FAILED;
  }
}

async function dispatch(words: readonly string[], terminal: Terminal, fileSystem: FileSystem): Promise<number> {
  const [name, ...rest] = words;
  if (name === '--help' || name === '-h') {
    return show(terminal, programHelp(COMMANDS.map((command) => command.spec)));
  }
  if (name === '--version') {
    return show(terminal, `${version}\n`);
  }
  const command = COMMANDS.find(({ spec }) => spec.name === name);
  if (command === undefined) {
    const why = name === undefined ? 'no command is given' : `there is no command "${name}"`;
    throw new UsageError(`${why}; see vhd-editor --help`);
  }
  const line = new CommandLine(command.spec, rest);
  if (line.isSet('help')) {
    return show(terminal, commandHelp(command.spec));
  }
  return command.run({ line, terminal, fileSystem });
}

function show(terminal: Terminal, text: string): number {
  terminal.write(new TextEncoder().encode(text));
  return EXIT_DONE;
}

/** What is no error of ours was not foreseen; even then nobody wants to read our stack. */
function messageOf(error: unknown): string {
  if (error instanceof EngineError || error instanceof UsageError) {
    return error.message;
  }
  const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return `Unforeseen failure: ${words}; please report it with the command that led to it`;
}
