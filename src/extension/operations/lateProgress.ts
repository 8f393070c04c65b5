import * as vscode from 'vscode';
import type { Progress } from '../../engine/index';

/** What is done within this time needs no notification. In milliseconds. */
const PATIENCE = 700;

/** Does some work; once it has taken a while, a notification shows how far it is, and can end it by `cancel`. */
export async function withLateProgress<Result>(
  title: string,
  cancel: () => void,
  work: (told: (progress: Progress) => void) => Promise<Result>,
): Promise<Result> {
  const shown = new LateProgress();
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

/** How far some work is, kept until somebody shows it. */
class LateProgress {
  #notification: vscode.Progress<{ message?: string; increment?: number }> | null = null;
  #percent = 0;
  #shownPercent = 0;

  note({ doneBytes, totalBytes }: Progress): void {
    this.#percent = totalBytes === 0 ? 0 : (doneBytes * 100) / totalBytes;
    this.#show();
  }

  showIn(notification: vscode.Progress<{ message?: string; increment?: number }>): void {
    this.#notification = notification;
    if (this.#percent > 0) this.#show();
  }

  #show(): void {
    if (this.#notification === null) return;
    const message = `${String(Math.floor(this.#percent))}%`;
    this.#notification.report({ message, increment: this.#percent - this.#shownPercent });
    this.#shownPercent = this.#percent;
  }
}
