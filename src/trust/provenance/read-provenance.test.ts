import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ShapeMismatch } from '../../oci/shape.ts';
import {
  BUILDKIT,
  BUILDKIT_02,
  BUILDKIT_LOCAL,
  changed,
  COMMIT,
  DOCKER_LIBRARY,
  GENERATOR,
  GENERATOR_ID,
  GITHUB,
  GOOGLE_1,
  RUN,
  V01,
  V02,
  V1,
  VERSION_01,
  WORKFLOW,
} from '../../../test/trust/provenance-samples.ts';
import { SPECIMENS } from '../../../test/secret-specimens.ts';
import { shownParameters } from './parameters.ts';
import { isComplete, type Provenance } from './provenance.ts';
import { readProvenance } from './read-provenance.ts';
import { canonicalRepository, parseSourceAddress } from './source-address.ts';

function read(predicateType: string, predicate: unknown): Provenance {
  const provenance = readProvenance({ predicateType, predicate });
  if (provenance instanceof ShapeMismatch) assert.fail(`${provenance.place}: ${provenance.message}`);
  return provenance;
}

const APP = {
  uri: 'https://github.com/acme/app',
  commit: COMMIT,
  ref: 'refs/tags/v1.2',
  path: '.github/workflows/release.yml',
  statedBy: 'builder',
};

const samples: readonly (readonly [what: string, type: string, predicate: unknown, expected: object])[] = [
  [
    'GitHub',
    V1,
    GITHUB,
    {
      builderId: WORKFLOW,
      source: APP,
      parameters: [],
      invocationId: RUN,
      isHermetic: null,
      startedOn: null,
    },
  ],
  [
    'docker-library',
    V1,
    DOCKER_LIBRARY,
    {
      source: APP,
      parameters: [
        { name: 'inputs.bashbrewArch', value: 'amd64' },
        { name: 'inputs.firstTag', value: 'notary:server' },
      ],
    },
  ],
  [
    'BuildKit, version 1',
    V1,
    BUILDKIT,
    {
      builderId: 'https://github.com/acme/app/actions/runs/7',
      source: { ...APP, path: 'images/app/Dockerfile' },
      startedOn: '2026-11-17T15:00:00Z',
      finishedOn: '2026-11-17T15:01:00Z',
      invocationId: 'rpv7a389uzil5lqmrgwhijwjz',
      isHermetic: true,
      isReproducible: false,
      completeness: { parameters: true, environment: null, dependencies: true },
    },
  ],
  [
    'BuildKit, a folder of the client',
    V1,
    BUILDKIT_LOCAL,
    { builderId: null, source: { ...APP, ref: null, path: 'Dockerfile', statedBy: 'client' } },
  ],
  [
    'BuildKit, version 0.2',
    V02,
    BUILDKIT_02,
    {
      builderId: 'https://github.com/docker-library',
      source: {
        uri: 'https://github.com/docker-library/docker',
        commit: COMMIT,
        ref: null,
        path: '24/cli/Dockerfile',
        statedBy: 'builder',
      },
      parameters: [
        { name: 'frontend', value: 'dockerfile.v0' },
        { name: 'args.build-arg:X', value: '1' },
      ],
      invocationId: 'w4jz0',
      isHermetic: true,
      completeness: { parameters: true, environment: true, dependencies: false },
    },
  ],
  ["SLSA's generator", V02, GENERATOR, { builderId: GENERATOR_ID, source: APP, invocationId: '7-1' }],
  [
    'version 0.1',
    V01,
    VERSION_01,
    {
      buildType: 'https://cloudbuild.googleapis.com/CloudBuildYaml@v0.1',
      source: { ...APP, ref: null, path: 'cloudbuild.yaml' },
      parameters: [{ name: 'substitutions._TAG', value: '1.2' }],
      isReproducible: true,
    },
  ],
  [
    'Google, version 1',
    V1,
    GOOGLE_1,
    {
      source: { ...APP, ref: 'refs/heads/main', path: 'cloudbuild.yaml' },
      parameters: [{ name: 'substitutions._TAG', value: '1.2' }],
    },
  ],
];
for (const [what, type, predicate, expected] of samples) {
  test(`read: ${what}`, () => {
    const provenance = read(type, predicate) as Provenance & Readonly<Record<string, unknown>>;
    for (const [field, value] of Object.entries(expected)) assert.deepEqual(provenance[field], value, field);
  });
}

test('dependencies: tools, images, sources and all else, without credentials', () => {
  assert.deepEqual(
    read(V1, BUILDKIT).dependencies.map(({ kind, name, isTool }) => [kind, name, isTool]),
    [
      ['image', 'docker.io/docker/dockerfile:1', true],
      ['image', 'docker.io/library/alpine:3.22', false],
      ['source', 'https://github.com/acme/app', false],
      ['other', 'https://[redacted]@example.com/tool.tar.gz', false],
    ],
  );
});

test('complete only where the builder says so', () => {
  assert.equal(isComplete(read(V1, BUILDKIT)), true);
  assert.equal(isComplete(read(V1, GITHUB)), false);
  assert.equal(isComplete(read(V02, BUILDKIT_02)), false);
});

test('a commit that two dependencies contradict is none', () => {
  const twice = [
    ...GITHUB.buildDefinition.resolvedDependencies,
    { uri: 'git+https://github.com/acme/app@refs/tags/v1.2', digest: { gitCommit: 'f'.repeat(40) } },
  ];
  const predicate = changed(GITHUB, 'buildDefinition/resolvedDependencies', twice);
  assert.equal(read(V1, predicate).source?.commit, null);
});

