import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveAddress } from './git-address.ts';

const REWRITES = [
  { from: 'https://github.com/', to: '/mirrors/' },
  { from: 'https://github.com/special/', to: 'ssh://git@example.org/' },
  { from: 'https://odd.example/', to: 'ext::sh -c ' },
  { from: 'https://relative.example/', to: '../mirrors/' },
];

for (const [gitRepo, address, protocols] of [
  ['https://github.com/a/b.git', 'https://github.com/a/b.git', []],
  ['git://github.com/a/b.git', 'https://github.com/a/b.git', []],
  ['ssh://git@example.org/a', 'ssh://git@example.org/a', ['ssh']],
  ['git@example.org:a/b', 'git@example.org:a/b', ['ssh']],
] as const) {
  test(`${gitRepo} is fetched from ${address}`, () => {
    assert.deepEqual(resolveAddress(gitRepo, { rewrites: [] }), { address, protocols });
  });
}

for (const [gitRepo, address, protocols] of [
  ['https://github.com/a/b.git', '/mirrors/a/b.git', ['file']],
  ['git://github.com/a/b.git', '/mirrors/a/b.git', ['file']],
  ['https://github.com/special/b', 'ssh://git@example.org/b', ['ssh']],
  ['https://example.org/x', 'https://example.org/x', []],
] as const) {
  test(`${gitRepo} is rewritten to ${address}`, () => {
    assert.deepEqual(resolveAddress(gitRepo, { rewrites: REWRITES }), { address, protocols });
  });
}

for (const gitRepo of [
  '/etc',
  'file:///etc',
  'ext::sh -c true',
  'http://example.org/a',
  'git://example.org/a',
  'https:///etc',
  'ssh://-oProxyCommand=x/a',
  '--upload-pack=x',
  '-x@example.org:a',
  'https://example.org/a b',
  'https://example.org/a\nb',
  'https://odd.example/true',
  'https://relative.example/a',
  '',
]) {
  test(`${JSON.stringify(gitRepo)} is not fetched from`, () => {
    assert.throws(() => resolveAddress(gitRepo, { rewrites: REWRITES }), {
      code: 'SOURCE_REPOSITORY_FAILED',
    });
  });
}
