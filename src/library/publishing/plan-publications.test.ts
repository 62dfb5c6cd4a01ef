import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { examined } from '../../../test/library/examined.ts';
import { type Architecture, isArchitecture } from '../../definitions/architectures.ts';
import { parseDefinition } from '../../definitions/parse.ts';
import { digestOf } from '../../model/digest.ts';
import { type Build, type BuildId, targetKey } from '../builds/build.ts';
import type { ContextChecksum } from '../contents/contents.ts';
import type { LedgerEvent } from '../ledger/entry.ts';
import { formatDatedName } from '../ledger/dated-name.ts';
import { nextEntry } from '../ledger/ledger-chain.ts';
import { tagStates } from '../ledger/tag-states.ts';
import type { Programme, RepositoryRules } from '../programme/programme.ts';
import { defaultSettings } from '../programme/read-settings.ts';
import type { Source, SourceId } from '../sources/source.ts';
import type { Attempt, BuiltImage } from '../state/programme-state.ts';
import { planPublications } from './plan-publications.ts';
import type { PublicationPlan } from './publication-plan.ts';

const HOUR = 3600;
const GATE = digestOf('gate');
/** When images of these tests are admitted, unless it is said otherwise; seconds since 1970. */
const ADMITTED = 1_800_000_000;

/** `TAGS | SHARED TAGS | ARCHITECTURES`, a line an entry; the source is called by the first tag and a revision. */
interface Story {
  readonly entries: readonly string[];
  /** What stands for `FIRST TAG/ARCHITECTURE`, by a name of which the digest is made; `NAME@SECONDS` was admitted later. */
  readonly images: Readonly<Record<string, string>>;
  /** The same, of images on parents that have changed since. */
  readonly previous?: Readonly<Record<string, string>>;
  readonly ledger?: readonly LedgerEvent[];
  readonly rules?: Partial<RepositoryRules>;
  readonly engines?: readonly Architecture[];
  readonly isBroken?: boolean;
  /** Seconds since images were admitted. */
  readonly later?: number;
}

function planOf(story: Story): PublicationPlan {
  const { entries, images, previous = {}, ledger = [], later = 0, isBroken = false } = story;
  const programme = programmeOf(story);
  const sources = new Map<SourceId, Source>();
  const builds: Build[] = [];
  for (const line of entries) {
    const { tags, shared, architectures } = readLine(line);
    const sourceId = tags[0] as SourceId;
    const names = [...tags, ...shared].map((tag) => `app:${tag}`);
    sources.set(sourceId, {
      sourceId,
      checksum: '' as ContextChecksum,
      entries: [
        {
          gitRepo: '',
          gitFetch: '',
          gitCommit: '',
          directory: '.',
          file: 'Dockerfile',
          builder: '',
          epoch: 0,
        },
      ],
      architectures: new Map(
        architectures.map((one) => [
          one,
          { tags: names, archTags: [], froms: [], lastStageFrom: 'scratch', parents: new Map() },
        ]),
      ),
    });
    for (const architecture of architectures) {
      builds.push({
        kind: 'identified',
        sourceId,
        architecture,
        buildId: buildIdOf(sourceId, architecture),
        parents: [],
      });
    }
  }
  return planPublications({
    programme: isBroken
      ? { ...programme, repositories: new Map(), broken: [{ name: 'app', file: '', problems: [] }] }
      : programme,
    sources,
    gates: () => GATE,
    builds,
    snapshot: {
      images: toMap(images, (place) => buildIdOf(...place)),
      previous: toMap(previous, ([sourceId, architecture]) => targetKey({ sourceId, architecture })),
    },
    tags: tagStates(ledger.map((event) => nextEntry(null, event, '2026-11-21T00:00:00Z'))),
    now: ADMITTED + later,
  });
}

function programmeOf({ entries, rules = {}, engines = ['amd64', 'arm64v8', 's390x'] }: Story): Programme {
  const paragraphs = entries.map((line) => {
    const { tags, shared, architectures } = readLine(line);
    const sharedTags = shared.length === 0 ? '' : `SharedTags: ${shared.join(', ')}\n`;
    return `Tags: ${tags.join(', ')}\n${sharedTags}Architectures: ${architectures.join(', ')}\nGitCommit: ${'a'.repeat(40)}\nDirectory: ${tags[0] ?? ''}\n`;
  });
  const text = ['Maintainers: Ann (@ann)\nGitRepo: https://git.example/app.git\n', ...paragraphs].join('\n');
  const settings = defaultSettings('/programme');
  const engine = { kind: 'command', command: ['build'] } as const;
  return {
    settings: {
      ...settings,
      rules: { ...settings.rules, publishDeadline: 24 * HOUR, ...rules },
      engines: Object.fromEntries(engines.map((one) => [one, engine])),
    },
    repositories: new Map([
      ['app', { name: 'app', file: 'library/app', definition: parseDefinition(text, { name: 'app' }) }],
    ]),
    broken: [],
    pins: new Map(),
  };
}

