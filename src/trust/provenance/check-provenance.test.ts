import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDigest } from '../../model/digest.ts';
import type { Check, Endorsement, Signer } from '../../model/trust.ts';
import { ShapeMismatch } from '../../oci/shape.ts';
import {
  attestation,
  BUILDKIT,
  BUILDKIT_LOCAL,
  certificate,
  changed,
  COMMIT,
  GENERATOR,
  GENERATOR_ID,
  GITHUB,
  GOOGLE_1,
  KEY,
  RUN,
  V02,
  WORKFLOW,
} from '../../../test/trust/provenance-samples.ts';
import type { ProvenanceExpectation } from '../policy/policy.ts';
import { checkProvenance } from './check-provenance.ts';
import { readProvenance } from './read-provenance.ts';
import { buildLevel, type LevelFound } from './slsa-builders.ts';

const exact = (text: string) => ({ kind: 'exact', text }) as const;

const EXPECTED: ProvenanceExpectation = {
  source: exact('https://github.com/acme/app'),
  builder: { kind: 'glob', glob: 'https://github.com/acme/app/.github/workflows/release.yml@refs/tags/*' },
  workflow: exact('.github/workflows/release.yml'),
  ref: exact('refs/tags/v1.2'),
  level: 2,
  parameters: {},
};

const failed = (checks: readonly Check[]) =>
  checks.filter(({ outcome }) => outcome === 'failed').map(({ id }) => id);

test('provenance that is what is expected, and agrees with its certificate', () => {
  const checks = checkProvenance(attestation(GITHUB), EXPECTED);
  assert.deepEqual(
    checks.map(({ id, outcome }) => `${id} ${outcome}`),
    [
      'provenance.type passed',
      'provenance.readable passed',
      'provenance.certificate-source passed',
      'provenance.certificate-commit passed',
      'provenance.certificate-ref passed',
      'provenance.certificate-builder passed',
      'provenance.certificate-run passed',
      'provenance.source passed',
      'provenance.builder passed',
      'provenance.workflow passed',
      'provenance.ref passed',
      'provenance.level passed',
      'provenance.parameters passed',
    ],
  );
});

const OTHER = 'f'.repeat(40);
const EVIL_RUN = 'https://github.com/evil/app/actions/runs/9/attempts/1';
const SOURCE = 'buildDefinition/externalParameters/workflow';
const DEPENDENCY = 'buildDefinition/resolvedDependencies/0';

