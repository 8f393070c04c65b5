import type { Terminal } from './terminal';

/** Text is sent in pieces of about so many characters. */
const PIECE_LENGTH = 64 * 1024;

/** Gathers text and sends it piece by piece, so that a long list needs no memory. */
export class TextOutput {
  private readonly terminal: Terminal;
  private parts: string[] = [];
  private length = 0;

  constructor(terminal: Terminal) {
    this.terminal = terminal;
  }

  add(text: string): void {
    this.parts.push(text);
    this.length += text.length;
    if (this.length >= PIECE_LENGTH) {
      this.send();
    }
  }

  line(text = ''): void {
    this.add(`${text}\n`);
  }

  /** Sends what has been gathered. */
  send(): void {
    const text = this.parts.join('');
    this.parts = [];
    this.length = 0;
    this.terminal.write(new TextEncoder().encode(text));
  }
}

/** One JSON document, indented for people who look at it. */
export function writeJson(terminal: Terminal, value: unknown): void {
  terminal.write(new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`));
}

/** Rows with their columns in line; all but the last column are padded. `right`: the columns that are numbers. */
export function alignedRows(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, text] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, text.length);
    }
  }
  return rows.map((row) =>
    row
      .map((text, column) => {
        const width = widths[column] ?? 0;
        return right.includes(column) ? text.padStart(width) : text.padEnd(width);
      })
      .join('  ')
      .trimEnd(),
  );
}
