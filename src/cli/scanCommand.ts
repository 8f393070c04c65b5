import { runToEnd, scanFamilies, type Family, type FamilyScan } from '../engine/index';
import { pathOf, policyOf, type Call, type Command } from './call';
import { TextOutput, writeJson } from './output';
import { printable } from './wording';

export const scanCommand: Command = {
  spec: {
    name: 'scan',
    operands: ['FOLDER...'],
    summary: 'Show the families of the images in some folders and below.',
    options: [{ name: 'json', value: null, help: 'Print one JSON document.' }],
  },
  run: (call) => {
    const folders = call.line.operands.map((word) => pathOf(call, word));
    const scan = runToEnd(scanFamilies(call.fileSystem, { folders, files: [] }, policyOf(call)));
    if (call.line.isSet('json')) {
      writeJson(call.terminal, scan);
    } else {
      showScan(call, scan);
    }
    return 0;
  },
};

function showScan(call: Call, scan: FamilyScan): void {
  const output = new TextOutput(call.terminal);
  for (const family of scan.families) {
    showFamily(output, family);
    output.line();
  }
  for (const { path, reason } of [...scan.unfinished, ...scan.others]) {
    output.line(printable(`${path}: ${reason}`));
  }
  if (!scan.isWhole) {
    output.line('There are more files than were looked at.');
  }
  output.send();
}

/** As a tree: the base, and below each image those that stand on it. */
function showFamily(output: TextOutput, { images, leafs, missing }: Family): void {
  for (const { child, id } of missing) {
    output.line(printable(`missing parent of ${child} (id ${id})`));
  }
  const show = (path: string, depth: number): void => {
    output.line(`${'  '.repeat(depth)}${printable(path)}${leafs.includes(path) ? '  (leaf)' : ''}`);
    for (const image of images) {
      if (image.parent === path && depth < images.length) {
        show(image.path, depth + 1);
      }
    }
  };
  const paths = new Set(images.map((image) => image.path));
  const roots = images.filter(({ parent }) => parent === null || !paths.has(parent));
  for (const root of roots.length === 0 ? images.slice(0, 1) : roots) {
    show(root.path, missing.length === 0 ? 0 : 1);
  }
}
