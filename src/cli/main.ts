import { NodeFileSystem } from '../engine/index';
import { ProcessTerminal } from './processTerminal';
import { run } from './run';

void run(process.argv.slice(2), new ProcessTerminal(), new NodeFileSystem()).then((exitCode) => {
  process.exitCode = exitCode;
});
