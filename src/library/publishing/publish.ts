/**
 * From a plan of publications to the public, and to the ledger. What is about to be done is written down before it is begun, and the
 * ledger's entry and the end of that note are one transaction: after a kill every note that is left is finished or withdrawn.
 */
import { HallmarkError } from '../../model/errors.ts';
import { inParallel } from '../../oci/toc/in-parallel.ts';
import { LibraryError } from '../errors.ts';
import { parseDatedName } from '../ledger/dated-name.ts';
import type { LedgerEntry, LedgerEvent, Publication, PublishedImage, Retirement } from '../ledger/entry.ts';
import type { TagStates } from '../ledger/tag-states.ts';
import { type ProgrammeSettings, rulesFor } from '../programme/programme.ts';
import type { ProgrammeState, PublicationIntent } from '../state/programme-state.ts';
import type { AdmittedImage } from './admitted-image.ts';
import { attestRetirement, attestReturn } from './attest-tag-state.ts';
import { attestTags } from './attest-tags.ts';
import {
  type Brought,
  bringIndex,
  giveNames,
  movedTags,
  moveTags,
  type PreparedPublication,
} from './carry-out.ts';
import { compareImages } from './compare-images.ts';
import { refused } from './confirm-publication.ts';
import { chooseNames } from './dated-tags.ts';
import { definedNames, type DefinedTags, refuseDefined } from './defined-images.ts';
import { toIntent } from './publication-intent.ts';
import type {
  PlannedPublication,
  PlannedRetirement,
  PublicationMember,
  PublicationPlan,
} from './publication-plan.ts';
import { type IndexSettings, prepareAgain, preparePublication } from './prepare-publication.ts';
import type { Publisher } from './publisher.ts';
import { findOlder, type OlderImage, refuseOlder } from './refuse-older.ts';
import { rememberSigned, type UnsignedTags } from './renew-tags.ts';

/** Tags that are not what they were to be. The others of the plan are. */
export interface PublicationProblem {
  readonly repository: string;
  readonly tags: readonly string[];
  readonly error: LibraryError;
}

export interface PublicationReport {
  /** In the order in which they were written into the ledger. */
  readonly entries: readonly LedgerEntry[];
  readonly problems: readonly PublicationProblem[];
  /** Images that were published without the log that their provenance names. */
  readonly withoutLog: readonly ImageWithoutLog[];
}

/** What the publisher has done in one go. */
export interface PublisherReport extends PublicationReport {
  /** Tags of which it is not signed what they mean, where that is asked for, or soon not any more. */
  readonly unsigned: readonly UnsignedTags[];
}

export interface ImageWithoutLog {
  /** `repository@digest`. */
  readonly image: string;
  readonly because: string;
}

/** What of a programme's settings decides how it is published. */
export type PublishingSettings = IndexSettings & Pick<ProgrammeSettings, 'rules' | 'repositoryRules'>;

export type PublishingState = Pick<
  ProgrammeState,
  | 'tagStates'
  | 'beginPublication'
  | 'pendingPublications'
  | 'damagedPublications'
  | 'completePublication'
  | 'withdrawPublication'
  | 'recall'
  | 'remember'
>;

/** What a note was about is lost, and nothing else. */
const DAMAGED_NOTE_REMEDY =
  'Tags that are defined are published again, which the ledger tells then. Look at the disk, and at who else can write the state.';

/** Registries without the referrers API have to be waited for; each keeps the evidence of its images in memory. */
const PUBLICATIONS_AT_A_TIME = 4;

interface Run {
  readonly settings: PublishingSettings;
  readonly state: PublishingState;
  readonly publisher: Publisher;
  readonly brought: Brought;
  /** Who lets tags go back to older images; null for nobody. */
  readonly putBackBy: string | null;
}

type Result = { readonly entry: LedgerEntry | null; readonly problem: PublicationProblem | null };

/**
 * Publishes what is ready and retires what is gone. What cannot be published is a problem of its own: the rest goes on. Notes of an
 * earlier run have to be dealt with before the plan is made: {@link resumePublications}.
 *
 * @param putBackBy who asks by hand for images that are older than what their tags mean; null: they are refused
 */
export async function publish(
  settings: PublishingSettings,
  state: PublishingState,
  plan: Pick<PublicationPlan, 'ready' | 'retired'>,
  publisher: Publisher,
  putBackBy: string | null = null,
): Promise<PublicationReport> {
  const run: Run = { settings, state, publisher, brought: new Map(), putBackBy };
  const states = state.tagStates();
  const results: Result[] = [];
  await inParallel(plan.ready.entries(), PUBLICATIONS_AT_A_TIME, async ([at, planned]) => {
    results[at] = await orProblem(planned, run, () => publishOne(planned, states, run));
  });
  for (const planned of plan.retired) results.push(await orProblem(planned, run, () => retire(planned, run)));
  return await toReport(results, run);
}

