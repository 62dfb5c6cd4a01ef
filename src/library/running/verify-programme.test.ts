/** What `hallmark library verify` reads back: a state, a quarantine in memory, and what the verifier signed. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { keyOf, newPem } from '../../../test/library/publishing.ts';
import { definition } from '../../../test/library/tiny-programme.ts';
import { REDIS, verifyingScene } from '../../../test/library/verifying.ts';
import type { MemoryRegistryOptions } from '../../../test/registry/memory-registry.ts';
import { admitImage } from '../admission/admit-image.ts';
import { openGates } from '../admission/gates.ts';
import { defaultSettings } from '../programme/read-settings.ts';
import type { BuiltAttempt } from '../admission/built-image.ts';
import { formatVerification } from '../admission/format-verification.ts';
import { toVerificationDocument, VerificationDocument } from '../admission/verification-document.ts';
import { LibraryError } from '../errors.ts';
import { openState } from '../state/open-state.ts';
import { verifyProgramme } from './verify-programme.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const PLAIN = { paint: (_: string, text: string) => text } as Parameters<typeof formatVerification>[1];

interface Story {
  readonly signs: string | null;
  readonly trusts: string;
  /** Tags that are defined; default: those of the image. */
  readonly tags?: string;
  readonly registry?: MemoryRegistryOptions;
}

/** A programme with one image in quarantine, admitted where there is a key that signs it. */
async function programme(t: TestContext, story: Story) {
  const { signs, trusts, tags = '8.0, latest' } = story;
  const scene = await verifyingScene(t, story.registry);
  const { settings, connection, registry } = scene;
  const { folder } = settings;
  writeFileSync(join(folder, 'verifier.key'), trusts, { mode: 0o600 });
  writeFileSync(
    join(folder, 'programme.yaml'),
    `schema: hallmark.programme/1
name: test
registry: { quarantine: ${registry.host}/quarantine, public: ${registry.host}/library, plainHttp: true }
roles: { verifier: { key: verifier.key } }
`,
  );
  mkdirSync(join(folder, 'library'));
  writeFileSync(join(folder, 'library/redis'), definition('1'.repeat(40), `Tags: ${tags}\n`));
  const facts = scene.quarantine(REDIS);
  const state = openState(settings.state);
  const { id: _id, endedAt: _endedAt, outcome, ...begun } = facts.attempt;
  const { id } = state.beginAttempt(begun);
  state.endAttempt(id, outcome, 1_700_000_060);
  if (signs !== null) {
    const attempt: BuiltAttempt = { ...facts.attempt, id };
    const admission = await admitImage(
      { ...facts, attempt },
      {
        settings,
        gates: openGates(defaultSettings(folder)),
        connection,
        database: null,
        key: await keyOf(signs),
        readSource: async () => attempt.sourceId,
        version: '0.0.0',
        now: () => new Date(NOW),
      },
    );
    state.recordAdmission(admission, 1_700_000_070);
  }
  state.close();
  return (references: readonly string[]) =>
    verifyProgramme({
      folder,
      references,
      isExamining: false,
      openDatabase: () => null,
      databaseFingerprint: () => '',
      environment: {},
      ask: async () => null,
      offline: false,
      version: '0.0.0',
      now: () => NOW,
      onEvent: () => {},
      signal: new AbortController().signal,
    });
}

test('an admitted image is told with its checks, and proven', async (t) => {
  const pem = newPem();
  const verify = await programme(t, { signs: pem, trusts: pem });
  const [image, ...others] = await verify(['redis']);
  assert.deepEqual([image?.name, image?.verdict, others.length], ['redis:8.0', 'admitted', 0]);
  const document = toVerificationDocument(image === undefined ? [] : [image]);
  assert.deepEqual(VerificationDocument.parse(document), document);
  const text = formatVerification(document, PLAIN);
  assert.match(text, /^admitted {2}redis:8\.0 on amd64 {2}sha256:/);
  assert.match(
    text,
    /\n {2}findings not checked: there is no advisory database at hand\n1 image: 1 admitted\n$/,
  );
});

test('one that another key signed for is not proven, whatever the state says', async (t) => {
  const verify = await programme(t, { signs: newPem(), trusts: newPem() });
  const [image] = await verify(['redis:latest']);
  assert.deepEqual(
    [image?.verdict, image?.unproven],
    ['unproven', ['the verifier has signed no summary of it']],
  );
});

test('one that waits, and one that was never built', async (t) => {
  const verify = await programme(t, { signs: null, trusts: newPem() });
  assert.deepEqual(
    (await verify([])).map(({ verdict }) => verdict),
    ['unexamined'],
  );
  await assert.rejects(
    verify(['nginx']),
    (error) => error instanceof LibraryError && error.code === 'DEFINITION_NOT_FOUND',
  );
});

test('images that no tag of today has are told only to whom asks for their own', async (t) => {
  const told = async (tags: string, ...references: readonly string[]) =>
    (await (await programme(t, { signs: null, trusts: newPem(), tags }))(references)).map(({ name }) => name);
  assert.deepEqual(await told('9.0, latest'), ['redis:8.0'], 'it still has the tag latest');
  assert.deepEqual(await told('9.0'), []);
  assert.deepEqual(await told('9.0', 'redis:8.0'), ['redis:8.0']);
  await assert.rejects(told('9.0', 'redis'), /nothing in quarantine was built as redis/);
  assert.deepEqual(await told('unreadable tag'), ['redis:8.0'], 'nobody knows what is defined');
});

test('of an image of which quarantine does not tell nothing is decided', async (t) => {
  const pem = newPem();
  let isGone = false;
  const registry = {
    intercept: (_: unknown, response: { writeHead: (status: number) => { end: () => void } }) => {
      if (isGone) response.writeHead(403).end();
      return isGone;
    },
  };
  const verify = await programme(t, { signs: pem, trusts: pem, registry });
  isGone = true;
  const [image] = await verify([]);
  assert.equal(image?.verdict, 'undecided');
  assert.match(image.unproven.join(), /^quarantine could not be asked: [A-Z_]+: /);
});
