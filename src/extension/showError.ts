import * as vscode from 'vscode';

/** Shows an error with a way to the log, which knows more. Returns which of the further buttons was chosen. */
export async function showError(
  log: vscode.LogOutputChannel,
  message: string,
  ...buttons: readonly string[]
): Promise<string | undefined> {
  const openLog = vscode.l10n.t('Open Log');
  const answer = await vscode.window.showErrorMessage(message, ...buttons, openLog);
  if (answer === openLog) log.show();
  return answer;
}
