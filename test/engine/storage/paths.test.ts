import assert from 'node:assert/strict';
import { posix, win32 } from 'node:path';
import fc from 'fast-check';
import { folderOfPath, nameOfPath, resolvePath } from '../../../src/engine/storage/paths';

const posixPart = fc
  .array(fc.constantFrom('a', 'B c', '..', '.', '', '\\', 'x.vhd'), { maxLength: 5 })
  .map((names) => names.join('/'));
const windowsPart = fc
  .tuple(
    fc.constantFrom('', '\\', '/', 'C:\\', 'c:/', 'D:\\', '\\\\server\\share\\', '//server/share/'),
    fc.array(fc.constantFrom('a', 'B c', '..', '.', '', 'x.vhd'), { maxLength: 5 }),
    fc.constantFrom('\\', '/'),
  )
  .map(([root, names, separator]) => root + names.join(separator).replace(/^[\\/]+/, ''));

/** Node keeps the trailing separator of a share and drops that of everything else; both name the same folder. */
function withoutTrailingSeparator(path: string): string {
  return path.replace(/\\$/, '');
}

describe('paths', () => {
  it('are resolved as Node does in the style of POSIX', () => {
    fc.assert(
      fc.property(fc.array(posixPart, { maxLength: 3 }), (parts) => {
        assert.equal(resolvePath('posix', '/f/g', ...parts), posix.resolve('/f/g', ...parts));
      }),
    );
  });

  it('are resolved as Node does in the style of Windows', () => {
    fc.assert(
      fc.property(fc.array(windowsPart, { maxLength: 3 }), (parts) => {
        const expected = win32.resolve('C:\\f\\g', ...parts);
        const ours = resolvePath('windows', 'C:\\f\\g', ...parts);
        assert.equal(withoutTrailingSeparator(ours).toLowerCase(), withoutTrailingSeparator(expected).toLowerCase());
      }),
    );
  });

  it('that are relative to a drive stay in the folder on that drive', () => {
    assert.equal(resolvePath('windows', 'C:\\f', 'c:x.vhd'), 'C:\\f\\x.vhd');
    assert.equal(resolvePath('windows', 'C:\\f', 'D:x.vhd'), 'D:\\x.vhd');
    assert.equal(resolvePath('windows', 'C:\\f', '\\x.vhd'), 'C:\\x.vhd');
    assert.equal(resolvePath('windows', '\\\\host\\share\\f', '\\x.vhd'), '\\\\host\\share\\x.vhd');
  });

  it('never lead above their root', () => {
    assert.equal(resolvePath('posix', '/a', '../../../../etc/passwd'), '/etc/passwd');
    assert.equal(resolvePath('windows', 'C:\\a', '..\\..\\..\\x'), 'C:\\x');
    assert.equal(resolvePath('windows', '\\\\host\\share', '..\\..\\x'), '\\\\host\\share\\x');
  });

  it('have the folder and the name that Node gives', () => {
    for (const path of ['/a/b.vhd', '/b.vhd', 'b.vhd', 'a/b.vhd', '/']) {
      assert.equal(folderOfPath('posix', path), posix.dirname(path), path);
      assert.equal(nameOfPath('posix', path), posix.basename(path), path);
    }
    for (const path of ['C:\\a\\b.vhd', 'C:\\b.vhd', 'b.vhd', 'a\\b.vhd', 'C:\\', '\\\\h\\s\\a\\b.vhd']) {
      assert.equal(folderOfPath('windows', path), win32.dirname(path), path);
      assert.equal(nameOfPath('windows', path), win32.basename(path), path);
    }
  });
});
