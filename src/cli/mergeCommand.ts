import {
  newImageFacts,
  planMerge,
  planMergeToFile,
  runMerge,
  runMergeToFile,
  type MergePlan,
  type MergeResult,
  type MergeToFilePlan,
  type MergeToFileResult,
} from '../engine/index';
import { pathOf, type Call, type Command } from './call';
import { UsageError } from './commandLine';
import { operate, OPERATION_OPTIONS, optionPath, tell, undoFileText } from './operation';
import { countForPeople, sizeForPeople } from './wording';

const FORMATS = ['dynamic', 'fixed'] as const;

export const mergeCommand: Command = {
  spec: {
    name: 'merge',
    operands: ['IMAGE'],
    summary: 'Fold an image into its parent, several layers into one, or a whole chain into a new file.',
    options: [
      {
        name: 'into',
        value: 'ANCESTOR',
        help: "The layer that takes in IMAGE and all between them. IMAGE's parent where it is left out.",
      },
      { name: 'to', value: 'FILE', help: 'Write the disk as of IMAGE into this new file, and touch nothing else.' },
      { name: 'format', value: 'FORMAT', help: 'With --to: dynamic or fixed. dynamic where it is left out.' },
      { name: 'keep', value: null, help: 'Remove nothing.' },
      { name: 'dry-run', value: null, help: 'Print what would be done, and do nothing.' },
      ...OPERATION_OPTIONS,
    ],
  },
  run: (call) => {
    const { line } = call;
    const to = optionPath(call, 'to');
    if (to !== null && line.text('into') !== null) {
      throw new UsageError('merge: --into and --to exclude each other; see vhd-editor merge --help');
    }
    if (to === null && line.text('format') !== null) {
      throw new UsageError('merge: --format goes with --to; see vhd-editor merge --help');
    }
    return to === null ? mergeInto(call) : mergeTo(call, to);
  },
};

function mergeInto(call: Call): Promise<number> {
  const path = pathOf(call, call.line.operands[0] ?? '');
  const options = { into: optionPath(call, 'into'), keep: call.line.isSet('keep') };
  return operate(call, {
    what: 'Merging',
    path,
    plan: (request) => planMerge(request, path, options),
    run: (plan) => runMerge(call.fileSystem, plan),
    stopped: 'The disk reads as before. The same command goes on where it stopped.',
    document: (plan, result) => {
      tell(call, result?.recovered ?? []);
      const { survivor, removed, leafs } = result ?? {};
      return { plan: planDocument(plan), ...(result === null ? {} : { survivor, removed, leafs }) };
    },
    text: (plan, result) => [...(result?.recovered ?? []), ...textOf(plan, result)],
  });
}

function planDocument(plan: MergePlan): object {
  const { layers, ancestor, survey, bytesToRead, ties, remove, undoFiles, leafs, resumed, familyIsWhole, refusals } =
    plan;
  return {
    layers: layers.map((layer) => layer.path),
    into: ancestor.path,
    blocks: survey?.blocks ?? 0,
    newBlocks: survey?.newBlocks ?? 0,
    sectors: survey?.sectors ?? 0,
    bytesToRead,
    bytesToWrite: survey?.bytesToWrite ?? 0,
    growth: survey?.growth ?? 0,
    spaceNeeded: survey?.space ?? 0,
    children: ties.children,
    remove: [...remove, ...undoFiles].map(({ path }) => path),
    leafs,
    resumes: resumed !== null,
    familyIsWhole,
    refusals,
  };
}

function textOf(plan: MergePlan, result: MergeResult | null): readonly string[] {
  const { layers, ancestor, survey, ties, remove, undoFiles, leafs, resumed } = plan;
  const would = result === null;
  const kept = layers.filter((layer) => !remove.includes(layer)).map((layer) => layer.path);
  const [top] = layers;
  return [
    ...(would && resumed !== null ? ['A merge that was cut short would go on.'] : []),
    survey === null ? `${top.path}: merged into ${ancestor.path} already` : `${ancestor.path}: ${workOf(plan, would)}`,
    ...ties.children.map((path) => `${path}: ${would ? 'would stand' : 'stands'} on ${ancestor.path}`),
    ...remove.map(({ path }) => `${path}: ${would ? 'would be removed' : 'removed'}`),
    ...undoFiles.map((file) => undoFileText(file, would)),
    ...(survey === null ? [] : kept.map((path) => `${path}: kept${path === top.path ? '' : KEPT_BETWEEN}`)),
    ...leafs.map((path) => `${path}: a leaf; a virtual machine of it uses this file`),
    ...(plan.familyIsWhole ? [] : ['Not every file was looked at: there are too many in the folders of the family.']),
  ];
}

/** A layer between the merged one and the ancestor: what is below it is not what it was made on. */
const KEPT_BETWEEN = ', but as of itself it does not read as before';

function workOf({ layers, survey }: MergePlan, would: boolean): string {
  const { sectors, blocks, newBlocks, growth } = survey ?? { sectors: 0, blocks: 0, newBlocks: 0, growth: 0 };
  const from = layers.length === 1 ? layers[0].path : `${layers.length} layers up to ${layers[0].path}`;
  const amount = `${countForPeople(sectors)} sectors (${sizeForPeople(sectors * 512)}) in ${countForPeople(blocks)} blocks, ${countForPeople(newBlocks)} of them new`;
  return `${would ? 'would take' : 'took'} in ${from}: ${amount}; ${would ? 'it would grow' : 'it grew'} by ${sizeForPeople(growth)}`;
}

function mergeTo(call: Call, to: string): Promise<number> {
  const path = pathOf(call, call.line.operands[0] ?? '');
  const options = { to, format: call.line.choice('format', FORMATS), facts: newImageFacts() };
  return operate(call, {
    what: 'Merging',
    path,
    plan: (request) => planMergeToFile(request, path, options),
    run: (plan) => runMergeToFile(call.fileSystem, plan),
    stopped: 'Nothing was changed.',
    document: (plan, result) => {
      tell(call, result?.recovered ?? []);
      const done = result === null ? {} : { survivor: result.survivor, removed: [], leafs: [result.survivor] };
      return { plan: filePlanDocument(plan), ...done };
    },
    text: (plan, result) => [...(result?.recovered ?? []), fileText(plan, result)],
  });
}

function filePlanDocument(plan: MergeToFilePlan): object {
  const { layers, to, format, virtualSize, sectors, bytesToRead, bytesToWrite, refusals } = plan;
  const paths = layers.map((layer) => layer.path);
  return { layers: paths, to, format, virtualSize, sectors, bytesToRead, bytesToWrite, remove: [], refusals };
}

function fileText({ to, layers, sectors }: MergeToFilePlan, result: MergeToFileResult | null): string {
  const amount = `${sizeForPeople(sectors * 512)} of ${layers.length} ${layers.length === 1 ? 'layer' : 'layers'}`;
  const size = result === null ? '' : `, ${sizeForPeople(result.fileSize)} long`;
  return `${to}: ${result === null ? 'would be made' : 'made'} of ${amount}${size}; nothing else is touched`;
}
