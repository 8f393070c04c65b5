import { DiskReader, EngineError, requireBase, type Chain, type DoubtfulRange } from '../engine/index';
import { withChain, type Command } from './call';

/** Read at a time, in bytes. */
const PIECE_LENGTH = 1024 * 1024;

export const readCommand: Command = {
  spec: {
    name: 'read',
    operands: ['IMAGE'],
    summary: 'Write bytes of the virtual disk to standard output.',
    options: [
      { name: 'offset', value: 'N', help: 'First byte; 0 where it is left out.' },
      { name: 'length', value: 'N', help: 'Bytes; to the end of the disk where it is left out.' },
      {
        name: 'layer',
        value: 'K',
        help: 'The disk as of a layer of the chain: 0 is IMAGE itself, the last one its base.',
      },
    ],
  },
  run: (call) =>
    withChain(call, (chain) => {
      requireBase(chain);
      const reader = new DiskReader(chain, call.line.number('layer') ?? 0);
      const offset = call.line.number('offset') ?? 0;
      const length = call.line.number('length') ?? Math.max(0, reader.size - offset);
      requireBytes(chain, reader.size, offset, length);
      const buffer = new Uint8Array(Math.min(PIECE_LENGTH, length));
      for (let done = 0; done < length;) {
        const part = buffer.subarray(0, length - done);
        reader.read(offset + done, part, (range) => refuse(chain, range));
        call.terminal.write(part);
        done += part.length;
      }
      return 0;
    }),
};

function requireBytes(chain: Chain, size: number, offset: number, length: number): void {
  if (offset + length > size) {
    throw new EngineError('out-of-range', {
      what: `Reading ${length} bytes at byte ${offset} of ${chain.layers[0].image.path}`,
      why: `its virtual disk ends at byte ${size}`,
      remedy: 'choose bytes on the disk',
    });
  }
}

/** Standard output has no way to say which bytes are only stand-ins. */
function refuse(chain: Chain, { start, length, layer, reason }: DoubtfulRange): never {
  const path = chain.layers[layer ?? 0]?.image.path ?? '';
  throw new EngineError('unreadable-sectors', {
    what: `Reading sectors ${start} to ${start + length - 1} from ${path}`,
    why:
      reason === 'past-end-of-file'
        ? 'the file ends before them'
        : 'its block allocation table gives them no place that can be',
    remedy: 'read what lies around them, or export the disk with zeros in their place',
  });
}
