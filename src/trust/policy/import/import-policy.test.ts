import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { NOW } from '../../../../test/trust/policy/facts.ts';
import { TrustError } from '../../errors.ts';
import { evaluatePolicy } from '../evaluate.ts';
import type { ImportedForm } from '../imported-forms.ts';
import { parseTrustPolicy } from '../parse-policy.ts';
import type { TrustPolicy } from '../policy.ts';
import { importPolicy } from './import-policy.ts';
import type { Imported } from './imported.ts';
import { regexToGlob } from './regex-to-glob.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`../../../../test/fixtures/trust-policies/${name}`, import.meta.url), 'utf8');

const KEY = fixture('custom-key-attestation-sbom-spdxjson.yaml')
  .split('\n')
  .map((line) => line.trim())
  .filter((line) => /^(?:-----|MFkw|4FCe)/.test(line))
  .join('\n');

/** Imports and reads what was written, with the same key in every file. */
function take(form: ImportedForm, content: string): Imported & { readonly policy: TrustPolicy } {
  const imported = importPolicy(content, { form, name: 'original', allowsWeaker: true });
  return {
    ...imported,
    policy: parseTrustPolicy(imported.yaml, { name: 'imported', read: () => KEY }).policy,
  };
}

const effects = ({ losses }: Imported) => losses.map(({ item, effect }) => `${effect} ${item}`);

/** What a policy does with a repository: its rule's name and word, or what is done without one. */
function ruleFor(policy: TrustPolicy, repository: string): string {
  const none = {
    repository,
    tag: null,
    isPinned: false,
    subjects: [],
    images: [],
    endorsements: [],
    now: NOW,
  };
  const { rule, fallback } = evaluatePolicy(policy, none);
  if (rule === null) return fallback;
  return (
    rule.always ??
    `${rule.requirements.length} of ${rule.requirements.map(({ by }) => by.join('|')).join(' and ')}`
  );
}

const throwsNotImported = (form: ImportedForm, content: string): void => {
  assert.throws(
    () => importPolicy(content, { form, name: 'original', allowsWeaker: false }),
    (error: unknown) => error instanceof TrustError && error.code === 'POLICY_NOT_IMPORTED',
  );
};

test('containers-policy.json: scopes with what is below them, keys, and refusal of what cannot be verified', () => {
  const imported = take('containers-policy', fixture('containers-image-policy.json'));
  const { policy } = imported;
  assert.equal(policy.fallback, 'refuse');
  const cases: readonly (readonly [repository: string, decides: string])[] = [
    ['example.com/playground', 'allow'],
    ['example.com/playground/below/it', 'allow'],
    ['example.com/playground-evil', 'refuse'],
    ['example.com/production', 'refuse'],
    ['example.com/sigstore/key-path-example', '1 of public-key'],
    ['a.b.access.redhat.com/x', 'refuse'],
    ['docker.io/library/debian', 'refuse'],
  ];
  for (const [repository, decides] of cases) assert.equal(ruleFor(policy, repository), decides, repository);
  assert.ok(effects(imported).includes('stricter transports.docker["example.com/production"][0]'));
  assert.ok(effects(imported).includes('weaker transports.docker["bogus/key-data-example"]'));
  throwsNotImported('containers-policy', fixture('containers-image-policy.json'));
});

const containers = (requirement: string, scope = 'registry.example.com/team') =>
  `{"default": [{"type": "reject"}], "transports": {"docker": {"${scope}": [${requirement}]}}}`;
const signed = (identity: string) =>
  containers(`{"type": "sigstoreSigned", "keyPath": "/k.pub", "signedIdentity": ${identity}}`);

test('containers-policy.json: what signatures have to name', () => {
  const cases: readonly (readonly [
    identity: string,
    rules: readonly (readonly [string | null, string])[],
  ])[] = [
    ['{"type": "matchRepository"}', [[null, 'required']]],
    ['{"type": "matchRepoDigestOrExact"}', [[null, 'exact']]],
    ['{"type": "matchExact"}', [[null, 'exact']]],
    ['{"type": "exactRepository", "dockerRepository": "docker.io/a/b"}', [['docker.io/a/b', 'required']]],
  ];
  for (const [identity, expected] of cases) {
    const { policy } = take('containers-policy', signed(identity));
    assert.deepEqual(
      policy.rules.map(({ signedAs, references }) => [signedAs, references]),
      expected,
      identity,
    );
  }
  const remap =
    '{"type": "remapIdentity", "prefix": "registry.example.com/team", "signedPrefix": "registry.example.org/a"}';
  const { policy } = take('containers-policy', signed(remap));
  assert.deepEqual(
    policy.rules.map(({ repositories, signedAs }) => [...repositories, signedAs]),
    [
      ['registry.example.com/team', 'registry.example.org/a'],
      ['registry.example.com/team/**', 'registry.example.org/a/**'],
    ],
  );
  throwsNotImported('containers-policy', signed('{"type": "matchExact"}'));
});