/** Everything that one change breaks, and nothing else. */
const broken: readonly (readonly [what: string, endorsement: Endorsement, ids: readonly string[]])[] = [
  [
    'source of another repository',
    attestation(
      changed(
        changed(GITHUB, `${SOURCE}/repository`, 'https://github.com/evil/app'),
        `${DEPENDENCY}/uri`,
        'git+https://github.com/evil/app@refs/tags/v1.2',
      ),
    ),
    ['provenance.certificate-source', 'provenance.source'],
  ],
  [
    'source of another repository, the true one beside it',
    attestation(changed(GITHUB, `${SOURCE}/repository`, 'https://github.com/acme/app-evil')),
    ['provenance.source'],
  ],
  [
    'another commit',
    attestation(changed(GITHUB, `${DEPENDENCY}/digest/gitCommit`, OTHER)),
    ['provenance.certificate-commit'],
  ],
  [
    'another commit, the true one beside it',
    attestation(
      changed(GITHUB, 'buildDefinition/resolvedDependencies', [
        ...GITHUB.buildDefinition.resolvedDependencies,
        { uri: 'git+https://github.com/acme/app@refs/tags/v1.2', digest: { gitCommit: OTHER } },
      ]),
    ),
    ['provenance.certificate-commit'],
  ],
  [
    'another branch',
    attestation(changed(GITHUB, `${SOURCE}/ref`, 'refs/heads/evil')),
    ['provenance.certificate-ref', 'provenance.ref'],
  ],
  [
    'another builder',
    attestation(changed(GITHUB, 'runDetails/builder/id', GENERATOR_ID)),
    ['provenance.certificate-builder', 'provenance.builder', 'provenance.level'],
  ],
  [
    'no builder',
    attestation(changed(GITHUB, 'runDetails/builder/id', '')),
    ['provenance.builder', 'provenance.level'],
  ],
  [
    'another run as its builder',
    attestation(changed(GITHUB, 'runDetails/builder/id', EVIL_RUN)),
    ['provenance.certificate-builder', 'provenance.builder', 'provenance.level'],
  ],
  [
    'another run',
    attestation(changed(GITHUB, 'runDetails/metadata/invocationId', EVIL_RUN)),
    ['provenance.certificate-run'],
  ],
  [
    'a run whose number only begins like it',
    attestation(
      changed(GITHUB, 'runDetails/metadata/invocationId', 'https://github.com/acme/app/actions/runs/77'),
    ),
    ['provenance.certificate-run'],
  ],
  [
    'a parameter that nobody allowed',
    attestation(changed(GITHUB, 'buildDefinition/externalParameters/inputs', { debug: true })),
    ['provenance.parameters'],
  ],
  [
    'a parameter with the name of what every object has',
    attestation(changed(GITHUB, 'buildDefinition/externalParameters/constructor', 'x')),
    ['provenance.parameters'],
  ],
  [
    'another workflow',
    attestation(changed(GITHUB, `${SOURCE}/path`, '.github/workflows/nightly.yml')),
    ['provenance.workflow'],
  ],
  [
    'a certificate for another repository',
    attestation(GITHUB, { signer: certificate({ sourceRepositoryUri: 'https://github.com/acme/other' }) }),
    ['provenance.certificate-source'],
  ],
  [
    'a certificate for another commit',
    attestation(GITHUB, { signer: certificate({ sourceRepositoryDigest: OTHER }) }),
    ['provenance.certificate-commit'],
  ],
  [
    'a certificate for another branch',
    attestation(GITHUB, { signer: certificate({ sourceRepositoryRef: 'refs/heads/main' }) }),
    ['provenance.certificate-ref'],
  ],
  [
    'a runner of the signer’s own',
    attestation(GITHUB, { signer: certificate({ runnerEnvironment: 'self-hosted' }) }),
    ['provenance.level'],
  ],
  [
    'another kind of statement',
    attestation(GITHUB, { predicateType: 'https://spdx.dev/Document' }),
    ['provenance.type'],
  ],
  ['a bare signature', { ...attestation(GITHUB), statement: null }, ['provenance.type']],
  [
    'a field of another kind',
    attestation(changed(GITHUB, 'runDetails/builder/id', 7)),
    ['provenance.readable'],
  ],
];
for (const [what, endorsement, ids] of broken) {
  test(`not as expected: ${what}`, () => {
    const checks = checkProvenance(endorsement, EXPECTED);
    assert.deepEqual(failed(checks), ids, JSON.stringify(checks, null, 1));
  });
}

test('what the client of a build remarks is no source to rely on', () => {
  const checks = checkProvenance(attestation(BUILDKIT_LOCAL, { signer: KEY }), {
    ...EXPECTED,
    builder: null,
    workflow: null,
    level: null,
    parameters: null,
  });
  assert.deepEqual(failed(checks), ['provenance.source', 'provenance.ref']);
});

test('a key says nothing about how anything was built: not checked, and not passed', () => {
  const checks = checkProvenance(attestation(GITHUB, { signer: KEY }), null);
  const agreement = checks.filter(({ id }) => id.startsWith('provenance.certificate'));
  assert.deepEqual(
    agreement.map(({ outcome }) => outcome),
    ['not-checked'],
  );
});

test('BuildKit: branches by their short names, and commits in their place, agree with the certificate', () => {
  const signer = certificate({ sourceRepositoryRef: 'refs/heads/main' });
  for (const fragment of ['main', 'refs/heads/main', COMMIT, COMMIT.slice(0, 7)]) {
    const address = `https://github.com/acme/app.git#${fragment}`;
    const predicate = changed(
      changed(BUILDKIT, 'buildDefinition/externalParameters/configSource/uri', address),
      'buildDefinition/resolvedDependencies',
      [{ uri: address, digest: { sha1: COMMIT } }],
    );
    assert.deepEqual(failed(checkProvenance(attestation(predicate, { signer }), null)), [], fragment);
  }
});

test('parameters: each may be what is allowed, and a secret is not repeated', () => {
  const parameters = {
    'request.frontend': exact('dockerfile.v0'),
    'request.args.build-arg:VERSION': { kind: 'glob', glob: '1.*' } as const,
    'request.args.build-arg:NPM_TOKEN': null,
    'request.locals': null,
  };
  const none = { source: null, builder: null, ref: null, workflow: null, level: null };
  const made = attestation(BUILDKIT);
  assert.deepEqual(failed(checkProvenance(made, { ...none, parameters })), []);
  const strict = { ...parameters, 'request.args.build-arg:NPM_TOKEN': exact('') };
  const [check] = checkProvenance(made, { ...none, parameters: strict }).filter(
    ({ outcome }) => outcome === 'failed',
  );
  assert.match(check?.reason ?? '', /NPM_TOKEN .*\[redacted\]/);
});

