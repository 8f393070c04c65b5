import { recoverImage, runToEnd, type OperationRequest, type Progress, type Refusal } from '../engine/index';
import { pathOf, policyOf, type Call } from './call';
import type { OptionSpec } from './commandLine';
import { driveSteps } from './longDeed';
import { writeJson } from './output';
import { printable } from './wording';

/** Options of every command that changes a family of images. */
export const OPERATION_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'family',
    value: 'FOLDER',
    isRepeatable: true,
    help: "Look for other images of the family in this folder, beside the images' own. May be repeated.",
  },
  { name: 'json', value: null, help: 'Print one JSON document.' },
];

/** The absolute path that an option names; null where it is not given. */
export function optionPath(call: Call, option: string): string | null {
  const word = call.line.text(option);
  return word === null ? null : pathOf(call, word);
}

interface Deed<Plan extends { readonly refusals: readonly Refusal[] }, Result> {
  /** In the progress line: `Merging`. */
  readonly what: string;
  /** Absolute path of the image that it is about. */
  readonly path: string;
  plan(request: OperationRequest): Generator<unknown, Plan, void>;
  run(plan: Plan): Generator<Progress, Result, void>;
  /** For people, when it was interrupted; left out where there is nothing to say. */
  readonly stopped?: string;
  /** What is printed when all is done; `document` with `--json`. */
  document(plan: Plan, result: Result | null): object;
  text(plan: Plan, result: Result | null): readonly string[];
}

/** Plans an operation, runs it unless only the plan is wanted, and prints what came of it. Returns the exit code. */
export async function operate<Plan extends { readonly refusals: readonly Refusal[] }, Result>(
  call: Call,
  deed: Deed<Plan, Result>,
): Promise<number> {
  const { fileSystem, line, terminal } = call;
  const isDryRun = line.isSet('dry-run');
  if (!isDryRun && fileSystem.facts(deed.path) === null) {
    // It may wait under another name for an operation that was cut short.
    tell(call, recoverImage(fileSystem, deed.path));
  }
  const familyFolders = line.texts('family').map((word) => pathOf(call, word));
  const plan = runToEnd(deed.plan({ fileSystem, policy: policyOf(call), familyFolders }));
  if (isDryRun) {
    return print(call, deed, plan, null);
  }
  const outcome = await driveSteps(terminal, deed.what, deed.run(plan));
  if (outcome.result === null) {
    tell(call, deed.stopped === undefined ? [] : [deed.stopped]);
    return outcome.exitCode;
  }
  return print(call, deed, plan, outcome.result);
}

/** What was kept of changes of an image, and goes with it. */
export function undoFileText({ path }: { readonly path: string }, would: boolean): string {
  return would
    ? `${path}: would be removed; it takes back changes of a file that is gone then`
    : `${path}: removed; it took back changes of a file that is gone`;
}

/** Lines for people who watch. */
export function tell(call: Call, lines: readonly string[]): void {
  for (const line of lines) {
    call.terminal.writeError(`${printable(line)}\n`);
  }
}

function print<Plan extends { readonly refusals: readonly Refusal[] }, Result>(
  { line, terminal }: Call,
  deed: Deed<Plan, Result>,
  plan: Plan,
  result: Result | null,
): number {
  if (line.isSet('json')) {
    writeJson(terminal, deed.document(plan, result));
  } else {
    const lines = [
      ...deed.text(plan, result),
      ...plan.refusals.map(({ what, why, remedy }) => `refused: ${what}: ${why}; ${remedy}`),
    ];
    terminal.write(new TextEncoder().encode(lines.map((each) => `${printable(each)}\n`).join('')));
  }
  return plan.refusals.length === 0 ? 0 : 1;
}
