import { html } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import type { Finding } from '../../protocol/session';
import { t } from '../l10n';

export type IconName =
  | 'arrow-down'
  | 'arrow-left'
  | 'arrow-up'
  | 'case-sensitive'
  | 'chevron-down'
  | 'chevron-right'
  | 'circle-filled'
  | 'circle-slash'
  | 'close'
  | 'debug-stop'
  | 'edit'
  | 'error'
  | 'go-to-file'
  | 'info'
  | 'list-flat'
  | 'lock'
  | 'pass'
  | 'search'
  | 'warning';

/** A codicon; what it says stands beside it in words, or is given as `label`. */
export function icon(name: IconName, label?: string): TemplateResult {
  return label === undefined
    ? html`<span class="icon icon-${name}" aria-hidden="true"></span>`
    : html`<span class="icon icon-${name}" role="img" aria-label=${label} title=${label}></span>`;
}

export function severityIcon(severity: Finding['severity']): TemplateResult {
  switch (severity) {
    case 'error':
      return icon('error', t('Error'));
    case 'warning':
      return icon('warning', t('Warning'));
    case 'note':
      return icon('info', t('Note'));
  }
}
