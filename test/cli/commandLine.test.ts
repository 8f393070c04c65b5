import assert from 'node:assert/strict';
import fc from 'fast-check';
import { COMMANDS } from '../../src/cli/run';
import { version } from '../../package.json';
import { assertFailed, callCli } from './callCli';
import { threeLayers } from './chains';

describe('the command line', () => {
  const { fileSystem } = threeLayers();
  const call = (...words: string[]) => callCli(words, fileSystem);

  it('tells its version', async () => {
    assert.deepEqual(await call('--version'), {
      exitCode: 0,
      bytes: Buffer.from(`${version}\n`),
      text: `${version}\n`,
      error: '',
    });
  });

  it('explains itself and every command', async () => {
    const { text, exitCode } = await call('--help');
    assert.equal(exitCode, 0);
    for (const { spec } of COMMANDS) {
      assert.ok(text.includes(`  ${spec.name} `));
      const help = await call(spec.name, '--help');
      assert.deepEqual([help.exitCode, help.error], [0, '']);
      assert.ok(help.text.includes(`Usage: vhd-editor ${spec.name} ${spec.operands.join(' ')}`));
      for (const option of [...spec.options.map(({ name }) => name), 'parent', 'confine']) {
        assert.ok(help.text.includes(`  --${option}`), `${spec.name} --${option}`);
      }
      const widths = help.text.split('\n').map((line) => line.length);
      assert.ok(Math.max(...widths) <= 120, `${spec.name}: ${String(Math.max(...widths))} characters in a line`);
    }
  });

  const wrong: [words: string[], line: RegExp][] = [
    [[], /no command is given; see vhd-editor --help/],
    [['destroy'], /there is no command "destroy"; see/],
    [['info'], /info: IMAGE is missing; see vhd-editor info --help/],
    [['info', ''], /info: IMAGE is empty/],
    [['info', 'a', 'b'], /info: "b" is one word too many/],
    [['export', 'a'], /export: OUT is missing/],
    [['info', 'a', '--frobnicate'], /info: unknown option '--frobnicate'; see/],
    [['info', 'a', '--layer', '1'], /unknown option '--layer'/],
    [['info', 'a', '--parent'], /option '--parent <value>' argument missing/],
    [['info', 'a', '--json=yes'], /option '--json' does not take an argument/],
    [['read', '/disks/0.vhd', '--offset', '-1'], /option '--offset' argument is ambiguous/],
    [['read', '/disks/0.vhd', '--offset=-1'], /--offset takes a whole number from 0 on, .* "-1"/],
    [['read', '/disks/0.vhd', '--length', '1.5'], /--length takes a whole number/],
    [['read', '/disks/0.vhd', '--length', '1e3'], /--length takes a whole number/],
    [['read', '/disks/0.vhd', '--length', ''], /--length takes a whole number/],
    [['read', '/disks/0.vhd', '--offset', '9007199254740992'], /--offset takes a whole number/],
    [['map', '/disks/0.vhd', '--from', '0x'], /--from takes a whole number/],
    [['export', '/disks/0.vhd', '/out', '--format', 'vmdk'], /--format takes raw, fixed, dynamic, and got "vmdk"/],
  ];
  for (const [words, line] of wrong) {
    it(`refuses "${words.join(' ')}" with exit code 2`, async () => {
      assertFailed(await call(...words), 2, line);
    });
  }

  it('says what failed, why, and what to do', async () => {
    assertFailed(
      await call('info', '/none.vhd'),
      1,
      /^vhd-editor: Opening \/none\.vhd: there is no such file; check the path$/m,
    );
    fileSystem.addFile('/text.vhd', Buffer.from('entity adder is end;'));
    assertFailed(await call('info', '/text.vhd'), 1, /^vhd-editor: [^:]+\/text\.vhd: [^;]+; .+$/m);
    fileSystem.addDevice('/dev/sda');
    assertFailed(await call('info', '/dev/sda'), 1, /it is a device/);
    assertFailed(await call('info', '/disks'), 1, /it is a folder/);
  });

  it('answers any words with an exit code and one line', async () => {
    const options = COMMANDS.flatMap(({ spec }) => spec.options.map(({ name }) => `--${name}`));
    const known = fc.constantFrom(
      ...COMMANDS.map(({ spec }) => spec.name),
      ...options,
      '--parent',
      '--confine',
      '--',
      '-',
    );
    const values = fc.constantFrom(
      '/disks/0.vhd',
      '/disks/1.vhd',
      '/disks',
      '/new',
      '0',
      '1',
      '512',
      '0xff',
      'raw',
      'dynamic',
    );
    const word = fc.oneof(known, values, fc.string({ unit: 'binary' }));
    const command = fc.constantFrom(...COMMANDS.map(({ spec }) => spec.name));
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.array(word), fc.tuple(command, values, word, word, word)), async (words) => {
        const { exitCode, error, text } = await callCli(words, threeLayers().fileSystem);
        assert.ok([0, 1, 2].includes(exitCode));
        // A plan that says what stands in its way is an answer, not an error.
        const isRefusedPlan = exitCode === 1 && /^refused: |"refusals": \[\s*\{/m.test(text);
        assert.match(error, exitCode === 0 || isRefusedPlan ? /^$/ : /^vhd-editor: [^\n]+\n$/);
        assert.doesNotMatch(error, /Unforeseen/);
      }),
      { numRuns: 500 },
    );
  });
});
