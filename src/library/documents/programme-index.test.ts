import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { formatProgrammeIndex } from './programme-index.ts';
import type { RepositoryRecord } from './repository-schema.ts';

const RECORD: RepositoryRecord = {
  schema: 'hallmark.repository/1',
  name: 'redis',
  image: 'images.example/redis',
  page: null,
  description: 'A store.',
  categories: [],
  state: 'supported',
  maintainers: [],
  entries: [],
  tags: [],
};

const INDEX = { name: 'ours', records: [RECORD], broken: [] };

suite('the page of a programme', () => {
  test('what there is, what is deprecated, what is retired, and what cannot be read', () => {
    const records = [
      RECORD,
      { ...RECORD, name: 'node', state: 'deprecated' } as const,
      { ...RECORD, name: 'notary', state: 'retired' } as const,
    ];
    const broken = [{ name: 'caddy', file: 'library/caddy', problems: ['no *colon*', 'no tags'] }];
    assert.equal(
      formatProgrammeIndex({ ...INDEX, records, broken }),
      [
        '# ours',
        '2 repositories with 0 supported tags.',
        [
          '| Repository | Description | Tags | Architectures |',
          '| --- | --- | --- | --- |',
          '| [`redis`](./redis/README.md) | A store. | 0 |  |',
          '| [`node`](./node/README.md) | **deprecated.** A store. | 0 |  |',
        ].join('\n'),
        '## Retired',
        '-\t[`notary`](./notary/README.md)',
        '## Definitions that cannot be read',
        '-\t`caddy`: no \\*colon\\*; no tags\n',
      ].join('\n\n'),
    );
  });

  test('an empty programme', () => {
    assert.equal(
      formatProgrammeIndex({ ...INDEX, records: [] }),
      '# ours\n\n0 repositories with 0 supported tags.\n',
    );
  });

  test('no name and no description adds a line, a cell or a link', () => {
    const text = fc.string({ unit: 'binary', minLength: 1 });
    fc.assert(
      fc.property(text, text, (name, description) => {
        const lines = formatProgrammeIndex({ ...INDEX, records: [{ ...RECORD, name, description }] }).split(
          '\n',
        );
        assert.equal(lines.length, 8);
        const row = lines[6] ?? '';
        assert.equal(row.replaceAll(/\\./g, '').split('|').length, 6);
        assert.match(row, /\]\(\.\/[\w\-.!~*'()%]+\/README\.md\) \| /);
      }),
    );
  });
});