/**
 * Finishes what a run that was killed, or that could not reach its registry, has begun; what cannot be finished, or is defined otherwise by
 * now, is withdrawn.
 */
export async function resumePublications(
  defined: DefinedTags & { readonly settings: PublishingSettings },
  state: PublishingState,
  publisher: Publisher,
): Promise<PublicationReport> {
  const run: Run = { settings: defined.settings, state, publisher, brought: new Map(), putBackBy: null };
  const results: Result[] = state.damagedPublications().map((id) => withdrawDamaged(id, state));
  for (const intent of state.pendingPublications()) results.push(await finish(intent, defined, run));
  return await toReport(results, run);
}

/** Its tags are published again by what is defined, and the ledger tells of them then. */
function withdrawDamaged(id: string, state: PublishingState): Result {
  state.withdrawPublication(id);
  const message = `the note ${JSON.stringify(id)} of a publication that was begun cannot be read, and is withdrawn: nobody can say which tags it has moved`;
  const error = new LibraryError('STATE_UNREADABLE', message, { subject: id, remedy: DAMAGED_NOTE_REMEDY });
  return { entry: null, problem: { repository: '?', tags: [], error } };
}

async function toReport(results: readonly Result[], { brought }: Run): Promise<PublicationReport> {
  const logs = await Promise.all(
    [...brought].map(async ([image, because]) => ({ image, because: await because })),
  );
  return {
    entries: results.flatMap(({ entry }) => entry ?? []).toSorted((a, b) => a.sequence - b.sequence),
    problems: results.flatMap(({ problem }) => problem ?? []),
    withoutLog: logs.flatMap(({ image, because }) => (because === null ? [] : [{ image, because }])),
  };
}

async function publishOne(planned: PlannedPublication, states: TagStates, run: Run): Promise<Result> {
  const { settings, state, publisher } = run;
  const { repository, tags, members, missing } = planned;
  refuseUnfinished(planned, state);
  const prepared = await preparePublication(planned, members, settings, publisher);
  const older = await findOlder(prepared, settings.registry.quarantine, publisher);
  if (run.putBackBy === null) refuseOlder(older, prepared);
  const known = states.get(repository);
  const [first = ''] = tags;
  const meant = known?.get(first)?.published?.event.images ?? [];
  const images: PublishedImage[] = [];
  for (const image of prepared.images) {
    const told = members.find(({ digest }) => digest === image.digest);
    if (told !== undefined) images.push(await publishedImage(told, image, { meant, older }, run));
  }
  const previous = Object.fromEntries(
    tags.flatMap((tag) => {
      const before = known?.get(tag)?.digest;
      return before === undefined ? [] : [[tag, before]];
    }),
  );
  const { digest, bytes } = prepared.index;
  const now = publisher.now();
  const dated = await chooseNames(planned, digest, known, now, publisher);
  const event: Publication = {
    kind: 'published',
    repository,
    tags,
    ...(dated.length === 0 ? {} : { dated }),
    digest,
    images,
    previous,
    missing,
  };
  const intent = toIntent(event, bytes, now.toISOString());
  state.beginPublication(intent);
  return settle(intent, run, () => makePublic(prepared, event, run));
}

async function makePublic(
  prepared: PreparedPublication,
  { dated = [], previous }: Pick<Publication, 'dated' | 'previous'>,
  { settings, state, publisher, brought }: Run,
): Promise<void> {
  const { repository, tags, index } = prepared;
  const path = settings.registry.public;
  await bringIndex(prepared, brought, publisher);
  await attestReturn(prepared, path, publisher);
  const validity = rulesFor(settings, repository).tagValidity;
  const meant = { repository, tags, digest: index.digest };
  const until =
    validity === null
      ? null
      : await attestTags(meant, Object.values(previous), { validity, path }, publisher);
  await giveNames(prepared, dated, publisher);
  await moveTags(prepared, publisher);
  if (until !== null) rememberSigned(meant, until, publisher, state);
}

interface Before {
  /** What the first tag means so far. */
  readonly meant: readonly PublishedImage[];
  /** Images that take the place of newer ones. */
  readonly older: readonly OlderImage[];
}

async function publishedImage(
  { architecture, digest, buildId, generation, reasons }: PublicationMember,
  image: AdmittedImage,
  { meant, older }: Before,
  { settings, publisher, putBackBy }: Run,
): Promise<PublishedImage> {
  const same = meant.find((one) => one.digest === digest);
  const before = same ?? meant.find((one) => one.architecture === architecture) ?? null;
  const packages = await compareImages(before, image, settings.registry.quarantine, publisher);
  const isPutBack = older.some((one) => one.image === image);
  const why = [
    ...(same === undefined ? reasons : []),
    ...(isPutBack
      ? [{ kind: 'put-back', by: putBackBy ?? '', at: publisher.now().toISOString() } as const]
      : []),
  ];
  const { sourceId } = image.source;
  return { architecture, digest, sourceId, buildId, generation, reasons: why, packages };
}

