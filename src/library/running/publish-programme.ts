/** Publishes what is ready, and nothing else: nothing is built or examined, and no commit fetched but one that an image is held against. */
import type { Environment } from '../../assess/directories.ts';
import type { AskPassword } from '../../signing/keys/private-key.ts';
import { outsideParentsOf } from '../builds/resolve-parents.ts';
import { choosePublications } from '../publishing/choose-publications.ts';
import type { PublicationPlan } from '../publishing/publication-plan.ts';
import type { PublisherReport } from '../publishing/publish.ts';
import { createPublisher } from '../publishing/publisher.ts';
import { createSourceReader } from '../sources/read-source.ts';
import { openState } from '../state/open-state.ts';
import type { ProgrammeState } from '../state/programme-state.ts';
import { createAnnouncements } from './announcements.ts';
import { recallOutside } from './stock/look-up-outside.ts';
import { lockRoles, openCommits } from './programme-folders.ts';
import { finishAndPublish, publicationsOf } from './roles/publisher-role.ts';
import { connectionOfRole } from './roles/role-connection.ts';
import { openRoleKey, openTrustedVerifier } from './roles/role-keys.ts';
import type { OnRunEvent } from './run-event.ts';
import { type DefinedProgramme, takeStock, WITHOUT_WORK } from './stock/take-stock.ts';

export interface PublishProgrammeOptions {
  /** `repository` or `repository:tag`; none: all. */
  readonly references: readonly string[];
  readonly isDryRun: boolean;
  /** Who asks for images that are older than what their tags mean; null: they are refused. */
  readonly putBackBy: string | null;
  readonly environment: Environment;
  readonly ask: AskPassword;
  readonly offline: boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** Told of pages that could not be written, and of receivers of webhooks. */
  readonly onEvent: OnRunEvent;
}

export interface PublishedProgramme {
  readonly plan: PublicationPlan;
  /** Null in a dry run. */
  readonly report: PublisherReport | null;
}

/**
 * @throws {LibraryError} PROGRAMME_INVALID, PROGRAMME_BUSY, STATE_UNREADABLE, DEFINITION_NOT_FOUND
 * @throws {SigningError} keys that cannot be opened
 */
export async function publishProgramme(
  defined: DefinedProgramme,
  options: PublishProgrammeOptions,
): Promise<PublishedProgramme> {
  const { settings } = defined.programme;
  const state = openState(settings.state);
  try {
    if (options.isDryRun) return { plan: planNow(defined, state, options), report: null };
    return await publishNow(defined, state, options);
  } finally {
    state.close();
  }
}

async function publishNow(
  defined: DefinedProgramme,
  state: ProgrammeState,
  options: PublishProgrammeOptions,
): Promise<PublishedProgramme> {
  const { settings } = defined.programme;
  const { environment, ask, now, signal } = options;
  await using closing = new AsyncDisposableStack();
  const locks = lockRoles(settings, new Set(['publish']));
  closing.defer(() => locks.release());
  const keys = { environment, ask, signal };
  const store = openCommits(settings, { environment, signal });
  closing.defer(() => store.close());
  const publisher = createPublisher(settings, {
    key: await openRoleKey(settings, 'publisher', keys),
    verifier: await openTrustedVerifier(settings, keys),
    readSource: createSourceReader(store, { isFetched: !options.offline }),
    connection: connectionOfRole(settings, settings.roles.publisher, options),
    now: () => new Date(now()),
    signal,
  });
  closing.defer(() => publisher.close());
  const plan = () => planNow(defined, state, options);
  const published = await finishAndPublish(defined, state, publisher, plan, options.putBackBy);
  const announcements = createAnnouncements(settings, { ...options, state, images: publisher });
  closing.defer(() => announcements.end());
  announcements.announce(defined, published.report.entries.length > 0);
  return published;
}

function planNow(
  defined: DefinedProgramme,
  state: ProgrammeState,
  { references, now }: PublishProgrammeOptions,
): PublicationPlan {
  const seconds = Math.floor(now() / 1000);
  const outside = recallOutside(outsideParentsOf(defined.graph, defined.ownName), state);
  const stock = takeStock(defined, { ...WITHOUT_WORK, state, outside, now: seconds });
  return choosePublications(publicationsOf(stock, state, seconds), references, defined.programme);
}
