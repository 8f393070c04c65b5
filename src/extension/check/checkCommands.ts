import * as vscode from 'vscode';
import type { CheckedImage, Finding } from '../../engine/index';
import { openInOurEditor } from '../editor/viewTypes';
import { nameOf } from '../numbers';
import { withOperation, type OperationSetup } from '../operations/operationRun';
import type { Problems } from './problems';

/** Files of a folder that are looked at. */
const MAX_FILES = 5000;

const IMAGE_FILES = '**/*.{vhd,avhd,VHD,AVHD}';

/** Finds everything that is wrong with an image and its parents. `path` is absolute. */
export async function checkImage(setup: OperationSetup, problems: Problems, path: string): Promise<void> {
  await withOperation(setup, path, async (run) => {
    const title = vscode.l10n.t('Checking {0}', nameOf(path));
    const checked = await run.check(title, [path], true);
    if (checked === null) return;
    show(problems, checked);
    const findings = checked.flatMap((image) => image.findings);
    const open = vscode.l10n.t('Open Image');
    const answer = await tell(
      vscode.l10n.t('{0} was checked: {1}.', nameOf(path), countText(findings)),
      findings,
      open,
    );
    if (answer === open) await openInOurEditor(vscode.Uri.file(path), { preview: false });
  });
}

/** Finds everything that is wrong with the images of a folder and of those below it; asks for one where none is given. */
export async function checkFolder(setup: OperationSetup, problems: Problems, argument: unknown): Promise<void> {
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
    show(problems, checked);
    const findings = checked.flatMap((image) => image.findings);
    const message = vscode.l10n.t('{0} images were checked: {1}.', checked.length, countText(findings));
    const more = found.length === MAX_FILES ? vscode.l10n.t('Only the first {0} files were looked at.', MAX_FILES) : '';
    await tell([message, more].filter((text) => text !== '').join(' '), findings);
  });
}

async function askForFolder(): Promise<vscode.Uri | null> {
  const title = vscode.l10n.t('Choose a Folder of Images');
  const openLabel = vscode.l10n.t('Check');
  const options = { title, openLabel, canSelectFiles: false, canSelectFolders: true };
  return (await vscode.window.showOpenDialog(options))?.[0] ?? null;
}

function show(problems: Problems, checked: readonly CheckedImage[]): void {
  for (const { path, findings } of checked) problems.setChecked(vscode.Uri.file(path), findings);
}

/** Says what was found, as loudly as it is grave. Returns the chosen one of the further buttons. */
async function tell(
  message: string,
  findings: readonly Finding[],
  ...buttons: readonly string[]
): Promise<string | undefined> {
  const showProblems = vscode.l10n.t('Show Problems');
  const hasProblems = findings.some(({ severity }) => severity !== 'note');
  const all = hasProblems ? [showProblems, ...buttons] : buttons;
  const answer = findings.some(({ severity }) => severity === 'error')
    ? await vscode.window.showErrorMessage(message, ...all)
    : hasProblems
      ? await vscode.window.showWarningMessage(message, ...all)
      : await vscode.window.showInformationMessage(message, ...all);
  if (answer === showProblems) await vscode.commands.executeCommand('workbench.actions.view.problems');
  return answer;
}

function countText(findings: readonly Finding[]): string {
  const count = (wanted: Finding['severity']): number => findings.filter(({ severity }) => severity === wanted).length;
  const [errors, warnings, notes] = [count('error'), count('warning'), count('note')];
  if (errors + warnings + notes === 0) return vscode.l10n.t('nothing is wrong');
  const words = [
    errors === 1 ? vscode.l10n.t('1 error') : vscode.l10n.t('{0} errors', errors),
    warnings === 1 ? vscode.l10n.t('1 warning') : vscode.l10n.t('{0} warnings', warnings),
    notes === 1 ? vscode.l10n.t('1 note') : vscode.l10n.t('{0} notes', notes),
  ];
  return words.join(', ');
}
