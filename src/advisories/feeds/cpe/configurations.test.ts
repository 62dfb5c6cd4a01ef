import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Configurations, readConfigurations } from './configurations.ts';

const LINUX = { vulnerable: false, criteria: 'cpe:2.3:o:linux:linux_kernel:-:*:*:*:*:*:*:*' };
const WINDOWS = { vulnerable: false, criteria: 'cpe:2.3:o:microsoft:windows:-:*:*:*:*:*:*:*' };
const CURL = {
  vulnerable: true,
  criteria: 'cpe:2.3:a:haxx:curl:*:*:*:*:*:*:*:*',
  versionStartIncluding: '7.69.0',
  versionEndExcluding: '8.4.0',
};
const EXACT = { vulnerable: true, criteria: 'cpe:2.3:a:haxx:curl:8.5.0:*:*:*:*:*:*:*' };
const REDIS = {
  vulnerable: true,
  criteria: 'cpe:2.3:a:redis:redis:*:*:*:*:*:*:*:*',
  versionEndIncluding: '7.0.1',
};
const EVERY = { vulnerable: true, criteria: 'cpe:2.3:a:haxx:curl:*:*:*:*:*:*:*:*' };

const or = (...cpeMatch: readonly unknown[]) => ({ operator: 'OR', negate: false, cpeMatch });
const and = (...nodes: readonly unknown[]) => ({ operator: 'AND', nodes });

/** Products with their intervals and versions, and why others were left out. */
function read(...configurations: readonly unknown[]) {
  const { affected, skipped } = readConfigurations(Configurations.parse(configurations));
  const said = affected.map(({ name, intervals, versions }) => [
    name,
    ...intervals.map(
      ({ introduced, fixed, lastAffected }) => `[${introduced}, ${fixed ?? lastAffected ?? '∞'}`,
    ),
    ...versions,
  ]);
  return { said, skipped: [...skipped] };
}

const CONDITIONAL = 'a configuration that needs another product or platform';

test('configurations: an OR of names is one entry a product', () => {
  assert.deepEqual(read({ nodes: [or(CURL, EXACT, CURL), or(REDIS)] }), {
    said: [
      ['haxx:curl', '[7.69.0, 8.4.0', '8.5.0'],
      ['redis:redis', '[null, 7.0.1'],
    ],
    skipped: [],
  });
});

test('configurations: what is said of every version swallows the rest', () => {
  assert.deepEqual(read({ nodes: [or(CURL, EVERY)] }).said, [['haxx:curl']]);
});

test('configurations: on Linux is where images run', () => {
  assert.deepEqual(read(and(or(CURL), or(WINDOWS, LINUX))), {
    said: [['haxx:curl', '[7.69.0, 8.4.0']],
    skipped: [],
  });
});

for (const [name, configuration, reason] of [
  ['on Windows only', and(or(CURL), or(WINDOWS)), CONDITIONAL],
  ['on a certain Linux', and(or(CURL), or({ ...LINUX, versionEndExcluding: '5.0' })), CONDITIONAL],
  ['two products that are vulnerable together', and(or(CURL), or(REDIS)), CONDITIONAL],
  ['a node that asks for all its names', { nodes: [{ ...or(CURL, REDIS), operator: 'AND' }] }, CONDITIONAL],
  ['denied as a whole', { negate: true, nodes: [or(CURL)] }, 'a configuration that is denied'],
  ['denied in part', and(or(CURL), { ...or(LINUX), negate: true }), 'a configuration that is denied'],
  [
    'not vulnerable',
    { nodes: [or({ ...CURL, vulnerable: false })] },
    'a CPE of a product that is not vulnerable',
  ],
  [
    'behind a version, without it',
    { nodes: [or({ ...CURL, versionStartExcluding: '7' })] },
    'a CPE whose versions cannot be told',
  ],
  [
    // CVE-2025-27210
    'before a wildcard',
    { nodes: [or({ ...CURL, versionEndExcluding: '4.*' })] },
    'a CPE whose versions cannot be told',
  ],
  [
    'no version, as NVD writes before it has looked',
    { nodes: [or({ ...EXACT, criteria: 'cpe:2.3:a:haxx:curl:-:*:*:*:*:*:*:*' })] },
    'a CPE whose versions cannot be told',
  ],
] as const) {
  test(`configurations that say nothing of a program by itself: ${name}`, () => {
    assert.deepEqual(read(configuration), { said: [], skipped: [reason] });
  });
}

test('configurations: more names than any record has are refused', () => {
  const many = { nodes: [or(...Array.from({ length: 20_000 }, () => EXACT))] };
  assert.equal(Configurations.safeParse([many, many]).success, true);
  assert.equal(Configurations.safeParse([many, many, many]).success, false);
});

test('configurations: version 0 is the beginning', () => {
  assert.deepEqual(read({ nodes: [or({ ...CURL, versionStartIncluding: '0' })] }).said, [
    ['haxx:curl', '[null, 8.4.0'],
  ]);
});
