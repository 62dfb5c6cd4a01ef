import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FindingsError } from '../errors.ts';
import { readConfiguration } from './read-configuration.ts';

const HEAD = 'schema: hallmark.configuration/1\n';
const VALID = `${HEAD}exceptions:
  - vulnerability: CVE-2024-1
    vulnerabilities: [GHSA-aaaa-bbbb-cccc]
    packages:
      - pkg:npm/lodash
    paths: [/app/**]
    status: not-affected
    justification: component_not_present
    reason: Not shipped.
    owner: team-web
    expires: 2027-01-31
`;

test('an exception is read whole, with its line', () => {
  const { exceptions, overrides, vex } = readConfiguration(VALID, 'c.yaml');
  assert.deepEqual(exceptions, [
    {
      vulnerabilities: ['CVE-2024-1', 'GHSA-aaaa-bbbb-cccc'],
      packages: [{ purl: 'pkg:npm/lodash', versions: null }],
      paths: ['app/**'],
      images: [],
      status: 'not-affected',
      justification: 'component_not_present',
      reason: 'Not shipped.',
      owner: 'team-web',
      expires: '2027-01-31',
      place: 'c.yaml:3',
    },
  ]);
  assert.deepEqual([overrides, vex], [[], { author: null, id: null }]);
});

const FAULTS: readonly (readonly [text: string, message: RegExp])[] = [
  ['', /line 1: the file: /],
  ['schema: hallmark.configuration/2\n', /line 1: schema: /],
  [`${HEAD}exceptions: [\n`, /line \d: /],
  [`${HEAD}exception: []\n`, /Unrecognized key: "exception"/],
  [VALID.replace('reason: Not shipped.', 'reason: ""'), /line 10: exceptions\.0\.reason: /],
  [VALID.replace('    owner: team-web\n', ''), /line 3: exceptions\.0\.owner: /],
  [
    VALID.replace('2027-01-31', 'soon'),
    /line 12: exceptions\.0\.expires: a date such as 2027-01-31, or never/,
  ],
  [VALID.replace('    expires: 2027-01-31\n', ''), /exceptions\.0\.expires: /],
  [VALID.replace('pkg:npm/lodash', 'lodash'), /line 6: exceptions\.0\.packages\.0: a package URL such as/],
  [VALID.replace('    justification: component_not_present\n', ''), /line 3: .*justification belongs to/],
  [VALID.replace('not-affected', 'accepted-risk'), /line 3: .*justification belongs to/],
  [VALID.replace('not-affected', 'ignored'), /line 8: exceptions\.0\.status: /],
  [VALID.replace('CVE-2024-1', '"CVE 1"'), /line 3: exceptions\.0\.vulnerability: an identifier/],
  [`${HEAD}a: &a [1]\nb: *a\n`, /aliases are not read/],
  [
    `${HEAD}overrides:\n  - { vulnerability: CVE-2024-1, package: pkg:npm/a, reason: r, owner: o, expires: never }\n`,
    /line 3: overrides\.0: either affected or withdrawn must be given/,
  ],
  [
    `${HEAD}overrides:\n  - { vulnerability: CVE-2024-1, package: pkg:npm/a, affected: "<1", reason: r, owner: o, expires: never }\n`,
    /line 3: overrides\.0\.affected: a range such as/,
  ],
];

test('what is wrong is named with its line', () => {
  for (const [text, message] of FAULTS) {
    assert.throws(
      () => readConfiguration(text, 'c.yaml'),
      (error) => {
        assert.ok(error instanceof FindingsError, text);
        assert.equal(error.code, 'CONFIGURATION_INVALID');
        assert.match(error.message, message);
        return true;
      },
    );
  }
});
