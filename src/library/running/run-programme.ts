/** Runs a programme: opens what each role needs, and keeps everything built, examined and published. */
import type { AdvisoryDatabase } from '../../advisories/advisory.ts';
import type { Environment } from '../../assess/directories.ts';
import { parseReference } from '../../oci/reference.ts';
import { eitherSignal } from '../../oci/registry/connection.ts';
import type { AskPassword } from '../../signing/keys/private-key.ts';
import { openSettings } from '../programme/open-programme.ts';
import { createPublisher } from '../publishing/publisher.ts';
import { diskFailure } from '../state/disk-failure.ts';
import { openState } from '../state/open-state.ts';
import type { AdvisoryChoice } from './stock/advisory-choice.ts';
import { createAnnouncements } from './announcements.ts';
import { createClearing } from './clear-away.ts';
import { createBuilder, createEngines } from './roles/builder-role.ts';
import { createCurrentProgramme } from './stock/current-programme.ts';
import { blockedImages, unbuildable } from './hindrances.ts';
import { createKnownFlaws } from './stock/known-flaws.ts';
import { createOutsideRegistries, movableNames, recallOutside } from './stock/look-up-outside.ts';
import { openCommits, lockRoles } from './programme-folders.ts';
import { createPublisherRole } from './roles/publisher-role.ts';
import { readProgramme } from './stock/read-programme.ts';
import { connectionOfRole } from './roles/role-connection.ts';
import { openRoleKey, openTrustedVerifier } from './roles/role-keys.ts';
import type { OnRunEvent } from './run-event.ts';
import { runLoop } from './run-loop.ts';
import { outsideParentsOf } from '../builds/resolve-parents.ts';
import { type DefinedProgramme, type Stock, takeStock } from './stock/take-stock.ts';
import { createSourceReader } from '../sources/read-source.ts';
import { createVerifier } from './roles/verifier-role.ts';
import type { WaitForChange } from './wait-for-change.ts';

export type RoleName = 'build' | 'verify' | 'publish';

const ROLES: ReadonlySet<RoleName> = new Set<RoleName>(['build', 'verify', 'publish']);

/** Advisories are opened again when there are others, and closed when the run ends. */
export interface RunProgrammeOptions extends AdvisoryChoice {
  /** With `programme.yaml`. */
  readonly folder: string;
  readonly roles: ReadonlySet<RoleName>;
  readonly environment: Environment;
  readonly ask: AskPassword;
  readonly offline: boolean;
  /** Hallmark's own version. */
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onEvent: OnRunEvent;
  /** Told whenever nothing is left to be done until something changes. */
  readonly onIdle?: (stock: Stock) => void;
  readonly signal: AbortSignal;
  /** Default: everything ends when nothing can be done any more. */
  readonly waitForChange?: WaitForChange;
}

/**
 * Builds, examines and publishes whatever there is to do: once, or for as long as it is not interrupted.
 *
 * @returns how things stand at the end
 * @throws {LibraryError} PROGRAMME_NOT_FOUND, PROGRAMME_INVALID, STATE_UNREADABLE, STATE_UNWRITABLE, PROGRAMME_BUSY
 * @throws {SigningError} keys that cannot be opened
 */
export async function runProgramme(options: RunProgrammeOptions): Promise<Stock> {
  for (;;) {
    const { stock, isOver } = await playRoles(options);
    if (isOver) return stock;
  }
}

interface PlayedProgramme {
  readonly stock: Stock;
  /** False when another process has left a part that is ours to play as well. */
  readonly isOver: boolean;
}

