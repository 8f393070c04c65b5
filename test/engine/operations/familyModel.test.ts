import { RecordingFileSystem } from '../../crash/recordingFileSystem';
import { sized } from '../../testSize';
import { runFamily } from './familyRun';
import { WindowsView } from './windowsView';

const FOLDERS = ['/d', '/d/sub', '/e'] as const;
const WINDOWS_FOLDERS = ['C:\\d', 'C:\\d\\sub', 'E:\\e'] as const;

describe('families of images, beside a model', () => {
  const seed = Number(process.env['VHD_TEST_SEED'] ?? Date.now() % 1_000_000);
  const count = sized({ small: 20, ci: 120, full: 2_500 });

  it(`are what the operations were to make of them (${count} sequences from seed ${seed})`, () => {
    for (let at = 0; at < count; at++) {
      const fileSystem = new RecordingFileSystem();
      runFamily({ fileSystem, folders: FOLDERS, seed: seed + at, steps: 12, blockSizes: [4, 8, 16] });
    }
  });

  const windowsCount = Math.ceil(count / 8);
  it(`are so where paths are those of Windows (${windowsCount} sequences from seed ${seed})`, () => {
    for (let at = 0; at < windowsCount; at++) {
      const fileSystem = new WindowsView(new RecordingFileSystem());
      runFamily({ fileSystem, folders: WINDOWS_FOLDERS, seed: seed + at, steps: 12, blockSizes: [4, 8, 16] });
    }
  });
});
