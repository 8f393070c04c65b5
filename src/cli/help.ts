import { optionsOf, type CommandSpec, type OptionSpec } from './commandLine';
import { alignedRows } from './output';

/** `vhd-editor --help` */
export function programHelp(commands: readonly CommandSpec[]): string {
  return [
    'Inspects virtual hard disk images (.vhd, .avhd) and their snapshot chains.',
    '',
    'Usage: vhd-editor COMMAND IMAGE [options]',
    '',
    'Commands:',
    ...indented(commands.map((command) => [command.name, command.summary])),
    '',
    'Options:',
    ...indented([
      ['--help', 'Show this text; after a command, show its options.'],
      ['--version', 'Show the version.'],
    ]),
    '',
    'Exit code: 0 done, 1 failed, 2 the words of the call are off, 130 cancelled.',
    '',
  ].join('\n');
}

/** `vhd-editor COMMAND --help` */
export function commandHelp(command: CommandSpec): string {
  return [
    command.summary,
    '',
    `Usage: vhd-editor ${command.name} ${command.operands.join(' ')} [options]`,
    '',
    'Options:',
    ...indented(optionsOf(command).map((option) => [optionWords(option), option.help])),
    '',
  ].join('\n');
}

function optionWords({ name, value }: OptionSpec): string {
  return value === null ? `--${name}` : `--${name} ${value}`;
}

function indented(rows: readonly (readonly string[])[]): string[] {
  return alignedRows(rows).map((row) => `  ${row}`);
}
