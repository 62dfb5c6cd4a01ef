import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutCredentials } from './credentials.ts';

const ADDRESSES: readonly (readonly [written: string, expected: string])[] = [
  ['https://host/a', 'https://host/a'],
  ['https://me:s3cret@host/a', 'https://host/a'],
  ['https://t0ken@host/a', 'https://host/a'],
  ['https://me@example.org:s3@cret@host/a', 'https://host/a'],
  ['git+https://me:s3cret@host/a.git@main', 'git+https://host/a.git@main'],
  ['git+ssh://git@host/a.git@main', 'git+ssh://git@host/a.git@main'],
  ['https://host/a@1?b@c#d@e', 'https://host/a@1?b@c#d@e'],
  ['git@host:a.git', 'git@host:a.git'],
  ['', ''],
];
for (const [written, expected] of ADDRESSES) {
  test(`address ${JSON.stringify(written)}`, () => assert.equal(withoutCredentials(written), expected));
}