test('containers-policy.json: Fulcio asks for a root of its own, a log for an entry', () => {
  const fulcio =
    '{"type": "sigstoreSigned", "fulcio": {"caPath": "/ca.pem", "oidcIssuer": "https://github.com/login/oauth", "subjectEmail": "a@example.com"}, "rekorPublicKeyPath": "/rekor.pub", "signedIdentity": {"type": "matchRepository"}}';
  const imported = take('containers-policy', containers(fulcio));
  const authority = imported.policy.authorities['a-example.com'];
  assert.ok(authority?.kind === 'certificate');
  assert.equal(authority.root, 'imported');
  assert.equal(authority.needsLog, true);
  assert.deepEqual(authority.subject, { kind: 'exact', text: 'a@example.com' });
  assert.deepEqual(effects(imported), ['stricter transports.docker["registry.example.com/team"][0].fulcio']);
});

test('containers-policy.json: reject decides among requirements, and unknown fields are refused', () => {
  const both = take(
    'containers-policy',
    containers('{"type": "insecureAcceptAnything"}, {"type": "reject"}'),
  );
  assert.equal(ruleFor(both.policy, 'registry.example.com/team'), 'refuse');
  assert.throws(
    () => take('containers-policy', containers('{"type": "reject", "unless": "friday"}')),
    /unless/,
  );
  assert.throws(() => take('containers-policy', '{"default": [], "default": []}'), /unique/);
});

test('ClusterImagePolicy: the examples of the policy controller', () => {
  const spdx = take('cluster-image-policy', fixture('custom-key-attestation-sbom-spdxjson.yaml'));
  assert.equal(ruleFor(spdx.policy, 'docker.io/library/debian'), '1 of custom-key');
  assert.deepEqual(spdx.policy.rules[0]?.requirements[0]?.predicateTypes, ['https://spdx.dev/Document']);
  assert.deepEqual(effects(spdx), ['stricter images without a policy']);

  const release = take('cluster-image-policy', fixture('release-signed-by-github-actions.yaml'));
  const [authority] = Object.values(release.policy.authorities);
  assert.ok(authority?.kind === 'certificate');
  assert.equal(authority.root, 'public-good');
  assert.equal(
    ruleFor(release.policy, 'gcr.io/projectsigstore/policy-webhook'),
    '1 of image-is-signed-by-github-actions',
  );

  const kms = take('cluster-image-policy', fixture('signed-by-aws-kms-key.yaml'));
  assert.match(kms.losses[0]?.reason ?? '', /aws-kms\.pub: export the public key of awskms:/);

  const hashed = take('cluster-image-policy', fixture('cip-key-hash-algorithm.yaml'));
  assert.equal(
    ruleFor(hashed.policy, 'quay.io/jetstack/cert-manager-acmesolver'),
    '1 of image-policy-sha512-key',
  );
});

test('ClusterImagePolicy: conditions in CUE are a loss, and so is a glob that begins with stars', () => {
  const two = fixture('cip-requires-two-signatures-and-two-attestations.yaml');
  const imported = take('cluster-image-policy', two);
  const name = 'image-policy-requires-two-signatures-two-attestations';
  assert.ok(effects(imported).includes(`weaker ${name}.policy`));
  assert.ok(effects(imported).includes(`weaker ${name}.authorities[0].attestations[1].policy`));
  assert.ok(effects(imported).includes(`stricter ${name}.images[0]`));
  assert.deepEqual(imported.policy.rules, []);
  throwsNotImported('cluster-image-policy', two);
});

const cluster = (name: string, glob: string, key: string) => `
apiVersion: policy.sigstore.dev/v1beta1
kind: ClusterImagePolicy
metadata: { name: ${name} }
spec:
  images: [{ glob: '${glob}' }]
  authorities: [{ name: ${name}, key: { kms: ${key} } }]
`;

test('ClusterImagePolicy: every policy that matches holds, so the narrower rule takes in the wider one', () => {
  const both = [
    cluster('all', '**', 'a'),
    cluster('team', 'ghcr.io/team/**', 'b'),
    cluster('x', 'ghcr.io/*/x', 'c'),
  ];
  const imported = take('cluster-image-policy', both.join('---\n'));
  assert.equal(ruleFor(imported.policy, 'docker.io/library/debian'), '1 of all');
  assert.equal(ruleFor(imported.policy, 'ghcr.io/team/app'), '2 of all and team');
  assert.ok(effects(imported).includes('weaker team.images'), 'ghcr.io/team/x belongs to both');
});

