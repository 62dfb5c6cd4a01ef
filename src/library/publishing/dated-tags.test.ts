/** Names that never move: which tags get them, and what they are where the registry has others already. */
import assert from 'node:assert/strict';
import { suite, test, type TestContext } from 'node:test';
import * as fc from 'fast-check';
import { publication, smallLedger } from '../../../test/library/small-ledger.ts';
import { admit, definedAs, NOW, planned } from '../../../test/library/publishing.ts';
import { publishingSetting } from '../../../test/library/publishing-setting.ts';
import type { Intercept } from '../../../test/registry/fake-registry.ts';
import { parseDefinition } from '../../definitions/parse.ts';
import { type Digest, digestOf } from '../../model/digest.ts';
import { dayOf, MOST_A_DAY, nextDatedName, parseDatedName } from '../ledger/dated-name.ts';
import type { LedgerEvent } from '../ledger/entry.ts';
import { tagStates } from '../ledger/tag-states.ts';
import { verifyLedger } from '../ledger/ledger-chain.ts';
import type { DatedTags } from '../programme/programme.ts';
import { chooseNames, tagsToDate } from './dated-tags.ts';
import { toIntent } from './publication-intent.ts';
import type { PublicationMember } from './publication-plan.ts';
import { publish, resumePublications } from './publish.ts';

suite('tags that get names that never move', () => {
  const table: readonly (readonly [string, DatedTags, readonly string[], readonly string[]])[] = [
    ['none', 'none', ['8.2.1, 8.2, 8, latest'], []],
    ['all', 'all', ['8.2.1, 8.2, 8, latest'], ['8.2.1', '8.2', '8', 'latest']],
    ['the most specific of each image', 'specific', ['8.2, 8, 8.2.1', 'slim, 8-slim'], ['8.2.1', '8-slim']],
    [
      'and of each group of shared tags',
      'specific',
      ['8.2.1-trixie, 8-trixie | 8, 8.2.1', '8.2.1-core | 8.2.1, 8'],
      ['8.2.1-trixie', '8.2.1-core', '8.2.1'],
    ],
    [
      'not what the definitions date themselves',
      'all',
      ['trixie, trixie-20261109, 13', 'trixie-20261109-slim, trixie-slim'],
      ['trixie-20261109', '13', 'trixie-20261109-slim', 'trixie-slim'],
    ],
    ['not what has no room for a date', 'specific', [`9.${'9'.repeat(120)}, 8`], ['8']],
  ];
  for (const [name, which, entries, expected] of table) {
    test(name, () => {
      const head = `Maintainers: Ann (@ann)\nGitRepo: https://git.example/app.git\nGitCommit: ${'1'.repeat(40)}\n`;
      const paragraphs = entries.map((line, at) => {
        const [tags = '', shared] = line.split(' | ');
        return `Tags: ${tags}\nDirectory: ${at}\n${shared === undefined ? '' : `SharedTags: ${shared}\n`}`;
      });
      const definition = parseDefinition([head, ...paragraphs].join('\n'), { name: 'app' });
      assert.deepEqual([...tagsToDate(definition, which)], expected);
    });
  }
});

const DAY = '20261121';

async function setting(t: TestContext) {
  const rules: { intercept: Intercept } = { intercept: () => false };
  const { registry, scene, publisher, state } = await publishingSetting(t, {
    intercept: (...asked) => rules.intercept(...asked),
  });
  const [a, b] = [
    await admit(scene, { architecture: 'amd64', id: 'a' }),
    await admit(scene, { architecture: 'amd64', id: 'b' }),
  ];
  const { tags, manifests } = registry.repository('library/app');
  /** As the plan has it: the number follows from the ledger. */
  const publishAs = async (image: PublicationMember, names: readonly string[] = ['1', 'latest']) => {
    const last = state.tagStates().get('app')?.get('1')?.dated?.name ?? null;
    const dated = [nextDatedName('1', last, DAY)];
    const ready = [planned('app', names, [image], { dated })];
    const { entries, problems } = await publish(scene.settings, state, { ready, retired: [] }, publisher);
    const [event] = entries.flatMap((entry) => (entry.event.kind === 'published' ? [entry.event] : []));
    return { event, problems: problems.map(({ error }) => error.message) };
  };
  const programme = definedAs(scene, { app: ['1, latest'] });
  const defined = {
    ...programme,
    settings: {
      ...programme.settings,
      rules: { ...programme.settings.rules, datedTags: 'specific' as DatedTags },
    },
  };
  const resume = () => resumePublications(defined, state, publisher);
  /** An index of the repository that is none of those of the tests. */
  const other = async (): Promise<Digest> => {
    const image = await admit(scene, { architecture: 'amd64', id: 'c' });
    const ready = [planned('app', ['other'], [image])];
    const { entries } = await publish(scene.settings, state, { ready, retired: [] }, publisher);
    tags.clear();
    return entries[0]?.event.digest ?? digestOf('nothing');
  };
  return {
    other,
    rules,
    scene,
    registry,
    publisher,
    state,
    a,
    b,
    tags,
    manifests,
    publishAs,
    defined,
    resume,
  };
}

