import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { parseDefinition } from '../../definitions/parse.ts';
import type { Definition, Entry } from '../../definitions/definition.ts';
import { formatArchitectures } from './architectures-line.ts';
import { escapeAddress, sourceLink } from './source-link.ts';
import { formatTagsSection } from './tags-section.ts';

const COMMIT = 'a'.repeat(40);
const OPTIONS = { sharedTags: '(shared)', retired: [] };

function define(...paragraphs: readonly string[]): Definition {
  const head = `Maintainers: Ann (@ann)\nGitRepo: https://github.com/ann/redis.git\nGitCommit: ${COMMIT}\n`;
  return parseDefinition([head, ...paragraphs].join('\n'), { name: 'redis' });
}

const SHARED = define(
  'Tags: 8-linux\nSharedTags: 8, latest\nArchitectures: amd64, arm64v8\n',
  'Tags: 8-windows\nSharedTags: 8, latest, core\nArchitectures: windows-amd64\nDirectory: windows\n',
);

const link = (path: string) => `https://github.com/ann/redis/blob/${COMMIT}/${path}`;

suite('the list of tags', () => {
  test('shared tags are listed by what they share', () => {
    assert.equal(
      formatTagsSection(SHARED, OPTIONS),
      [
        '(shared)',
        '## Simple Tags',
        `-\t[\`8-linux\`](${link('Dockerfile')})`,
        `-\t[\`8-windows\`](${link('windows/Dockerfile')})`,
        '## Shared Tags',
        `-\t\`8\`, \`latest\`:\n\n\t-\t[\`8-linux\`](${link('Dockerfile')})\n\t-\t[\`8-windows\`](${link('windows/Dockerfile')})`,
        `-\t\`core\`:\n\n\t-\t[\`8-windows\`](${link('windows/Dockerfile')})`,
      ].join('\n\n'),
    );
  });

  test('one architecture has only what exists there', () => {
    assert.equal(
      formatTagsSection(SHARED, { ...OPTIONS, architecture: 'arm64v8' }),
      [
        '(shared)',
        '## Simple Tags',
        `-\t[\`8-linux\`](${link('Dockerfile')})`,
        '## Shared Tags',
        `-\t\`8\`, \`latest\`:\n\n\t-\t[\`8-linux\`](${link('Dockerfile')})`,
      ].join('\n\n'),
    );
  });

  test('retired tags say so, the newest only', () => {
    const retired = Array.from({ length: 52 }, (_, index) => ({
      tag: `7.${index}`,
      since: '2026-11-01',
      successor: index === 0 ? '8' : null,
    }));
    const section = formatTagsSection(define('Tags: 8\n'), { ...OPTIONS, retired });
    assert.match(
      section,
      /\n\n## Retired Tags\n\n-\t`7\.0`: not supported since 2026-11-01; `8` takes its place\n-\t`7\.1`: not/,
    );
    assert.match(section, /-\t`7\.49`: not supported since 2026-11-01\n\nand 2 older ones$/);
  });

  test('nothing for a definition without entries', () => {
    assert.equal(formatTagsSection(define(), OPTIONS), '');
  });

  test('architectures are sorted, and linked where their page is known', () => {
    assert.equal(
      formatArchitectures(SHARED, 'redis', 'https://hub.example/r/%%NAMESPACE%%/%%REPO%%/'),
      '[`amd64`](https://hub.example/r/amd64/redis/), [`arm64v8`](https://hub.example/r/arm64v8/redis/), ' +
        '[`windows-amd64`](https://hub.example/r/winamd64/redis/)',
    );
    assert.equal(formatArchitectures(SHARED, 'redis', ''), '`amd64`, `arm64v8`, `windows-amd64`');
  });
});

suite('links to sources', () => {
  const cases: readonly (readonly [repository: string, directory: string, link: string | null])[] = [
    ['https://github.com/a/b.git', '.', `https://github.com/a/b/blob/${COMMIT}/Dockerfile`],
    ['git://github.com/a/b', 'x/y', `https://github.com/a/b/blob/${COMMIT}/x/y/Dockerfile`],
    ['https://gitlab.example/a/b.git', 'x', `https://gitlab.example/a/b/-/blob/${COMMIT}/x/Dockerfile`],
    [
      'https://git.launchpad.net/a',
      'x',
      `https://git.launchpad.net/a/tree/x/Dockerfile?h=refs/heads/master&id=${COMMIT}`,
    ],
    ['https://git.example/a.git', '.', null],
    ['http://github.com/a/b', '.', null],
    ['javascript:alert(1)', '.', null],
    ['https://github.com/a)(b', 'x y', `https://github.com/a%29%28b/blob/${COMMIT}/x%20y/Dockerfile`],
    [
      'https://github.com/a',
      '%%CONTENT%%',
      `https://github.com/a/blob/${COMMIT}/%25%25CONTENT%25%25/Dockerfile`,
    ],
    ['https://github.com/a', 'é#?', `https://github.com/a/blob/${COMMIT}/%C3%A9%23%3F/Dockerfile`],
  ];
  for (const [gitRepo, directory, expected] of cases) {
    test(`${gitRepo} ${directory}`, () => {
      const [entry] = define(`Tags: 8\nGitRepo: ${gitRepo}\nDirectory: ${directory}\n`).entries;
      assert.ok(entry !== undefined);
      assert.equal(sourceLink(entry), expected);
    });
  }

  test('the values of amd64 count, else those of the first architecture', () => {
    const [first, second] = define(
      'Tags: 8\nArchitectures: s390x, amd64, arm64v8\namd64-Directory: one\ns390x-Directory: three\n',
      'Tags: 9\nArchitectures: s390x, arm64v8\narm64v8-Directory: two\n',
    ).entries;
    assert.ok(first !== undefined && second !== undefined);
    assert.equal(sourceLink(first), link('one/Dockerfile'));
    assert.equal(sourceLink(first, 's390x'), link('three/Dockerfile'));
    assert.equal(sourceLink(second), link('two/Dockerfile'));
  });

  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.uint16Array().map((units) => String.fromCharCode(...units)),
  );

  test('nothing in a definition ends a link, begins a line or makes a field', () => {
    const [entry] = define('Tags: 8\n').entries;
    assert.ok(entry !== undefined);
    fc.assert(
      fc.property(text, text, text, text, (repository, directory, file, gitFetch) => {
        const gitRepo = `https://git.launchpad.net/${repository}`;
        const hostile: Entry = { ...entry, gitRepo, directory, file, gitFetch };
        const section = formatTagsSection({ ...define(), entries: [hostile] }, OPTIONS);
        assert.match(section, /^-\t\[`8`\]\([!-'*-;=?-Z_a-z~]+\)$/);
        assert.doesNotMatch(section, /%%/);
      }),
    );
  });

  test('addresses that need no escape stay as they are', () => {
    for (const address of ['https://a.example/b-c_d.e~f/?g=h&i=j%20k#l', 'http://[::1]/']) {
      assert.equal(
        escapeAddress(address).replaceAll(/%5B|%5D/g, (code) => decodeURIComponent(code)),
        address,
      );
    }
  });
});