async function retire(planned: PlannedRetirement, run: Run): Promise<Result> {
  refuseUnfinished(planned, run.state);
  const event: Retirement = { kind: 'retired', ...planned };
  const intent = toIntent(event, Buffer.alloc(0), run.publisher.now().toISOString());
  run.state.beginPublication(intent);
  const { settings, publisher } = run;
  return settle(intent, run, () => attestRetirement(event, intent.at, settings.registry.public, publisher));
}

/** Tags with an unfinished note are left alone: it says what they are about to mean. */
function refuseUnfinished(
  { repository, tags }: Pick<LedgerEvent, 'repository' | 'tags'>,
  state: PublishingState,
): void {
  const isUnfinished = state
    .pendingPublications()
    .some(({ event }) => event.repository === repository && event.tags.some((tag) => tags.includes(tag)));
  if (!isUnfinished) return;
  const name = `${repository}:${tags.join(', ')}`;
  throw refused(`an earlier publication of ${name} is not finished`, name);
}

/** From what was written down. It is held against the definitions, and the images are admitted once more: nothing in the state is believed. */
function finish(intent: PublicationIntent, defined: DefinedTags, run: Run): Promise<Result> {
  const { event, at } = intent;
  const { settings, publisher } = run;
  return settle(intent, run, async () => {
    // what is signed from then on would have the last word for ever
    if (!(Date.parse(at) <= publisher.now().getTime())) {
      const name = `${event.repository}:${event.tags.join(', ')}`;
      throw refused(`${name} was begun at ${JSON.stringify(at)}, which is no time that has been`, name);
    }
    if (event.kind === 'retired') {
      refuseDefined(event, defined);
      return await attestRetirement(event, at, settings.registry.public, publisher);
    }
    const dated = definedNames(event, at, defined);
    const prepared = await prepareAgain(event, defined, settings, publisher);
    // a note that was asked for by hand is not told from one that was forged
    refuseOlder(await findOlder(prepared, settings.registry.quarantine, publisher), prepared);
    await makePublic(prepared, { ...event, dated }, run);
  });
}

/** Does the work and writes the entry. Where the work fails, the entry tells of those tags that moved; without any there is none. */
async function settle(intent: PublicationIntent, run: Run, work: () => Promise<void>): Promise<Result> {
  const { event } = intent;
  const { state, publisher } = run;
  const now = () => publisher.now().toISOString();
  return orProblem(event, run, async () => {
    try {
      await work();
      return { entry: state.completePublication(intent.id, event, now()), problem: null };
    } catch (error) {
      const problem = toProblem(event, error, publisher);
      const moved = event.kind === 'published' ? await tagsMovedBy(event, publisher) : [];
      if (event.kind === 'retired' || moved.length === 0) {
        state.withdrawPublication(intent.id);
        return { entry: null, problem };
      }
      const entry = state.completePublication(intent.id, await onlyTags(event, moved, publisher), now());
      const tags = event.tags.filter((tag) => !moved.includes(tag));
      return { entry, problem: tags.length === 0 ? null : { ...problem, tags } };
    }
  });
}

/** A tag that comes back to what it means in public has not moved. */
async function tagsMovedBy(event: Publication, publisher: Publisher): Promise<readonly string[]> {
  const meant = await movedTags(event, publisher);
  return meant.filter((tag) => event.previous[tag] !== event.digest);
}

/** The event of some of its tags, with those of their names that were given. */
async function onlyTags(
  { dated = [], ...event }: Publication,
  tags: readonly string[],
  publisher: Publisher,
): Promise<Publication> {
  const previous = Object.entries(event.previous).filter(([tag]) => tags.includes(tag));
  const names = dated.filter((name) => tags.includes(parseDatedName(name)?.tag ?? ''));
  const given = await movedTags({ ...event, tags: names }, publisher);
  return {
    ...event,
    ...(given.length === 0 ? {} : { dated: given }),
    tags,
    previous: Object.fromEntries(previous),
  };
}

async function orProblem(
  what: Pick<LedgerEvent, 'repository' | 'tags'>,
  { publisher }: Run,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    return { entry: null, problem: toProblem(what, error, publisher) };
  }
}

/** @throws the error itself where it is none of ours, or where all was broken off from outside */
function toProblem(
  { repository, tags }: Pick<LedgerEvent, 'repository' | 'tags'>,
  error: unknown,
  { signal }: Publisher,
): PublicationProblem {
  signal?.throwIfAborted();
  if (!(error instanceof HallmarkError)) throw error;
  const name = `${repository}:${tags.join(', ')}`;
  const told = error instanceof LibraryError ? error : refused(`${name}: ${error.message}`, name, error);
  return { repository, tags, error: told };
}