const words = (text: string) => text.split(' ').filter((word) => word !== '');

function readLine(line: string) {
  const [tags = '', shared = '', architectures = ''] = line.split('|').map((part) => part.trim());
  return {
    tags: words(tags),
    shared: words(shared),
    architectures: words(architectures).filter(isArchitecture),
  };
}

const buildIdOf = (sourceId: SourceId, architecture: Architecture) =>
  `${sourceId}/${architecture}` as BuildId;

function toMap(
  images: Readonly<Record<string, string>>,
  keyOf: (place: readonly [SourceId, Architecture]) => string,
): ReadonlyMap<string, BuiltImage> {
  return new Map(
    Object.entries(images).map(([place, text]) => {
      const [sourceId = '', architecture = ''] = place.split('/');
      const [name = '', seconds = '0'] = text.split('@');
      assert.ok(isArchitecture(architecture));
      const at = new Date((ADMITTED + Number(seconds)) * 1000).toISOString();
      const admission = {
        digest: digestOf(name),
        buildId: place,
        generation: 1,
        architecture,
        at,
        source: examined(),
        gate: name.startsWith('doubtful') ? digestOf('another gate') : GATE,
      };
      const attempt: Pick<Attempt, 'reasons'> = { reasons: [{ kind: 'new' }] };
      return [keyOf([sourceId as SourceId, architecture]), { admission, attempt } as unknown as BuiltImage];
    }),
  );
}

/** @param images `ARCHITECTURE NAME` */
function published(
  tags: string,
  images: readonly string[],
  missing: readonly Architecture[] = [],
  dated: readonly string[] = [],
): LedgerEvent {
  return {
    kind: 'published',
    repository: 'app',
    tags: tags.split(' '),
    dated,
    digest: digestOf(images.join()),
    images: images.map((text) => {
      const [architecture = '', name = ''] = text.split(' ');
      assert.ok(isArchitecture(architecture));
      const ids = { sourceId: '' as SourceId, buildId: '' as BuildId, generation: 1 };
      return { architecture, digest: digestOf(name), ...ids, reasons: [], packages: null };
    }),
    previous: {},
    missing,
  };
}

/** A plan in few words. */
function inWords({ ready, held, retired, unchanged }: PublicationPlan): readonly string[] {
  return [
    ...ready.map(({ tags, dated, members, missing, lost, isShared }) =>
      [
        isShared ? 'share' : 'publish',
        tags.join(' '),
        '=',
        members.map(({ architecture }) => architecture).join(' '),
        ...(dated.length > 0 ? ['as', ...dated.map(formatDatedName)] : []),
        ...(missing.length > 0 ? ['missing', ...missing] : []),
        ...(lost.length > 0 ? ['lost', ...lost] : []),
      ].join(' '),
    ),
    ...held.map(({ tags, until, because }) =>
      `hold ${tags.join(' ')} ${until === null ? '' : `for ${(until - ADMITTED) / HOUR} h `}because ${because}`.replace(
        '  ',
        ' ',
      ),
    ),
    ...retired.map(({ tags, successor }) => `retire ${tags.join(' ')} for ${successor ?? 'nothing'}`),
    ...(unchanged > 0 ? [`${unchanged} unchanged`] : []),
  ];
}

const ENTRY = '1.2 1 latest | | amd64 arm64v8';

