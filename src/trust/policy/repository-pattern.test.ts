import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { parseReference } from '../../oci/reference.ts';
import {
  compareSpecificity,
  coversPattern,
  isTie,
  matchesRepository,
  parseRepositoryPattern,
  patternsMeet,
  policyName,
  type RepositoryPattern,
} from './repository-pattern.ts';

function pattern(text: string): RepositoryPattern {
  const read = parseRepositoryPattern(text);
  assert.ok('path' in read, `${text}: ${'fault' in read ? read.fault : ''}`);
  return read;
}

test('a pattern matches whole components, anchored at both ends', () => {
  const cases: readonly (readonly [pattern: string, name: string, matches: boolean])[] = [
    ['docker.io/library/debian', 'docker.io/library/debian', true],
    ['docker.io/library/debian', 'docker.io/library/debian-evil', false],
    ['docker.io/library/debian', 'docker.io/library/debian/evil', false],
    ['docker.io/library/**', 'docker.io/library/debian', true],
    ['docker.io/library/**', 'docker.io/library-evil/debian', false],
    ['docker.io/library/**', 'docker.io/library', false],
    ['docker.io/library/*', 'docker.io/library/a/b', false],
    ['ghcr.io/acme/app-*', 'ghcr.io/acme/app-1', true],
    ['ghcr.io/acme/app-*', 'ghcr.io/acme/app-1/evil', false],
    ['ghcr.io/acme/*/app', 'ghcr.io/acme/team/app', true],
    ['ghcr.io/**', 'ghcr.io.evil.example/acme/app', false],
    ['ghcr.io/**', 'ghcr.io:5000/acme/app', false],
    ['*.example.com/**', 'a.example.com/x', true],
    ['*.example.com/**', 'a.b.example.com/x/y', true],
    ['*.example.com/**', 'example.com/x', false],
    ['*.example.com/**', 'evilexample.com/x', false],
    ['*.example.com/**', 'a.example.com:5000/x', false],
    ['localhost:5000/**', 'localhost:5000/x', true],
    ['[::1]:5000/**', '[::1]:5000/x', true],
    ['**', 'anything.example/at/all', true],
  ];
  for (const [text, name, matches] of cases) {
    assert.equal(matchesRepository(name, pattern(text)), matches, `${text} ${name}`);
  }
});

test('what is not exactly a pattern is refused', () => {
  const cases: readonly (readonly [text: string, fault: RegExp])[] = [
    ['debian', /must begin with its registry/],
    ['library/debian', /must begin with its registry/],
    ['docker.io', /names a registry only/],
    ['docker.io/debian', /docker\.io\/library\/debian/],
    ['index.docker.io/library/debian', /must name its registry docker\.io/],
    ['registry.example.com:443/x', /must name its registry registry\.example\.com/],
    ['Docker.io/library/debian', /lower case/],
    ['docker.io/library/debian:12', /has a tag/],
    ['docker.io/library/debian@sha256:00', /has a digest/],
    ['docker.io/lib**', /\*\* stands alone/],
    ['docker.io/**/debian', /\*\* stands alone/],
    ['docker.io//debian', /is no name/],
    ['docker.io/library/', /is no name/],
    ['dоcker.io/library/debian', /characters that no repository has/],
    ['docker.io/library/debian\u200b', /characters that no repository has/],
    ['*.com.*/x', /must begin/],
    ['a*.example.com/x', /must begin/],
    ['', /must begin/],
    [`docker.io/${'a'.repeat(600)}`, /longer than/],
  ];
  for (const [text, fault] of cases) {
    const read = parseRepositoryPattern(text);
    assert.ok('fault' in read, text);
    assert.match(read.fault, fault, text);
  }
});

test('a repository has one name, however its registry is written', () => {
  for (const text of [
    'debian',
    'docker.io/debian',
    'docker.io/library/debian',
    'index.docker.io/library/debian',
    'registry-1.docker.io/library/debian',
    'Docker.IO/library/debian',
    'docker.io:443/library/debian',
    'DOCKER.io/debian',
  ]) {
    const { registry, repository } = parseReference(text);
    assert.equal(policyName(registry, repository), 'docker.io/library/debian', text);
  }
  assert.equal(policyName('registry.example.com:5000', 'a'), 'registry.example.com:5000/a');
});

