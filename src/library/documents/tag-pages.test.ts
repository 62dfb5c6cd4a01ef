import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { publication, retirement, smallLedger } from '../../../test/library/small-ledger.ts';
import { digestOf } from '../../model/digest.ts';
import { followTagEvents } from '../ledger/tag-events.ts';
import type { RepositoryRecord } from './repository-schema.ts';
import { tagPages } from './tag-pages.ts';

type TagRecord = RepositoryRecord['tags'][number];

const TAG: TagRecord = {
  tag: '8',
  state: 'supported',
  kind: 'simple',
  aliases: [],
  digest: digestOf('8'),
  publishedAt: '2026-11-01T12:00:00Z',
  dated: null,
  intended: ['amd64', 'arm64v8'],
  actual: [
    {
      architecture: 'amd64',
      digest: digestOf('amd64'),
      sizeBytes: 1_840_000,
      sourceId: 'a'.repeat(64),
      buildId: 'b'.repeat(64),
      generation: 2,
    },
  ],
  retiredAt: null,
  successor: null,
};

function pagesOf(tags: readonly Partial<TagRecord>[], { hasPage = true, ledger = smallLedger() } = {}) {
  const events = followTagEvents((from) => ledger.slice(from - 1))();
  const pages = tagPages({
    record: {
      schema: 'hallmark.repository/1',
      name: 'redis',
      image: 'registry.example/library/redis',
      page: null,
      description: null,
      categories: [],
      state: 'supported',
      maintainers: [],
      entries: [],
      tags: tags.map((tag) => ({ ...TAG, ...tag })),
    },
    eventsOf: (tag) => events.get('redis')?.get(tag) ?? [],
    hasPage: () => hasPage,
    plainHttp: false,
  });
  return new Map(pages.map(({ path, content }) => [path, String(content)]));
}

suite('pages of tags', () => {
  test('what a tag means, what it meant, and what is still to come', () => {
    const ledger = smallLedger(publication('redis', ['8']), publication('redis', ['8', 'latest']));
    const page = pagesOf([{ aliases: ['latest'], dated: '8-20261101' }], { ledger }).get('redis/tags/8.md');
    assert.match(page ?? '', /^# `redis:8`\n\n-\t\*\*State\*\*: supported\n/);
    assert.match(page ?? '', /\*\*By a name that never moves\*\*: `8-20261101`\n/);
    assert.match(page ?? '', /\*\*Still to come\*\*: arm64v8\n/);
    assert.match(
      page ?? '',
      /\n\| amd64 \| \[sha256:.*\]\(\.\.\/images\/sha256-.*\.md\) \| 1\.84 MB \| 2 \|\n/,
    );
    assert.match(
      page ?? '',
      /\n\$ cosign verify --key publisher\.pub --insecure-ignore-tlog registry\.example\/library\/redis:8\n/,
    );
    assert.match(page ?? '', /## History\n\n-\t2026-11-02, entry 2 .*\n(?:\t.*\n)+-\t2026-11-01, entry 1 /);
  });

  test('one that is retired, one that was never published, one whose images have no pages', () => {
    const ledger = smallLedger(retirement('redis', ['7'], '8'));
    const pages = pagesOf(
      [
        { tag: '7', state: 'retired', retiredAt: '2026-11-01T12:00:00Z', successor: '8' },
        { tag: '9', digest: null, publishedAt: null, actual: [] },
      ],
      { ledger, hasPage: false },
    );
    assert.match(pages.get('redis/tags/7.md') ?? '', /\*\*In its place\*\*: \[`8`\]\(\.\/8\.md\)\n/);
    assert.match(pages.get('redis/tags/7.md') ?? '', /not supported any more/);
    assert.doesNotMatch(pages.get('redis/tags/7.md') ?? '', /images\//);
    assert.doesNotMatch(pages.get('redis/tags/9.md') ?? '', /## /);
    assert.match(
      pages.get('redis/tags.md') ?? '',
      /\n\| \[9\]\(\.\/tags\/9\.md\) \| supported \| not published yet \|/,
    );
  });

  test('names that are no tags get no files and no links', () => {
    const pages = pagesOf([{ tag: '../../x' }, { aliases: ['](x) <b>'], successor: '../y' }]);
    assert.deepEqual([...pages.keys()], ['redis/tags.md', 'redis/tags/8.md']);
    assert.match(pages.get('redis/tags/8.md') ?? '', /definition\*\*: `\]\(x\) <b>`\n/);
    assert.match(pages.get('redis/tags/8.md') ?? '', /place\*\*: `\.\.\/y`\n/);
  });

  test('of many entries the newest are told', () => {
    const ledger = smallLedger(...Array.from({ length: 25 }, () => publication('redis', ['8'])));
    const page = pagesOf([{}], { ledger }).get('redis/tags/8.md') ?? '';
    assert.deepEqual([page.match(/of the ledger/g)?.length, page.includes('entry 25 ')], [20, true]);
  });
});
