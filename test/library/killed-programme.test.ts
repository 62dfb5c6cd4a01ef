/**
 * The command line, killed before any step of building, examining and publishing: what the public sees then, and what there is when it
 * was started again. `HALLMARK_TEST_KILLS` is the number of kills, spread evenly over all steps; `all` for every one.
 */
import assert from 'node:assert/strict';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { suite, test } from 'node:test';
import { verifyLedger } from '../../src/library/ledger/ledger-chain.ts';
import { tagStates } from '../../src/library/ledger/tag-states.ts';
import { openSettings } from '../../src/library/programme/open-programme.ts';
import { confirmPublication } from '../../src/library/publishing/confirm-publication.ts';
import { readAdmitted, type ImageIdentity } from '../../src/library/publishing/admitted-image.ts';
import { createPublisher, type Publisher } from '../../src/library/publishing/publisher.ts';
import { makeIndex } from '../../src/library/publishing/publication-index.ts';
import { openRoleKey, openTrustedVerifier } from '../../src/library/running/roles/role-keys.ts';
import { openState } from '../../src/library/state/open-state.ts';
import type { Attempt, ProgrammeState } from '../../src/library/state/programme-state.ts';
import { isIndexMediaType } from '../../src/oci/manifest.ts';
import { temporaryDirectory } from '../images/temporary-directory.ts';
import { type MemoryRegistry, startMemoryRegistry } from '../registry/memory-registry.ts';
import { missingContent, readDocument } from '../registry/memory-repository.ts';
import { impatience } from '../registry/opening.ts';
import {
  type EndedProcess,
  hallmarkProcess,
  runTinyProgramme,
  THREE_LEVELS,
  writeTinyProgramme,
  writeTinySettings,
} from './tiny-programme.ts';

const KILLER = resolve(import.meta.dirname, 'kill-at-step.ts');
const REPOSITORIES = Object.keys(THREE_LEVELS.definitions);
/** So that all of it takes some twenty seconds. */
const KILLS = 8;

/** A registry and a copy of the same programme for it. */
async function start(programme: string, folder: string): Promise<MemoryRegistry> {
  const registry = await startMemoryRegistry();
  cpSync(programme, folder, { recursive: true });
  writeTinySettings(folder, registry.host);
  return registry;
}

/** @param kill number of the step, or what is done in it; empty for none */
function runUntil(kill: string, folder: string): Promise<EndedProcess> {
  return hallmarkProcess(folder, ['library', 'run', '--no-db'], {
    execArguments: ['--import', KILLER],
    environment: {
      STEPS_BELOW: join(folder, 'state'),
      STEPS_KILL: kill,
      STEPS_TRACE: join(folder, 'steps'),
    },
  });
}

async function openPublisher(folder: string): Promise<Publisher> {
  const settings = openSettings(folder);
  const keys = { environment: {}, ask: async () => null };
  return createPublisher(settings, {
    key: await openRoleKey(settings, 'publisher', keys),
    verifier: await openTrustedVerifier(settings, keys),
    readSource: () => Promise.reject(new Error('no commit is read')),
    connection: { environment: {}, policy: impatience() },
    now: () => new Date(),
  });
}

/** Whoever meets a tag finds all that it leads to, admitted, signed and attested; and the ledger holds. */
async function assertSound(registry: MemoryRegistry, folder: string): Promise<void> {
  const publisher = await openPublisher(folder);
  const state = openState(join(folder, 'state'));
  try {
    verifyLedger(state.ledger());
    const states = tagStates(state.ledger());
    for (const name of REPOSITORIES) {
      const { tags, manifests } = registry.repository(`library/${name}`);
      for (const [tag, told] of states.get(name) ?? []) assert.equal(tags.get(tag), told.digest);
      for (const image of manifests.values()) {
        // not even by its digest is anything there that was not admitted
        if (isImage(image))
          await readAdmitted(
            identityOf(image.digest, state),
            { quarantine: registryOf(registry), gates: null },
            publisher,
          );
      }
      for (const [tag, digest] of tags) {
        const index = manifests.get(digest);
        assert.ok(index !== undefined && isIndexMediaType(index.mediaType), `${name}:${tag} is no index`);
        const repository = registry.repository(`library/${name}`);
        assert.deepEqual(missingContent(repository, index), [], `${name}:${tag} is half an index`);
        const images = [];
        for (const { digest: member } of readDocument(index).manifests ?? [])
          images.push(
            await readAdmitted(
              identityOf(member, state),
              { quarantine: registryOf(registry), gates: null },
              publisher,
            ),
          );
        const whole = await makeIndex(images, false, publisher);
        assert.equal(whole.digest, digest);
        await confirmPublication(whole, images, publisher.repository(name), publisher);
      }
    }
  } finally {
    state.close();
    await publisher.close();
  }
}

