import * as vscode from 'vscode';
import { useTranslations } from '../engine/index';
import { Problems } from './check/problems';
import { registerCommands } from './commands/registerCommands';
import { registerEditsAsText } from './editing/editsAsText';
import { ActiveEditor } from './editor/activeEditor';
import { HandOver } from './editor/handOver';
import { ImageDocuments } from './editor/imageDocuments';
import { ImageEditorProvider } from './editor/imageEditorProvider';
import { VIEW_TYPES } from './editor/viewTypes';
import { RebuiltView } from './families/rebuiltView';
import { BegunMerges } from './operations/begunMerges';
import { offerLeftMerges } from './operations/merging';
import type { OperationSetup } from './operations/operationRun';
import { OwnWork } from './operations/ownWork';
import { registerReports } from './parent/report';
import { PositionItem } from './positionItem';
import { FamiliesView } from './views/familiesView';
import { FamilyTracker } from './views/familyTracker';

/** What tests inside VS Code may reach: a page cannot be made to ask there, and dialogs are not shown. */
export interface TestFace {
  readonly documents: ImageDocuments;
}

/** Registers everything and touches no file: VS Code waits for it at every start. */
export function activate(context: vscode.ExtensionContext): TestFace | undefined {
  const { bundle } = vscode.l10n;
  // A language that nobody has translated to is shown in English, numbers too.
  if (bundle !== undefined) useTranslations({ language: vscode.env.language, texts: bundle });
  const log = vscode.window.createOutputChannel('VHD Editor', { log: true });
  const activeEditor = new ActiveEditor();
  const ownWork = new OwnWork();
  const workerProgram = vscode.Uri.joinPath(context.extensionUri, 'dist', 'worker.js').fsPath;
  const families = new FamilyTracker(workerProgram, ownWork, log);
  const problems = new Problems();
  const documents = new ImageDocuments(workerProgram, ownWork, problems, log);
  context.subscriptions.push(log, activeEditor, documents, new PositionItem(activeEditor), new HandOver(log));
  context.subscriptions.push(
    registerEditsAsText(),
    registerReports(),
    ownWork,
    families,
    new FamiliesView(families, ownWork),
  );
  for (const viewType of Object.values(VIEW_TYPES)) {
    const provider = new ImageEditorProvider(context.extensionUri, documents, activeEditor, log);
    context.subscriptions.push(
      provider,
      vscode.window.registerCustomEditorProvider(viewType, provider, { supportsMultipleEditorsPerDocument: true }),
    );
  }
  const setup: OperationSetup = {
    extensionUri: context.extensionUri,
    workerProgram,
    ownWork,
    givenParents: (path) => [...documents.givenParents(vscode.Uri.file(path)), ...rebuilt.parentsOf(path)],
    unsavedOf: (paths) => documents.unsavedOf(paths),
    begunMerges: new BegunMerges(context.workspaceState),
    log,
  };
  const rebuilt = new RebuiltView(setup);
  const checks = { problems, documents };
  context.subscriptions.push(problems, rebuilt, ...registerCommands(activeEditor, families, checks, rebuilt, setup));
  offerLeftMerges(setup);
  return context.extensionMode === vscode.ExtensionMode.Test ? { documents } : undefined;
}
