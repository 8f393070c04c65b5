import { describeHeap, runToEnd, scanFamilies, type Family, type FamilyScan, type Heap } from '../engine/index';
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
    const heap = describeHeap(call.fileSystem, scan.families);
    if (call.line.isSet('json')) {
      writeJson(call.terminal, { ...scan, ...heap });
    } else {
      showScan(call, scan, heap);
    }
    return 0;
  },
};

function showScan(call: Call, scan: FamilyScan, heap: Heap): void {
  const output = new TextOutput(call.terminal);
  for (const family of scan.families) {
    showFamily(output, family);
    output.line();
  }
  for (const { path, reason } of [...scan.unfinished, ...scan.others]) {
    output.line(printable(`${path}: ${reason}`));
  }
  for (const { id, paths, areAlike } of heap.duplicates) {
    const what = areAlike ? 'alike where they were compared' : 'not alike';
    output.line(printable(`one id, ${id}, ${what}: ${paths.join(', ')}`));
  }
  for (const { path, is } of heap.misnamed) {
    output.line(printable(`${path}: it is ${is}`));
  }
  for (const { child, parent } of heap.moved) {
    output.line(printable(`${child}: its parent ${parent} is not where it says; relink makes that right`));
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
