import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CliProcess } from '../cli/cliProcess';
import { findPeer, type PeerName } from '../peers/peers';
import { writeFullDynamic, writeUsedChain } from './images';
import { NotMeasured, ratioRow, runProgram, settle, timeInTurn, type BenchPart, type BenchRow } from './measure';

const SIZE = 4 * 2 ** 30;

function needPeer(name: PeerName): string {
  const path = findPeer(name);
  if (path === null) throw new NotMeasured(`${name} is not installed`);
  return path;
}

/** Times our export beside a peer's, each into an empty folder, with nothing left to be written to the disk. */
function compare(folder: string, image: string, peerName: string, peer: (out: string) => void): BenchRow {
  const cli = new CliProcess();
  const out = join(folder, 'out');
  const empty = (): void => {
    rmSync(out, { recursive: true, force: true });
    mkdirSync(out);
    settle();
  };
  const check = (): void => {
    const [name] = readdirSync(out);
    if (name === undefined || statSync(join(out, name)).size !== SIZE) {
      throw new Error(`${peerName} or we wrote something else`);
    }
  };
  try {
    const times = timeInTurn(5, {
      ours: {
        before: empty,
        deed: () => runProgram(process.execPath, [cli.path, 'export', image, join(out, 'ours.raw')]),
        after: check,
      },
      peer: { before: empty, deed: () => peer(out), after: check },
    });
    return ratioRow('whole program, to raw', times.ours, times.peer, peerName, 1);
  } finally {
    rmSync(out, { recursive: true, force: true });
    cli.remove();
  }
}

export const exportDynamic: BenchPart = {
  name: 'export of a dynamic image, 4 GiB content',
  run(folder) {
    const qemu = needPeer('qemu-img');
    const image = join(folder, 'full.vhd');
    writeFullDynamic(image, SIZE);
    const convert = (out: string): string =>
      runProgram(qemu, ['convert', '-f', 'vpc', '-O', 'raw', image, join(out, 'peer.raw')]);
    return [compare(folder, image, 'qemu-img convert', convert)];
  },
};

export const exportChain: BenchPart = {
  name: 'export of a chain of 3 layers, 4 GiB content',
  run(folder) {
    const sevenZip = needPeer('7zz');
    const leaf = writeUsedChain(folder, SIZE, 3).at(-1) ?? '';
    return [compare(folder, leaf, '7zz x', (out) => runProgram(sevenZip, ['x', '-y', '-tvhd', `-o${out}`, leaf]))];
  },
};
