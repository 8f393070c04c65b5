import type { ParentProof, RankedParent } from '../../engine/operations/relinkCandidates';
import { utcText, type RelinkPlan } from '../../engine/index';
import { nameOf } from '../numbers';
import type { L10n } from '../operations/l10n';
import type { Question } from '../operations/question';

/** Ways of naming the parent that are shown; a header has eight entries and a name. */
const MAX_NAMES = 9;

/** A file that the user chose as the parent of an image, and what can be done with it. */
export interface ChosenParent {
  readonly childPath: string;
  readonly parent: RankedParent;
  /** What relinking would change; null where that cannot be done. */
  readonly plan: RelinkPlan | null;
  /** Why not, for people; null where it can. */
  readonly whyNot: string | null;
  /** Whether it becomes an unsaved edit of an open editor, or is written at once. */
  readonly way: 'edit' | 'file';
  /** True where it can be used without writing anything: the parent is missing. */
  readonly canUse: boolean;
}

/** What is asked before a file is taken as a parent: what speaks for it, what is risked, and what would be written. */
export function parentQuestion(l10n: L10n, chosen: ChosenParent): Question {
  const { childPath, parent, plan, whyNot, canUse } = chosen;
  const [child, name] = [nameOf(childPath), nameOf(parent.path)];
  const message = parent.isProven
    ? l10n.t('Take {0} as the parent of {1}?', name, child)
    : l10n.t('{0} is not the parent that {1} names.', name, child);
  const paragraphs = [
    parent.proofs.map((proof) => `${markOf(proof)} ${proof.words}`).join('\n'),
    parent.isProven
      ? null
      : l10n.t(
          'The risk: wherever {0} has no data of its own, the data of {1} is read. If {0} was not made on just this disk, that is not what a guest has written: files may be torn, and nothing tells which.',
          child,
          name,
        ),
    plan === null ? null : relinkText(l10n, chosen, plan),
    whyNot === null ? null : l10n.t('It cannot be relinked: {0}', whyNot),
    canUse ? l10n.t('Use for now: no file is changed, and it lasts as long as this window is open.') : null,
  ];
  return { message, detail: paragraphs.filter((paragraph) => paragraph !== null).join('\n\n') };
}

/** A dash where it tells nothing. */
export function markOf({ agrees }: ParentProof): string {
  return agrees === null ? '–' : agrees ? '✓' : '✗';
}

function relinkText(l10n: L10n, { childPath, way }: ChosenParent, plan: RelinkPlan): string {
  const child = nameOf(childPath);
  const undo =
    way === 'edit'
      ? l10n.t('Relink: one unsaved edit of {0}, which can be undone.', child)
      : plan.mismatches.length > 0
        ? l10n.t(
            'Relink: {0} is written at once; what is replaced is kept in a file beside it, and can be taken back.',
            child,
          )
        : l10n.t('Relink: {0} is written at once.', child);
  return [undo, ...changeLines(l10n, plan)].join('\n');
}

/** What an image will say of its parent instead of what it says now. */
function changeLines(l10n: L10n, { id, modified, names }: RelinkPlan): readonly string[] {
  const nothing = l10n.t('nothing');
  const changed = names.filter(({ before, after }) => before !== after).slice(0, MAX_NAMES);
  const { named, found } = modified;
  // A header has whole seconds.
  const isNewTime = named !== null && Math.floor(named / 1000) !== Math.floor(found / 1000);
  return [
    ...(id.named === id.found ? [] : [`Id: ${id.named} → ${id.found}`]),
    ...(isNewTime ? [l10n.t('Time stamp: {0} → {1}', utcText(named), utcText(found))] : []),
    ...changed.map(({ source, before, after }) => {
      const way = source === 'name' ? l10n.t('Name') : source;
      return `${way}: ${before ?? nothing} → ${after ?? nothing}`;
    }),
  ];
}
