import { PAGE_ATTRIBUTE } from '../protocol/compare';
import { TRANSLATIONS_ATTRIBUTE } from '../protocol/messages';
import { ComparePage } from './compare/comparePage';
import type { CompareApi } from './compare/compareConnection';
import type { VsCodeApi } from './connection';
import { useTranslations } from './l10n';
import { EditorPage } from './page';

declare function acquireVsCodeApi(): VsCodeApi & CompareApi;

const api = acquireVsCodeApi();

// Into the extension's log, since nobody looks at a webview's console.
const tell = (message: string): void => {
  api.postMessage({ kind: 'notification', notification: { type: 'failed', message } });
};
window.addEventListener('error', ({ error, message }) => {
  tell(error instanceof Error ? (error.stack ?? error.message) : message);
});
window.addEventListener('unhandledrejection', ({ reason }: PromiseRejectionEvent) => {
  tell(reason instanceof Error ? (reason.stack ?? reason.message) : String(reason));
});

const translations = document.body.getAttribute(TRANSLATIONS_ATTRIBUTE);
if (translations !== null) {
  useTranslations(JSON.parse(translations) as Record<string, string>, document.documentElement.lang);
}

if (document.body.getAttribute(PAGE_ATTRIBUTE) === 'compare') new ComparePage(document.body, api);
else new EditorPage(document.body, api);
