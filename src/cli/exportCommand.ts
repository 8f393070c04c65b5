import {
  asOf,
  EngineError,
  exportDisk,
  mergeHalfSeen,
  newImageFacts,
  newSha256,
  type Chain,
  type ExportFormat,
  type ExportResult,
  type UnreadableRange,
} from '../engine/index';
import { driveSteps } from './longDeed';
import { confinementOf, pathOf, withChain, type Call, type Command } from './call';
import { writeJson } from './output';
import { countForPeople, printable, sizeForPeople, sizeInFull } from './wording';

const FORMATS: readonly [ExportFormat, ...ExportFormat[]] = ['raw', 'fixed', 'dynamic'];

/** Ranges that an error line names before it only counts them. */
const NAMED_RANGES = 5;

export const exportCommand: Command = {
  spec: {
    name: 'export',
    operands: ['IMAGE', 'OUT'],
    summary: 'Write the virtual disk to a new file.',
    options: [
      {
        name: 'format',
        value: 'FORMAT',
        help: 'raw, or a VHD without a parent: fixed, dynamic. raw where it is left out.',
      },
      {
        name: 'layer',
        value: 'K',
        help: 'The disk as of a layer of the chain: 0 is IMAGE itself, the last one its base.',
      },
      { name: 'sha256', value: null, help: "Print the SHA-256 of the virtual disk's content." },
      { name: 'force', value: null, help: 'Replace OUT if it exists. An image of the chain is never replaced.' },
      { name: 'json', value: null, help: 'Print one JSON document.' },
    ],
  },
  run: (call) => withChain(call, (chain) => exportChain(call, chain)),
};

async function exportChain(call: Call, chain: Chain): Promise<number> {
  const { line, terminal } = call;
  const layer = line.number('layer') ?? 0;
  const halfMerged = mergeHalfSeen(call.fileSystem, asOf(chain, layer));
  const steps = exportDisk(call.fileSystem, chain, pathOf(call, line.operands[1] ?? ''), {
    format: line.choice('format', FORMATS),
    layer,
    replace: line.isSet('force'),
    confine: confinementOf(call),
    digest: line.isSet('sha256') ? newSha256() : null,
    facts: newImageFacts(),
  });
  const outcome = await driveSteps(terminal, 'Exporting', steps).catch((error: unknown) => {
    throw withOption(error);
  });
  if (outcome.result === null) {
    return outcome.exitCode;
  }
  const { result } = outcome;
  if (line.isSet('json')) {
    writeJson(terminal, exportDocument(chain, result));
  } else {
    showResult(call, result);
  }
  if (halfMerged !== null) {
    throw new EngineError('unfinished-operation', {
      what: `Exporting ${chain.layers[layer]?.image.path ?? ''}`,
      why: `a merge of ${halfMerged.layers[0].path} into ${halfMerged.ancestor.path} was cut short, and as of this image alone the disk is neither the old one nor the new one`,
      remedy: `${result.path} is written as it is; run that merge again, which goes on where it stopped, and export again`,
    });
  }
  return result.unreadable.length === 0 ? 0 : reportUnreadable(chain, result);
}

/** The engine does not know how its caller is told to replace a file. */
function withOption(error: unknown): unknown {
  if (!EngineError.is(error, 'file-exists')) {
    return error;
  }
  return new EngineError(
    error.code,
    { ...error.words, remedy: 'choose another name, or replace it with --force' },
    error,
  );
}

function exportDocument(chain: Chain, result: ExportResult): object {
  return {
    path: result.path,
    bytesWritten: result.bytesWritten,
    fileSize: result.fileSize,
    ...(result.digest === null ? {} : { sha256: result.digest }),
    unreadable: result.unreadable.map((range) => ({ ...range, path: pathOfLayer(chain, range) })),
  };
}

function showResult(call: Call, { path, fileSize, bytesWritten, digest }: ExportResult): void {
  const size = `${sizeInFull(fileSize)}, ${sizeForPeople(bytesWritten)} of it written`;
  const lines = [`${printable(path)}: ${size}`, ...(digest === null ? [] : [`SHA-256 of the virtual disk: ${digest}`])];
  call.terminal.write(new TextEncoder().encode(`${lines.join('\n')}\n`));
}

function reportUnreadable(chain: Chain, { unreadable, path }: ExportResult): never {
  const count = unreadable.reduce((sum, { length }) => sum + length, 0);
  const named = unreadable.slice(0, NAMED_RANGES).map((range) => {
    const last = range.start + range.length - 1;
    return `${range.start === last ? range.start : `${range.start}-${last}`} (${pathOfLayer(chain, range) ?? 'missing layer'})`;
  });
  const more = unreadable.length > NAMED_RANGES ? `, and ${countForPeople(unreadable.length - NAMED_RANGES)} more` : '';
  throw new EngineError('unreadable-sectors', {
    what: `Exporting ${chain.layers[0].image.path}`,
    why: `${countForPeople(count)} ${count === 1 ? 'sector' : 'sectors'} could not be read: ${named.join(', ')}${more}`,
    remedy: `${path} is written, with zeros or a lower layer's bytes in their place`,
  });
}

function pathOfLayer(chain: Chain, { layer }: UnreadableRange): string | null {
  return layer === null ? null : (chain.layers[layer]?.image.path ?? null);
}
