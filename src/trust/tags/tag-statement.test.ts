import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { digestHex, digestOf } from '../../model/digest.ts';
import { ShapeMismatch } from '../../oci/shape.ts';
import { TAG_TYPE } from '../statements/predicate-types.ts';
import { parseStatement } from '../statements/statement.ts';
import { readTagStatement } from './tag-statement.ts';

const PREDICATE = {
  repository: 'docker.io/library/debian',
  tags: ['12', 'bookworm'],
  version: 1_795_219_200,
  issued: '2026-11-21T00:00:00Z',
  expires: '2026-12-21T00:00:00Z',
};
const SUBJECT = { digest: { sha256: digestHex(digestOf('image')) } };

/** Through the very bytes, as it is read when it was signed. */
function read(predicate: unknown, changes: Readonly<Record<string, unknown>> = {}) {
  const statement = parseStatement(
    Buffer.from(
      JSON.stringify({
        _type: 'https://in-toto.io/Statement/v1',
        subject: [SUBJECT],
        predicateType: TAG_TYPE,
        predicate,
        ...changes,
      }),
    ),
  );
  return typeof statement === 'string' ? assert.fail(statement) : readTagStatement(statement);
}

test('a statement as the format has it; fields that are not known are passed over', () => {
  assert.deepEqual(read(PREDICATE), PREDICATE);
  assert.deepEqual(read({ ...PREDICATE, note: 'x' }), PREDICATE);
});

const WRONG: readonly (readonly [what: string, change: object, place: string])[] = [
  ['a short name', { repository: 'debian' }, 'repository'],
  ['another name of Docker Hub', { repository: 'index.docker.io/library/debian' }, 'repository'],
  ['a host in capitals', { repository: 'Registry.example.com/app' }, 'repository'],
  ['a port that is meant anyway', { repository: 'registry.example.com:443/app' }, 'repository'],
  ['a tag in the repository', { repository: 'docker.io/library/debian:11' }, 'repository'],
  ['a digest behind the tag', { tags: ['12', `12@${digestOf('other')}`] }, 'repository'],
  ['a pattern for a tag', { tags: ['*'] }, 'repository'],
  ['an empty tag', { tags: [''] }, 'repository'],
  ['no tag', { tags: [] }, 'tags'],
  ['a tag and no list', { tags: '12' }, 'tags'],
  ['tags without end', { tags: Array.from({ length: 1001 }, (_, at) => `${at}`) }, 'tags'],
  ['version 0', { version: 0 }, 'version'],
  ['a version below', { version: -1 }, 'version'],
  ['a broken version', { version: 1.5 }, 'version'],
  ['a version as text', { version: '2' }, 'version'],
  ['no version', { version: undefined }, 'version'],
  ['no end', { expires: undefined }, 'expires'],
  ['an end that is no time', { expires: 'never' }, 'expires'],
  [
    'an end without a zone, which each machine reads otherwise',
    { expires: '2026-12-21T00:00:00' },
    'expires',
  ],
  ['an end on no day', { expires: '2026-13-21T00:00:00Z' }, 'expires'],
  ['an end before its beginning', { expires: '2026-11-20T23:59:59Z' }, 'expires'],
  ['an end at its beginning', { expires: PREDICATE.issued }, 'expires'],
  ['a date for its beginning', { issued: '2026-11-21' }, 'issued'],
];
for (const [what, change, place] of WRONG) {
  test(`statement about a tag: ${what} is refused`, () => {
    const found = read({ ...PREDICATE, ...change });
    assert.ok(found instanceof ShapeMismatch);
    assert.equal(found.place, place);
  });
}

test('two images for one tag, and another type, are refused', () => {
  for (const [changes, place] of [
    [{ subject: [SUBJECT, { digest: { sha256: digestHex(digestOf('other')) } }] }, 'subject'],
    [{ predicateType: `${TAG_TYPE}1` }, 'predicateType'],
  ] as const) {
    const found = read(PREDICATE, changes);
    assert.ok(found instanceof ShapeMismatch);
    assert.equal(found.place, place);
  }
});

test('property: whatever is at any place of a predicate, it is answered, and what is read is in bounds', () => {
  const names = Object.keys(PREDICATE) as (keyof typeof PREDICATE)[];
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.jsonValue(), (name, value) => {
      const found = readTagStatement({
        subjects: [{ name: null, digests: {} }],
        predicateType: TAG_TYPE,
        predicate: { ...PREDICATE, [name]: value },
      });
      if (found instanceof ShapeMismatch) return;
      assert.ok(Number.isSafeInteger(found.version) && found.version >= 1);
      assert.ok(Date.parse(found.issued) < Date.parse(found.expires));
      assert.match(found.repository, /^[^:@]+(?::\d+)?\/[^:@]+$/);
    }),
  );
  fc.assert(
    fc.property(fc.jsonValue(), (predicate) => {
      readTagStatement({ subjects: [{ name: null, digests: {} }], predicateType: TAG_TYPE, predicate });
    }),
  );
});
