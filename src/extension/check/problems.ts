import * as vscode from 'vscode';
import type { Finding } from '../../engine/index';

/** Who says so, in the Problems panel. */
const SOURCE = 'VHD Editor';

/** An image has no lines. */
const WHOLE_FILE = new vscode.Range(0, 0, 0, 0);

/** Files named at most: a folder may hold thousands, and the panel is for people. */
const MAX_PROBLEMS_A_FILE = 200;

/**
 * What is wrong with images, in the Problems panel: of those that are open for as long as they are, and of those that were checked until they are checked again
 * or the window is closed. Notes are no problems and stay in the editor.
 */
export class Problems implements vscode.Disposable {
  readonly #collection = vscode.languages.createDiagnosticCollection('vhdEditor');
  /** By the address of the image. */
  readonly #checked = new Map<string, readonly Finding[]>();
  readonly #open = new Map<string, readonly Finding[]>();

  /** What a check brought up about an image; it takes the place of all that was known. */
  setChecked(uri: vscode.Uri, findings: readonly Finding[]): void {
    this.#checked.set(uri.toString(), findings);
    this.#show(uri);
  }

  /** What opening an image brought up; null when it is closed. */
  setOpen(uri: vscode.Uri, findings: readonly Finding[] | null): void {
    if (findings === null) this.#open.delete(uri.toString());
    else this.#open.set(uri.toString(), findings);
    this.#show(uri);
  }

  /** The image is another one since it was checked. */
  forgetChecked(uri: vscode.Uri): void {
    if (this.#checked.delete(uri.toString())) this.#show(uri);
  }

  dispose(): void {
    this.#collection.dispose();
  }

  #show(uri: vscode.Uri): void {
    const key = uri.toString();
    const findings = this.#checked.get(key) ?? this.#open.get(key) ?? [];
    const problems = findings.filter(({ severity }) => severity !== 'note').slice(0, MAX_PROBLEMS_A_FILE);
    if (problems.length === 0) this.#collection.delete(uri);
    else this.#collection.set(uri, problems.map(diagnosticOf));
  }
}

function diagnosticOf({ severity, message, windowsError, id }: Finding): vscode.Diagnostic {
  const { Error: error, Warning: warning } = vscode.DiagnosticSeverity;
  const text = windowsError === null ? message : `${message} ${windowsError}`;
  const diagnostic = new vscode.Diagnostic(WHOLE_FILE, text, severity === 'error' ? error : warning);
  diagnostic.source = SOURCE;
  diagnostic.code = id;
  return diagnostic;
}
