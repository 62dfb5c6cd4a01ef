import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { parseChallenges } from './challenge.ts';

const CASES: readonly (readonly [
  string,
  readonly (readonly [string, Readonly<Record<string, string>>])[],
])[] = [
  [
    'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/debian:pull"',
    [
      [
        'bearer',
        {
          realm: 'https://auth.docker.io/token',
          service: 'registry.docker.io',
          scope: 'repository:library/debian:pull',
        },
      ],
    ],
  ],
  [
    'Bearer realm="https://r/t",scope="repository:a:pull,push",error="insufficient_scope"',
    [['bearer', { realm: 'https://r/t', scope: 'repository:a:pull,push', error: 'insufficient_scope' }]],
  ],
  ['Basic realm="Registry Realm"', [['basic', { realm: 'Registry Realm' }]]],
  ['basic', [['basic', {}]]],
  ['BEARER Realm="a"', [['bearer', { realm: 'a' }]]],
  ['Bearer realm = "a" , service= b', [['bearer', { realm: 'a', service: 'b' }]]],
  // without quotes, as some registries write it
  [
    'Bearer realm=https://r.example/token?x=1,service=r',
    [['bearer', { realm: 'https://r.example/token?x=1', service: 'r' }]],
  ],
  // several challenges in one value (RFC 9110 section 11.6.1)
  [
    'Newauth realm="apps", type=1, title="Login to \\"apps\\"", Basic realm="simple"',
    [
      ['newauth', { realm: 'apps', type: '1', title: 'Login to "apps"' }],
      ['basic', { realm: 'simple' }],
    ],
  ],
  [
    'Negotiate, Basic realm="b"',
    [
      ['negotiate', {}],
      ['basic', { realm: 'b' }],
    ],
  ],
  [
    'Negotiate YWJj==, Bearer realm="b"',
    [
      ['negotiate', {}],
      ['bearer', { realm: 'b' }],
    ],
  ],
  ['Bearer realm="a",realm="b"', [['bearer', { realm: 'a' }]]],
  // damaged: what was read counts
  [
    'Bearer realm="a",service="never closed',
    [
      ['bearer', { realm: 'a' }],
      ['service', {}],
    ],
  ],
  ['', []],
  ['"quoted"', []],
];

test('challenges are read with quotes, without, and several at a time', () => {
  for (const [header, expected] of CASES) {
    const found = parseChallenges(header).map(({ scheme, parameters }) => [
      scheme,
      Object.fromEntries(parameters),
    ]);
    assert.deepEqual(found, expected, header);
  }
});

const quote = (value: string) => `"${value.replace(/["\\]/g, '\\$&')}"`;

test('a quoted value survives whatever it holds', () => {
  const text = fc.string({ unit: 'grapheme-ascii' });
  fc.assert(
    fc.property(text, text, (realm, scope) => {
      const [challenge] = parseChallenges(`Bearer realm=${quote(realm)},scope=${quote(scope)}`);
      assert.equal(challenge?.parameters.get('realm'), realm);
      assert.equal(challenge?.parameters.get('scope'), scope);
    }),
    { numRuns: 300 },
  );
});

test('a long hostile header is read in linear time', () => {
  for (const header of [
    `Bearer ${'a="'.repeat(5000)}`,
    'a '.repeat(8000),
    `Bearer a="${'\\'.repeat(16_000)}`,
    `Bearer ${'a'.repeat(16_000)}`,
  ]) {
    assert.ok(parseChallenges(header).length > 0);
  }
});
