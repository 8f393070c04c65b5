import type { L10n } from '../../../src/extension/operations/l10n';

/** Fills in the values and translates nothing. */
export const plainL10n: L10n = {
  t: (message, ...values) => message.replaceAll(/\{(\d)\}/g, (_match, index) => String(values[Number(index)])),
};
