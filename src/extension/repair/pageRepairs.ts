import * as vscode from 'vscode';
import type { PatchEdit } from '../../engine/editing/edit';
import type { RepairPreview } from '../../protocol/repair';
import type { ImageDocument } from '../editor/imageDocument';

/** The repairs that a page shows: it names what it was shown last, and the bytes stay here. */
export class PageRepairs {
  readonly #document: ImageDocument;
  #shown: { readonly number: number; readonly edit: PatchEdit } | null = null;
  #lastNumber = 0;

  constructor(document: ImageDocument) {
    this.#document = document;
  }

  /** Rejects with words for people. */
  async plan(only: readonly string[] | null): Promise<RepairPreview> {
    const { preview, patch } = await this.#document.planRepair(only);
    this.#lastNumber += 1;
    const number = this.#lastNumber;
    this.#shown = { number, edit: { kind: 'patch', label: labelOf(preview), patch } };
    return { ...preview, number };
  }

  /** Makes what was shown one edit. Rejects with words for people, also where the image is another one by now. */
  async make(number: number): Promise<void> {
    if (this.#shown?.number !== number) {
      throw new Error(vscode.l10n.t('What can be repaired is something else by now. Look at it again.'));
    }
    await this.#document.edits.edit(this.#shown.edit);
  }
}

function labelOf({ proposals }: Pick<RepairPreview, 'proposals'>): string {
  const chosen = proposals.filter(({ isChosen }) => isChosen);
  const [first] = chosen;
  return chosen.length === 1 && first !== undefined
    ? vscode.l10n.t('Repair {0}', first.key)
    : vscode.l10n.t('Repair {0} Findings', chosen.length);
}
