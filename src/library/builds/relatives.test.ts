import assert from 'node:assert/strict';
import { test } from 'node:test';
import { smallProgramme } from '../../../test/library/small-programme.ts';
import { childNames, parentNames } from './relatives.ts';
import { selectTargets } from './select-targets.ts';

const SMALL = smallProgramme(`
  debian:12,bookworm amd64,s390x
  gcc:15 amd64 < debian:bookworm
  python:3.13,3,latest amd64,s390x < debian:12, gcc:15
  python:3.13-alpine,3-alpine amd64 < example.com/alpine:3
  app:1 amd64 < python:3
  app:2 s390x < python:3, scratch
`);
const { programme, graph } = SMALL;

const CASES: readonly (readonly [
  of: 'parents' | 'children',
  reference: string,
  depth: number,
  architecture: 'amd64' | 's390x' | null,
  names: readonly string[],
])[] = [
  ['parents', 'app:1', 0, null, ['python:3', 'debian:12', 'gcc:15', 'debian:bookworm']],
  ['parents', 'app:1', 1, null, ['python:3']],
  ['parents', 'app:1', 2, null, ['python:3', 'debian:12', 'gcc:15']],
  ['parents', 'debian:12', 0, null, []],
  ['parents', 'python', 1, null, ['debian:12', 'gcc:15', 'example.com/alpine:3']],
  ['parents', 'app', 1, 's390x', ['python:3']],
  ['children', 'debian:bookworm', 0, null, ['gcc:15', 'python:3.13', 'app:1', 'app:2']],
  ['children', 'debian', 1, null, ['gcc:15', 'python:3.13']],
  ['children', 'debian:12', 0, 's390x', ['python:3.13', 'app:2']],
  ['children', 'gcc:15', 0, null, ['python:3.13', 'app:1']],
  ['children', 'app:1', 0, null, []],
  ['children', 'example.com/alpine:3', 0, null, ['python:3.13-alpine']],
  ['children', 'example.com/alpine', 1, null, ['python:3.13-alpine']],
];

for (const [of, reference, depth, architecture, names] of CASES) {
  test(`${of} of ${reference}, depth ${depth}, on ${architecture ?? 'all architectures'}`, () => {
    const find = of === 'parents' ? parentNames : childNames;
    assert.deepEqual(find(reference, programme, graph, { depth, architecture }), names);
  });
}

test('circles end, and what is not there is said', () => {
  const small = smallProgramme('a:1 < b:1\nb:1 < a:1');
  const options = { depth: 0, architecture: null };
  assert.deepEqual(parentNames('a:1', small.programme, small.graph, options), ['b:1', 'a:1']);
  assert.deepEqual(childNames('a:1', small.programme, small.graph, options), ['b:1', 'a:1']);
  for (const find of [parentNames, childNames]) {
    assert.throws(() => find('c', small.programme, small.graph, options), { code: 'DEFINITION_NOT_FOUND' });
    assert.throws(() => find('a:2', small.programme, small.graph, options), { code: 'DEFINITION_NOT_FOUND' });
  }
});

test('of a repository whose definition cannot be read, that is said', () => {
  const broken = [{ name: 'redis', file: 'redis', problems: ['Bad line'] }];
  const options = { depth: 0, architecture: null };
  for (const ask of [
    () => parentNames('redis:8', { ...programme, broken }, graph, options),
    () => childNames('redis:8', { ...programme, broken }, graph, options),
    () => selectTargets(graph, ['redis:8'], [], broken),
  ]) {
    assert.throws(ask, {
      code: 'DEFINITION_NOT_FOUND',
      message: /"redis:8".*; its definition cannot be read: Bad line$/,
    });
  }
});

test('of what is defined and has not been read, that is said, and not that it is nothing', () => {
  const unread = { ...graph, targets: [] };
  for (const find of [parentNames, childNames]) {
    const ask = (reference: string, architecture: 'amd64' | 's390x' | null) => () =>
      find(reference, programme, unread, { depth: 0, architecture });
    assert.throws(ask('gcc:15', null), { code: 'COMMIT_NOT_FOUND', message: /"gcc:15" is built from/ });
    assert.throws(ask('gcc', 'amd64'), { code: 'COMMIT_NOT_FOUND' });
    assert.throws(ask('gcc', 's390x'), { code: 'DEFINITION_NOT_FOUND', message: / on s390x$/ });
    assert.throws(ask('gcc:14', null), { code: 'DEFINITION_NOT_FOUND' });
  }
});
