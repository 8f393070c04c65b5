import * as vscode from 'vscode';
import type { PagePosition } from '../protocol/messages';
import type { ActiveEditor } from './editor/activeEditor';
import { grouped, hexadecimal } from './numbers';

/** The one status bar item: where the cursor of the active editor is, and who owns that place. */
export class PositionItem implements vscode.Disposable {
  readonly #item: vscode.StatusBarItem;
  readonly #listener: vscode.Disposable;

  constructor(active: ActiveEditor) {
    this.#item = vscode.window.createStatusBarItem('vhdEditor.position', vscode.StatusBarAlignment.Right, 100);
    this.#item.name = vscode.l10n.t('VHD Editor: Position');
    this.#item.command = 'vhdEditor.goTo';
    this.#listener = active.onDidChange(() => this.#show(active.editor === null ? null : active.editor.position));
  }

  dispose(): void {
    this.#listener.dispose();
    this.#item.dispose();
  }

  #show(position: PagePosition | null): void {
    const words = position === null ? [] : positionWords(position);
    if (words.length === 0) {
      this.#item.hide();
      return;
    }
    this.#item.text = asLabel(words.join('  '));
    this.#item.tooltip = vscode.l10n.t('Go to an offset, LBA or block…');
    this.#item.accessibilityInformation = { label: words.join(', '), role: 'button' };
    this.#item.show();
  }
}

/** `Block 1 360`, `LBA 5 570 560`, `2 852 126 720 (0xAA000000)`, `web01.avhd + 1`; what is not known is left out. */
function positionWords({ block, sector, offset, owner }: PagePosition): readonly string[] {
  return [
    block === null ? null : vscode.l10n.t('Block {0}', grouped(block)),
    sector === null ? null : vscode.l10n.t('LBA {0}', grouped(sector)),
    offset === null ? null : `${grouped(offset)} (${hexadecimal(offset)})`,
    owner,
  ].filter((word) => word !== null);
}

/** A file's name may look like an icon. */
function asLabel(text: string): string {
  return text.replaceAll('$(', '\\$(');
}