const registryOf = ({ host }: MemoryRegistry) => `${host}/quarantine`;

function isImage(manifest: Parameters<typeof readDocument>[0]): boolean {
  const { config, subject } = readDocument(manifest);
  return subject === undefined && config?.mediaType === 'application/vnd.oci.image.config.v1+json';
}

function identityOf(digest: string, state: ProgrammeState): ImageIdentity {
  const attempt = state
    .attempts()
    .find(
      ({ outcome, buildId, generation }) =>
        outcome.kind === 'built' &&
        outcome.digest === digest &&
        state.admission(buildId, generation)?.verdict === 'admitted',
    );
  assert.ok(attempt?.outcome.kind === 'built', `nobody has admitted ${digest}`);
  const { architecture, buildId, generation, outcome } = attempt;
  return { architecture, buildId, generation, digest: outcome.digest };
}

interface Ending {
  readonly tags: readonly string[];
  /** Without order: publications of several repositories are independent. */
  readonly ledger: readonly string[];
  readonly attempts: readonly Attempt[];
  /** Folders and files of work that nobody does any more. */
  readonly left: readonly string[];
}

function endingOf(registry: MemoryRegistry, folder: string): Ending {
  const state = openState(join(folder, 'state'));
  try {
    assert.deepEqual(state.pendingPublications(), []);
    const tags = REPOSITORIES.flatMap((name) =>
      [...registry.repository(`library/${name}`).tags].map(([tag, digest]) => `${name}:${tag} ${digest}`),
    );
    const ledger = [...state.ledger()].map(
      ({ event: { kind, repository, tags: of, digest } }) => `${kind} ${repository}:${of.join()} ${digest}`,
    );
    return { tags: tags.sort(), ledger: ledger.sort(), attempts: state.attempts(), left: workLeft(folder) };
  } finally {
    state.close();
  }
}

function workLeft(folder: string): readonly string[] {
  return readdirSync(join(folder, 'state'), { recursive: true, encoding: 'utf8' }).filter((path) =>
    /^(?:building\/[^/]+\/|verifying\/|parents\/[^/]*partial)/.test(path),
  );
}

/** Runs a programme that was killed to its end, and holds it against the one that was not. */
async function assertGoesOn(registry: MemoryRegistry, folder: string, expected: Ending): Promise<Ending> {
  const { events } = await runTinyProgramme(folder);
  const failed = events.filter(({ kind }) => /failed|rejected|not-|problem|without-/.test(kind));
  assert.deepEqual(failed, []);
  await assertSound(registry, folder);
  const ending = endingOf(registry, folder);
  assert.deepEqual(ending.tags, expected.tags);
  assert.deepEqual(ending.ledger, expected.ledger);
  assert.deepEqual(ending.left, []);
  for (const [target, attempts] of Map.groupBy(ending.attempts, ({ buildId }) => buildId))
    assert.ok(attempts.length <= 2, `${target} was built ${attempts.length} times`);
  return ending;
}

function chosenSteps(count: number): readonly number[] {
  const wish = process.env['HALLMARK_TEST_KILLS'];
  const kills = wish === 'all' ? count : Math.min(Number(wish ?? KILLS), count);
  return Array.from({ length: kills }, (_, at) => 1 + Math.floor((at * (count - 1)) / (kills - 1)));
}

