import { parseArgs } from 'node:util';
import { printable } from './wording';

/** The call's words are off: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface OptionSpec {
  readonly name: string;
  /** What stands for the value in the help; null for an option without one. */
  readonly value: string | null;
  /** May be given more than once. */
  readonly isRepeatable?: boolean;
  readonly help: string;
}

export interface CommandSpec {
  readonly name: string;
  /** What the words after the command are, all of them needed: `IMAGE`, `OUT`. The last one may be `FOLDER...`: one or more. */
  readonly operands: readonly string[];
  readonly summary: string;
  readonly options: readonly OptionSpec[];
  /** An option that stands in the place of all operands. */
  readonly insteadOfOperands?: string;
}

const HELP: OptionSpec = { name: 'help', value: null, help: 'Show this text.' };

/** Every command opens a chain. */
const CHAIN_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'parent',
    value: 'FILE',
    isRepeatable: true,
    help: 'Take this file for a parent that is not found. May be given more than once.',
  },
  { name: 'confine', value: 'FOLDER', help: 'Touch nothing outside this folder.' },
];

/** All options of a command, in the order of its help. */
export function optionsOf(command: CommandSpec): readonly OptionSpec[] {
  return [...command.options, ...CHAIN_OPTIONS, HELP];
}

/** The words of one call behind the command's name, taken apart. */
export class CommandLine {
  /** As many as the command has operands, or more where the last one may be repeated. */
  readonly operands: readonly string[];
  private readonly command: CommandSpec;
  private readonly values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

  /** Throws UsageError. Where `--help` is among the words the operands may be missing. */
  constructor(command: CommandSpec, words: readonly string[]) {
    this.command = command;
    const options = Object.fromEntries(
      optionsOf(command).map(
        ({ name, value, isRepeatable }) =>
          [name, { type: value === null ? 'boolean' : 'string', multiple: isRepeatable ?? false }] as const,
      ),
    );
    try {
      const parsed = parseArgs({ args: [...words], options, allowPositionals: true });
      this.operands = parsed.positionals;
      this.values = parsed.values;
    } catch (error) {
      throw this.error(firstSentence(error));
    }
    if (!this.isSet('help')) {
      this.checkOperands();
    }
  }

  isSet(option: string): boolean {
    return this.values[option] === true;
  }

  text(option: string): string | null {
    const value = this.values[option];
    return typeof value === 'string' ? value : null;
  }

  texts(option: string): readonly string[] {
    const value = this.values[option];
    return Array.isArray(value) ? value.filter((text) => typeof text === 'string') : [];
  }

  /** A whole number from 0 on, decimal or with `0x`; null where the option is not given. Throws UsageError. */
  number(option: string): number | null {
    const text = this.text(option);
    if (text === null) {
      return null;
    }
    const number = /^(?:\d+|0x[0-9a-f]+)$/i.test(text) ? Number(text) : NaN;
    if (!Number.isSafeInteger(number)) {
      throw this.error(`--${option} takes a whole number from 0 on, decimal or with 0x, and got "${text}"`);
    }
    return number;
  }

  /** One of `choices`; the first of them where the option is not given. Throws UsageError. */
  choice<T extends string>(option: string, choices: readonly [T, ...T[]]): T {
    const text = this.text(option);
    const chosen = text === null ? choices[0] : choices.find((choice) => choice === text);
    if (chosen === undefined) {
      throw this.error(`--${option} takes ${choices.join(', ')}, and got "${text ?? ''}"`);
    }
    return chosen;
  }

  private checkOperands(): void {
    const isReplaced = this.text(this.command.insteadOfOperands ?? '') !== null;
    const operands = isReplaced ? [] : this.command.operands;
    const missing = operands[this.operands.length];
    const extra = operands.at(-1)?.endsWith('...') === true ? undefined : this.operands[operands.length];
    if (missing !== undefined) {
      throw this.error(`${missing.replace('...', '')} is missing`);
    }
    if (extra !== undefined) {
      throw this.error(`"${extra}" is one word too many`);
    }
    if (this.operands.includes('')) {
      throw this.error(`${operands[this.operands.indexOf('')] ?? ''} is empty`);
    }
  }

  private error(why: string): UsageError {
    return new UsageError(`${this.command.name}: ${printable(why)}; see vhd-editor ${this.command.name} --help`);
  }
}

/** parseArgs says what is wrong, then at length what to do about it. */
function firstSentence(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const sentence = /^(.*?)(?:\.?\n|\. |\.?$)/.exec(message)?.[1] ?? message;
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
