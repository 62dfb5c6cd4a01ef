import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GITHUB, policyOf } from '../../../test/trust/policy/facts.ts';
import { explainPolicy } from './explain.ts';
import { lintPolicy } from './lint.ts';

/** A rule that is as tight as they come, by the authority in question. */
const lintOf = (certificate: string, more = '') =>
  lintPolicy(
    policyOf(`
authorities: { a: { certificate: { ${certificate} } } }
rules:
  - repositories: [a.io/x]
    require: [{ signature: { by: a, maxAge: 30d } }]
${more}`),
  ).map(({ severity, message, admits }) => `${severity}: ${message}: ${admits}`);

const TIGHT = `issuer: ${GITHUB}, repository: https://github.com/acme/app, repositoryId: '1', workflow: .github/workflows/a.yml, ref: refs/heads/main`;

test('a tight policy has nothing to say', () => {
  assert.deepEqual(lintOf(TIGHT), []);
});

test('each loose authority is named with somebody whom it admits', () => {
  const cases: readonly (readonly [certificate: string, found: RegExp])[] = [
    [
      `issuer: { glob: 'https://**' }, san: a@acme.example`,
      /^warning: the issuer is a pattern.*https:\/\/stranger/,
    ],
    [
      `issuer: ${GITHUB}, san: { glob: 'https://github.com/**/a.yml@refs/heads/main' }`,
      /^warning: the subject may be that of another owner.*github\.com\/stranger\/anything\/a\.yml/,
    ],
    [
      `issuer: ${GITHUB}, repository: { glob: 'https://github.com/acme*/app' }`,
      /^warning: the repository may be that of another owner.*acmex\/app/,
    ],
    [`issuer: https://accounts.google.com, san: { glob: '*@acme.example' }`, /^warning: the subject may be/],
    [
      `issuer: ${GITHUB}, workflow: https://github.com/docker/github-builder/.github/workflows/bake.yml`,
      /^warning: a workflow that may be called.*called by https:\/\/github\.com\/stranger/,
    ],
    [TIGHT.replace("repositoryId: '1', ", ''), /^hint: names can be taken over/],
    [TIGHT.replace(', ref: refs/heads/main', ''), /^hint: any branch counts/],
    [TIGHT.replace('workflow: .github/workflows/a.yml, ', ''), /^hint: any workflow of the repository/],
  ];
  for (const [certificate, found] of cases) {
    const all = lintOf(certificate);
    assert.ok(
      all.some((line) => found.test(line)),
      `${certificate}: ${all.join('\n')}`,
    );
  }
});

test('a glob below an owner that another field names admits no stranger', () => {
  const found = lintOf(
    `${TIGHT}, owner: https://github.com/acme`
      .replace('https://github.com/acme/app,', "{ glob: 'https://github.com/*/app' },")
      .replace(
        'workflow: .github/workflows/a.yml',
        'san: https://github.com/acme/a/.github/workflows/a.yml@refs/heads/main',
      ),
  );
  assert.deepEqual(found, []);
});

const rule = (body: string) => `  - ${body}`;

test('each loose rule is named with what it lets through', () => {
  const ask = 'require: [{ signature: { by: a, maxAge: 30d } }]';
  const cases: readonly (readonly [rule: string, found: RegExp])[] = [
    [
      rule("{ repositories: ['b.io/**'], always: allow, reason: x }"),
      /^warning: an exemption without an end.*b\.io\/anything/,
    ],
    [
      rule('{ repositories: [b.io/x], always: allow, reason: x, expires: 2027-01-01T00:00:00Z }'),
      /^hint: an exemption/,
    ],
    [
      rule(`{ repositories: [b.io/x], references: ignored, ${ask} }`),
      /^warning: evidence of another repository counts/,
    ],
    [
      rule(`{ repositories: ['b.io/**'], signedAs: docker.io/library/debian, ${ask} }`),
      /^warning: everything is taken for one repository/,
    ],
    [
      rule('{ repositories: [b.io/x], require: [{ signature: { by: a } }] }'),
      /^hint: an old image that was once signed/,
    ],
  ];
  for (const [written, found] of cases) {
    const all = lintOf(TIGHT, written);
    assert.ok(
      all.some((line) => found.test(line)),
      `${written}: ${all.join('\n')}`,
    );
  }
});

test('two names of one authority cannot make a threshold, and what no rule asks for is named', () => {
  const found = lintPolicy(
    policyOf(`
default: allow
authorities:
  a: { certificate: { ${TIGHT} } }
  b: { certificate: { ${TIGHT} }, from: 2026-01-01T00:00:00Z }
  c: { certificate: { ${TIGHT} } }
rules:
  - repositories: [a.io/x]
    require: [{ signature: { by: [a, b], threshold: 2, maxAge: 1d } }]`),
  );
  assert.deepEqual(
    found.map(({ where, severity }) => `${severity} ${where}`),
    ['warning policy', 'warning rule a.io/x', 'hint authority c'],
  );
});

test('the explanation names the rule that decides, what it asks, and the rules that it comes before', () => {
  const policy = policyOf(`
default: refuse
authorities: { a: { certificate: { ${TIGHT} } } }
rules:
  - { name: all, repositories: ['a.io/**'], always: refuse }
  - name: one
    repositories: [a.io/x]
    tags: [{ tag: { glob: 'v*' }, ref: 'refs/tags/{tag}', movement: immutable }]
    require: [{ signature: { by: a, on: index, maxAge: 30d } }]`);
  const found = explainPolicy(policy, 'a.io/x');
  assert.equal(found.rule?.name, 'one');
  assert.equal(found.rule.place, 'hallmark-trust.yaml:7');
  assert.deepEqual(found.rule.asks, [
    'a signature of a for the index, no older than 30 days',
    'evidence that names a repository must name this one',
    'the tag like v* must come from refs/tags/{tag} and may not move',
  ]);
  assert.deepEqual(
    found.passedOver.map(({ rule }) => rule),
    ['all'],
  );
  assert.equal(
    explainPolicy(policy, 'b.io/x').decides,
    'no rule speaks of it, and the policy refuses what has none',
  );
});
