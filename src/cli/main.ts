import { NodeFileSystem, runAsCopyLane } from '../engine/index';
import { ProcessTerminal } from './processTerminal';
import { run } from './run';

if (!runAsCopyLane()) {
  void run(process.argv.slice(2), new ProcessTerminal(), new NodeFileSystem(__filename)).then((exitCode) => {
    process.exitCode = exitCode;
  });
}
