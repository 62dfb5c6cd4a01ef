import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { PackageURL } from 'packageurl-js';
import { z } from 'zod';
import { ModelError } from './errors.ts';
import { canonicalPurl, formatPurl, parsePurl, type PurlComponents } from './purl.ts';

const nullable = z.string().nullable();
const components = z.object({
  type: nullable,
  namespace: nullable,
  name: nullable,
  version: nullable,
  qualifiers: z.record(z.string(), z.string()).nullable(),
  subpath: nullable,
});
const common = { description: z.string(), expected_failure: z.boolean() };
const suiteSchema = z.object({
  tests: z.array(
    z.discriminatedUnion('test_type', [
      z.object({
        ...common,
        test_type: z.literal('parse'),
        input: z.string(),
        expected_output: components.nullish(),
      }),
      z.object({
        ...common,
        test_type: z.literal('build'),
        input: components,
        expected_output: z.string().nullish(),
      }),
      z.object({
        ...common,
        test_type: z.literal('validate'),
        input: z.string(),
        expected_output: z.string(),
      }),
    ]),
  ),
});

const FIXTURES = join(import.meta.dirname, '../../test/fixtures/purl');
const suite = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.json'))
  .flatMap((path) => suiteSchema.parse(JSON.parse(readFileSync(join(FIXTURES, path), 'utf8'))).tests);

type SuiteTest = (typeof suite)[number];

function run(entry: SuiteTest): string | object {
  if (entry.test_type === 'parse') return withoutAbsent(parsePurl(entry.input));
  if (entry.test_type === 'validate') return canonicalPurl(entry.input);
  return formatPurl({ ...entry.input, type: entry.input.type ?? '', name: entry.input.name ?? '' });
}

/** The suite writes absent qualifiers as null or as an empty object. */
function withoutAbsent(parts: object): object {
  return Object.fromEntries(
    Object.entries(parts)
      .filter(
        ([, value]) => value !== null && !(typeof value === 'object' && Object.keys(value).length === 0),
      )
      .map(([key, value]) => [key, typeof value === 'object' ? { ...value } : value]),
  );
}

test('the test suite of the package URL specification passes whole', () => {
  assert.equal(suite.length, 586);
  for (const entry of suite) {
    const where = `${entry.test_type}: ${entry.description}: ${JSON.stringify(entry.input)}`;
    if (entry.expected_failure) {
      assert.throws(
        () => run(entry),
        (error: unknown) => error instanceof ModelError && error.code === 'PURL_INVALID',
        where,
      );
    } else {
      const expected = entry.expected_output;
      assert.deepEqual(
        run(entry),
        expected !== null && typeof expected === 'object' ? withoutAbsent(expected) : expected,
        where,
      );
    }
  }
});

test('the packages of an image get the purls that the specification shows for them', () => {
  const cases: [PurlComponents, string][] = [
    [
      {
        type: 'deb',
        namespace: 'debian',
        name: 'libstdc++6',
        version: '12.2.0-14+deb12u1',
        qualifiers: { arch: 'amd64', distro: 'debian-12' },
      },
      'pkg:deb/debian/libstdc%2B%2B6@12.2.0-14%2Bdeb12u1?arch=amd64&distro=debian-12',
    ],
    [
      {
        type: 'rpm',
        namespace: 'redhat',
        name: 'openssl',
        version: '3.0.7-27.el9',
        qualifiers: { epoch: '1', arch: null },
      },
      'pkg:rpm/redhat/openssl@3.0.7-27.el9?epoch=1',
    ],
    [{ type: 'npm', namespace: '@types', name: 'node', version: '24.0.0' }, 'pkg:npm/%40types/node@24.0.0'],
    [
      {
        type: 'oci',
        name: 'debian',
        version: 'sha256:244fd47e07d10',
        qualifiers: { repository_url: 'docker.io/library/debian' },
      },
      'pkg:oci/debian@sha256:244fd47e07d10?repository_url=docker.io%2Flibrary%2Fdebian',
    ],
    [{ type: 'apk', name: 'without-os-release', version: '1~rc' }, 'pkg:apk/without-os-release@1~rc'],
    [{ type: 'generic', name: "it's(*)!", version: '\ud800' }, 'pkg:generic/it%27s%28%2A%29%21@%EF%BF%BD'],
  ];
  for (const [given, expected] of cases) assert.equal(formatPurl(given), expected);
});

