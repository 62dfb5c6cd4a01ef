import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { examined } from '../../../test/library/examined.ts';
import { planned } from '../../../test/library/publishing.ts';
import { publication, retirement } from '../../../test/library/small-ledger.ts';
import { digestOf } from '../../model/digest.ts';
import { formatJson } from '../../report/json.ts';
import { createStyle } from '../../report/style.ts';
import type { BuildId, RecipeId } from '../builds/build.ts';
import { nextEntry } from '../ledger/ledger-chain.ts';
import { refused } from './confirm-publication.ts';
import { formatPublications } from './format-publications.ts';
import type { SourceId } from '../sources/source.ts';
import type { PublicationMember, PublicationPlan } from './publication-plan.ts';
import {
  publicationsJsonSchema,
  PublicationsSchema,
  toPublicationsDocument,
} from './publications-document.ts';

const MEMBER: PublicationMember = {
  architecture: 'amd64',
  digest: digestOf('image'),
  sourceId: 'a'.repeat(64) as SourceId,
  buildId: 'b'.repeat(64) as BuildId,
  generation: 1,
  reasons: [{ kind: 'new' }],
  inputs: [],
  admission: {
    buildId: 'b'.repeat(64) as BuildId,
    generation: 1,
    architecture: 'amd64',
    recipeId: 'c'.repeat(64) as RecipeId,
    source: examined(),
    reference: 'r.example/q/amd64:b',
    digest: digestOf('image'),
    verdict: 'admitted',
    checks: [],
    evidence: [],
    findings: null,
    at: '2026-11-21T00:00:00Z',
  },
};
const PLAN: PublicationPlan = {
  ready: [
    planned('app', ['1', '1.0'], [MEMBER], {
      dated: [{ tag: '1.0', day: '20261121', number: 2 }],
      missing: ['s390x'],
      lost: ['s390x'],
    }),
  ],
  held: [
    {
      repository: 'app',
      tags: ['2'],
      missing: ['s390x'],
      until: 1_800_000_000,
      because: 'it waits for s390x',
    },
    { repository: 'app', tags: ['3'], missing: [], until: null, because: 'no image is admitted yet' },
  ],
  retired: [{ ...retirement('app', ['0'], '1'), repository: 'app' }],
  unchanged: 7,
};
const STYLE = createStyle({ colour: false, width: 100 });

test('docs/schema/publications-1.schema.json is made from the schema', () => {
  const file = new URL('../../../docs/schema/publications-1.schema.json', import.meta.url);
  assert.equal(readFileSync(file, 'utf8'), formatJson(publicationsJsonSchema()), 'run npm run make:docs');
});

test('what was done, in words and as a document', () => {
  const events = [
    publication('app', ['1', 'evil\u001b[31m'], { dated: ['1-20261121\u001b'] }),
    retirement('app', ['0'], '1'),
  ];
  const entries = events.map((event) => nextEntry(null, event, '2026-11-21T00:00:00Z'));
  const error = refused('the registry is full', 'bad:1');
  const problems = [{ repository: 'bad', tags: ['1'], error }];
  const withoutLog = [{ image: 'app@sha256:1', because: 'it has no\u001b[31m log' }];
  const unsigned = [{ repository: 'app', tags: ['1'], because: 'the registry is\u001b away' }];
  const report = { entries, problems, withoutLog, unsigned };
  const document = PublicationsSchema.parse(toPublicationsDocument(PLAN, report));
  const text = formatPublications(document, STYLE);
  assert.ok(!text.includes('\u001b'));
  assert.deepEqual(
    text.split('\n').map((line) => line.replace(/sha256:\S+/, 'sha256:…')),
    [
      `published  app:1, evil\\u{1b}[31m  sha256:…  ${document.published[0]?.images.map(({ architecture }) => architecture).join(', ')}; for good: 1-20261121\\u{1b}; no longer: s390x`,
      'retired  app:0; 1 takes the place',
      'held back  app:2 until 2027-01-15T08:00:00.000Z: it waits for s390x',
      'held back  app:3: no image is admitted yet',
      'PUBLICATION_REFUSED  bad:1: the registry is full',
      'without its log  app@sha256:… it has no\\u{1b}[31m log',
      'not signed  app:1: the registry is\\u{1b} away',
      '1 publication, 2 held back, 1 problem, 7 tags unchanged',
      '',
    ],
  );
});

test('what would be done', () => {
  const document = PublicationsSchema.parse(toPublicationsDocument(PLAN, null));
  assert.deepEqual([document.isDryRun, document.retired.length, document.problems], [true, 1, []]);
  assert.match(
    formatPublications(document, STYLE),
    /^to publish {2}app:1, 1\.0 {2}amd64; for good: 1\.0-20261121\.2; still to come: s390x; no longer: s390x\nto retire {2}app:0; 1 takes the place\n[^]*\n1 publication to make, /,
  );
});