test('a field beside the source that nobody knows stays a parameter', () => {
  const predicate = changed(GITHUB, 'buildDefinition/externalParameters/workflow/evil', 'yes');
  assert.deepEqual(read(V1, predicate).parameters, [{ name: 'workflow.evil', value: 'yes' }]);
});

const CONFIG = 'buildDefinition/externalParameters/configSource';
const malformed: readonly (readonly [what: string, type: string, predicate: unknown, place: RegExp])[] = [
  ['no object', V1, [], /^$/],
  ['another type of predicate', 'https://spdx.dev/Document', {}, /^predicateType$/],
  ['a type that every object has', 'constructor', {}, /^predicateType$/],
  ['no builder', V1, changed(GITHUB, 'runDetails/builder', undefined), /^runDetails.builder$/],
  [
    'a builder that is a list',
    V1,
    changed(GITHUB, 'runDetails/builder/id', ['x']),
    /^runDetails.builder.id$/,
  ],
  [
    'a digest that is a number',
    V1,
    changed(GITHUB, 'buildDefinition/resolvedDependencies/0/digest/gitCommit', 1),
    /digest.gitCommit$/,
  ],
  [
    'too many dependencies',
    V1,
    changed(
      GITHUB,
      'buildDefinition/resolvedDependencies',
      Array.from({ length: 10_001 }, () => ({})),
    ),
    /resolvedDependencies$/,
  ],
  [
    'two sources',
    V1,
    changed(GITHUB, 'buildDefinition/externalParameters/source', { uri: 'git+https://github.com/evil/app' }),
    /^externalParameters/,
  ],
  [
    'a source of two names',
    V1,
    changed(BUILDKIT, `${CONFIG}/repository`, 'https://github.com/evil/app'),
    /^external/,
  ],
  ['a ref beside another one', V1, changed(BUILDKIT, `${CONFIG}/ref`, 'refs/heads/main'), /^source$/],
  [
    'a commit beside another one',
    V1,
    changed(BUILDKIT, `${CONFIG}/uri`, `https://github.com/acme/app.git#${'f'.repeat(40)}`),
    /^source$/,
  ],
  [
    'a flag that is a text',
    V02,
    changed(BUILDKIT_02, 'metadata/reproducible', 'false'),
    /^metadata.reproducible$/,
  ],
  [
    'too many parameters',
    V02,
    changed(
      BUILDKIT_02,
      'invocation/parameters/args',
      Object.fromEntries(Array.from({ length: 2001 }, (_, i) => [i, 'x'])),
    ),
    /^parameters$/,
  ],
  ['an index that is none', V01, changed(VERSION_01, 'recipe/definedInMaterial', -1), /definedInMaterial$/],
];
for (const [what, predicateType, predicate, place] of malformed) {
  test(`unreadable: ${what}`, () => {
    const provenance = readProvenance({ predicateType, predicate });
    if (!(provenance instanceof ShapeMismatch)) assert.fail('it was read');
    assert.match(provenance.place, place);
  });
}

const SPECIMEN = SPECIMENS['github-token'] ?? '';

test('parameters that look like secrets are not shown', () => {
  const shown = shownParameters([
    ...read(V1, BUILDKIT).parameters,
    { name: 'args.build-arg:NOTE', value: `see ${SPECIMEN}` },
    { name: 'args.build-arg:AUTHOR', value: 'ada' },
  ]);
  const value = (name: string) => shown.find((parameter) => parameter.name === name)?.value;
  assert.equal(value('request.args.build-arg:VERSION'), '1.2');
  assert.equal(value('request.args.build-arg:NPM_TOKEN'), '[redacted]');
  assert.equal(value('args.build-arg:NOTE')?.includes(SPECIMEN), false);
  assert.equal(value('args.build-arg:AUTHOR'), 'ada');
  assert.equal(value('request.locals'), '[]');
});

const APP_URI = 'https://github.com/acme/app';
for (const [text, repository, ref, commit, folder] of [
  ['git+https://github.com/acme/app@refs/tags/v1', APP_URI, 'refs/tags/v1', null, null],
  ['git+https://github.com/acme/app.git', APP_URI, null, null, null],
  [`https://github.com/acme/app.git#${COMMIT}:a/b`, APP_URI, null, COMMIT, 'a/b'],
  ['https://github.com/acme/app.git/#main', APP_URI, 'main', null, null],
  ['git+ssh://git@github.com/acme/app@v1', 'ssh://[redacted]@github.com/acme/app', 'v1', null, null],
  // the @ of a user never begins a ref: this is evil.example's repository
  [
    'git+https://github.com@evil.example/acme/app',
    'https://[redacted]@evil.example/acme/app',
    null,
    null,
    null,
  ],
] as const) {
  test(`source: ${text}`, () =>
    assert.deepEqual(parseSourceAddress(text), { repository, ref, commit, folder }));
}

for (const text of [
  'https://example.com/tool.tar.gz',
  'pkg:npm/a@1',
  'file:///etc/passwd',
  '',
  'git+https://github.com',
]) {
  test(`no source: ${text}`, () => assert.equal(parseSourceAddress(text), null));
}

test('capitals are not folded', () => {
  assert.notEqual(canonicalRepository('https://github.com/Acme/app'), canonicalRepository(APP_URI));
});