test('text that is not a purl gets one clear error', () => {
  const cases: [string, RegExp][] = [
    ['', /the scheme "pkg:" is missing/],
    ['pkg:npm', /the name is missing/],
    ['pkg:npm/', /the name is missing/],
    ['pkg:npm/%zz', /cannot percent-decode "%zz"/],
    ['pkg:npm/a@%ff', /cannot percent-decode/],
    ['pkg:npm/a%2Fb/c', /a namespace segment holds a slash/],
    ['pkg:npm/a?b', /a qualifier has no value/],
    ['pkg:npm/a?xx=1&xX=2', /the qualifier "xx" is there twice/],
    ['pkg:npm/a?__proto__=1', /not a qualifier key/],
    ['pkg:npm/a#b%2f..%2fc', /a subpath segment holds a slash/],
    ['pkg:1npm/a', /not a type/],
    ['pkg:pypi/namespace/name', /type pypi has no namespaces, got "namespace"/],
    ['pkg:swid/name@1', /type swid needs the qualifier tag_id/],
  ];
  for (const [text, message] of cases) {
    assert.throws(() => parsePurl(text), { name: 'ModelError', code: 'PURL_INVALID', message }, text);
  }
});

test('a subpath cannot climb and qualifiers have no prototype', () => {
  assert.equal(parsePurl('pkg:npm/a#/../b/./%2e%2e/c/').subpath, 'b/c');
  assert.equal(parsePurl('pkg:npm/a?constructor=x').qualifiers['constructor'], 'x');
  assert.equal(parsePurl('pkg:npm/a').qualifiers['constructor'], undefined);
});

const word = fc.string({ minLength: 1, maxLength: 12, unit: 'binary' });

test('what is written is read back, and a canonical purl is its own canonical form', () => {
  fc.assert(
    fc.property(
      fc.record({
        type: fc.constantFrom('generic', 'deb', 'npm', 'golang', 'docker'),
        namespace: fc.option(fc.array(word, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'))),
        name: word.filter((name) => name.replaceAll('/', '') !== ''),
        version: fc.option(word),
        qualifiers: fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9._-]{0,5}$/), word, { maxKeys: 4 }),
        subpath: fc.option(word),
      }),
      (given) => {
        const purl = formatPurl(given);
        assert.match(purl, /^[\w.~:/@?=&#%-]+$/);
        assert.equal(formatPurl(parsePurl(purl)), purl);
        assert.equal(parsePurl(purl).name, parsePurl(canonicalPurl(purl)).name);
      },
    ),
    { numRuns: 300 },
  );
});

test('packageurl-js reads the same components out of our purls', () => {
  const plain = fc.string({ minLength: 1, maxLength: 12 }).filter((text) => !/[/\s]|^[.]+$/.test(text));
  // the library decodes qualifiers twice
  const unescaped = plain.filter((text) => !/[%+]/.test(text));
  fc.assert(
    fc.property(
      fc.constantFrom('apk', 'deb', 'rpm', 'generic'),
      plain,
      plain,
      plain,
      unescaped,
      (type, namespace, name, version, arch) => {
        const purl = formatPurl({ type, namespace, name, version, qualifiers: { arch } });
        const ours = parsePurl(purl);
        const theirs = PackageURL.fromString(purl);
        assert.deepEqual(
          [theirs.type, theirs.namespace, theirs.name, theirs.version, { ...theirs.qualifiers }],
          [ours.type, ours.namespace, ours.name, ours.version, { ...ours.qualifiers }],
        );
      },
    ),
    { numRuns: 300 },
  );
});