test('notation: stores and identities, and what its levels do not enforce', () => {
  // the example of notaryproject/specifications, trust-store-trust-policy.md
  const imported = take(
    'notation',
    JSON.stringify({
      version: '1.0',
      trustPolicies: [
        {
          name: 'wabbit-networks-images',
          registryScopes: ['registry.acme-rockets.io/software/net-monitor'],
          signatureVerification: { level: 'strict' },
          trustStores: ['ca:acme-rockets', 'ca:acme-rockets-ca2'],
          trustedIdentities: ['x509.subject: C=US, ST=WA, O=wabbit-network.io, OU=Security Tools'],
        },
        {
          name: 'unsigned-image',
          registryScopes: ['registry.acme-rockets.io/software/unsigned/net-utils'],
          signatureVerification: { level: 'skip' },
        },
        {
          name: 'global-policy-for-all-other-images',
          registryScopes: ['*'],
          signatureVerification: { level: 'audit', override: { revocation: 'skip' } },
          trustStores: ['ca:acme-rockets'],
          trustedIdentities: ['*'],
        },
      ],
    }),
  );
  const { policy } = imported;
  assert.equal(
    ruleFor(policy, 'registry.acme-rockets.io/software/net-monitor'),
    '1 of ca-acme-rockets|ca-acme-rockets-ca2',
  );
  assert.equal(ruleFor(policy, 'registry.acme-rockets.io/software/unsigned/net-utils'), 'allow');
  assert.equal(ruleFor(policy, 'docker.io/library/debian'), '1 of ca-acme-rockets-2');
  const authority = policy.authorities['ca-acme-rockets'];
  assert.ok(authority?.kind === 'x509');
  assert.deepEqual(authority.subject, { C: 'US', ST: 'WA', O: 'wabbit-network.io', OU: 'Security Tools' });
  assert.deepEqual(
    effects(imported).filter((effect) => effect.includes('signatureVerification')),
    [
      'weaker trustPolicies[0].signatureVerification.revocation',
      'stricter trustPolicies[2].signatureVerification.level',
    ],
  );
});

const buildkit = (...rules: readonly (readonly [action: string, identifier: string, type?: string])[]) =>
  JSON.stringify({
    version: 1,
    rules: rules.map(([action, identifier, type]) => ({
      action,
      selector: {
        identifier: `docker-image://${identifier}`,
        ...(type === undefined ? {} : { match_type: type }),
      },
    })),
  });

test('BuildKit: the last rule that matches decides, by patterns of repositories', () => {
  const busybox = 'docker.io/library/busybox';
  const cases: readonly (readonly [
    rules: string,
    repository: string,
    decides: string,
    losses: readonly string[],
  ])[] = [
    [buildkit(['DENY', '*'], ['ALLOW', 'docker.io/library/*']), busybox, 'allow', []],
    [buildkit(['DENY', '*'], ['ALLOW', 'docker.io/library/*']), 'docker.io/other/busybox', 'refuse', []],
    [buildkit(['ALLOW', 'docker.io/library/*'], ['DENY', '*']), busybox, 'refuse', []],
    [
      buildkit(['ALLOW', `${busybox}:*`], ['DENY', `${busybox}:*`], ['ALLOW', `${busybox}:*`]),
      busybox,
      'allow',
      [],
    ],
    [buildkit(['DENY', `${busybox}:latest`]), busybox, 'refuse', ['stricter rules[0]']],
    [
      buildkit(['DENY', `${busybox}:latest`], ['ALLOW', `${busybox}:1`]),
      busybox,
      'refuse',
      ['stricter rules[0]', 'stricter rules[1]'],
    ],
    [buildkit(['DENY', 'docker.io/*/busybox']), busybox, 'allow', ['weaker rules[0]']],
    [buildkit(['CONVERT', `${busybox}:latest`]), busybox, 'allow', ['weaker rules[0]']],
    [
      '{"rules": [{"action": 1, "selector": {"identifier": "git://example.com/x"}}]}',
      busybox,
      'allow',
      ['weaker rules[0]'],
    ],
  ];
  for (const [rules, repository, decides, losses] of cases) {
    const imported = take('buildkit', rules);
    assert.equal(ruleFor(imported.policy, repository), decides, rules);
    assert.deepEqual(effects(imported), losses, rules);
  }
});

test('regular expressions of Go become globs, or nothing', () => {
  const cases: readonly (readonly [expression: string, glob: string | null, isStricter?: boolean])[] = [
    ['^https://github\\.com/acme/.*$', 'https://github.com/acme/**'],
    ['https://github\\.com/acme', '**https://github.com/acme**'],
    ['.*kubernetes.default.*', '**kubernetes.default**', true],
    ['^a[^/]*b$', 'a*b'],
    ['^a+$', null],
    ['^(a|b)$', null],
    ['^\\d$', null],
    ['^a\\*$', null],
    ['^.?$', null],
    ['^a\\$', 'a$**'],
  ];
  for (const [expression, glob, isStricter = false] of cases) {
    assert.deepEqual(regexToGlob(expression), glob === null ? null : { glob, isStricter }, expression);
  }
});
