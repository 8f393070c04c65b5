import type { Severity } from '../finding';
import { t } from '../l10n';
import { TABLE_ENTRY_LENGTH } from './blockAllocationTable';
import type { FindingList } from './findingList';

/** A damaged table must not become a list that nobody can hold: of what goes beyond, one finding tells how much it is. */
const MAX_RUNS = 1000;

/** What is wrong with some blocks. */
export interface BlockFault {
  readonly severity: Severity;
  readonly id: string;
  readonly windowsError: string | null;
  readonly expected: string;
  /** What stands there, by the first block of a run. */
  readonly found: (block: number) => string;
  /** What to say of `blocks`: `Block 7`, `Blocks 7 to 12`; `isOne` for the verb. */
  readonly message: (blocks: string, isOne: boolean) => string;
}

/** Gathers blocks by rising number and reports neighbours as one, at their entries in the table. */
export class BlockRuns {
  private readonly runs: { first: number; count: number }[] = [];
  private restRuns = 0;
  private restBlocks = 0;

  add(block: number): void {
    const last = this.runs.at(-1);
    if (last !== undefined && last.first + last.count === block) {
      last.count++;
    } else if (this.runs.length < MAX_RUNS) {
      this.runs.push({ first: block, count: 1 });
    } else {
      this.restRuns++;
      this.restBlocks++;
    }
  }

  report(findings: FindingList, tableOffset: number, fault: BlockFault): void {
    const { severity, id, expected, found, windowsError } = fault;
    for (const { first, count } of this.runs) {
      const place = { offset: tableOffset + first * TABLE_ENTRY_LENGTH, length: count * TABLE_ENTRY_LENGTH };
      const message = fault.message(blocksText(first, count), count === 1);
      findings.add(severity, id, place, { found: found(first), expected, message }, windowsError);
    }
    const last = this.runs.at(-1);
    if (this.restRuns > 0 && last !== undefined) {
      const place = { offset: tableOffset + last.first * TABLE_ENTRY_LENGTH, length: TABLE_ENTRY_LENGTH };
      const message =
        this.restBlocks === 1 ? t('So it is with 1 more block.') : t('So it is with {0} more blocks.', this.restBlocks);
      findings.add(severity, id, place, { found: t('{0} more', this.restBlocks), expected, message }, windowsError);
    }
  }
}

function blocksText(first: number, count: number): string {
  return count === 1 ? t('Block {0}', first) : t('Blocks {0} to {1}', first, first + count - 1);
}
