import { html } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { t } from '../l10n';
import { grouped } from '../numbers';
import { byteCharacter } from './hexLayout';

/** Bytes that the inspector looks at: as many as its longest number has. */
export const INSPECTED_LENGTH = 8;

/** A whole number of so many bytes; null where there are not enough. */
export function wholeNumberOf(bytes: readonly number[], length: number, order: 'big' | 'little'): bigint | null {
  if (bytes.length < length) return null;
  const ordered = order === 'big' ? bytes.slice(0, length) : bytes.slice(0, length).reverse();
  return ordered.reduce((value, byte) => value * 256n + BigInt(byte), 0n);
}

/** What the bytes from the cursor on may stand for. VHD numbers are big-endian; what a guest wrote is mostly little-endian. */
export function inspector(bytes: readonly number[]): TemplateResult {
  const number = (length: number, order: 'big' | 'little'): string => {
    const value = wholeNumberOf(bytes, length, order);
    return value === null ? '' : groupedBig(value);
  };
  const [first] = bytes;
  const character = first === undefined ? '' : byteCharacter(first);
  const byte = first === undefined ? '' : `${grouped(first)}  ${first >= 0x20 && first < 0x7f ? `'${character}'` : ''}`;
  return html`<table class="inspector" aria-label=${t('Bytes at the cursor as numbers')}>
    <thead>
      <tr>
        <td></td>
        <th scope="col">${t('big-endian')}</th>
        <th scope="col">${t('little-endian')}</th>
      </tr>
    </thead>
    <tbody>
      <tr>
        <th scope="row">${t('8 bit')}</th>
        <td colspan="2">${byte}</td>
      </tr>
      ${[2, 4, 8].map(
        (length) =>
          html`<tr>
            <th scope="row">${t('{0} bit', length * 8)}</th>
            <td>${number(length, 'big')}</td>
            <td>${number(length, 'little')}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function groupedBig(value: bigint): string {
  return value.toString().replaceAll(/\B(?=(\d{3})+$)/g, '\u202f');
}
