import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import * as fc from 'fast-check';
import { parseDefinition } from '../../definitions/parse.ts';
import { formatJson } from '../../report/json.ts';
import { LibraryError } from '../errors.ts';
import { PAGE_FIELDS, replaceField } from './placeholders.ts';
import { renderDocument, type DocumentInput } from './render-document.ts';
import { repositoryJsonSchema } from './repository-schema.ts';
import { formatVariants } from './variants-section.ts';

const HEAD = `Maintainers: Ann [x] *y* (@ann)\nGitRepo: https://github.com/ann/redis.git\nGitCommit: ${'a'.repeat(40)}\n`;

function render(
  texts: Readonly<Record<string, string>>,
  changes: Partial<Omit<DocumentInput, 'definition'>> & { readonly entries?: string } = {},
): string {
  const { entries = 'Tags: 8\n', ...others } = changes;
  return renderDocument({
    repository: 'redis',
    image: 'redis',
    definition: parseDefinition(`${HEAD}\n${entries}`, { name: 'redis' }),
    texts: { repository: new Map(Object.entries(texts)), shared: new Map() },
    logo: null,
    suites: { debian: [], ubuntu: [] },
    lastStageFrom: () => null,
    retired: [],
    ...others,
  });
}

suite('pages with texts of our own', () => {
  test('a repository without any text has a whole page', () => {
    const page = render({});
    assert.match(page, /^<!-- Hallmark wrote this page from the definition of "redis"/);
    assert.match(page, /\tAnn \\\[x\\\] \\\*y\\\* \(`@ann`\)\n/);
    assert.match(page, /\t\[https:\/\/github\.com\/ann\/redis\]\(https:\/\/github\.com\/ann\/redis\)\n/);
    assert.match(page, /\n# `redis`\n$/);
    assert.doesNotMatch(page, /%%/);
  });

  const cases: readonly (readonly [what: string, page: string, has: RegExp])[] = [
    [
      'a deprecation gets a heading',
      render({ 'deprecated.md': 'Gone.\n' }),
      /-->\n\n# \*\*DEPRECATION NOTICE\*\*\n\nGone\.\n\n# Quick reference\n/,
    ],
    ['unless it has one', render({ 'deprecated.md': '# Gone\n' }), /-->\n\n# Gone\n\n# Quick reference\n/],
    [
      'a licence and what is said of all',
      render({ 'license.md': 'MIT\n' }),
      /\n\n# License\n\nMIT\n\nAn image contains more/,
    ],
    [
      'a compose file',
      render({ 'content.md': '%%COMPOSE%%', 'compose.yaml': 'services: {}\n' }),
      /\n\nWith Compose, this `compose\.yaml` starts `redis`:\n\n```yaml\nservices: \{\}\n```\n$/,
    ],
    ['no compose file', render({ 'content.md': 'a%%COMPOSE%%b' }), /\n\nab\n$/],
    [
      'a logo, and space around it',
      render({ 'content.md': 'a \t%%LOGO%% b' }, { logo: 'logo.svg' }),
      /\n\na!\[logo\]\(logo\.svg\)b\n$/,
    ],
    ['no logo', render({ 'content.md': 'a %%LOGO%%\nb' }), /\n\na\nb\n$/],
    [
      'nothing supported',
      render({}, { entries: '' }),
      /links\n\n\*\*No supported tags\*\*\n[^]*\n\t\*\*No supported architectures\*\*\n/,
    ],
    [
      'nothing supported any more',
      render({}, { entries: '', retired: [{ tag: '7', since: '2026-11-01', successor: null }] }),
      /\*\*No supported tags\*\*\n\n## Retired Tags\n\n-\t`7`: not supported since 2026-11-01\n/,
    ],
    [
      'one architecture',
      render({}, { architecture: 'amd64', image: 'amd64/redis' }),
      /-->\n\n\*\*Note:\*\* this page is about the builds of `redis` for `amd64` alone\.\n\n# Quick/,
    ],
    [
      'an architecture that is not there',
      render({}, { architecture: 's390x' }),
      /links\n\n\*\*There is no `redis` for `s390x`\.\*\*\n/,
    ],
    ['line feeds at the end of texts do not count', render({ 'content.md': 'text\n\n\n' }), /\n\ntext\n$/],
    [
      'backslashes and signs of replacement are text',
      render({ 'content.md': 'a\\\n$& $1 \\n' }),
      /\n\na\\\n\$& \$1 \\n\n$/,
    ],
  ];
  for (const [what, page, has] of cases) {
    test(what, () => assert.match(page, has));
  }

  test('texts come from the repository, else from the programme, else from us', () => {
    const shared = new Map([['get-help.md', 'shared']]);
    const own = new Map([['get-help.md', 'own']]);
    assert.match(render({}, { texts: { repository: own, shared } }), /\n\town\n/);
    assert.match(render({}, { texts: { repository: new Map(), shared } }), /\n\tshared\n/);
    assert.match(render({}), /\n\twith the maintainers\n/);
  });

  test('a text that would make the page endless is refused', () => {
    const many = '%%MAINTAINER%%'.repeat(10_000);
    assert.throws(
      () => render({ 'content.md': many, 'maintainer.md': 'x'.repeat(1_000) }),
      (error) => error instanceof LibraryError && error.code === 'TEXTS_INVALID',
    );
  });

  test('what was put in for a field is not searched for it again', () => {
    fc.assert(
      fc.property(fc.constantFrom(...PAGE_FIELDS), fc.string(), (field, rest) => {
        const value = `%%${field}%%${rest}x`;
        assert.equal(replaceField(`a%%${field}%%b`, field, value, 'redis'), `a${value}b`);
      }),
    );
  });
});

suite('variants', () => {
  const SUITES = { debian: ['bookworm', 'trixie', 'sid'], ubuntu: ['noble'] };

  function variants(
    tags: string,
    texts: Readonly<Record<string, string>> = {},
    { suites = SUITES, from = null }: { suites?: typeof SUITES; from?: string | null } = {},
  ): string {
    const { entries } = parseDefinition(`${HEAD}\nTags: ${tags}\n`, { name: 'redis' });
    const repository = new Map(Object.entries(texts));
    return formatVariants(entries, { repository, shared: new Map() }, { suites, lastStageFrom: () => from });
  }

  const OWN = { 'variant.md': 'default\n', 'variant-fpm.md': 'fpm\n' };

  const cases: readonly (readonly [what: string, found: string, expected: string])[] = [
    ['none has a text', variants('8, 8-other'), ''],
    ['by the last part', variants('8-fpm', OWN), '\n\ndefault\n\nfpm'],
    ['by the last but one', variants('8-fpm-1803', OWN), '\n\ndefault\n\nfpm'],
    ['not by one before', variants('8-fpm-a-b', OWN), ''],
    ['once', variants('8-fpm, 9-fpm', OWN), '\n\ndefault\n\nfpm'],
    [
      'the whole tag first',
      variants('8-fpm', { ...OWN, 'variant-8-fpm.md': 'eight' }),
      '\n\ndefault\n\neight',
    ],
    ['an empty text suppresses ours', variants('8-slim', { ...OWN, 'variant-slim.md': '' }), ''],
    [
      'with names of releases',
      variants('8-fpm-trixie, sid-fpm, 8-bookworm', {
        ...OWN,
        'variant-default-debian.md': 'like %%DEB-SUITES%%',
      }),
      '\n\ndefault\n\nlike bookworm, sid, or trixie\n\nfpm',
    ],
    [
      'of two distributions',
      variants('8-fpm-trixie, 8-noble', {
        ...OWN,
        'variant-default-debian.md': 'D %%DEB-SUITES%%',
        'variant-default-ubuntu.md': 'U %%DEB-SUITES%%',
      }),
      '\n\ndefault\n\nD trixie\n\nU noble\n\nfpm',
    ],
    ['a release must be a whole part', variants('8-fpm-sidecar', OWN), '\n\ndefault\n\nfpm'],
  ];
  for (const [what, found, expected] of cases) {
    test(what, () => assert.equal(found, expected));
  }

  test('what is built on the large base says so', () => {
    const texts = { ...OWN, 'variant-default-buildpack-deps.md': 'large' };
    const on = (from: string | null) => variants('8-fpm', texts, { from });
    assert.equal(on('buildpack-deps:trixie'), '\n\ndefault\n\nlarge\n\nfpm');
    for (const from of ['buildpack-deps:trixie-curl', 'debian:trixie', 'buildpack-deps', null]) {
      assert.equal(on(from), '\n\ndefault\n\nfpm', String(from));
    }
  });
});

test('the published schema of repository.json is the one that the code describes', () => {
  const published = new URL('../../../docs/schema/repository-1.schema.json', import.meta.url);
  assert.equal(readFileSync(published, 'utf8'), formatJson(repositoryJsonSchema()), 'run npm run make:docs');
});
