import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../../../../test/images/temporary-directory.ts';
import { LibraryError } from '../../errors.ts';
import { parseTestConfig } from './parse-test-config.ts';
import { openTests } from './read-test-tables.ts';
import { selectTests, variantOf } from './test-tables.ts';

/** In the form of official-images, with images of our own and as many ways to write a table as bash has plain ones. */
const CONFIG = `#!/usr/bin/env bash
# tables of tests
globalTests+=( utc no-hard-coded-passwords
\toverride-cmd # the last
)
explicitTests+=( [:onbuild]=1 [shop:bare]='' )
imageTests=( [gone]='for good' )
imageTests=()
imageTests[:onbuild]+='
\toverride-cmd
'
testAlias+=(
\t[fork]='engine'
\t[fork:drop]="store"
\t[derived]=base
)
imageTests+=(
\t[base]='
\t\tbase-packages
\t'
\t[nothing]=''
\t[engine]='engine-basics engine-start'
)
imageTests+=(
\t[engine:alpine]='engine-musl'
\t[store]='
\t\tstore-basics

\t\tstore-tls
\t'
\t[fork]='fork-plugins'
\t[fork:alpine]=fork-small
)
imageTests[engine]+=' engine-late'

globalExcludeTests+=(
\t[single_utc]=1
\t[single_no-hard-coded-passwords]=1
\t# of one variant, of all of that variant
\t[engine:slim_engine-start]=1
\t[:nanoserver_utc]=1
\t[:nanoserver_no-hard-coded-passwords]=1
\t[fork:drop_fork-plugins]=1
\t[engine_never]=''
)
globalExcludeTests[fork_engine-late]='1'
`;
const TABLES = parseTestConfig(CONFIG, 'config.sh');

test('the tables are what bash makes of them', (t) => {
  const file = join(temporaryDirectory(t), 'config.sh');
  writeFileSync(file, CONFIG);
  const names = ['globalTests', 'testAlias', 'imageTests', 'globalExcludeTests', 'explicitTests'];
  const show = names.map(
    (name) =>
      `for key in "\${!${name}[@]}"; do printf '%s\\0%s\\0%s\\0' ${name} "$key" "\${${name}[$key]}"; done`,
  );
  const script = [
    'declare -a globalTests=()',
    'declare -A testAlias imageTests globalExcludeTests explicitTests',
    '. "$1"',
    ...show,
  ];
  const { error, stdout } = spawnSync('bash', ['-c', script.join('\n'), 'bash', file], {
    encoding: 'utf8',
  });
  if (error !== undefined) return t.skip('bash is not installed');
  const fields = stdout.split('\0').slice(0, -1);
  const rows = Array.from({ length: fields.length / 3 }, (_, at) => fields.slice(at * 3, at * 3 + 3));
  const of = (name: string): [string, string][] =>
    rows.flatMap(([table, key = '', value = '']) =>
      table === name ? [[key, value] as [string, string]] : [],
    );
  assert.deepEqual(
    TABLES.globalTests,
    of('globalTests').map(([, value]) => value),
  );
  assert.deepEqual(TABLES.aliases, new Map(of('testAlias')));
  assert.deepEqual(
    TABLES.imageTests,
    new Map(of('imageTests').map(([key, value]) => [key, value.split(/\s+/).filter((word) => word !== '')])),
  );
  assert.deepEqual(
    [...TABLES.excluded].sort(),
    of('globalExcludeTests')
      .flatMap(([key, value]) => (value === '' ? [] : [key]))
      .sort(),
  );
  assert.deepEqual(
    [...TABLES.explicit],
    of('explicitTests').flatMap(([key, value]) => (value === '' ? [] : [key])),
  );
  assert.deepEqual([TABLES.imageTests.size, TABLES.excluded.size], [8, 7]);
});

for (const [tag, variant] of [
  ['3.13-slim-trixie', 'slim'],
  ['slim-trixie', 'slim'],
  ['slim', 'slim'],
  ['alpine-perl', 'alpine'],
  ['3.13-alpine3.22', 'alpine'],
  ['onbuild-alpine', 'onbuild'],
  ['8.3-fpm-alpine', 'fpm'],
  ['8.3-fpm', 'fpm'],
  ['8.3-apache-bookworm', 'apache'],
  ['psmdb-8.0', 'psmdb'],
  ['1809-nanoserver-x', 'nanoserver'],
  ['windowsservercore-ltsc2025', 'windowsservercore'],
  ['latest', 'latest'],
  ['27-dind', 'dind'],
] as const) {
  test(`the variant of ${tag} is ${variant}`, () => assert.equal(variantOf(tag), variant));
}

