import type { Edit, EditDone } from '../../protocol/editing';

interface Job {
  readonly edits: Edit[];
  /** Joined to by what is typed right behind it, as long as it waits. */
  readonly joins: boolean;
  readonly ends: { readonly resolve: (done: EditDone) => void; readonly reject: (error: unknown) => void }[];
}

/** At most so many bytes become one edit: undone at once, they should be what a person remembers having typed at once. */
const MOST_JOINED = 256;

/**
 * Sends edits one after the other. What is typed while an answer is on its way is joined to one edit, so that keys are faster than the host
 * without being lost.
 */
export class EditQueue {
  readonly #send: (edit: Edit) => Promise<EditDone>;
  readonly #waiting: Job[] = [];
  #isSending = false;

  constructor(send: (edit: Edit) => Promise<EditDone>) {
    this.#send = send;
  }

  /** `joins`: whether it is typed, and may become one with what is typed before and after it. */
  add(edit: Edit, joins: boolean): Promise<EditDone> {
    return new Promise((resolve, reject) => {
      const last = this.#waiting[this.#waiting.length - 1];
      if (joins && last?.joins === true && follows(edit, last.edits)) {
        last.edits.push(edit);
        last.ends.push({ resolve, reject });
      } else {
        this.#waiting.push({ edits: [edit], joins, ends: [{ resolve, reject }] });
      }
      void this.#run();
    });
  }

  async #run(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    for (let job = this.#waiting.shift(); job !== undefined; job = this.#waiting.shift()) {
      try {
        const done = await this.#send(joined(job.edits));
        for (const { resolve } of job.ends) resolve(done);
      } catch (error) {
        for (const { reject } of job.ends) reject(error);
      }
    }
    this.#isSending = false;
  }
}

function follows(edit: Edit, before: readonly Edit[]): boolean {
  const [first] = before;
  const last = before[before.length - 1];
  if (edit.kind !== 'overwrite' || first?.kind !== 'overwrite' || last?.kind !== 'overwrite') return false;
  const isBehind = edit.target === last.target && edit.offset === last.offset + last.bytes.length;
  return isBehind && edit.offset + edit.bytes.length - first.offset <= MOST_JOINED;
}

function joined(edits: readonly Edit[]): Edit {
  const [first] = edits;
  if (first === undefined) throw new Error('no edit to send');
  if (first.kind !== 'overwrite' || edits.length === 1) return first;
  const bytes = edits.flatMap((edit) => (edit.kind === 'overwrite' ? [...edit.bytes] : []));
  return { ...first, bytes: Uint8Array.from(bytes) };
}
