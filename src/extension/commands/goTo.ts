import * as vscode from 'vscode';
import type { ImageEditor } from '../editor/activeEditor';
import { grouped, hexadecimal } from '../numbers';
import { placesFor, type FoundPlace, type Reach } from './goToPlaces';

interface PlaceItem extends vscode.QuickPickItem {
  /** Null where the words mean no place. */
  readonly found: FoundPlace | null;
}

/** Asks for an offset, LBA or block and shows the place in the editor while it is typed; Escape comes back to where it was. */
export async function goTo(editor: ImageEditor): Promise<void> {
  const reach = reachOf(editor);
  if (reach === null) return;
  const chosen = await choosePlace(editor, reach);
  if (chosen === null) {
    editor.notify({ type: 'goTo', place: null, step: 'cancel' });
  } else {
    editor.notify({ type: 'goTo', place: chosen.place, step: 'accept' });
  }
  editor.reveal();
}

/** How far there is to go in the disk as the editor shows it; null while it shows none. */
function reachOf({ document, position }: ImageEditor): Reach | null {
  const layers = document.image?.layers ?? [];
  return layers[position?.asOf ?? 0] ?? layers[0] ?? null;
}

function choosePlace(editor: ImageEditor, reach: Reach): Promise<FoundPlace | null> {
  const pick = vscode.window.createQuickPick<PlaceItem>();
  pick.title = vscode.l10n.t('Go to Offset, LBA or Block');
  pick.placeholder = vscode.l10n.t('1234, 0x4D2, 12 MiB, lba 2048, block 17, file 0x200');
  pick.onDidChangeValue((text) => {
    pick.items = text.trim() === '' ? [] : itemsFor(text, reach);
  });
  pick.onDidChangeActive(([item]) => {
    const place = item?.found?.place;
    if (place !== undefined) editor.notify({ type: 'goTo', place, step: 'preview' });
  });
  return new Promise((resolve) => {
    pick.onDidAccept(() => {
      const found = pick.activeItems[0]?.found ?? null;
      if (found === null) return;
      resolve(found);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(null);
      pick.dispose();
    });
    pick.show();
  });
}

function itemsFor(text: string, reach: Reach): readonly PlaceItem[] {
  const places = placesFor(text, reach);
  if (places.length > 0) return places.map((found) => itemOf(found, reach));
  const size = `${grouped(reach.virtualSize)} (${hexadecimal(reach.virtualSize)})`;
  return [{ label: vscode.l10n.t('No such place on this disk of {0} bytes', size), alwaysShow: true, found: null }];
}

function itemOf(found: FoundPlace, reach: Reach): PlaceItem {
  return { label: labelOf(found), description: descriptionOf(found, reach), alwaysShow: true, found };
}

function labelOf({ kind, value }: FoundPlace): string {
  switch (kind) {
    case 'offset':
      return vscode.l10n.t('Offset {0}', `${grouped(value)} (${hexadecimal(value)})`);
    case 'lba':
      return vscode.l10n.t('LBA {0}', grouped(value));
    case 'block':
      return vscode.l10n.t('Block {0}', grouped(value));
    case 'fileOffset':
      return vscode.l10n.t('Offset {0} in the file', `${grouped(value)} (${hexadecimal(value)})`);
  }
}

/** The same place in the other ways of counting. */
function descriptionOf({ kind, place }: FoundPlace, { blockSize }: Reach): string {
  if (kind === 'fileOffset') return '';
  const block = vscode.l10n.t('block {0}', grouped(Math.floor(place.offset / blockSize)));
  const lba = vscode.l10n.t('LBA {0}', grouped(Math.floor(place.offset / 512)));
  const offset = `${grouped(place.offset)} (${hexadecimal(place.offset)})`;
  const words = { offset: [block, lba], lba: [block, offset], block: [lba, offset] }[kind];
  return words.join(' · ');
}
