import { newImageFacts, planSnapshot, runSnapshot } from '../engine/index';
import { pathOf, type Command } from './call';
import { operate, OPERATION_OPTIONS, optionPath, tell } from './operation';

export const snapshotCommand: Command = {
  spec: {
    name: 'snapshot',
    operands: ['IMAGE'],
    summary: 'Freeze an image by putting a new, empty differencing image above it.',
    options: [
      {
        name: 'output',
        value: 'FILE',
        help: 'The new image; with --keep-name the frozen one. DISK_ID.avhd beside IMAGE where it is left out.',
      },
      {
        name: 'keep-name',
        value: null,
        help: "Give IMAGE another name and its own to the new image: a virtual machine's settings stay right.",
      },
      ...OPERATION_OPTIONS,
    ],
  },
  run: (call) => {
    const { line, fileSystem } = call;
    const path = pathOf(call, line.operands[0] ?? '');
    const options = { output: optionPath(call, 'output'), keepName: line.isSet('keep-name'), facts: newImageFacts() };
    return operate(call, {
      what: 'Creating the snapshot',
      path,
      plan: (request) => planSnapshot(request, path, options),
      run: (plan) => runSnapshot(fileSystem, plan),
      document: (plan, result) => {
        tell(call, result?.recovered ?? []);
        return { leaf: plan.leaf, parent: plan.parent };
      },
      text: (plan, result) => [
        ...(result?.recovered ?? []),
        `${plan.leaf}: the new leaf; a virtual machine must use this file from now on`,
        `${plan.parent}: frozen; the snapshot needs it, and is no backup of it`,
      ],
    });
  },
};