suite('names in the registry and the ledger', () => {
  test('each publication of a day gives another name, and none ever moves', async (t) => {
    const { publishAs, a, b, tags, state } = await setting(t);
    const first = await publishAs(a);
    const second = await publishAs(b);
    const third = await publishAs(a);
    assert.deepEqual(
      [first, second, third].map(({ event }) => event?.dated),
      [[`1-${DAY}`], [`1-${DAY}.2`], [`1-${DAY}.3`]],
    );
    assert.deepEqual(Object.fromEntries(tags), {
      '1': first.event?.digest,
      latest: first.event?.digest,
      [`1-${DAY}`]: first.event?.digest,
      [`1-${DAY}.2`]: second.event?.digest,
      [`1-${DAY}.3`]: first.event?.digest,
    });
    verifyLedger(state.ledger());
  });

  test('what has a name for its digest keeps it', async (t) => {
    const { publishAs, a, tags } = await setting(t);
    await publishAs(a);
    assert.equal((await publishAs(a)).event?.dated, undefined);
    assert.deepEqual([...tags.keys()].sort(), ['1', `1-${DAY}`, 'latest']);
  });

  test('a name of which the ledger does not know is kept where it means the same, and passed over where not', async (t) => {
    const { publishAs, other, a, b, tags } = await setting(t);
    const another = await other();
    tags.set(`1-${DAY}`, another);
    const { event } = await publishAs(a);
    assert.deepEqual(event?.dated, [`1-${DAY}.2`]);
    assert.equal(tags.get(`1-${DAY}`), another);
    assert.ok(event !== undefined);
    // as if a publisher had been killed that gave it, and its state were lost
    const second = await publishAs(b);
    tags.set(`1-${DAY}.4`, event.digest);
    assert.deepEqual((await publishAs(a)).event?.dated, [`1-${DAY}.4`]);
    assert.deepEqual([second.event?.dated, tags.has(`1-${DAY}.5`)], [[`1-${DAY}.3`], false]);
  });

  test('a name that the registry lost is not given to another image', async (t) => {
    const { publishAs, a, b, tags } = await setting(t);
    await publishAs(a);
    tags.delete(`1-${DAY}`);
    assert.deepEqual((await publishAs(b)).event?.dated, [`1-${DAY}.2`]);
    assert.equal(tags.has(`1-${DAY}`), false);
  });

  test('the day is the one on which the publication is begun, not the one on which it was planned', async (t) => {
    const { publisher } = await setting(t);
    const dated = [{ tag: '1', day: '20261120', number: 7 }];
    const names = await chooseNames({ repository: 'app', dated }, digestOf('a'), undefined, NOW, publisher);
    assert.deepEqual(names, [`1-${DAY}`]);
  });

  test('where all names of the day are taken nothing is published', async (t) => {
    const { publishAs, other, a, tags, state } = await setting(t);
    const another = await other();
    for (let number = 1; number <= MOST_A_DAY; number += 1)
      tags.set(`1-${DAY}${number === 1 ? '' : `.${number}`}`, another);
    const { problems } = await publishAs(a);
    assert.match(problems.join(), /all 999 names that app:1 can have on 20261121 mean other images/);
    assert.deepEqual([tags.has('1'), state.pendingPublications().length], [false, 0]);
  });

  test('a registry that takes no such name moves no tag', async (t) => {
    const { rules, publishAs, a, tags, state } = await setting(t);
    rules.intercept = (request, response) => {
      if (request.method !== 'PUT' || !request.url.endsWith(`/library/app/manifests/1-${DAY}`)) return false;
      response.writeHead(403, { 'content-length': 0 }).end();
      return true;
    };
    const { event, problems } = await publishAs(a);
    assert.deepEqual([event, problems.length], [undefined, 1]);
    assert.deepEqual([tags.size, state.pendingPublications().length], [0, 0]);
    rules.intercept = () => false;
    assert.deepEqual((await publishAs(a)).event?.dated, [`1-${DAY}`]);
  });

  test('where only some tags moved the ledger has their names alone', async (t) => {
    const { rules, publishAs, a } = await setting(t);
    rules.intercept = (request, response) => {
      if (request.method !== 'PUT' || !request.url.endsWith('/library/app/manifests/1')) return false;
      response.writeHead(403, { 'content-length': 0 }).end();
      return true;
    };
    const { event } = await publishAs(a, ['latest', '1']);
    assert.deepEqual([event?.tags, event?.dated], [['latest'], undefined]);
    rules.intercept = () => false;
    const again = await publishAs(a, ['1']);
    assert.deepEqual([again.event?.tags, again.event?.dated], [['1'], [`1-${DAY}`]]);
  });
});

