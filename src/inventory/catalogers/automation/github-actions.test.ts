import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture } from '../../../../test/inventory/layer-stack.ts';
import { assertRobust, catalogOf } from '../../../../test/inventory/lock-files.ts';
import { githubActionsCataloger, parseReference } from './github-actions.ts';

const WORKFLOW = 'srv/app/.github/workflows/ci.yml';

/** What the `uses:` lines of the files say. */
const FILES: readonly (readonly [file: string, path: string, purls: readonly string[]])[] = [
  ['codeql-analysis.yml', WORKFLOW, ['pkg:github/actions/checkout@v3', 'pkg:github/github/codeql-action@v2']],
  [
    // a container image is no package
    'markdown.yml',
    WORKFLOW,
    [
      'pkg:github/actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd',
      'pkg:github/peter-evans/create-issue-from-file@fca9117c27cdc29c6c4db3b86c48e4115a786710',
    ],
  ],
  ['publish_to_bcr.yml', WORKFLOW, ['pkg:github/bazel-contrib/publish-to-bcr@v1.0.0']],
  [
    'bootstrap-action.yaml',
    'srv/app/.github/actions/bootstrap/action.yaml',
    [
      'pkg:github/actions/cache@55cc8345863c7cc4c66a329aec7e433d2d1c52a9',
      'pkg:github/anchore/go-make@430e2175bb166bfd138ef75466adbcc8ddab875f',
    ],
  ],
];
for (const [file, path, expected] of FILES) {
  test(`what ${file} uses`, () => {
    const { packages, codes } = catalogOf(githubActionsCataloger, { [path]: fixture(`automation/${file}`) });
    assert.deepEqual(
      packages.map(({ purl }) => purl),
      expected,
    );
    assert.ok(packages.every(({ presence }) => presence === 'declared'));
    assert.deepEqual(codes, []);
  });
}

const REFERENCES: readonly (readonly [uses: unknown, name: string | null, ref?: string])[] = [
  ['actions/checkout@v4', 'actions/checkout', 'v4'],
  ['actions/cache/restore@v4.0.1', 'actions/cache', 'v4.0.1'],
  ['o/r/.github/workflows/ci.yml@refs/heads/main', 'o/r', 'refs/heads/main'],
  ['./.github/actions/setup', null],
  ['docker://alpine:3.20', null],
  ['actions/checkout', null],
  ['${{ matrix.action }}@v1', null],
  ['../x@v1', null],
  [7, null],
];
for (const [uses, name, ref] of REFERENCES) {
  test(`uses: ${JSON.stringify(uses)}`, () => {
    const found = parseReference(uses);
    assert.deepEqual(
      found && [`${found.owner}/${found.repository}`, found.ref],
      name === null ? null : [name, ref],
    );
  });
}

const NONE: readonly (readonly [what: string, path: string, text: string])[] = [
  ['a module', 'srv/node_modules/a/.github/workflows/ci.yml', 'jobs: {a: {uses: o/r/w.yml@v1}}'],
  ['another directory of workflows', 'srv/workflows/ci.yml', 'jobs: {a: {uses: o/r/w.yml@v1}}'],
  ['another action.yml', 'srv/action.yml', '- just\n- a list\n'],
  ['an action that runs a program', 'srv/action.yml', 'runs: {using: node20, main: index.js}'],
  ['a workflow without actions', WORKFLOW, 'jobs: {a: {steps: [{run: make}]}}'],
];
for (const [what, path, text] of NONE) {
  test(`nothing: ${what}`, () => {
    const { purls, codes } = catalogOf(githubActionsCataloger, { [path]: text });
    assert.deepEqual([purls, codes], [[], []]);
  });
}

test('damage is said', () => {
  const { codes } = catalogOf(githubActionsCataloger, { [WORKFLOW]: 'jobs: [' });
  assert.deepEqual(codes, [`EVIDENCE_UNREADABLE ${WORKFLOW}`]);
});

test('no file makes it throw', () => {
  const pieces = [
    'jobs:\n',
    '  a:\n',
    '    uses: o/r@v1\n',
    '    steps:\n',
    '    - uses: o/r/x@v1\n',
    'runs:\n',
  ];
  assertRobust(githubActionsCataloger, WORKFLOW, fixture('automation/markdown.yml'), pieces);
});
