import * as vscode from 'vscode';
import type { Progress } from '../../engine/index';

/** What is done within this time needs no notification. In milliseconds. */
const PATIENCE = 700;

/** Does some work; once it has taken a while, a notification shows how far it is, in `words`, and can end it by `cancel`. */
export async function withLateProgress<Result>(
  title: string,
  cancel: () => void,
  work: (told: (progress: Progress) => void) => Promise<Result>,
  words: (progress: Progress) => string = (progress) => `${String(Math.floor(percentOf(progress)))}%`,
): Promise<Result> {
  const shown = new LateProgress(words);
  const working = work((progress) => shown.note(progress));
  const ended = working.then(
    () => true,
    () => true,
  );
  if (!(await isEndedInTime(ended))) {
    const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
    void vscode.window.withProgress(options, async (progress, token) => {
      const listener = token.onCancellationRequested(cancel);
      shown.showIn(progress);
      await ended;
      listener.dispose();
    });
  }
  return working;
}

async function isEndedInTime(ended: Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), PATIENCE);
  });
  const isEnded = await Promise.race([ended, patience]);
  clearTimeout(timer);
  return isEnded;
}

/** 0 where nobody knows yet how much there is. */
export function percentOf({ doneBytes, totalBytes }: Progress): number {
  return totalBytes === 0 ? 0 : (doneBytes * 100) / totalBytes;
}

/** How far some work is, kept until somebody shows it. */
class LateProgress {
  readonly #words: (progress: Progress) => string;
  #notification: vscode.Progress<{ message?: string; increment?: number }> | null = null;
  #message: string | null = null;
  #percent = 0;
  #shownPercent = 0;

  constructor(words: (progress: Progress) => string) {
    this.#words = words;
  }

  note(progress: Progress): void {
    this.#percent = percentOf(progress);
    this.#message = this.#words(progress);
    this.#show();
  }

  showIn(notification: vscode.Progress<{ message?: string; increment?: number }>): void {
    this.#notification = notification;
    this.#show();
  }

  #show(): void {
    if (this.#notification === null || this.#message === null) return;
    this.#notification.report({ message: this.#message, increment: this.#percent - this.#shownPercent });
    this.#shownPercent = this.#percent;
  }
}
