import { extents, requireBase, UnreadableRanges, type Chain, type Extent } from '../engine/index';
import { withChain, type Command } from './call';
import { TextOutput } from './output';
import { printable } from './wording';

export const mapCommand: Command = {
  spec: {
    name: 'map',
    operands: ['IMAGE'],
    summary: 'Show which layer owns which sectors of the virtual disk, and where they lie in its file.',
    options: [
      { name: 'from', value: 'LBA', help: 'First sector; 0 where it is left out.' },
      { name: 'count', value: 'N', help: 'Sectors; to the end of the disk where it is left out.' },
      {
        name: 'json',
        value: null,
        help: 'Print one JSON document. Starts and lengths are sectors, file offsets are bytes.',
      },
    ],
  },
  run: (call) =>
    withChain(call, (chain) => {
      requireBase(chain);
      const from = call.line.number('from') ?? 0;
      const count = call.line.number('count') ?? Math.max(0, chain.layers[0].image.sectorCount - from);
      const unreadable = new UnreadableRanges();
      const owned = extents(chain, { from, count }, 0, (range) => unreadable.add(range));
      const output = new TextOutput(call.terminal);
      if (call.line.isSet('json')) {
        addJson(output, chain, owned, unreadable);
      } else {
        addText(output, chain, owned, unreadable);
      }
      output.send();
      return 0;
    }),
};

/** Extent by extent: there may be a million of them, and then some. */
function addJson(output: TextOutput, chain: Chain, owned: Iterable<Extent>, unreadable: UnreadableRanges): void {
  const layers = chain.layers.map((layer) => layer.image.path);
  output.add(`{\n  "layers": ${JSON.stringify(layers)},\n  "extents": [`);
  let separator = '\n    ';
  for (const { start, length, layer, fileOffset } of owned) {
    output.add(separator + JSON.stringify({ start, length, layer, fileOffset }));
    separator = ',\n    ';
  }
  // Complete only now: the bitmaps that show them were read on the way.
  output.add(`\n  ],\n  "unreadable": ${JSON.stringify(unreadable.all)}\n}\n`);
}

function addText(output: TextOutput, chain: Chain, owned: Iterable<Extent>, unreadable: UnreadableRanges): void {
  const sectorWidth = Math.max('sectors'.length, String(chain.layers[0].image.sectorCount).length);
  const offsetWidth = Math.max('offset'.length, ...chain.layers.map(({ image }) => String(image.fileSize).length));
  const names = chain.layers.map(({ image }) => printable(image.path));
  const row = (start: string, sectors: string, layer: string, offset: string, file: string): string =>
    [start.padStart(sectorWidth), sectors.padStart(sectorWidth), layer.padStart(5), offset.padStart(offsetWidth), file]
      .join('  ')
      .trimEnd();
  output.line(row('start', 'sectors', 'layer', 'offset', 'file'));
  for (const { start, length, layer, fileOffset } of owned) {
    if (layer === null) {
      output.line(row(String(start), String(length), '-', '-', ''));
    } else {
      output.line(row(String(start), String(length), String(layer), String(fileOffset), names[layer] ?? ''));
    }
  }
  for (const { start, length, layer } of unreadable.all) {
    const name = layer === null ? '' : ` of ${names[layer] ?? ''}`;
    output.line(`unreadable: sectors ${start} to ${start + length - 1}${name}; shown as if it did not have them`);
  }
}
