/** What puts a text into the user's language: `vscode.l10n`, or in a test what only fills in the `{0}`. */
export interface L10n {
  t(message: string, ...values: (string | number)[]): string;
}
