import assert from 'node:assert/strict';
import { test } from 'node:test';
import { smallProgramme } from '../../../test/library/small-programme.ts';
import { digestOf } from '../../model/digest.ts';
import { ownNames } from './resolve-parents.ts';

const { programme } = smallProgramme('redis:8 amd64,arm64v8\napp:1 amd64 < redis:8');
const own = ownNames(programme);

/** Whether a name is the programme's own, and may not be taken from elsewhere. */
const CASES: readonly (readonly [from: string, isOwn: boolean])[] = [
  ['redis:8', true],
  ['redis:7', true],
  ['arm64v8/redis:7', true],
  ['redis', true],
  [`redis:7@${digestOf('an image')}`, false],
  ['mongo:7', false],
  ['example.com/redis:7', false],
  ['someone/redis:7', false],
];

for (const [from, isOwn] of CASES)
  test(`${from} is ${isOwn ? 'its own' : 'from outside'}`, () =>
    assert.equal(own(from, 'arm64v8') !== null, isOwn));

test('a tag that the definition has no more says so', () => {
  assert.equal(
    own('redis:7', 'amd64'),
    'redis:7 is not defined: the programme has a repository redis, and no such tag of it',
  );
});

test('a pin says what is meant, and so does a programme that publishes where the name leads', () => {
  const pins = new Map([['redis:7', digestOf('an image')]]);
  assert.equal(ownNames({ ...programme, pins })('redis:7', 'amd64'), null);
  for (const place of ['docker.io/library', 'index.docker.io/library']) {
    const registry = { ...programme.settings.registry, public: place };
    const official = ownNames({ ...programme, settings: { registry } });
    assert.equal(official('redis:7', 'amd64'), null, place);
    assert.match(official('redis:8', 'amd64') ?? '', /has no source here/);
  }
});