const stories: readonly (readonly [string, Story, readonly string[]])[] = [
  [
    'the tags of an entry mean one index, in the order of platforms',
    {
      entries: ['1.2 latest | | s390x arm64v8 amd64'],
      images: { '1.2/arm64v8': 'b', '1.2/s390x': 'c', '1.2/amd64': 'a' },
    },
    ['publish 1.2 latest = amd64 arm64v8 s390x'],
  ],
  [
    'names that never move are planned for tags that move, after those that the ledger has of the day',
    {
      entries: ['1.2 1 latest | | amd64', '0.9 0 | | amd64'],
      images: { '1.2/amd64': 'new', '0.9/amd64': 'old' },
      ledger: [
        published('1.2 1', ['amd64 a'], [], ['1.2-20270114', '1-20270115.3']),
        published('0.9 0', ['amd64 old']),
      ],
      rules: { datedTags: 'all' },
    },
    ['publish 1.2 1 latest = amd64 as 1.2-20270115 1-20270115.4 latest-20270115', '2 unchanged'],
  ],
  [
    'a tag that stays gets no such name, though it is the most specific',
    {
      entries: ['1.2 1 | | amd64'],
      images: { '1.2/amd64': 'a' },
      ledger: [published('1.2', ['amd64 a'])],
      rules: { datedTags: 'specific' },
    },
    ['publish 1 = amd64', '1 unchanged'],
  ],
  [
    'names that never move are not planned to be retired',
    {
      entries: ['1.2 | | amd64'],
      images: { '1.2/amd64': 'a' },
      ledger: [published('1.2 1.1', ['amd64 a'], [], ['1.2-20270114', '1.1-20270114'])],
    },
    ['retire 1.1 for 1.2', '1 unchanged'],
  ],
  [
    'what means the same already stays',
    {
      entries: [ENTRY],
      images: { '1.2/amd64': 'a', '1.2/arm64v8': 'b' },
      ledger: [published('1.2 1', ['amd64 a', 'arm64v8 b'])],
    },
    ['publish latest = amd64 arm64v8', '2 unchanged'],
  ],
  [
    'without any image nothing is published',
    { entries: [ENTRY], images: {} },
    ['hold 1.2 1 latest because no image is admitted yet'],
  ],
  [
    'an index waits for an architecture that is built here',
    { entries: [ENTRY], images: { '1.2/amd64': 'a' }, later: HOUR },
    ['hold 1.2 1 latest for 24 h because it waits for arm64v8'],
  ],
  [
    'it waits from the first admitted image on',
    {
      entries: ['1.2 | | amd64 arm64v8 s390x'],
      images: { '1.2/amd64': 'a@7200', '1.2/arm64v8': 'b@3600' },
      later: 3 * HOUR,
    },
    ['hold 1.2 for 25 h because it waits for s390x'],
  ],
  [
    'it does not wait for ever, and says what is missing',
    { entries: [ENTRY], images: { '1.2/amd64': 'a' }, later: 24 * HOUR },
    ['publish 1.2 1 latest = amd64 missing arm64v8'],
  ],
  [
    'it does not wait for what nobody builds here',
    { entries: [ENTRY], images: { '1.2/amd64': 'a' }, engines: ['amd64'] },
    ['publish 1.2 1 latest = amd64 missing arm64v8'],
  ],
  [
    'without a required architecture nothing is published, however long it takes',
    {
      entries: [ENTRY],
      images: { '1.2/amd64': 'a' },
      rules: { requiredArchitectures: ['arm64v8'] },
      later: 1000 * HOUR,
    },
    ['hold 1.2 1 latest because nothing is published without arm64v8'],
  ],
  [
    'what is required and not defined is not waited for',
    { entries: ['1 | | amd64'], images: { '1/amd64': 'a' }, rules: { requiredArchitectures: ['arm64v8'] } },
    ['publish 1 = amd64'],
  ],
  [
    'a late architecture joins',
    {
      entries: [ENTRY],
      images: { '1.2/amd64': 'a', '1.2/arm64v8': 'b' },
      ledger: [published('1.2 1 latest', ['amd64 a'], ['arm64v8'])],
    },
    ['publish 1.2 1 latest = amd64 arm64v8'],
  ],
  [
    'versions are never mixed: an architecture that lags behind keeps the new version back',
    {
      entries: [ENTRY],
      images: { '1.2/amd64': 'new', '1.1/arm64v8': 'old' },
      previous: { '1.1/arm64v8': 'old' },
      ledger: [published('1.1 1 latest', ['amd64 older', 'arm64v8 old'])],
    },
    ['hold 1.2 1 latest for 24 h because it waits for arm64v8', 'retire 1.1 for 1'],
  ],
  [
    'versions are never mixed: after the deadline an architecture that lags behind is left out, and told as lost',
    {
      entries: [ENTRY],
      images: { '1.2/amd64': 'new', '1.1/arm64v8': 'old' },
      ledger: [published('1 latest', ['amd64 older', 'arm64v8 old'])],
      later: 24 * HOUR,
    },
    ['publish 1.2 1 latest = amd64 missing arm64v8 lost arm64v8'],
  ],
  [
    'a rebuild of the same source on one architecture does not wait for the others',
    {
      entries: [ENTRY],
      images: { '1.2/amd64': 'rebuilt' },
      previous: { '1.2/amd64': 'a', '1.2/arm64v8': 'b' },
      ledger: [published('1.2 1 latest', ['amd64 a', 'arm64v8 b'])],
    },
    ['publish 1.2 1 latest = amd64 arm64v8'],
  ],
  [
    'an image that another gate has admitted keeps back what would be published with it, and nothing that is public',
    {
      entries: ['1 | | amd64, arm64v8', '2 | | amd64'],
      images: { '1/amd64': 'new', '1/arm64v8': 'doubtful', '2/amd64': 'doubtful-too' },
      ledger: [published('1', ['amd64 a', 'arm64v8 doubtful']), published('2', ['amd64 doubtful-too'])],
    },
    [
      'hold 1 because its image for arm64v8 was admitted by another gate, and is examined again',
      '1 unchanged',
    ],
  ],
  [
    'an image that is admitted no more is not taken away, whatever the deadline',
    {
      entries: ['1 | | amd64, arm64v8'],
      images: { '1/amd64': 'a' },
      ledger: [published('1', ['amd64 a', 'arm64v8 b'])],
      later: 48 * HOUR,
    },
    ['hold 1 because no image for arm64v8 is admitted any more; what is public stays'],
  ],
  [
    'while all rebuilds are under way everything stays',
    {
      entries: [ENTRY],
      images: {},
      previous: { '1.2/amd64': 'a', '1.2/arm64v8': 'b' },
      ledger: [published('1.2 1 latest', ['amd64 a', 'arm64v8 b'])],
    },
    ['3 unchanged'],
  ],
  [
    'a fix does not wait for an architecture that the tags lack anyway',
    {
      entries: [ENTRY],
      images: { '1.2/amd64': 'fixed' },
      ledger: [published('1.2 1 latest', ['amd64 a'], ['arm64v8'])],
    },
    ['publish 1.2 1 latest = amd64 missing arm64v8'],
  ],
  [
    'shared tags mean one index over their entries, those of the same entries together',
    {
      entries: [
        '1.2-trixie | 1.2 latest | amd64 arm64v8',
        '1.2-core-2025 | 1.2 latest 1.2-core | windows-amd64',
        '1.2-core-2022 | 1.2 latest 1.2-core | windows-amd64',
      ],
      images: {
        '1.2-trixie/amd64': 'a',
        '1.2-trixie/arm64v8': 'b',
        '1.2-core-2025/windows-amd64': 'c',
        '1.2-core-2022/windows-amd64': 'd',
      },
    },
    [
      'publish 1.2-trixie = amd64 arm64v8',
      'publish 1.2-core-2025 = windows-amd64',
      'publish 1.2-core-2022 = windows-amd64',
      'share 1.2 latest = amd64 arm64v8 windows-amd64 windows-amd64',
      'share 1.2-core = windows-amd64 windows-amd64',
    ],
  ],
  [
    'a shared tag with two images for one architecture is held',
    {
      entries: ['a | x | amd64', 'b | x | amd64'],
      images: { 'a/amd64': 'a', 'b/amd64': 'b' },
    },
    ['publish a = amd64', 'publish b = amd64', 'hold x because two entries have an image for amd64'],
  ],
  [
    'tags that the definitions lost are retired, with the tag that goes on',
    {
      entries: ['1.3 1 latest | | amd64'],
      images: { '1.3/amd64': 'new' },
      ledger: [published('1.2 1 latest', ['amd64 old']), published('0.9', ['amd64 oldest'])],
    },
    ['publish 1.3 1 latest = amd64', 'retire 1.2 for 1', 'retire 0.9 for nothing'],
  ],
  [
    'a tag is retired once, and comes back when it is defined again',
    {
      entries: ['1.2 | | amd64'],
      images: { '1.2/amd64': 'a' },
      ledger: [
        published('1.1 1.2', ['amd64 a']),
        {
          kind: 'retired',
          repository: 'app',
          tags: ['1.1', '1.2'],
          digest: digestOf('amd64 a'),
          successor: null,
        },
      ],
    },
    ['publish 1.2 = amd64'],
  ],
  [
    'nothing is retired while the definition cannot be read',
    { entries: ['1 | | amd64'], images: {}, isBroken: true, ledger: [published('1', ['amd64 a'])] },
    [],
  ],
];

suite('which tags are to mean which images', () => {
  for (const [name, story, expected] of stories) {
    test(name, () => assert.deepEqual(inWords(planOf(story)), expected));
  }
});
