import { grouped, nameOf, shortNameOf, sizeText } from '../numbers';
import type { L10n } from './l10n';
import type { Operations } from '../../worker/operationWire';

/** What is asked before something is done: one modal dialog. */
export interface Question {
  readonly message: string;
  readonly detail: string;
}

type SnapshotPlan = Operations['snapshot']['plan'];
type MergePlan = Operations['merge']['plan'];
type MergeToFilePlan = Operations['mergeToFile']['plan'];
type RevertPlan = Operations['revert']['plan'];

/** `kept`: the plan in which the active name is kept; null where that cannot be done. */
export function snapshotQuestion(l10n: L10n, plan: SnapshotPlan, kept: SnapshotPlan | null): Question {
  const name = shortNameOf(plan.image.path);
  const lines = [
    l10n.t(
      '{0} ({1}) is frozen: nothing may write to it from now on. A new, empty image above it takes all further changes, as with a checkpoint in Hyper-V.',
      name,
      sizeText(plan.image.size),
    ),
    l10n.t(
      'Create Snapshot: the new image is {0}, {1} large. A virtual machine must be set to use it.',
      shortNameOf(plan.leaf),
      sizeText(plan.bytesToWrite),
    ),
    kept === null
      ? null
      : l10n.t(
          'Keep the Name: {0} is renamed to {1}, and the new image is called {0}. The settings of a virtual machine stay right.',
          name,
          shortNameOf(kept.parent),
        ),
    l10n.t(
      'Shut the virtual machine down first. A snapshot is no backup: it lies on the same volume and is lost with it, and it knows nothing of the programs in the guest.',
    ),
  ];
  return { message: l10n.t('Create a snapshot of {0}?', nameOf(plan.image.path)), detail: paragraphs(lines) };
}

export function mergeQuestion(l10n: L10n, plan: MergePlan): Question {
  const ancestor = nameOf(plan.ancestor.path);
  const top = nameOf(plan.layers[0].path);
  const count = plan.layers.length;
  const message =
    count === 1
      ? l10n.t('Merge {0} into {1}?', top, ancestor)
      : count === 2
        ? l10n.t('Merge {0} and {1} into {2}?', top, nameOf(plan.layers[1]?.path ?? ''), ancestor)
        : l10n.t('Merge {0} and the {1} layers below it into {2}?', top, count - 1, ancestor);
  return { message, detail: mergeDetail(l10n, plan) };
}

export function deleteQuestion(l10n: L10n, plan: MergePlan): Question {
  const name = nameOf(plan.layers[0].path);
  const kept = l10n.t(
    'No change is lost: what {0} holds goes into {1} first. To throw its changes away, choose Revert to Snapshot… instead.',
    shortNameOf(name),
    shortNameOf(plan.ancestor.path),
  );
  return { message: l10n.t('Delete the snapshot {0}?', name), detail: paragraphs([kept, mergeDetail(l10n, plan)]) };
}

function mergeDetail(l10n: L10n, plan: MergePlan): string {
  const ancestor = shortNameOf(plan.ancestor.path);
  const lines = [
    plan.resumed === null
      ? null
      : l10n.t('This merge was begun before and goes on where it stopped. What is left of it:'),
    copyLine(l10n, plan),
    plan.ties.children.length === 0
      ? null
      : l10n.t('{0} will stand on {1}, with the same content as now.', names(plan.ties.children), ancestor),
    removalLine(l10n, plan),
    undoLine(l10n, plan.undoFiles),
    plan.leafs.includes(plan.ancestor.path)
      ? l10n.t('A virtual machine must then use {0}.', ancestor)
      : l10n.t('A virtual machine goes on with {0}.', names(plan.leafs)),
    plan.familyIsWhole
      ? null
      : l10n.t('There are more files in these folders than were looked at: see that no other image stands on these.'),
    l10n.t('The disk as it was as of {0} is gone then. This cannot be undone.', ancestor),
  ];
  return paragraphs(lines);
}

