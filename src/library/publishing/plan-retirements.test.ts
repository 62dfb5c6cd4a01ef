import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDefinition } from '../../definitions/parse.ts';
import { digestOf } from '../../model/digest.ts';
import { nextEntry } from '../ledger/ledger-chain.ts';
import { tagStates } from '../ledger/tag-states.ts';
import type { BrokenRepository, Repository } from '../programme/programme.ts';
import { defaultSettings } from '../programme/read-settings.ts';
import { planRetirements } from './plan-retirements.ts';

const states = tagStates(
  ['redis', 'mongo'].map((repository) => {
    const images = { images: [], previous: {}, missing: [] };
    const event = {
      kind: 'published',
      repository,
      tags: ['1'],
      digest: digestOf(repository),
      ...images,
    } as const;
    return nextEntry(null, event, '2026-11-21T00:00:00Z');
  }),
);

const repository = (name: string): Repository => {
  const text = `Maintainers: Ann (@ann)\nGitRepo: https://git.example/x.git\n\nTags: 1\nGitCommit: ${'a'.repeat(40)}\n`;
  return { name, file: name, definition: parseDefinition(text, { name }) };
};

const retiredOf = (defined: readonly string[], broken: readonly BrokenRepository[] = []) =>
  planRetirements(
    {
      settings: defaultSettings('/programme'),
      repositories: new Map(defined.map((name) => [name, repository(name)])),
      broken,
      pins: new Map(),
    },
    states,
  ).map((planned) => planned.repository);

test('a repository that is gone is retired, and none that cannot be read', () => {
  assert.deepEqual(retiredOf(['redis', 'mongo']), []);
  assert.deepEqual(retiredOf(['redis']), ['mongo']);
  assert.deepEqual(retiredOf(['redis'], [{ name: 'mongo', file: 'mongo', problems: ['no'] }]), []);
});

test('a folder of definitions that is empty retires nothing: it may not be mounted', () => {
  assert.deepEqual(retiredOf([]), []);
});