/** Plays the parts that no other process does, to the end. */
async function playRoles(options: RunProgrammeOptions): Promise<PlayedProgramme> {
  const { folder, environment, offline, version, now, onEvent, waitForChange } = options;
  const settings = openSettings(folder);
  const cancelling = new AbortController();
  const signal = eitherSignal(cancelling.signal, options.signal);
  const cancel = (reason: unknown): void => cancelling.abort(reason);
  await using closing = new AsyncDisposableStack();
  const database = createCurrentDatabase(options);
  closing.defer(() => database.close());
  const store = openCommits(settings, { environment, signal });
  closing.defer(() => store.close());
  const state = openState(settings.state);
  closing.defer(() => state.close());
  const locks = lockRoles(settings, options.roles);
  closing.defer(() => locks.release());
  for (const work of locks.others) onEvent({ kind: 'problem', message: `another process ${work}` });
  const connectionOf = (role: keyof typeof settings.roles) =>
    connectionOfRole(settings, settings.roles[role], { environment, offline, signal });
  const engines = createEngines(settings, environment, version);
  const readSource = createSourceReader(store, { isFetched: true });
  const keys = { environment, ask: options.ask, signal };
  const verifier = locks.isVerifier
    ? createVerifier({
        settings,
        state,
        key: await openRoleKey(settings, 'verifier', keys),
        connection: connectionOf('verifier'),
        readSource,
        openDatabase: options.openDatabase,
        version,
        now,
      })
    : null;
  const publisher = locks.isPublisher
    ? createPublisher(settings, {
        key: await openRoleKey(settings, 'publisher', keys),
        verifier: await openTrustedVerifier(settings, keys),
        connection: connectionOf('publisher'),
        readSource,
        now: () => new Date(now()),
        signal,
      })
    : null;
  if (publisher !== null) closing.defer(() => publisher.close());
  const announcements = createAnnouncements(settings, {
    state,
    environment,
    offline,
    images: publisher,
    now,
    signal,
    onEvent,
    onFault: cancel,
  });
  closing.defer(() => announcements.end());

  const flaws = createKnownFlaws(settings.state, state);
  const registries = createOutsideRegistries({
    state,
    connection: connectionOf('builder'),
    maximumAge: settings.pollInterval,
  });
  const read = async (): Promise<DefinedProgramme> => {
    const programme = await readProgramme(folder, store, { isFetched: true });
    const own = programme.graph.targets.filter(({ architecture }) => locks.architectures.has(architecture));
    await engines.open(own);
    return { ...programme, problems: [...programme.problems, ...unbuildable(own, engines)] };
  };
  const define = createCurrentProgramme(settings, read, now);
  const clearAway = createClearing({ settings, state, locks });
  /** Problems are told when they come up, and again when they were gone in between. */
  let told: ReadonlySet<string> = new Set();
  const tell = (problems: readonly string[]): void => {
    // whoever breaks off knows why not everything could be read
    if (signal.aborted) return;
    for (const message of problems) if (!told.has(message)) onEvent({ kind: 'problem', message });
    told = new Set(problems);
  };
  /** Where other processes put what waits for this one. */
  const isAlone = ROLES.isSubsetOf(options.roles) && locks.others.length === 0;
  const othersPath = isAlone ? null : parseReference(settings.registry.quarantine).repository;
  const take = async (): Promise<Stock> => {
    const programme = await define();
    const seconds = Math.floor(now() / 1000);
    const parents = outsideParentsOf(programme.graph, programme.ownName);
    const concern = { names: movableNames(parents), path: othersPath };
    const pushed = waitForChange?.takePushed(concern) ?? new Set();
    // with the builder's credential, which others do not have: they go by what it found
    const outside = options.roles.has('build')
      ? await registries.lookUp(parents, { now: seconds, pushed })
      : { images: recallOutside(parents, state), problems: [] };
    const stock = takeStock(programme, {
      state,
      recipeOf(target) {
        const engine = engines.of(target);
        return typeof engine === 'string' ? null : engine.recipeId;
      },
      outside: outside.images,
      fixesOf: (images) => flaws.of(images, database.current(), seconds),
      hasAdvisories: verifier !== null && database.current() !== null,
      now: seconds,
    });
    tell([
      ...programme.problems,
      ...outside.problems,
      ...blockedImages(programme, stock.plan),
      ...clearAway(seconds),
    ]);
    return stock;
  };

  /** What was put off is looked at when its time has come. */
  const changed = ({ plan }: Stock, until: AbortSignal): Promise<void> => {
    if (waitForChange === undefined) return new Promise(() => {});
    const next = plan.deferred[0]?.notBefore ?? Number.POSITIVE_INFINITY;
    const seconds = Math.min(settings.pollInterval, Math.max(1, next - now() / 1000));
    return waitForChange.wait(seconds, until);
  };

  let isOver = true;
  const stock = await runLoop({
    roles: {
      build:
        locks.architectures.size === 0
          ? null
          : createBuilder({
              settings,
              state,
              store,
              engines,
              connection: connectionOf('builder'),
              architectures: locks.architectures,
              now,
              onEvent,
              signal,
            }),
      examine: verifier,
      publish: publisher === null ? null : createPublisherRole(state, publisher, announcements, now),
    },
    takeStock: take,
    async whenIdle(stock) {
      if (waitForChange === undefined) return 'end';
      if (locks.isAnyFree()) {
        isOver = false;
        return 'end';
      }
      options.onIdle?.(stock);
      await changed(stock, signal);
      return 'again';
    },
    changed,
    now,
    onEvent,
    signal,
    cancel,
  }).catch((error: unknown) => {
    throw diskFailure(error, settings.state) ?? error;
  });
  return { stock, isOver };
}

/** The advisories that plans go by: opened again when they have changed, since a programme that goes on must hear of new ones. */
function createCurrentDatabase({ openDatabase, databaseFingerprint }: AdvisoryChoice) {
  let opened: { readonly print: string; readonly database: AdvisoryDatabase | null } | null = null;
  return {
    current(): AdvisoryDatabase | null {
      const print = databaseFingerprint();
      if (opened?.print !== print) {
        opened?.database?.close();
        opened = { print, database: openDatabase() };
      }
      return opened.database;
    },
    close(): void {
      opened?.database?.close();
    },
  };
}
