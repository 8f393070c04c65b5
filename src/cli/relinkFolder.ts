import {
  planFolderRelink,
  planFolderUndo,
  runFolderRelink,
  runFolderUndo,
  runToEnd,
  type FolderRelinkPlan,
  type FolderRelinkResult,
  type FolderUndoPlan,
  type FolderUndoResult,
  type OperationRequest,
  type PlannedTie,
} from '../engine/index';
import { pathOf, policyOf, type Call } from './call';
import { UsageError, type OptionSpec } from './commandLine';
import { driveSteps } from './longDeed';
import { tell } from './operation';
import { writeJson } from './output';
import { patchDocument } from './patchText';
import { printable } from './wording';

/** What `relink` takes for a whole folder. */
export const FOLDER_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'folder',
    value: 'FOLDER',
    help: 'Instead of IMAGE and PARENT: relink all images in and below FOLDER whose parent lies elsewhere.',
  },
  { name: 'undo', value: null, help: 'With --folder: take the last relinking of FOLDER back, to the byte.' },
];

/** `relink --folder FOLDER`; `word` is the folder, null where `--undo` was given without one. Returns the exit code. Throws UsageError. */
export async function relinkFolder(call: Call, word: string | null): Promise<number> {
  const { line, fileSystem } = call;
  if (word === null) {
    throw new UsageError('relink: --undo is for a --folder, repair --undo for one image; see vhd-editor relink --help');
  }
  if (line.isSet('accept-mismatch')) {
    throw new UsageError('relink: --folder takes no --accept-mismatch; see vhd-editor relink --help');
  }
  const request: OperationRequest = { fileSystem, policy: policyOf(call), familyFolders: [] };
  const folder = pathOf(call, word);
  return line.isSet('undo') ? undo(call, request, folder) : relink(call, request, folder);
}

async function relink(call: Call, request: OperationRequest, folder: string): Promise<number> {
  const { line, terminal, fileSystem } = call;
  const planning = await driveSteps(terminal, 'Reading the folder', planFolderRelink(request, folder));
  if (planning.result === null) {
    return planning.exitCode;
  }
  const plan = planning.result;
  let result: FolderRelinkResult | null = null;
  if (!line.isSet('dry-run')) {
    const outcome = await driveSteps(terminal, 'Relinking', runFolderRelink(fileSystem, plan));
    if (outcome.result === null) {
      tell(call, [
        'Stopped: each image is as it was or relinked. Run it again to go on, or --undo takes all of it back.',
      ]);
      return outcome.exitCode;
    }
    result = outcome.result;
  }
  if (line.isSet('json')) {
    tell(call, result?.recovered ?? []);
    writeJson(terminal, relinkDocument(plan, result));
  } else {
    print(call, relinkLines(plan, result));
  }
  const refused = plan.images.some(({ refusals }) => refusals.length > 0);
  return refused || plan.failures.length > 0 || (result?.failures.length ?? 0) > 0 ? 1 : 0;
}

function relinkDocument(plan: FolderRelinkPlan, result: FolderRelinkResult | null): object {
  const undoOf = new Map(result?.relinked.map(({ path, undoPath }) => [path, undoPath]));
  return {
    folder: plan.folder,
    images: plan.images.map(({ path, parentPath, kind, names, namesOtherTime, patch, refusals }) => ({
      path,
      parent: parentPath,
      kind,
      names,
      namesOtherTime,
      patch: patchDocument(patch),
      applied: undoOf.has(path),
      undo: undoOf.get(path) ?? null,
      refusals,
    })),
    right: plan.rightCount,
    missing: plan.missing,
    failures: [...plan.failures, ...(result?.failures ?? [])],
    applied: result !== null,
    isWhole: plan.isWhole,
  };
}

