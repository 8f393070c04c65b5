import { EngineError } from '../errors';
import { t } from '../l10n';

/** Edits of before wait for the user's word. `deed`: what cannot be done until then. */
export function keptEditsWait(what: string): EngineError {
  return new EngineError('not-possible', {
    what,
    why: t('there are changes from before that were made for another state of the file'),
    remedy: t('apply those that fit, or discard them, first'),
  });
}

/** Edits of before cannot be taken in. */
export function newerEditsWait(): EngineError {
  return new EngineError('not-possible', {
    what: t('Taking in changes from before'),
    why: t('there are newer ones that are not saved'),
    remedy: t('save or revert those first'),
  });
}

/** Throws EngineError `too-large` where edits would take more memory than they may, in bytes. */
export function requireMemory(memory: number, limit: number): void {
  if (memory > limit) {
    throw new EngineError('too-large', {
      what: t('This edit'),
      why: t('with it the edits of this image would take {0} bytes of memory, and {1} are allowed', memory, limit),
      remedy: t('change less at a time; saving and opening the image again makes room'),
    });
  }
}
