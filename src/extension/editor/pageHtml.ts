import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { translationsInUse } from '../../engine/index';
import { frameHtml } from './frameHtml';

/** Folders that a page may load from. */
export function pageRoots(extensionUri: vscode.Uri): readonly vscode.Uri[] {
  return [vscode.Uri.joinPath(extensionUri, 'dist'), vscode.Uri.joinPath(extensionUri, 'media')];
}

/** The document of a webview, in the user's language. `page`: what it shows. */
export function pageHtml(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  page: 'image' | 'compare' = 'image',
): string {
  const address = (name: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', name)).toString();
  return frameHtml({
    page,
    script: address('page.js'),
    style: address('page.css'),
    source: webview.cspSource,
    nonce: randomBytes(16).toString('base64url'),
    translations: translationsInUse(),
  });
}