/** A note of what {@link publish} would publish, with other names. */
async function noted(t: TestContext, dated: readonly string[]) {
  const given = await setting(t);
  const { publishAs, a, state, tags, manifests } = given;
  const { event } = await publishAs(a);
  assert.ok(event !== undefined);
  const index = manifests.get(event.digest)?.bytes ?? Buffer.alloc(0);
  tags.clear();
  const note = { ...event, previous: {}, dated };
  state.beginPublication(toIntent(note, index, '2026-11-20T23:00:00Z'));
  return given;
}

const happenings = fc.oneof(
  fc.record({
    kind: fc.constant('publish' as const),
    image: fc.nat(2),
    // killed when the name was given, and before the ledger had it: then the state is lost
    isKilled: fc.boolean(),
    hours: fc.constantFrom(0, 1, 30),
  }),
  fc.record({ kind: fc.constant('registry loses' as const), which: fc.nat(2) }),
);

test('whatever happens, no name ever means two images', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happenings, { maxLength: 30 }), async (all) => {
      const registry = new Map<string, Digest>();
      const meant = new Map<string, Digest>();
      const reader = {
        readManifest: async (name: string) => {
          const digest = registry.get(name);
          return digest === undefined ? null : { digest, bytes: Buffer.alloc(0), mediaType: '' };
        },
      };
      const ledger: LedgerEvent[] = [];
      let now = NOW.getTime();
      for (const one of all) {
        if (one.kind === 'registry loses') {
          const told = ledger.flatMap((event) => (event.kind === 'published' ? (event.dated ?? []) : []));
          registry.delete(told.at(-1 - one.which) ?? '');
          continue;
        }
        const planned = new Date(now);
        now += one.hours * 3_600_000;
        const digest = digestOf(String(one.image));
        const known = tagStates(smallLedger(...ledger)).get('app');
        const dated = [nextDatedName('1', known?.get('1')?.dated?.name ?? null, dayOf(planned))];
        const asked = { repository: 'app', dated };
        const names = await chooseNames(asked, digest, known, new Date(now), { repository: () => reader });
        for (const name of names) {
          assert.equal(meant.get(name) ?? digest, digest, name);
          assert.equal(parseDatedName(name)?.day, dayOf(new Date(now)));
          meant.set(name, digest);
          registry.set(name, digest);
        }
        if (!one.isKilled) ledger.push(publication('app', ['1'], { digest, dated: names }));
      }
    }),
    { numRuns: 200 },
  );
});

suite('names in notes of an earlier run', () => {
  test('they are given as they were noted, on whichever day it is', async (t) => {
    const { resume, tags } = await noted(t, ['1-20261120.2']);
    const { entries, problems } = await resume();
    assert.deepEqual(problems, []);
    assert.deepEqual(
      entries.map(({ event }) => event.kind === 'published' && event.dated),
      [['1-20261120.2']],
    );
    assert.deepEqual([...tags.keys()], ['1-20261120.2', '1', 'latest']);
  });

  test('one that means something else by now stays, and the publication is withdrawn', async (t) => {
    const { resume, other, tags, state } = await noted(t, ['1-20261120']);
    const another = await other();
    tags.set('1-20261120', another);
    const { entries, problems } = await resume();
    assert.match(problems.map(({ error }) => error.message).join(), /for good, and means sha256:/);
    assert.deepEqual([entries.length, state.pendingPublications().length], [0, 0]);
    assert.deepEqual([...tags], [['1-20261120', another]]);
  });

  for (const [name, forged] of [
    ['of another day', '1-20251120'],
    ['of a tag that is not published', '2-20261120'],
    ['of a tag that gets none', 'latest-20261120'],
    ['that is none', 'evil'],
    ['that is a tag of the definitions', '1'],
  ] as const) {
    test(`a forged note with a name ${name} is withdrawn`, async (t) => {
      const { resume, tags, state } = await noted(t, ['1-20261120', forged]);
      const { problems } = await resume();
      assert.match(
        problems.map(({ error }) => error.message).join(),
        new RegExp(`app:1, latest was begun as ${forged} too, which are no names of theirs`),
      );
      assert.deepEqual([tags.size, state.pendingPublications().length], [0, 0]);
    });
  }

  test('names are withdrawn where the settings want none any more', async (t) => {
    const { defined, state, publisher, tags } = await noted(t, ['1-20261120']);
    const rules = { ...defined.settings.rules, datedTags: 'none' as const };
    const settings = { ...defined.settings, rules };
    const { problems } = await resumePublications({ ...defined, settings }, state, publisher);
    assert.deepEqual([problems.length, tags.size], [1, 0]);
  });
});
