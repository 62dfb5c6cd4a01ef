import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { smallProgramme } from '../../../test/library/small-programme.ts';
import { digestOf } from '../../model/digest.ts';
import { LibraryError } from '../errors.ts';
import { choosePublications } from './choose-publications.ts';
import type { HeldPublication, PlannedRetirement, PublicationPlan } from './publication-plan.ts';

const { programme } = smallProgramme(`
  redis:8,latest
  redis:7
  node:22,lts
`);
const BROKEN = { ...programme, broken: [{ name: 'mongo', file: 'library/mongo', problems: ['Bad line'] }] };

const held = (repository: string, ...tags: readonly string[]): HeldPublication => ({
  repository,
  tags,
  missing: [],
  until: null,
  because: 'no image is admitted yet',
});
const retired = (repository: string, ...tags: readonly string[]): PlannedRetirement => ({
  repository,
  tags,
  digest: digestOf('index'),
  successor: null,
});

/** `redis:latest` and `redis:7` mean already what they should, `redis:8` and all of `node` not yet. */
const PLAN: PublicationPlan = {
  ready: [],
  held: [held('redis', '8'), held('node', '22', 'lts')],
  retired: [retired('redis', '6'), retired('gone', '1')],
  unchanged: 2,
};

function chosen(...references: readonly string[]) {
  const plan = choosePublications(PLAN, references, BROKEN);
  const names = [...plan.held, ...plan.retired].map(({ repository, tags }) => `${repository}:${tags.join()}`);
  return [...names, plan.unchanged];
}

suite('publications that were asked for', () => {
  const cases: readonly [references: readonly string[], expected: readonly (string | number)[]][] = [
    [[], ['redis:8', 'node:22,lts', 'redis:6', 'gone:1', 2]],
    [['redis'], ['redis:8', 'redis:6', 2]],
    [['node'], ['node:22,lts', 0]],
    [['redis:latest'], ['redis:8', 1]],
    [['redis:7'], [1]],
    [
      ['redis:6', 'node:lts'],
      ['node:22,lts', 'redis:6', 0],
    ],
    [['gone'], ['gone:1', 0]],
    [['mongo:8'], [0]],
  ];
  for (const [references, expected] of cases) {
    test(references.join(' ') || 'all', () => assert.deepEqual(chosen(...references), expected));
  }

  for (const reference of ['redis:9', 'nobody', 'gone:2', 'nobody:1']) {
    test(`${reference} is not there`, () => {
      assert.throws(
        () => chosen('redis', reference),
        (error) =>
          error instanceof LibraryError &&
          error.code === 'DEFINITION_NOT_FOUND' &&
          error.subject === reference,
      );
    });
  }
});