test('the more specific of two patterns comes first', () => {
  const order = [
    'registry.example.com/team/app',
    'registry.example.com/team/app-*',
    'registry.example.com/team/a*',
    'registry.example.com/team/*',
    'registry.example.com/team/**',
    'registry.example.com/*/app',
    'registry.example.com/**',
    '*.example.com/team/app',
    '*.com/team/app',
    '**',
  ].map(pattern);
  assert.deepEqual(
    order
      .toReversed()
      .sort(compareSpecificity)
      .map(({ text }) => text),
    order.map(({ text }) => text),
  );
});

test('ties, meetings and containment', () => {
  const cases: readonly (readonly [a: string, b: string, tie: boolean, meet: boolean, covers: boolean])[] = [
    ['a.io/x', 'a.io/x', true, true, true],
    ['a.io/b-*', 'a.io/*-b', true, true, false],
    ['a.io/bx*', 'a.io/cx*', false, false, false],
    ['a.io/*/x', 'a.io/x/*', false, true, false],
    ['a.io/**', 'a.io/*', false, true, true],
    ['a.io/**', 'a.io/x/**', false, true, true],
    ['a.io/*', 'a.io/**', false, true, false],
    ['*.io/**', 'a.io/**', false, true, true],
    ['*.io/**', '*.a.io/**', false, true, true],
    ['**', 'a.io/x', false, true, true],
    ['a.io/x', 'a.io/x/**', false, false, false],
    ['a.io/*a', 'a.io/*ba', false, true, true],
  ];
  for (const [a, b, tie, meet, covers] of cases) {
    assert.deepEqual(
      [
        isTie(pattern(a), pattern(b)),
        patternsMeet(pattern(a), pattern(b)),
        coversPattern(pattern(a), pattern(b)),
      ],
      [tie, meet, covers],
      `${a} ${b}`,
    );
  }
});

const component = fc.stringMatching(/^[ab]{1,2}$/);
const host = fc.constantFrom('a.io', 'b.io', 'a.b.io');
const name = fc
  .tuple(host, fc.array(component, { minLength: 1, maxLength: 3 }))
  .map(([registry, path]) => [registry, ...path].join('/'));
const anyPattern = fc
  .tuple(
    fc.oneof(host, fc.constantFrom('*.io', '*.b.io')),
    fc.array(fc.oneof(component, fc.constantFrom('*', 'a*', '*b', 'a*b')), { maxLength: 3 }),
    fc.boolean(),
  )
  .map(([registry, path, isOpen]) =>
    [registry, ...path, ...(isOpen || path.length === 0 ? ['**'] : [])].join('/'),
  )
  .map(pattern);

test('no pattern reaches outside its own components', () => {
  fc.assert(
    fc.property(anyPattern, name, component, (wanted, text, more) => {
      if (!matchesRepository(text, wanted)) return;
      const [registry = '', ...path] = text.split('/');
      assert.ok(wanted.host === registry || registry.endsWith(wanted.host?.slice(1) ?? ''));
      assert.ok(wanted.isOpen ? path.length > wanted.path.length : path.length === wanted.path.length);
      assert.equal(matchesRepository(`${text}/${more}`, wanted), wanted.isOpen);
      assert.equal(matchesRepository(`evil.${text.replace('/', '.evil/')}`, wanted), false);
    }),
  );
});

test('patterns that contain or part agree with what they match', () => {
  fc.assert(
    fc.property(anyPattern, anyPattern, name, (a, b, text) => {
      const [inA, inB] = [matchesRepository(text, a), matchesRepository(text, b)];
      if (coversPattern(a, b) && inB) assert.ok(inA, `${a.text} covers ${b.text}`);
      if (inA && inB) assert.ok(patternsMeet(a, b), `${a.text} meets ${b.text}`);
      // where both match, the order decides unless it is a tie
      if (inA && inB && compareSpecificity(a, b) === 0) assert.ok(isTie(a, b));
    }),
    { numRuns: 2_000 },
  );
});
