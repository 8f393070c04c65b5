import type { Patch, RepairPlan } from '../../engine/index';
import { grouped, hexadecimal, nameOf, sizeText } from '../numbers';
import type { L10n } from '../operations/l10n';
import type { Question } from '../operations/question';

/** Places that are shown byte by byte, and bytes of each: a dialog has little room. */
const MAX_PLACES = 4;
const MAX_BYTES = 8;

/** What is asked before a file is repaired that no editor can open. */
export function repairQuestion(l10n: L10n, plan: RepairPlan): Question {
  const name = nameOf(plan.path);
  const chosen = plan.proposals.filter(({ isChosen }) => isChosen);
  const deeds = chosen.map(({ what, before, after, doubt }) => {
    const words = l10n.t('{0}. Now: {1}. Then: {2}.', what, before, after);
    return doubt === null ? words : `${words} ${doubt}`;
  });
  const undo = l10n.t(
    'No editor can open this file as an image, so it is changed at once. What is replaced is kept beside it; Undo Repair… brings it back to the byte.',
  );
  const detail = [...deeds, patchText(l10n, plan.patch), capital(plan.readable), undo].join('\n\n');
  return { message: l10n.t('Repair {0}?', name), detail };
}

/** What is asked before a repair is taken back. */
export function undoRepairQuestion(l10n: L10n, path: string, patch: Patch): Question {
  const words = l10n.t('Every byte becomes what it was before the last repair or relink.');
  const lines = [words, patchText(l10n, patch)];
  return { message: l10n.t('Undo the last repair of {0}?', nameOf(path)), detail: lines.join('\n\n') };
}

/** `At 0x1000: 00 00 → 63 6F …`, a line for each of the first places. */
function patchText(l10n: L10n, { changes, lengthBefore, lengthAfter }: Patch): string {
  const lines = changes
    .slice(0, MAX_PLACES)
    .map(({ offset, before, after }) =>
      l10n.t('At {0}: {1} → {2}', hexadecimal(offset), bytesText(l10n, before), bytesText(l10n, after)),
    );
  const more = changes.length - MAX_PLACES;
  if (more > 0) lines.push(l10n.t('and {0} places more', grouped(more)));
  if (lengthBefore !== lengthAfter) {
    lines.push(l10n.t('The file becomes {0} instead of {1}.', sizeText(lengthAfter), sizeText(lengthBefore)));
  }
  return lines.join('\n');
}

function bytesText(l10n: L10n, bytes: Uint8Array): string {
  if (bytes.length === 0) return l10n.t('past the end');
  const digits = Array.from(bytes.subarray(0, MAX_BYTES), (byte) => byte.toString(16).toUpperCase().padStart(2, '0'));
  const text = digits.join(' ');
  return bytes.length > MAX_BYTES ? l10n.t('{0} … ({1} bytes)', text, grouped(bytes.length)) : text;
}

/** The engine's words as a sentence. */
function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