function level(predicate: unknown, predicateType: string | undefined, signer: Signer): LevelFound['build'] {
  const endorsement = attestation(
    predicate,
    predicateType === undefined ? { signer } : { predicateType, signer },
  );
  if (endorsement.statement === null) assert.fail();
  const provenance = readProvenance(endorsement.statement);
  if (provenance instanceof ShapeMismatch) assert.fail(provenance.message);
  return buildLevel(endorsement, provenance).build;
}

test('an authority of somebody else that writes the name of a builder gives no level', () => {
  const signer = by(DOCKER, { runnerEnvironment: 'github-hosted' });
  if (signer.kind !== 'certificate') assert.fail();
  const predicate = {
    buildDefinition: { buildType: 'https://a.example/b', externalParameters: {} },
    runDetails: { builder: { id: DOCKER } },
  };
  assert.equal(level(predicate, undefined, signer), 3);
  assert.equal(level(predicate, undefined, { ...signer, root: 'github' }), 3);
  assert.equal(level(predicate, undefined, { ...signer, root: 'acme' }), 1);
});

const by = (subject: string, extensions = {}) =>
  certificate(extensions, { subject: { kind: 'uri', value: subject } });
const DOCKER = 'https://github.com/docker/github-builder/.github/workflows/build.yml@refs/tags/v1.6.0';
const GOOGLE: Signer = {
  kind: 'key',
  name: 'google-cloud-build',
  keyId: parseDigest('sha256:3fe6dfada209606798e976322c8b69acae580a6708b7112f0f7a053a5b96d675'),
};
const GOOGLE_ID = 'runDetails/builder/id';

const levels: readonly (readonly [
  what: string,
  found: LevelFound['build'],
  expected: LevelFound['build'],
])[] = [
  ['GitHub Actions', level(GITHUB, undefined, certificate()), 2],
  [
    'GitHub Actions on a runner that nobody names',
    level(GITHUB, undefined, certificate({ runnerEnvironment: '' })),
    1,
  ],
  ['BuildKit within GitHub Actions', level(BUILDKIT, undefined, certificate()), 1],
  ['another issuer', level(GITHUB, undefined, certificate({}, { issuer: 'https://issuer.example' })), 1],
  ["SLSA's generator", level(GENERATOR, V02, by(GENERATOR_ID, { runnerEnvironment: 'github-hosted' })), 3],
  [
    "a branch of SLSA's generator",
    level(GENERATOR, V02, by(GENERATOR_ID.replace('refs/tags/v2.1.0', 'refs/heads/main'))),
    1,
  ],
  [
    "a fork of SLSA's generator",
    level(
      changed(GENERATOR, 'builder/id', GENERATOR_ID.replace('slsa-framework', 'evil')),
      V02,
      by(GENERATOR_ID.replace('slsa-framework', 'evil')),
    ),
    2,
  ],
  ["provenance that names SLSA's generator, signed by a workflow", level(GENERATOR, V02, certificate()), 1],
  ["Docker's builder", level(BUILDKIT, undefined, by(DOCKER)), 3],
  [
    "Docker's builder on a runner of one's own",
    level(BUILDKIT, undefined, by(DOCKER, { runnerEnvironment: 'self-hosted' })),
    1,
  ],
  [
    "Docker's builder, another run",
    level(BUILDKIT, undefined, by(DOCKER, { runInvocationUri: RUN.replace('runs/7', 'runs/8') })),
    1,
  ],
  [
    'a repository that only begins like that of Docker',
    level(BUILDKIT, undefined, by(DOCKER.replace('github-builder', 'github-builder-evil'))),
    1,
  ],
  ['Google Cloud Build', level(GOOGLE_1, undefined, GOOGLE), 3],
  [
    'Google Cloud Build, another worker',
    level(changed(GOOGLE_1, GOOGLE_ID, 'https://cloudbuild.googleapis.com/Evil'), undefined, GOOGLE),
    1,
  ],
  ['a key of somebody', level(GOOGLE_1, undefined, KEY), 1],
  [
    'a workflow named in it, signed with a key',
    level(changed(GITHUB, GOOGLE_ID, WORKFLOW), undefined, KEY),
    1,
  ],
];
for (const [what, found, expected] of levels) {
  test(`SLSA level ${expected}: ${what}`, () => assert.equal(found, expected));
}
