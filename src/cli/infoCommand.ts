import type { Chain, Finding, Image, Layer } from '../engine/index';
import { withChain, type Call, type Command } from './call';
import { alignedRows, TextOutput, writeJson } from './output';
import { countForPeople, printable, sizeForPeople, sizeInFull, timeForPeople } from './wording';

export const infoCommand: Command = {
  spec: {
    name: 'info',
    operands: ['IMAGE'],
    summary: 'Show what an image is, its chain of parents, and what is wrong with them.',
    options: [{ name: 'json', value: null, help: 'Print one JSON document.' }],
  },
  run: (call) =>
    withChain(call, (chain) => {
      if (call.line.isSet('json')) {
        writeJson(call.terminal, infoDocument(chain));
      } else {
        showInfo(call, chain);
      }
      return 0;
    }),
};

function infoDocument(chain: Chain): object {
  const [{ image }] = chain.layers;
  return {
    path: image.path,
    format: image.format,
    type: image.type,
    virtualSize: image.virtualSize,
    fileSize: image.fileSize,
    blockSize: image.blockSize,
    blockCount: image.blockCount,
    allocatedBlocks: image.allocatedBlockCount,
    id: image.id,
    created: image.created?.toISOString() ?? null,
    creator: image.creator,
    parent: parentOf(chain),
    chain: chain.layers.map((layer) => ({ path: layer.image.path, type: layer.image.type, id: layer.image.id })),
    missing: chain.missing,
    findings: chain.findings,
  };
}

/** The parent of the opened image: null for a base; path and way null where it was not found. */
function parentOf(chain: Chain): { id: string; path: string | null; foundBy: string | null } | null {
  const [{ image }, parent] = chain.layers;
  if (image.parent === null) {
    return null;
  }
  return { id: image.parent.id, path: parent?.image.path ?? null, foundBy: parent?.foundBy ?? null };
}

function showInfo(call: Call, chain: Chain): void {
  const [{ image }] = chain.layers;
  const output = new TextOutput(call.terminal);
  output.line(printable(image.path));
  const rows = alignedRows(factsOf(image)).map((row) => `  ${row}`);
  output.line(rows.join('\n'));
  output.line();
  output.line(chain.layers.length === 1 && chain.missing === null ? 'Chain: this image alone' : 'Chain, leaf first');
  if (chain.layers.length > 1 || chain.missing !== null) {
    for (const row of alignedRows(chain.layers.map(layerRow), [0, 2])) {
      output.line(`  ${row}`);
    }
    for (const line of missingLines(chain)) {
      output.line(`  ${line}`);
    }
  }
  showFindings(call, output, chain.findings);
  output.send();
}

function factsOf(image: Image): string[][] {
  const { creator } = image;
  const blocks = `${countForPeople(image.allocatedBlockCount)} of ${countForPeople(image.blockCount)} used`;
  return [
    ['Type', `${image.type} ${image.format.toUpperCase()}`],
    ['Virtual size', sizeInFull(image.virtualSize)],
    ['File size', sizeInFull(image.fileSize)],
    [
      'Blocks',
      image.type === 'fixed' ? 'none: all data in place' : `${blocks}, ${sizeForPeople(image.blockSize)} each`,
    ],
    ['Id', image.id],
    ['Created', image.created === null ? 'not recorded' : timeForPeople(image.created)],
    ['Creator', printable(`${creator.application} ${creator.version}, on ${creator.hostOs}`)],
  ];
}

function layerRow(layer: Layer, index: number): string[] {
  const { image, foundBy } = layer;
  const way = foundBy === null ? '' : ` (found by ${WAYS[foundBy]})`;
  return [String(index), image.type, sizeForPeople(image.fileSize), image.id, printable(image.path) + way];
}

const WAYS: Readonly<Record<NonNullable<Layer['foundBy']>, string>> = {
  W2ru: 'relative path (W2ru)',
  W2ku: 'absolute path (W2ku)',
  name: 'Parent Unicode Name',
  Wi2r: 'relative path (Wi2r)',
  Wi2k: 'absolute path (Wi2k)',
  MacX: 'file URL (MacX)',
  folder: 'its id, in the same folder',
  user: '--parent',
};

function missingLines({ missing }: Chain): string[] {
  if (missing === null) {
    return [];
  }
  const claims = missing.claimedPaths.map((path) => `    named as ${printable(path)}`);
  return [`missing: the parent with id ${missing.id}; name its file with --parent`, ...claims];
}

function showFindings(call: Call, output: TextOutput, findings: readonly Finding[]): void {
  if (findings.length === 0) {
    return;
  }
  output.line();
  output.line('Findings');
  const rows = findings.map(({ severity, id, offset, message, path }) => [
    severity,
    id,
    `byte ${countForPeople(offset)}`,
    printable(`${message} (${call.fileSystem.nameOf(path)})`),
  ]);
  for (const row of alignedRows(rows)) {
    output.line(`  ${row}`);
  }
}
