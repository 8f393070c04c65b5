import { Worker } from 'node:worker_threads';
import { translationsInUse } from '../engine/index';
import type { Translations } from '../engine/l10n';
import type { WorkerRole } from './role';

/** What a thread of ours is started with. */
export interface ThreadOrder {
  readonly role: WorkerRole;
  readonly translations: Translations;
}

/** Starts the bundled worker, whose absolute path is `program`. It speaks the language of the thread that starts it. */
export function startThread(program: string, role: WorkerRole, name: string): Worker {
  const workerData: ThreadOrder = { role, translations: translationsInUse() };
  return new Worker(program, { name, workerData });
}
