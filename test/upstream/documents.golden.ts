/** Pages of the official images, byte for byte, made from the texts beside them in docker-library/docs. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseDefinition } from '../../src/definitions/parse.ts';
import { readRepositoryTexts, readSharedTexts } from '../../src/library/documents/read-texts.ts';
import { renderDocument } from '../../src/library/documents/render-document.ts';
import { trimDocument } from '../../src/library/documents/trim-document.ts';
import { distributionSuites } from '../../src/library/documents/variants-section.ts';
import { officialTexts, openUpstream } from './repositories.ts';

const HUB_LIMIT_BYTES = 25_000;
const docs = openUpstream('docker-library/docs');
const definitions = new Map(
  [...officialTexts()].map(([name, text]) => [name, parseDefinition(text, { name })]),
);
const entriesOf = (name: string) => definitions.get(name)?.entries ?? [];
const SUITES = distributionSuites(entriesOf('debian'), entriesOf('ubuntu'));

/** Texts that upstream keeps in its scripts, where Hallmark has files. */
function scriptTexts(): readonly (readonly [file: string, text: string])[] {
  const links = docs.text('.template-helpers/generate-dockerfile-links-partial.tmpl');
  const [, sharedTags = ''] = /\n\t(\(See \[.*\)\.\))\n/.exec(links) ?? [];
  const [, hub = ''] = /\((https:\/\/.*?)\{\{/.exec(docs.text('.template-helpers/arches.sh')) ?? [];
  return [
    ['shared-tags.md', sharedTags],
    ['architecture-url', `${hub}%%NAMESPACE%%/%%REPO%%/`],
  ];
}

/** The commit that changed each logo last, by its path. */
const logoCommits = new Map<string, string>();
const history = docs.git([
  'log',
  '--format=commit %H',
  '--name-only',
  docs.commit,
  '--',
  '*/logo.png',
  '*/logo.svg',
]);
let changed = '';
for (const line of history.toString().split('\n')) {
  if (line.startsWith('commit ')) changed = line.slice('commit '.length);
  else if (line !== '' && !logoCommits.has(line)) logoCommits.set(line, changed);
}

function logoUrl(repository: string, logo: string): string {
  const commit = logoCommits.get(`${repository}/${logo}`) ?? 'master';
  const address = `https://raw.githubusercontent.com/docker-library/docs/${commit}/%%REPO%%/%%FILE%%`;
  return logo.endsWith('.svg') ? `${address}?sanitize=true` : address;
}

test('pages of the official images', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'hallmark-upstream-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const { status } = spawnSync('tar', ['-x', '-C', folder], {
    input: docs.git(['archive', '--format=tar', docs.commit]),
  });
  assert.equal(status, 0);
  const shared = new Map([...readSharedTexts(folder), ...scriptTexts()]);
  const different: string[] = [];
  let pages = 0;
  for (const [name, definition] of definitions) {
    const file = join(folder, name, 'README.md');
    if (!existsSync(file)) continue;
    pages += 1;
    const page = readFileSync(file, 'utf8');
    const { texts, logo } = readRepositoryTexts(folder, name);
    const own = new Map([...texts, ...(logo === null ? [] : [['logo-url', logoUrl(name, logo)] as const])]);
    // what Dockerfiles say is not here, so whether an image has the large base is taken from its page
    const isLarge = page.includes('is based off of [`buildpack-deps`]');
    const rendered = renderDocument({
      repository: name,
      image: name,
      definition,
      texts: { repository: own, shared },
      logo,
      suites: name === 'debian' || name === 'ubuntu' ? { debian: [], ubuntu: [] } : SUITES,
      lastStageFrom: () => (isLarge ? 'buildpack-deps:trixie' : null),
      retired: [],
    });
    if (rendered !== page) different.push(name);
    const trimmed = trimDocument(page, { limitBytes: HUB_LIMIT_BYTES, wholePage: 'https://docs.example/' });
    assert.ok(Buffer.byteLength(trimmed) <= HUB_LIMIT_BYTES && !trimmed.startsWith('<!--'), name);
  }
  assert.deepEqual(different, []);
  assert.equal(pages, 144);
  t.diagnostic(`${pages} pages`);
});
