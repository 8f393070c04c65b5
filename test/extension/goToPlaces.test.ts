import assert from 'node:assert/strict';
import fc from 'fast-check';
import { placesFor } from '../../src/extension/commands/goToPlaces';

const GIB = 2 ** 30;
const REACH = { virtualSize: 40 * GIB, fileSize: 3 * GIB, blockSize: 2 * 1024 * 1024 };

function found(text: string): readonly string[] {
  return placesFor(text, REACH).map(({ kind, value, place }) => `${kind} ${value} = ${place.kind} ${place.offset}`);
}

describe('the words of a place to go to', () => {
  const cases: readonly { words: string; places: readonly string[] }[] = [
    {
      words: '1360',
      places: [
        'offset 1360 = disk 1360',
        'lba 1360 = disk 696320',
        'block 1360 = disk 2852126720',
        'fileOffset 1360 = file 1360',
      ],
    },
    { words: '0xAA000000', places: ['offset 2852126720 = disk 2852126720', 'fileOffset 2852126720 = file 2852126720'] },
    { words: 'lba 5570560', places: ['lba 5570560 = disk 2852126720'] },
    { words: 'LBA 5 570 560', places: ['lba 5570560 = disk 2852126720'] },
    { words: 'sector 5_570_560', places: ['lba 5570560 = disk 2852126720'] },
    { words: 'l0x10', places: ['lba 16 = disk 8192'] },
    { words: 'block 1\u202f360', places: ['block 1360 = disk 2852126720'] },
    { words: 'b 20479', places: ['block 20479 = disk 42947575808'] },
    { words: 'b20480', places: [] },
    { words: '  offset 12 MiB ', places: ['offset 12582912 = disk 12582912'] },
    { words: '1.5 GiB', places: ['offset 1610612736 = disk 1610612736', 'fileOffset 1610612736 = file 1610612736'] },
    { words: '2g', places: ['offset 2147483648 = disk 2147483648', 'fileOffset 2147483648 = file 2147483648'] },
    { words: 'file 0x200', places: ['fileOffset 512 = file 512'] },
    {
      words: '1Fh',
      places: ['offset 31 = disk 31', 'lba 31 = disk 15872', 'block 31 = disk 65011712', 'fileOffset 31 = file 31'],
    },
    { words: String(40 * GIB), places: [] },
    { words: '', places: [] },
    { words: 'lba', places: [] },
    { words: '-1', places: [] },
    { words: '1.5', places: [] },
    { words: '0x', places: [] },
    { words: 'hello', places: [] },
    { words: '99999999999999999999', places: [] },
  ];
  for (const { words, places } of cases) {
    it(`“${words}” means ${places.length === 0 ? 'no place' : places.join(', ')}`, () => {
      assert.deepEqual(found(words), places);
    });
  }

  it('never leads past the end, whatever is typed', () => {
    const likely = fc.stringMatching(/^[lbsof ]{0,3}(0x)?[0-9a-fA-F _.]{0,18} ?[kmgtKMGT]?(ib|iB)?h?$/);
    fc.assert(
      fc.property(fc.oneof(fc.string(), likely), (words) => {
        for (const { place } of placesFor(words, REACH)) {
          assert.ok(Number.isSafeInteger(place.offset) && place.offset >= 0);
          assert.ok(place.offset < (place.kind === 'file' ? REACH.fileSize : REACH.virtualSize));
        }
      }),
    );
  });
});