function relinkLines(plan: FolderRelinkPlan, result: FolderRelinkResult | null): readonly string[] {
  const { images, missing } = plan;
  const refused = images.filter(({ refusals }) => refusals.length > 0);
  const relinked = new Set(result?.relinked.map(({ path }) => path));
  const shown = images.filter(({ path, refusals }) => (result === null ? refusals.length === 0 : relinked.has(path)));
  const failures = [...refused.flatMap(({ refusals }) => refusals), ...plan.failures, ...(result?.failures ?? [])];
  return [
    ...(result?.recovered ?? []),
    ...shown.flatMap((tie) => tieLines(tie, result === null ? 'would name' : 'names now')),
    ...missing.map(({ child, id, candidates }) =>
      candidates.length === 0
        ? `${child}: its parent (id ${id}) is not there`
        : `${child}: more than one image can be its parent: ${candidates.join(', ')}`,
    ),
    ...failures.map(({ what, why, remedy }) => `refused: ${what}: ${why}; ${remedy}`),
    ...(plan.isWhole ? [] : ['There are more files than were looked at.']),
    result === null
      ? `${count(shown.length)} would be relinked; ${count(plan.rightCount)} name their parents right`
      : `${count(shown.length)} relinked; ${count(plan.rightCount)} named their parents right`,
    ...(relinked.size === 0 ? [] : [`relink --folder ${plan.folder} --undo takes it back`]),
  ];
}

function tieLines({ path, parentPath, kind, names, namesOtherTime }: PlannedTie, verb: string): readonly string[] {
  if (kind === 'time') {
    return [`${path} ${verb} the new time of ${parentPath}`];
  }
  return [
    `${path} ${verb} ${parentPath}`,
    ...names
      .filter(({ before, after }) => before !== after)
      .map(({ source, before, after }) => `  ${source}: ${before ?? 'nothing'} -> ${after ?? 'nothing'}`),
    ...(namesOtherTime
      ? ['  It names another time than that of the file of its parent, which was copied or changed.']
      : []),
  ];
}

async function undo(call: Call, request: OperationRequest, folder: string): Promise<number> {
  const { line, terminal, fileSystem } = call;
  const plan = runToEnd(planFolderUndo(request, folder));
  let result: FolderUndoResult | null = null;
  if (!line.isSet('dry-run')) {
    const outcome = await driveSteps(terminal, 'Taking back', runFolderUndo(fileSystem, plan));
    if (outcome.result === null) {
      tell(call, ['Stopped. Run it again to go on.']);
      return outcome.exitCode;
    }
    result = outcome.result;
  }
  if (line.isSet('json')) {
    writeJson(terminal, undoDocument(plan, result));
  } else {
    print(call, undoLines(plan, result));
  }
  const failures = result?.failures ?? plan.images.flatMap(({ refusals }) => refusals);
  return failures.length === 0 ? 0 : 1;
}

function undoDocument({ folder, images }: FolderUndoPlan, result: FolderUndoResult | null): object {
  return {
    folder,
    images: images.map(({ path, patch, refusals }) => ({
      path,
      patch: patch === null ? [] : patchDocument(patch),
      applied: result?.undone.includes(path) ?? false,
      refusals,
    })),
    failures: result?.failures ?? [],
    applied: result !== null,
  };
}

function undoLines({ images }: FolderUndoPlan, result: FolderUndoResult | null): readonly string[] {
  const failures = result?.failures ?? images.flatMap(({ refusals }) => refusals);
  const paths = result?.undone ?? images.filter(({ refusals }) => refusals.length === 0).map(({ path }) => path);
  return [
    ...paths.map((path) => `${path} ${result === null ? 'would be' : 'is'} as it was before`),
    ...failures.map(({ what, why, remedy }) => `refused: ${what}: ${why}; ${remedy}`),
  ];
}

function count(images: number): string {
  return images === 1 ? '1 image' : `${images} images`;
}

function print({ terminal }: Call, lines: readonly string[]): void {
  terminal.write(new TextEncoder().encode(lines.map((each) => `${printable(each)}\n`).join('')));
}
