import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

const ROOT = resolve(__dirname, '..');
const FOLDER = join(ROOT, '.github/workflows');

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly permissions?: unknown;
  readonly env?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly string[]>> };
  readonly 'timeout-minutes'?: number;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions?: unknown;
  readonly concurrency?: { readonly group: string };
  readonly jobs: Readonly<Record<string, Job>>;
}

const texts = new Map(readdirSync(FOLDER).map((name) => [name, readFileSync(join(FOLDER, name), 'utf8')]));
const workflows = new Map([...texts].map(([name, text]) => [name, parse(text) as Workflow]));
const steps = [...workflows.values()].flatMap(({ jobs }) => Object.values(jobs).flatMap((job) => job.steps));
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  readonly engines: { readonly vscode: string };
  readonly devDependencies: Readonly<Record<string, string>>;
};

function workflow(name: string): Workflow {
  const found = workflows.get(name);
  assert.ok(found, name);
  return found;
}

describe('the workflows', () => {
  it('run every action at a commit, with its version beside it, the same everywhere', () => {
    const pins = new Map<string, string>();
    for (const [name, text] of texts) {
      for (const [line] of text.matchAll(/^.*\buses:.*$/gm)) {
        const [, action = '', commit = ''] = /uses: ([\w-]+\/[\w-]+)@([0-9a-f]{40}) # v\d+\.\d+\.\d+$/.exec(line) ?? [];
        assert.notEqual(action, '', `${name}: ${line}`);
        assert.equal(pins.get(action) ?? commit, commit, action);
        pins.set(action, commit);
      }
    }
    assert.equal(steps.filter(({ uses }) => uses !== undefined).length > 0, true);
  });

  it('may read the repository and no more, and leave no credentials behind', () => {
    for (const [name, { permissions, jobs, on }] of workflows) {
      assert.deepEqual(permissions, { contents: 'read' }, name);
      for (const job of Object.values(jobs)) assert.equal(job.permissions, undefined, name);
      assert.ok(!('pull_request_target' in on) && !('workflow_run' in on), name);
    }
    for (const { uses, with: inputs } of steps) {
      if (uses?.startsWith('actions/checkout@') === true) assert.equal(inputs?.['persist-credentials'], false);
    }
  });

  it('put no words of strangers into a shell', () => {
    for (const { run = '' } of steps) assert.doesNotMatch(run, /\$\{\{/);
  });

  it('end by themselves, and not twice at once for one branch', () => {
    for (const [name, { concurrency, jobs }] of workflows) {
      assert.ok(concurrency, name);
      for (const job of Object.values(jobs)) assert.ok((job['timeout-minutes'] ?? Infinity) <= 90, name);
    }
  });

  it('test on Linux, macOS and Windows, in the oldest VS Code that we support and the current one', () => {
    const { test } = workflow('test.yml').jobs;
    assert.ok(test);
    const { os = [], vscode = [] } = test.strategy?.matrix ?? {};
    assert.deepEqual(
      os.map((each) => each.replace('-latest', '')),
      ['ubuntu', 'macos', 'windows'],
    );
    const [oldest = '', current] = vscode;
    assert.ok(oldest.startsWith(manifest.engines.vscode.replace(/^\^|\.0$/g, '')), oldest);
    assert.equal(current, 'stable');
    assert.equal(test.env?.['VHD_TEST_DESKTOP'], '${{ matrix.vscode }}');
    const runs = test.steps.filter(({ run }) => run?.endsWith('npm test') === true);
    assert.deepEqual(
      runs.map(({ run, if: condition }) => [run, condition]),
      [
        ['xvfb-run -a npm test', "runner.os == 'Linux'"],
        ['npm test', "runner.os != 'Linux'"],
      ],
    );
  });

  it('publish one package to both marketplaces, and give their keys to nothing else', () => {
    const { package: packing, publish } = workflow('release.yml').jobs;
    assert.ok(packing && publish);
    assert.doesNotMatch(JSON.stringify(packing), /secrets\./);
    const publishing = publish.steps.flatMap(({ run }) => run ?? []);
    const vsce = manifest.devDependencies['@vscode/vsce'] ?? '';
    assert.deepEqual(
      publishing.map((run) => run.replace(/ovsx@\d+\.\d+\.\d+/, 'ovsx')),
      [
        `npx --yes @vscode/vsce@${vsce} publish --packagePath vhd-editor.vsix`,
        'npx --yes ovsx publish vhd-editor.vsix',
      ],
    );
    assert.ok(!publish.steps.some(({ uses }) => uses?.startsWith('actions/checkout@')));
  });
});
