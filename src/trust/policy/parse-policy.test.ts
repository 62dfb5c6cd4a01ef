import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { NO_FILES, policyOf } from '../../../test/trust/policy/facts.ts';
import { formatJson } from '../../report/json.ts';
import { TrustError } from '../errors.ts';
import { parseTrustPolicy } from './parse-policy.ts';
import { trustPolicyJsonSchema } from './policy-schema.ts';
import { parsePolicyTest, policyTestJsonSchema } from './test-file.ts';

/** Text with a mistake in it, and what the message has to say. */
const FAULTS: readonly (readonly [name: string, text: string, message: RegExp])[] = [
  ['no YAML', 'a: [', /line 1, column 5/],
  ['no object', '- 1', /the file: Invalid input/],
  ['another schema', 'schema: hallmark.trust-policy/2', /line 1, column 9: schema/],
  [
    'a key twice',
    'schema: hallmark.trust-policy/1\nrules: []\nrules: []',
    /line 3, column 1: Map keys must be unique/,
  ],
  ['an alias', 'schema: &a hallmark.trust-policy/1\ndefault: *a', /aliases are not read/],
  ['several documents', 'schema: hallmark.trust-policy/1\n---\nschema: x', /multiple documents/],
];

const HEAD = 'schema: hallmark.trust-policy/1\n';
const CI =
  'authorities: { ci: { certificate: { issuer: https://i.example, owner: https://github.com/acme } } }\n';
const RULE = (body: string) => `${HEAD}${CI}rules: [{ repositories: [a.io/x], ${body} }]`;

