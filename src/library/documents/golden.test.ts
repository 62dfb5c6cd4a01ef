/** Pages of Docker's official images, byte for byte. test/fixtures/library/docs/README.md says where they are from. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import { parseDefinition } from '../../definitions/parse.ts';
import { renderDocument } from './render-document.ts';
import { trimDocument } from './trim-document.ts';
import { distributionSuites } from './variants-section.ts';

interface GoldenRepository {
  readonly definition: string;
  readonly logo: string | null;
  readonly texts: Readonly<Record<string, string>>;
  readonly page: string;
}

interface Golden {
  readonly shared: Readonly<Record<string, string>>;
  readonly repositories: Readonly<Record<string, GoldenRepository>>;
}

const HUB_LIMIT_BYTES = 25_000;
const FILE = new URL('../../../test/fixtures/library/docs/pages.json.zst', import.meta.url);
const { shared, repositories } = JSON.parse(zstdDecompressSync(readFileSync(FILE)).toString()) as Golden;

function entriesOf(name: string) {
  return parseDefinition(repositories[name]?.definition ?? '', { name }).entries;
}

const SUITES = distributionSuites(entriesOf('debian'), entriesOf('ubuntu'));

suite("pages of Docker's official images", () => {
  for (const [name, { definition, logo, texts, page }] of Object.entries(repositories)) {
    test(name, () => {
      const isLarge = page.includes('is based off of [`buildpack-deps`]');
      const rendered = renderDocument({
        repository: name,
        image: name,
        definition: parseDefinition(definition, { name }),
        texts: { repository: new Map(Object.entries(texts)), shared: new Map(Object.entries(shared)) },
        logo,
        suites: name === 'debian' || name === 'ubuntu' ? { debian: [], ubuntu: [] } : SUITES,
        lastStageFrom: () => (isLarge ? 'buildpack-deps:trixie' : null),
        retired: [],
      });
      assert.equal(rendered, page);
    });
  }

  test('as they fit on Docker Hub', () => {
    for (const [name, { page }] of Object.entries(repositories)) {
      const trimmed = trimDocument(page, { limitBytes: HUB_LIMIT_BYTES, wholePage: 'https://docs.example/' });
      assert.ok(Buffer.byteLength(trimmed) <= HUB_LIMIT_BYTES, name);
      assert.ok(!trimmed.startsWith('<!--'), name);
    }
  });
});
