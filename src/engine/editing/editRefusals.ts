import { EngineError } from '../errors';

/** Edits of before wait for the user's word. `deed`: what cannot be done until then. */
export function keptEditsWait(deed: string, path: string): EngineError {
  return new EngineError('not-possible', {
    what: `${deed} ${path}`,
    why: 'there are changes from before that were made for another state of the file',
    remedy: 'apply those that fit, or discard them, first',
  });
}

/** Edits of before cannot be taken in. */
export function newerEditsWait(): EngineError {
  return new EngineError('not-possible', {
    what: 'Taking in changes from before',
    why: 'there are newer ones that are not saved',
    remedy: 'save or revert those first',
  });
}

/** Throws EngineError `too-large` where edits would take more memory than they may, in bytes. */
export function requireMemory(memory: number, limit: number): void {
  if (memory > limit) {
    throw new EngineError('too-large', {
      what: 'This edit',
      why: `with it the edits of this image would take ${memory} bytes of memory, and ${limit} are allowed`,
      remedy: 'change less at a time; saving and opening the image again makes room',
    });
  }
}