const MISTAKES: readonly (readonly [name: string, text: string, message: RegExp])[] = [
  ...FAULTS,
  [
    'a misspelt field',
    `${HEAD}autorities: {}`,
    /line 2, column 13: autorities: is no field; is authorities meant\?/,
  ],
  ['a field that is like none', `${HEAD}zebra: 1`, /zebra: is no field$/],
  ['a field of another place', `${HEAD}threshold: 1`, /threshold: is no field here$/],
  [
    'a misspelt field within',
    RULE('require: [{ signature: { by: ci, treshold: 2 } }]'),
    /line 3, .*treshold: is no field; is threshold meant\?/,
  ],
  [
    'a pattern in an exact text',
    `${HEAD}authorities: { a: { certificate: { issuer: 'https://*', san: x } } }`,
    /an exact text has no \*; write \{ glob/,
  ],
  [
    'an issuer alone',
    `${HEAD}authorities: { a: { certificate: { issuer: https://i.example } } }`,
    /an issuer alone admits everybody/,
  ],
  [
    'no authority at all',
    `${HEAD}authorities: { a: { from: 2026-01-01T00:00:00Z } }`,
    /exactly one of key, certificate and x509/,
  ],
  [
    'an unknown authority',
    RULE('require: [{ signature: { by: nobody } }]'),
    /rules\.0\.require\.0\.signature\.by\.0: nobody is not one of authorities/,
  ],
  ['an authority twice', RULE('require: [{ signature: { by: [ci, ci] } }]'), /named twice/],
  ['a threshold of too many', RULE('require: [{ signature: { by: ci, threshold: 2 } }]'), /asks for 2 of 1/],
  ['an unknown type', RULE('require: [{ attestation: { by: ci, type: sbom } }]'), /a predicate type/],
  [
    'expectations on an SBOM',
    RULE('require: [{ attestation: { by: ci, type: spdx, provenance: { level: 2 } } }]'),
    /slsa-provenance only/,
  ],
  ['a summary without what it says', RULE('require: [{ attestation: { by: ci, type: vsa } }]'), /need one/],
  ['no requirement', RULE('name: x'), /exactly one of require and always/],
  ['both', RULE('always: refuse, require: [{ signature: { by: ci } }]'), /exactly one of require and always/],
  ['allowed without a reason', RULE('always: allow'), /needs a reason/],
  ['a tag in a pattern', `${HEAD}rules: [{ repositories: ['a.io/x:1'], always: refuse }]`, /has a tag/],
  ['a time without a zone', RULE('always: refuse, expires: 2026-01-01'), /a time such as/],
  ['a duration without a unit', RULE('require: [{ signature: { by: ci, maxAge: 30 } }]'), /maxAge/],
  [
    'a path without a repository',
    `${HEAD}authorities: { a: { certificate: { issuer: https://i.example, workflow: .github/workflows/a.yml } } }`,
    /needs an exact repository/,
  ],
  [
    'an unknown root',
    `${HEAD}authorities: { a: { certificate: { root: acme, issuer: https://i.example, san: x } } }`,
    /neither public-good nor one of roots/,
  ],
  ['an unknown store', `${HEAD}authorities: { a: { x509: { store: 'ca:acme' } } }`, /is not one of stores/],
  [
    'the same pattern twice',
    `${HEAD}rules: [{ repositories: [a.io/x], always: refuse }, { repositories: [a.io/x], always: refuse }]`,
    /spoken for by the rule a\.io\/x too/,
  ],
  [
    'two patterns in a tie',
    `${HEAD}rules: [{ repositories: ['a.io/x-*'], always: refuse }, { repositories: ['a.io/*-x'], always: refuse }]`,
    /neither is more specific/,
  ],
  [
    'a built-in authority again',
    `${HEAD}use: [docker-hardened-images]\nauthorities: { docker-hardened-images: { x509: { store: 'ca:x' } } }\nstores: { 'ca:x': [x] }`,
    /that use brings/,
  ],
  [
    'a mirror in two forms',
    RULE("signedAs: 'docker.io/library/**', always: refuse"),
    /only where all repositories do/,
  ],
  ['nesting without end', `${HEAD}rules: ${'['.repeat(20_000)}`, /./],
  ['a text without end', `${HEAD}# ${'x'.repeat(1_100_000)}`, /characters; at most/],
];

test('each mistake is refused, with its place', () => {
  for (const [name, text, message] of MISTAKES) {
    assert.throws(
      () => parseTrustPolicy(text, NO_FILES),
      (error: unknown) => {
        assert.ok(error instanceof TrustError, `${name}: ${String(error)}`);
        assert.equal(error.code, 'POLICY_INVALID', name);
        assert.match(error.message, message, name);
        return true;
      },
      name,
    );
  }
});

const PEM = `-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEOc6HkISHzVdUbtUsdjYtPuyPYBeg
4FCemyVurIM4KEORQk4OAu8ZNwxvGSoY3eAabYaFIPPQ8ROAjrbdPwNdJw==
-----END PUBLIC KEY-----`;

const DEFINED = `${HEAD}${CI}rules:
  - repositories: [docker.io/library/debian]
    definition: library/debian
    require: [{ signature: { by: ci } }]`;

const readDefined = (content: string, text = DEFINED) =>
  parseTrustPolicy(text, { ...NO_FILES, read: (file) => (file === 'library/debian' ? content : '') });

test('a rule names the definition of its repository, a file beside the policy', () => {
  const [rule] = readDefined(
    `Maintainers: Ada (@ada)\nGitRepo: https://example.com/a.git\nGitCommit: ${'a'.repeat(40)}\n\nTags: 12, bookworm\n`,
  ).policy.rules;
  assert.equal(rule?.definition?.file, 'library/debian');
  assert.deepEqual(
    rule.definition.definition.entries.map(({ tags }) => tags),
    [['12', 'bookworm']],
  );
  for (const [content, text, message] of [
    [
      '<html>',
      DEFINED,
      /line 5, column 17: .*no definition: Bad line: '<html>' .*\(library\/debian, line 1\)/,
    ],
    [
      '',
      DEFINED.replace('library/debian]', "library/*']").replace('[docker', "['docker"),
      /one repository: name it/,
    ],
    ['', RULE('require: [{ signature: { by: ci } }], tags: [{ tag: v1 }]'), /one of ref and movement/],
  ] as const) {
    assert.throws(
      () => readDefined(content, text),
      (error) => {
        assert.ok(error instanceof TrustError);
        assert.match(error.message, message);
        return true;
      },
    );
  }
});

test('keys are read beside the policy or in it, and no private key is taken for one', () => {
  const files: string[] = [];
  const source = {
    name: 'p.yaml',
    read: (file: string) => {
      files.push(file);
      return file === 'good.pub' ? PEM : PEM.replaceAll('PUBLIC', 'PRIVATE');
    },
  };
  const window = 'from: 2025-01-01T00:00:00Z, distrust: 2026-01-01T00:00:00Z, log: required';
  const { policy, keys } = parseTrustPolicy(
    `${HEAD}authorities: { a: { key: good.pub, ${window} } }`,
    source,
  );
  const { a } = policy.authorities;
  assert.ok(a?.kind === 'key');
  assert.deepEqual(
    keys.map(({ name, id, from, to, distrustedFrom, needsLog }) => ({
      name,
      id,
      from,
      to,
      distrustedFrom,
      needsLog,
    })),
    [
      {
        name: 'a',
        id: a.keyId,
        from: '2025-01-01T00:00:00Z',
        to: null,
        distrustedFrom: '2026-01-01T00:00:00Z',
        needsLog: true,
      },
    ],
  );
  assert.throws(() => parseTrustPolicy(`${HEAD}authorities: { a: { key: bad.pub } }`, source), {
    code: 'KEY_INVALID',
  });
  assert.deepEqual(files, ['good.pub', 'bad.pub']);
});

const subject = (fields: string) => {
  const { a } = policyOf(
    `authorities: { a: { certificate: { issuer: https://i.example, ${fields} } } }`,
  ).authorities;
  assert.ok(a?.kind === 'certificate');
  return a.subject;
};

test('a workflow is its address at any ref, with a boundary after its name', () => {
  const address = 'https://github.com/acme/app/.github/workflows/a.yml';
  assert.deepEqual(subject('repository: https://github.com/acme/app, workflow: .github/workflows/a.yml'), {
    kind: 'glob',
    glob: `${address}@**`,
  });
  assert.deepEqual(subject(`workflow: ${address}`), { kind: 'glob', glob: `${address}@**` });
  assert.deepEqual(subject(`workflow: '${address}@refs/heads/main'`), {
    kind: 'exact',
    text: `${address}@refs/heads/main`,
  });
});

test('built-in rules count only where they are asked for, and a more specific rule comes before them', () => {
  assert.deepEqual(policyOf('rules: []').rules, []);
  const { policy, keys } = parseTrustPolicy(`${HEAD}use: [docker-hardened-images]`, NO_FILES);
  assert.deepEqual(
    policy.rules.map(({ repositories }) => repositories),
    [['dhi.io/**']],
  );
  assert.deepEqual(
    keys.map(({ name }) => name),
    ['docker-hardened-images'],
  );
  assert.equal(policy.authorities['docker-hardened-images']?.from, keys[0]?.from);
});

test('whatever the text, the answer is a policy or the one error', () => {
  const words = [
    ...MISTAKES.map(([, text]) => text.slice(0, 400)),
    '{',
    '}',
    '[',
    ']',
    '\n',
    ': ',
    '- ',
    '"',
    '*',
    '&',
    '!',
    '|',
    '\0',
    '\ufeff',
  ];
  const text = fc
    .array(fc.oneof(fc.constantFrom(...words), fc.string()), { maxLength: 4 })
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, (content) => {
      try {
        parseTrustPolicy(content, { name: 'p.yaml', read: () => 'no key' });
      } catch (error) {
        assert.ok(error instanceof TrustError, String(error));
      }
    }),
    { numRuns: 300 },
  );
});

test('the policy of the documentation is one', () => {
  const page = readFileSync(new URL('../../../docs/trust-policy.md', import.meta.url), 'utf8');
  const [example = '', cases = ''] = [...page.matchAll(/```yaml\n([^]*?)```/g)].map(([, text = '']) => text);
  const { policy, stores } = parseTrustPolicy(example, { name: 'docs', read: () => PEM });
  assert.equal(policy.rules.length, 4);
  assert.deepEqual(stores, [{ name: 'ca:acme', files: ['certificates/acme.pem'] }]);
  assert.equal(parsePolicyTest(cases, 'docs').cases.length, 2);
});

test('the published schemas are the ones that the code describes', () => {
  for (const [name, schema] of [
    ['trust-policy-1', trustPolicyJsonSchema()],
    ['trust-policy-test-1', policyTestJsonSchema()],
  ] as const) {
    const published = new URL(`../../../docs/schema/${name}.schema.json`, import.meta.url);
    assert.equal(readFileSync(published, 'utf8'), formatJson(schema), 'run npm run make:docs');
  }
});