function copyLine(l10n: L10n, { survey, bytesToRead, ancestor }: MergePlan): string {
  const name = shortNameOf(ancestor.path);
  if (survey === null) return l10n.t('All is in {0} already.', name);
  const copied = l10n.t(
    '{0} sectors ({1}) are read, and {2} are written to {3}',
    grouped(survey.sectors),
    sizeText(bytesToRead),
    sizeText(survey.bytesToWrite),
    name,
  );
  return survey.growth > 0
    ? l10n.t(
        '{0}, which grows by {1} to {2}.',
        copied,
        sizeText(survey.growth),
        sizeText(ancestor.size + survey.growth),
      )
    : l10n.t('{0}, which does not grow.', copied);
}

function removalLine(l10n: L10n, { remove }: MergePlan): string | null {
  if (remove.length === 0) return null;
  const files = remove.map(({ path, size }) => `${shortNameOf(path)} (${sizeText(size)})`).join(', ');
  return l10n.t('When all is verified, deleted for good: {0}.', files);
}

/** What takes changes of files back that go. */
function undoLine(l10n: L10n, undoFiles: readonly { readonly path: string }[]): string | null {
  const files = undoFiles.map(({ path }) => path);
  return files.length === 0 ? null : l10n.t('What was kept to undo their repairs goes with them: {0}.', names(files));
}

export function mergeToFileQuestion(l10n: L10n, plan: MergeToFilePlan): Question {
  const name = nameOf(plan.to);
  const [top] = plan.layers;
  const layers = plan.layers.map(({ path }) => path);
  const lines = [
    l10n.t('{0} sectors ({1}) are read from {2}.', grouped(plan.sectors), sizeText(plan.bytesToRead), names(layers)),
    plan.format === 'fixed'
      ? l10n.t('{0} becomes a fixed image of {1}.', plan.to, sizeText(plan.virtualSize))
      : l10n.t('{0} becomes a dynamic image; {1} are written to it at most.', plan.to, sizeText(plan.bytesToWrite)),
    l10n.t('No other file is changed.'),
  ];
  return {
    message: l10n.t('Merge {0} into the new file {1}?', nameOf(top?.path ?? ''), name),
    detail: paragraphs(lines),
  };
}

/** An image that a revert may remove, with the length of its file in bytes. */
export interface UnneededLayer {
  readonly path: string;
  readonly size: number;
}

/**
 * `unneeded`: the layers that only the old leaf needed. `undoFiles`: what is kept of changes of these and of the old leaf. `hasTrash`: false where what is
 * removed is gone for good.
 */
export function revertQuestion(
  l10n: L10n,
  plan: RevertPlan,
  { unneeded, undoFiles }: { readonly unneeded: readonly UnneededLayer[]; readonly undoFiles: RevertPlan['undoFiles'] },
  hasTrash: boolean,
): Question {
  const leaf = shortNameOf(plan.leaf.path);
  const size = sizeText(plan.leaf.size);
  const target = shortNameOf(plan.parent.path);
  const layers = unneeded.map(({ path, size }) => `${shortNameOf(path)} (${sizeText(size)})`).join(', ');
  const lines = [
    l10n.t('The disk becomes as it was as of {0}: what was changed since then is in it no more.', target),
    l10n.t(
      'A new, empty {0} on {1} takes the place of the old one: the settings of a virtual machine stay right.',
      leaf,
      target,
    ),
    hasTrash
      ? l10n.t('The old {0} ({1}) is moved to the trash.', leaf, size)
      : l10n.t('The old {0} ({1}) is deleted for good: there is no trash here. This cannot be undone.', leaf, size),
    unneeded.length === 0
      ? null
      : unneeded.length === 1
        ? l10n.t('No other image needs {0} then. It stays as it is unless you remove it too.', layers)
        : l10n.t('No other image needs {0} then. They stay as they are unless you remove them too.', layers),
    undoLine(l10n, undoFiles),
  ];
  const message = l10n.t('Revert {0} to {1}?', nameOf(plan.leaf.path), nameOf(plan.parent.path));
  return { message, detail: paragraphs(lines) };
}

/** At most three names, and how many more there are. */
function names(paths: readonly string[]): string {
  const shown = paths.slice(0, 3).map(shortNameOf).join(', ');
  return paths.length > 3 ? `${shown} (+ ${String(paths.length - 3)})` : shown;
}

/** What a question says in detail, one thing after another. */
export function paragraphs(lines: readonly (string | null)[]): string {
  return lines.filter((line) => line !== null).join('\n\n');
}