suite('a programme whose process is killed', () => {
  test('goes on where it was, whichever step it was about to take', async (t) => {
    const folder = temporaryDirectory(t);
    const programme = join(folder, 'programme');
    writeTinyProgramme(programme, 'localhost');
    const undisturbed = join(folder, 'undisturbed');
    await using registry = await start(programme, undisturbed);
    const ended = await runUntil('', undisturbed);
    assert.equal(ended.status, 0, ended.stderr);
    await assertSound(registry, undisturbed);
    const expected = endingOf(registry, undisturbed);
    assert.deepEqual([expected.tags.length, expected.ledger.length, expected.attempts.length], [5, 3, 5]);
    assert.deepEqual(expected.left, []);
    const count = readFileSync(join(undisturbed, 'steps'), 'utf8').match(/\n/g)?.length ?? 0;

    const killedAt = async (step: number): Promise<void> => {
      const place = join(folder, String(step));
      await using its = await start(programme, place);
      const killed = await runUntil(String(step), place);
      const name = `killed before step ${step}: ${lastStep(place)}`;
      try {
        // two runs never take exactly as many steps
        if (killed.signal === null) assert.equal(killed.status, 0, killed.stderr);
        else assert.equal(killed.signal, 'SIGKILL');
        if (existsSync(join(place, 'state/programme.sqlite'))) await assertSound(its, place);
        await assertGoesOn(its, place, expected);
      } catch (error) {
        throw new Error(name, { cause: error });
      } finally {
        rmSync(place, { recursive: true, force: true });
      }
    };
    const steps = chosenSteps(count);
    // as many at once as small machines have processors
    for (let at = 0; at < steps.length; at += 2) await Promise.all(steps.slice(at, at + 2).map(killedAt));
    t.diagnostic(`killed before ${steps.length} of ${count} steps`);
    assert.ok(count > 200, `only ${count} steps were seen`);
  });

  const moments: readonly (readonly [what: string, step: string, check: (ending: Ending) => void])[] = [
    [
      'between quarantine and its own memory of it, it finds its image there or takes another name',
      '^sql UPDATE attempts SET outcome = \\?, ended_at = \\? WHERE id',
      ({ attempts }) => {
        const [first] = attempts.toReversed();
        const again = attempts.filter(({ buildId }) => buildId === first?.buildId);
        assert.deepEqual(
          again.map(({ generation, outcome }) => [generation, outcome.kind]),
          [
            [2, 'built'],
            [1, 'lost'],
          ],
        );
      },
    ],
    [
      'between quarantine and the log beside it, it goes on, and every image has its log',
      '^PUT /v2/quarantine/amd64/manifests/sha256:',
      ({ attempts }) => assert.ok(attempts.some(({ outcome }) => outcome.kind === 'lost')),
    ],
    [
      'while a child waits for its parent to be admitted, nothing is built twice',
      '^sql INSERT OR REPLACE INTO admissions',
      ({ attempts }) => assert.equal(attempts.length, 5),
    ],
    [
      'while a tag moves, it is told once',
      '^PUT /v2/library/base/manifests/latest',
      ({ ledger }) => assert.equal(ledger.filter((line) => line.includes('base:')).length, 1),
    ],
    [
      'between the last tag and the ledger, it is told once',
      '^sql INSERT INTO ledger',
      ({ ledger }) => assert.equal(ledger.length, 3),
    ],
  ];
  for (const [what, step, check] of moments) {
    test(`killed ${what}`, async (t) => {
      const folder = temporaryDirectory(t);
      const programme = join(folder, 'programme');
      writeTinyProgramme(programme, 'localhost');
      await using first = await start(programme, join(folder, 'undisturbed'));
      await runTinyProgramme(join(folder, 'undisturbed'));
      const expected = endingOf(first, join(folder, 'undisturbed'));
      const place = join(folder, 'killed');
      await using registry = await start(programme, place);
      const killed = await runUntil(step, place);
      assert.equal(killed.signal, 'SIGKILL', killed.stderr);
      await assertSound(registry, place);
      check(await assertGoesOn(registry, place, expected));
    });
  }
});

function lastStep(folder: string): string {
  const file = join(folder, 'steps');
  return existsSync(file) ? (readFileSync(file, 'utf8').trimEnd().split('\n').at(-1) ?? '') : '';
}
