import { html, nothing, render } from 'lit/html.js';
import type { TemplateResult } from 'lit/html.js';
import { messageOf } from '../connection';
import { byteDigits } from '../hex/hexLayout';
import { t } from '../l10n';
import { grouped, hexadecimal } from '../numbers';
import type { RoomContext } from '../room';
import { readContest } from './blockContest';
import type { BlockContest, BlockSide, ContestRow } from './blockContest';

/** Runs of sectors that are named. */
const MAX_RUNS = 6;

/** Two blocks that are said to lie at one place of the file, side by side: what each holds, and where they differ. */
export class ContestView {
  readonly element: HTMLElement;
  readonly #context: RoomContext;

  /** Reads at once; the image must not be another one later. */
  constructor(context: RoomContext, blocks: readonly [number, number]) {
    this.#context = context;
    this.element = document.createElement('div');
    this.element.className = 'contest';
    render(html`<p class="dim">${t('Reading both blocks…')}</p>`, this.element);
    void this.#read(blocks);
  }

  async #read(blocks: readonly [number, number]): Promise<void> {
    const { connection, store } = this.#context;
    const reader = {
      detail: (block: number) => connection.request('blockDetail', { asOf: 0, block }),
      read: (...range: Parameters<RoomContext['readBytes']>) => this.#context.readBytes(...range),
      hasBelow: (store.state.image?.layers.length ?? 0) > 1,
    };
    try {
      render(this.#template(await readContest(reader, blocks)), this.element);
    } catch (error) {
      render(html`<p class="problem">${messageOf(error)}</p>`, this.element);
    }
  }

  #template(contest: BlockContest): TemplateResult {
    const [one, other] = contest.sides;
    return html`<div class="contest-sides">${this.#side(one)}${this.#side(other)}</div>
      <p>${this.#comparison(contest)}</p>
      ${contest.rows.length === 0 ? nothing : rowTable(contest)}`;
  }

  #side(side: BlockSide): TemplateResult {
    const { block, firstSector, sectorCount, fileOffset } = side;
    const last = firstSector + sectorCount - 1;
    return html`<section class="contest-side" aria-label=${t('Block {0}', grouped(block))}>
      <h3>
        <button class="link" title=${t('Show this block')} @click=${() => this.#show(block)}>
          ${t('Block {0}', grouped(block))}
        </button>
      </h3>
      <p>${t('LBA {0} to {1}', grouped(firstSector), grouped(last))}</p>
      ${fileOffset === null ? nothing : html`<p>${t('data at {0} in the file', hexadecimal(fileOffset))}</p>`}
      <p>${t('{0} of {1} sectors are set', grouped(side.ownCount), grouped(sectorCount))}</p>
      ${side.ownCount === 0 ? nothing : html`<p class="dim">${runsText(side.ownRuns)}</p>`}
      ${side.sameBelow === null ? nothing : html`<p>${this.#belowText(side.sameBelow)}</p>`}
    </section>`;
  }

  #belowText(same: number): string {
    const below = this.#context.store.state.image?.layers[1]?.name ?? '';
    return t('{0} of these read the same in {1}', grouped(same), below);
  }

  #comparison({ sides: [one, other], differing, comparedSectors }: BlockContest): string {
    if (differing > 0) {
      return t(
        '{0} of {1} sectors read differently. The first bytes that do:',
        grouped(differing),
        grouped(comparedSectors),
      );
    }
    return one.fileOffset !== null && one.fileOffset === other.fileOffset
      ? t('Both are read from the same bytes of the file, so both read the same:')
      : t('Both read the same:');
  }

  #show(block: number): void {
    const { navigation } = this.#context;
    navigation.selectBlock(block);
    navigation.openTab('block');
  }
}

/** Whether both lie in the same bytes shows in the table by marks, and by words above it. */
function rowTable({ sides: [one, other], rows }: BlockContest): TemplateResult {
  return html`<table class="contest-bytes mono">
    <thead>
      <tr>
        <th scope="col">${t('Offset')}</th>
        <th scope="col">${t('Block {0}', grouped(one.block))}</th>
        <th scope="col">${t('Block {0}', grouped(other.block))}</th>
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row) =>
          html`<tr>
            <th scope="row">${hexadecimal(row.offset)}</th>
            <td>${cells(row, 0)}</td>
            <td>${cells(row, 1)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function cells({ bytes }: ContestRow, side: 0 | 1): readonly TemplateResult[] {
  const other = bytes[1 - side];
  return Array.from(bytes[side], (value, at) => {
    const differs = value !== other?.[at];
    return html`<span class=${differs ? 'byte changed' : 'byte'}>${byteDigits(value)}</span>`;
  });
}

function runsText(runs: BlockSide['ownRuns']): string {
  const named = runs.slice(0, MAX_RUNS).map(([first, count]) => {
    return count === 1 ? grouped(first) : `${grouped(first)}–${grouped(first + count - 1)}`;
  });
  const text = t('sectors {0}', named.join(', '));
  return runs.length > MAX_RUNS ? t('{0} and {1} runs more', text, grouped(runs.length - MAX_RUNS)) : text;
}
