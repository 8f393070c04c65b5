import type { FolderRelinkPlan, FolderUndoPlan, PlannedTie, Refusal } from '../../engine/index';
import { nameOf } from '../numbers';
import type { L10n } from '../operations/l10n';
import { paragraphs, type Question } from '../operations/question';

/** Names that a question shows; the log has them all. */
const SHOWN_NAMES = 4;

/** What a plan would write to, and what it would leave for a reason. */
export function tiesOf({ images }: FolderRelinkPlan): {
  readonly wanted: readonly PlannedTie[];
  readonly refused: readonly PlannedTie[];
} {
  const isRefused = ({ refusals }: PlannedTie): boolean => refusals.length > 0;
  return { wanted: images.filter((tie) => !isRefused(tie)), refused: images.filter(isRefused) };
}

export function relinkFolderQuestion(l10n: L10n, plan: FolderRelinkPlan): Question {
  const { wanted, refused } = tiesOf(plan);
  const moved = wanted.filter(({ kind }) => kind === 'moved');
  const timed = wanted.filter(({ kind }) => kind === 'time');
  const doubtful = moved.filter(({ namesOtherTime }) => namesOtherTime);
  const lines = [
    moved.length === 0
      ? null
      : l10n.t(
          'In each, the name, the paths and the time of its parent are written for where the files lie now: {0}.',
          listed(moved.map(({ path, parentPath }) => `${nameOf(path)} → ${nameOf(parentPath)}`)),
        ),
    timed.length === 0
      ? null
      : l10n.t('These only get the new time of the file of their parent: {0}.', listed(pathNames(timed))),
    l10n.t('Nothing else is changed: every disk reads as before.'),
    doubtful.length === 0
      ? null
      : l10n.t(
          'These name another time at which their parent was changed than its file has: {0}. Copying a file does that, and so does changing a parent after the snapshot. Check these images first if you do not know which.',
          listed(pathNames(doubtful)),
        ),
    refused.length === 0 ? null : l10n.t('Left as they are, the log says why: {0}.', listed(pathNames(refused))),
    missingLine(l10n, plan),
    l10n.t('What is replaced is kept beside each image: Undo Relink brings it back, to the byte.'),
  ];
  const folder = nameOf(plan.folder);
  const message =
    wanted.length === 1
      ? l10n.t('Relink 1 image in {0}?', folder)
      : l10n.t('Relink {0} images in {1}?', wanted.length, folder);
  return { message, detail: paragraphs(lines) };
}

/** What is said where nothing can be relinked. */
export function nothingToRelink(l10n: L10n, plan: FolderRelinkPlan): string {
  const { refused } = tiesOf(plan);
  const folder = nameOf(plan.folder);
  const lines = [
    refused.length === 0 && plan.missing.length === 0
      ? l10n.t('All images in {0} name their parents where they are.', folder)
      : l10n.t('There is nothing to relink in {0}.', folder),
    refused.length === 0 ? null : l10n.t('Left as they are, the log says why: {0}.', listed(pathNames(refused))),
    missingLine(l10n, plan),
  ];
  return lines.filter((line) => line !== null).join(' ');
}

export function undoRelinkQuestion(l10n: L10n, { folder, images }: FolderUndoPlan): Question {
  const wanted = images.filter(({ refusals }) => refusals.length === 0);
  const refused = images.filter(({ refusals }) => refusals.length > 0);
  const message =
    wanted.length === 1
      ? l10n.t('Take the relinking of 1 image in {0} back?', nameOf(folder))
      : l10n.t('Take the relinking of {0} images in {1} back?', wanted.length, nameOf(folder));
  const lines = [
    l10n.t('These become as they were, to the byte: {0}.', listed(pathNames(wanted))),
    l10n.t('They then name their parents where they were before.'),
    refused.length === 0 ? null : l10n.t('Left as they are, the log says why: {0}.', listed(pathNames(refused))),
  ];
  return { message, detail: paragraphs(lines) };
}

/** All that stands in the way of a plan, for the log. */
export function refusalsOf(
  plan: { readonly images: readonly { readonly refusals: readonly Refusal[] }[] },
  further: readonly Refusal[] = [],
): readonly Refusal[] {
  return [...plan.images.flatMap(({ refusals }) => refusals), ...further];
}

function missingLine(l10n: L10n, { missing }: FolderRelinkPlan): string | null {
  const [lost, torn] = [true, false].map((isLost) =>
    missing.filter(({ candidates }) => (candidates.length === 0) === isLost).map(({ child }) => nameOf(child)),
  );
  const lines = [
    lost === undefined || lost.length === 0 ? null : l10n.t('The parents of these were not found: {0}.', listed(lost)),
    torn === undefined || torn.length === 0
      ? null
      : l10n.t('More than one image can be the parent of these: {0}. Locate Parent… lets you choose.', listed(torn)),
  ].filter((line) => line !== null);
  return lines.length === 0 ? null : lines.join(' ');
}

function pathNames(images: readonly { readonly path: string }[]): readonly string[] {
  return images.map(({ path }) => nameOf(path));
}

/** Some names, and how many more there are. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN_NAMES).join(', ');
  return names.length > SHOWN_NAMES ? `${shown} (+ ${String(names.length - SHOWN_NAMES)})` : shown;
}
