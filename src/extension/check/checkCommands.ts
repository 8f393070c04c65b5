import * as vscode from 'vscode';
import type { CheckedImage, Finding } from '../../engine/index';
import type { ImageDocuments } from '../editor/imageDocuments';
import { openInOurEditor } from '../editor/viewTypes';
import { nameOf } from '../numbers';
import { withOperation, type OperationSetup } from '../operations/operationRun';
import { REPAIRABLE_FINDINGS } from '../../protocol/repair';
import { OperationFailure } from '../../worker/operationClient';
import { offerRepair } from '../repair/repairImage';
import type { Problems } from './problems';

/** Files of a folder that are looked at. */
const MAX_FILES = 5000;

const IMAGE_FILES = '**/*.{vhd,avhd,VHD,AVHD}';

/** Where it is shown what a check brought up. */
export interface CheckFaces {
  readonly problems: Problems;
  readonly documents: ImageDocuments;
}

/** Finds everything that is wrong with an image and its parents. `path` is absolute. */
export async function checkImage(setup: OperationSetup, faces: CheckFaces, path: string): Promise<void> {
  await withOperation(setup, path, async (run) => {
    const title = vscode.l10n.t('Checking {0}', nameOf(path));
    const checked = await run.check(title, [path], true).catch((error: unknown) => {
      if (!OperationFailure.is(error) || error.code !== 'not-an-image') throw error;
      void offerRepair(setup, path, error);
      return null;
    });
    if (checked === null) return;
    show(faces, checked);
    const findings = checked.flatMap((image) => image.findings);
    const uri = vscode.Uri.file(path);
    const document = faces.documents.find(uri);
    document?.showChecked(findings);
    const message = vscode.l10n.t('{0} was checked: {1}.', nameOf(path), countText(findings));
    const unsaved = vscode.l10n.t('Its unsaved edits were not looked at.');
    const text = document?.edits.isChanged === true ? `${message} ${unsaved}` : message;
    const own = findings.filter((finding) => finding.path === (checked[0]?.path ?? path));
    const isRepairable = own.some(({ id, severity }) => severity !== 'note' && REPAIRABLE_FINDINGS.has(id));
    const repair = async (): Promise<void> => {
      await vscode.commands.executeCommand('vhdEditor.repairImage', uri);
    };
    // What a person answers has no part in the check.
    void tell(text, findings, {
      ...(isRepairable ? { [vscode.l10n.t('Repair…')]: repair } : {}),
      [vscode.l10n.t('Open Image')]: () => openInOurEditor(uri, { preview: false }),
    });
  });
}

/** Finds everything that is wrong with the images of a folder and of those below it; asks for one where none is given. */
export async function checkFolder(setup: OperationSetup, faces: CheckFaces, argument: unknown): Promise<void> {
  const folder = argument instanceof vscode.Uri ? argument : await askForFolder();
  if (folder === null) return;
  const found = await vscode.workspace.findFiles(new vscode.RelativePattern(folder, IMAGE_FILES), null, MAX_FILES);
  const paths = found.map((uri) => uri.fsPath).sort();
  const name = nameOf(folder.fsPath);
  if (paths.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('There are no .vhd or .avhd files in {0}.', name));
    return;
  }
  await withOperation(setup, folder.fsPath, async (run) => {
    const checked = await run.check(vscode.l10n.t('Checking {0}', name), paths, false);
    if (checked === null) return;
    show(faces, checked);
    const findings = checked.flatMap((image) => image.findings);
    const message = vscode.l10n.t('{0} images were checked: {1}.', checked.length, countText(findings));
    const more = found.length === MAX_FILES ? vscode.l10n.t('Only the first {0} files were looked at.', MAX_FILES) : '';
    void tell([message, more].filter((text) => text !== '').join(' '), findings, {});
  });
}

async function askForFolder(): Promise<vscode.Uri | null> {
  const title = vscode.l10n.t('Choose a Folder of Images');
  const openLabel = vscode.l10n.t('Check');
  const options = { title, openLabel, canSelectFiles: false, canSelectFolders: true };
  return (await vscode.window.showOpenDialog(options))?.[0] ?? null;
}

function show({ problems }: CheckFaces, checked: readonly CheckedImage[]): void {
  for (const { path, findings } of checked) problems.setChecked(vscode.Uri.file(path), findings);
}

/** Says what was found, as loudly as it is grave. `further`: what else can be chosen, by the words of its button. */
async function tell(
  message: string,
  findings: readonly Finding[],
  further: Readonly<Record<string, () => Promise<void>>>,
): Promise<void> {
  const hasProblems = findings.some(({ severity }) => severity !== 'note');
  const showProblems = async (): Promise<void> => {
    await vscode.commands.executeCommand('workbench.actions.view.problems');
  };
  const deeds = { ...(hasProblems ? { [vscode.l10n.t('Show Problems')]: showProblems } : {}), ...further };
  const buttons = Object.keys(deeds);
  const answer = findings.some(({ severity }) => severity === 'error')
    ? await vscode.window.showErrorMessage(message, ...buttons)
    : hasProblems
      ? await vscode.window.showWarningMessage(message, ...buttons)
      : await vscode.window.showInformationMessage(message, ...buttons);
  if (answer !== undefined) await deeds[answer]?.();
}

function countText(findings: readonly Finding[]): string {
  const count = (wanted: Finding['severity']): number => findings.filter(({ severity }) => severity === wanted).length;
  const [errors, warnings, notes] = [count('error'), count('warning'), count('note')];
  const words = [
    errors === 1 ? vscode.l10n.t('1 error') : errors === 0 ? null : vscode.l10n.t('{0} errors', errors),
    warnings === 1 ? vscode.l10n.t('1 warning') : warnings === 0 ? null : vscode.l10n.t('{0} warnings', warnings),
    notes === 1 ? vscode.l10n.t('1 note') : notes === 0 ? null : vscode.l10n.t('{0} notes', notes),
  ].filter((text) => text !== null);
  return words.length === 0 ? vscode.l10n.t('nothing is wrong') : words.join(', ');
}
