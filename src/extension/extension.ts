import * as vscode from 'vscode';
import { registerCommands } from './commands/registerCommands';
import { ActiveEditor } from './editor/activeEditor';
import { HandOver } from './editor/handOver';
import { ImageEditorProvider } from './editor/imageEditorProvider';
import { VIEW_TYPES } from './editor/viewTypes';
import type { OperationSetup } from './operations/operationRun';
import { OwnWork } from './operations/ownWork';
import { PositionItem } from './positionItem';
import { FamiliesView } from './views/familiesView';
import { FamilyTracker } from './views/familyTracker';

/** Registers everything and touches no file: VS Code waits for it at every start. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('VHD Editor', { log: true });
  const activeEditor = new ActiveEditor();
  const ownWork = new OwnWork();
  const workerProgram = vscode.Uri.joinPath(context.extensionUri, 'dist', 'worker.js').fsPath;
  const families = new FamilyTracker(workerProgram, ownWork, log);
  const provider = new ImageEditorProvider(context.extensionUri, activeEditor, ownWork, log);
  context.subscriptions.push(log, activeEditor, provider, new PositionItem(activeEditor), new HandOver(log));
  context.subscriptions.push(ownWork, families, new FamiliesView(families, ownWork));
  for (const viewType of Object.values(VIEW_TYPES)) {
    context.subscriptions.push(
      vscode.window.registerCustomEditorProvider(viewType, provider, { supportsMultipleEditorsPerDocument: true }),
    );
  }
  const setup: OperationSetup = {
    extensionUri: context.extensionUri,
    workerProgram,
    ownWork,
    givenParents: (path) => provider.givenParents(vscode.Uri.file(path)),
    log,
  };
  context.subscriptions.push(...registerCommands(activeEditor, families, setup));
}
