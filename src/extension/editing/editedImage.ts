import type { Uri } from 'vscode';
import type { HostNotification, OpenedBecause } from '../../protocol/messages';
import type { Following } from '../../worker/client';
import type { EditRequests } from '../../worker/editWire';
import type { OpenReport } from '../../worker/openReport';

/** What edits need of the document that they are made in. */
export interface EditedImage {
  readonly uri: Uri;
  /** How the engine calls the leaf. */
  readonly path: string;
  /** What is open; null where nothing is. */
  opened(): OpenReport | null;

  /** Opens the chain where it is not open. Within the document's queue only. Rejects with words for people. */
  ensureOpen(): Promise<void>;

  /** Asks the engine, which has the chain open. Rejects with WorkerFailure. */
  request<Name extends keyof EditRequests>(
    name: Name,
    params: EditRequests[Name]['params'],
    transfer?: readonly ArrayBuffer[],
    following?: Following,
  ): Promise<EditRequests[Name]['result']>;

  /** From now on the image is like this; all pages are told, unless `because` is null. */
  accept(report: OpenReport, because: OpenedBecause | null): Promise<void>;

  /** Tells all pages. */
  tell(notification: HostNotification): void;
}
