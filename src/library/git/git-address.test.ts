import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveAddress } from './git-address.ts';

const REWRITES = [
  { from: 'https://github.com/', to: '/mirrors/' },
  { from: 'https://github.com/special/', to: 'ssh://git@example.org/' },
  { from: 'https://files.example/', to: 'file:///mirrors/' },
  { from: 'ssh://git@ours.example/', to: 'ssh://git@ours.example/' },
  { from: 'git@ours.example:', to: 'git@ours.example:' },
  { from: 'https://odd.example/', to: 'ext::sh -c ' },
  { from: 'https://relative.example/', to: '../mirrors/' },
];

for (const [gitRepo, address, protocols] of [
  ['https://github.com/a/b.git', 'https://github.com/a/b.git', []],
  ['git://github.com/a/b.git', 'https://github.com/a/b.git', []],
] as const) {
  test(`${gitRepo} is fetched from ${address}`, () => {
    assert.deepEqual(resolveAddress(gitRepo, { rewrites: [] }), { address, protocols });
  });
}

for (const [gitRepo, address, protocols] of [
  ['https://github.com/a/b.git', '/mirrors/a/b.git', ['file']],
  ['git://github.com/a/b.git', '/mirrors/a/b.git', ['file']],
  ['https://github.com/special/b', 'ssh://git@example.org/b', ['ssh']],
  ['ssh://git@ours.example/a', 'ssh://git@ours.example/a', ['ssh']],
  ['git@ours.example:a/b', 'git@ours.example:a/b', ['ssh']],
  ['https://github.com/a..b/..c', '/mirrors/a..b/..c', ['file']],
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
  'ssh://git@example.org/a',
  'git@example.org:a/b',
  'ssh://-oProxyCommand=x/a',
  'https://github.com/../home/somebody/private',
  'https://github.com/a/../../home/somebody/private',
  'https://github.com/a/..',
  'https://github.com/special/../a',
  'https://files.example/%2e%2E/etc',
  'https://files.example/a%2f..%2Fetc',
  'git@ours.example:../a',
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