const GLOBAL = ['utc', 'no-hard-coded-passwords', 'override-cmd'];
for (const [image, expected] of [
  ['store:8', [...GLOBAL, 'store-basics', 'store-tls']],
  ['other:8', GLOBAL],
  ['nothing:8', GLOBAL],
  ['derived:24', [...GLOBAL, 'base-packages']],
  ['owner/derived:24', [...GLOBAL, 'base-packages']],
  ['single:linux', ['override-cmd']],
  ['base:3-onbuild-alpine', ['override-cmd']],
  ['engine:21', [...GLOBAL, 'engine-basics', 'engine-start', 'engine-late']],
  ['engine:21-slim', [...GLOBAL, 'engine-basics', 'engine-late']],
  ['engine:21-alpine', [...GLOBAL, 'engine-basics', 'engine-start', 'engine-late', 'engine-musl']],
  ['fork:1', [...GLOBAL, 'engine-basics', 'engine-start', 'fork-plugins']],
  [
    'fork:1-alpine',
    [...GLOBAL, 'engine-basics', 'engine-start', 'engine-musl', 'fork-plugins', 'fork-small'],
  ],
  ['fork:drop', [...GLOBAL, 'store-basics', 'store-tls']],
  ['store:1-nanoserver', ['override-cmd', 'store-basics', 'store-tls']],
] as const) {
  test(`the tests of ${image}`, () => {
    const [repository = '', tag = ''] = image.split(':');
    assert.deepEqual(selectTests(TABLES, repository, tag), expected);
  });
}

for (const [what, script, line] of [
  ['a command', 'globalTests+=( utc )\nrm -rf /\n', 2],
  ['an expansion in a value', 'globalTests+=( "$(id)" )', 1],
  ['an expansion without quotes', 'globalTests+=(\n\t$HOME\n)', 2],
  ['an expansion in a key', 'imageTests+=(\n[$(id)]=x )', 2],
  ['a list that does not end', 'globalTests+=( utc\n', 2],
  ['a key without value', 'imageTests+=( [redis] )', 1],
  ['another table', 'PATH+=( x )', 1],
] as const) {
  test(`refused: ${what}`, () => {
    assert.throws(
      () => parseTestConfig(script, 'config.sh'),
      (error) =>
        error instanceof LibraryError &&
        error.code === 'PROGRAMME_INVALID' &&
        error.message.startsWith(`config.sh:${line}: `),
    );
  });
}

test('our own form, and folders of tests', (t) => {
  const folder = temporaryDirectory(t);
  const file = join(folder, 'tests.yaml');
  writeFileSync(
    file,
    `schema: hallmark.image-tests/1
aliases: { valkey: redis }
images: { redis: [redis-basics], 'redis:alpine': [small] }
exclude: { ':alpine': [utc], valkey: [redis-basics] }
explicit: ['redis:sentinel']
`,
  );
  const names = (repository: string, tag: string) =>
    openTests(folder)(repository, tag).map(({ name }) => name);
  assert.deepEqual(names('redis', '8-alpine'), [
    'no-hard-coded-passwords',
    'override-cmd',
    'redis-basics',
    'small',
  ]);
  assert.deepEqual(names('valkey', '8'), GLOBAL);
  assert.deepEqual(names('redis', '8-sentinel'), []);
  assert.deepEqual(
    openTests(folder)('redis', '8').map(({ folder: found }) => found),
    [null, null, null, null],
  );
  const upstream = temporaryDirectory(t);
  writeFileSync(join(upstream, 'config.sh'), CONFIG);
  for (const name of ['utc', 'base-packages']) mkdirSync(join(upstream, 'tests', name), { recursive: true });
  assert.deepEqual(
    openTests(upstream)('base', '12').map(({ folder: found }) => found),
    [join(upstream, 'tests/utc'), null, null, join(upstream, 'tests/base-packages')],
  );
  assert.deepEqual(
    openTests(null)('redis', '8').map(({ name }) => name),
    GLOBAL,
  );
  writeFileSync(file, 'schema: hallmark.image-tests/1\nexclued: {}\n');
  assert.throws(() => openTests(folder), /line 2/);
});

test('a folder without a list of tests', (t) => {
  assert.throws(() => openTests(temporaryDirectory(t)), /neither tests\.yaml nor config\.sh/);
});
