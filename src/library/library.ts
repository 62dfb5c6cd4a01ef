/**
 * A programme of images in a program: what the commands of `hallmark library` do, as functions. Each loads what it needs when it is called,
 * so that who only assesses images does not wait for it.
 */
import process from 'node:process';
import type { Architecture } from '../definitions/architectures.ts';
import type { Environment } from '../assess/directories.ts';
import { toolVersion } from '../assess/tool-version.ts';
import type { VerificationDocument } from './admission/verification-document.ts';
import type { ProgrammeDocuments } from './documents/programme-documents.ts';
import type { LedgerEntry } from './ledger/entry.ts';
import type { BuildAttemptsDocument, BuildLogDocument } from './logs/log-documents.ts';
import type { PlanDocument } from './plan/plan-document.ts';
import { openProgramme, openSettings } from './programme/open-programme.ts';
import type { PublicationsDocument } from './publishing/publications-document.ts';
import type { ChosenEngine } from './reproduction/reproduce-programme.ts';
import type { ToldReproduction } from './reproduction/reproduction-document.ts';
import type { Acknowledgement } from './review/acknowledgement.ts';
import type { ReviewDocument } from './review/review-schema.ts';
import { chooseAdvisories } from './running/stock/advisory-choice.ts';
import type { RunDocument } from './running/run-document.ts';
import type { OnRunEvent, RunEvent } from './running/run-event.ts';
import type { RoleName } from './running/run-programme.ts';
import type { ProgrammeStatus } from './status/programme-status.ts';
import type { TagsDocument } from './tags/tags-schema.ts';

/** Everything is optional; what is left out is as on the command line. */
export interface ProgrammeOptions {
  /** Default: the process's own. */
  readonly environment?: Environment;
  /** The clock. Default: that of the machine. */
  readonly now?: () => Date;
  readonly signal?: AbortSignal;
}

export interface AdvisoryOptions {
  /** File of an advisory database; null: flaws are not looked for. Default: `$HALLMARK_DB`, the imported or the starter database. */
  readonly database?: string | null;
}

export interface ActingOptions {
  /** Forbids every connection but to local sockets and loopback registries. */
  readonly offline?: boolean;
  /** Told of everything that happens. */
  readonly onEvent?: OnRunEvent;
}

export interface PlanProgrammeOptions extends ProgrammeOptions, AdvisoryOptions {
  /** `redis`, `redis:8`. Default: everything. */
  readonly references?: readonly string[];
  /** Default: all. */
  readonly architectures?: readonly Architecture[];
}

/**
 * What is to be built, why and by when. Nothing is fetched, and no registry is asked.
 *
 * @param folder with `programme.yaml`, or with a folder `library` of definitions
 * @throws {HallmarkError} with a stable `code` when nothing can be planned; what could not be read in part is among `problems`
 * @example
 * const { work } = await planProgramme('programme');
 */
export async function planProgramme(
  folder: string,
  options: PlanProgrammeOptions = {},
): Promise<PlanDocument> {
  const { readPlan } = await import('./running/stock/read-plan.ts');
  const { references = [], architectures = [] } = options;
  return readPlan(folder, { references, architectures }, surroundingsAt(options));
}

export interface RunOptions extends ProgrammeOptions, AdvisoryOptions, ActingOptions {
  /** Default: all three. */
  readonly roles?: readonly RoleName[];
}

/**
 * Builds, examines and publishes whatever there is to do, until nothing is left that can be done. What fails is told and the rest goes on.
 *
 * @param folder with `programme.yaml`
 * @throws {HallmarkError} with a stable `code` when nothing can be done
 */
export async function runProgramme(folder: string, options: RunOptions = {}): Promise<RunDocument> {
  const { runProgramme: run } = await import('./running/run-programme.ts');
  const { toRunDocument } = await import('./running/run-document.ts');
  const events: RunEvent[] = [];
  const stock = await run({
    ...actingOf(options),
    folder,
    roles: new Set(options.roles ?? (['build', 'verify', 'publish'] as const)),
    onEvent(event) {
      events.push(event);
      options.onEvent?.(event);
    },
  });
  return toRunDocument(stock, events);
}

export interface VerifyProgrammeOptions extends ProgrammeOptions, AdvisoryOptions, ActingOptions {
  /** `redis`, `redis:8`. Default: everything. */
  readonly references?: readonly string[];
  /** Nothing is examined, only what was found before is read back. Default: false. */
  readonly readOnly?: boolean;
}

/**
 * The verifier by itself: examines what waits in quarantine, and says of each image what was found and whether that is proven.
 *
 * @throws {HallmarkError} with a stable `code` when nothing can be said
 */
export async function verifyProgramme(
  folder: string,
  options: VerifyProgrammeOptions = {},
): Promise<VerificationDocument> {
  const { verifyProgramme: verify } = await import('./running/verify-programme.ts');
  const { toVerificationDocument } = await import('./admission/verification-document.ts');
  const images = await verify({
    ...actingOf(options),
    folder,
    references: options.references ?? [],
    isExamining: options.readOnly !== true,
  });
  return toVerificationDocument(images);
}

export interface PublishProgrammeOptions extends ProgrammeOptions, ActingOptions {
  /** `redis`, `redis:8`. Default: everything. */
  readonly references?: readonly string[];
  /** Only says what would be published. Default: false. */
  readonly dryRun?: boolean;
  /** Who lets the tags of the references go back to older images of the same source: the ledger names them. Default: nobody. */
  readonly putBackBy?: string;
}

/**
 * The publisher by itself: publishes what is admitted and ready. Tags that a registry refuses are among the problems.
 *
 * @throws {HallmarkError} with a stable `code` when nothing can be published
 */
export async function publishProgramme(
  folder: string,
  options: PublishProgrammeOptions = {},
): Promise<PublicationsDocument> {
  const { readDefined } = await import('./running/stock/read-stock.ts');
  const { publishProgramme: publish } = await import('./running/publish-programme.ts');
  const { toPublicationsDocument } = await import('./publishing/publications-document.ts');
  const acting = actingOf(options);
  const { plan, report } = await publish(await readDefined(folder, acting), {
    ...acting,
    references: options.references ?? [],
    isDryRun: options.dryRun === true,
    putBackBy: options.putBackBy ?? null,
  });
  return toPublicationsDocument(plan, report);
}

export interface ReproduceProgrammeOptions extends ProgrammeOptions, Pick<ActingOptions, 'offline'> {
  /** `redis`, `redis:8`. Default: everything that stands. */
  readonly references?: readonly string[];
  /** Default: all. */
  readonly architectures?: readonly Architecture[];
  /** Default: `reproduction.engines` of the settings, else what made the image. */
  readonly engine?: ChosenEngine;
  /** How many differences of an image are told one by one. Default: 20. */
  readonly most?: number;
}

/**
 * Builds images once more, and tells in what they differ; the state remembers it for `programmeStatus`. Nothing of them is kept or sent.
 *
 * @throws {HallmarkError} with a stable `code` when nothing can be built again
 */
export async function reproduceProgramme(
  folder: string,
  options: ReproduceProgrammeOptions = {},
): Promise<ToldReproduction> {
  const { reproduceProgramme: reproduce } = await import('./reproduction/reproduce-programme.ts');
  const { toReproductionDocument } = await import('./reproduction/reproduction-document.ts');
  const { environment, signal, now } = surroundingsOf(options);
  const reproduced = await reproduce({
    folder,
    references: options.references ?? [],
    architectures: options.architectures ?? [],
    engine: options.engine ?? null,
    most: options.most ?? 20,
    environment,
    offline: options.offline === true,
    version: toolVersion(),
    now,
    signal,
    onEvent: () => {},
  });
  return toReproductionDocument(reproduced, Math.floor(now() / 1000));
}

export interface StatusOptions extends ProgrammeOptions, AdvisoryOptions {
  /** Default: all. */
  readonly repositories?: readonly string[];
}

/** Where a programme stands, by what is remembered. @throws {HallmarkError} with a stable `code` */
export async function programmeStatus(folder: string, options: StatusOptions = {}): Promise<ProgrammeStatus> {
  const { readStatus } = await import('./running/stock/read-status.ts');
  return readStatus(folder, options.repositories ?? [], surroundingsAt(options));
}

export interface TagsOptions extends ProgrammeOptions {
  /** The image that is chosen must be there for it. Default: any. */
  readonly architecture?: Architecture;
  /** Less in an image is better. Default: false. */
  readonly lean?: boolean;
  /** Also what once was supported, from the history of the definitions in git. Default: for a tag, not for a repository. */
  readonly history?: boolean;
}

/**
 * Which tags are the same image, which is the newest, whether one is supported and what took its place.
 *
 * @param reference `redis`, `redis:8-alpine`
 * @throws {HallmarkError} with a stable `code`
 */
export async function programmeTags(
  folder: string,
  reference: string,
  options: TagsOptions = {},
): Promise<TagsDocument> {
  const { readTags } = await import('./running/stock/read-tags.ts');
  const { toTagsDocument } = await import('./tags/tags-schema.ts');
  const { environment, signal, now } = surroundingsOf(options);
  const answer = await readTags(folder, {
    reference,
    architecture: options.architecture ?? null,
    lean: options.lean === true,
    history: (options.history ?? reference.includes(':')) ? { environment, signal } : null,
    nowMs: now(),
  });
  return toTagsDocument(answer);
}

export interface ReviewOptions extends ProgrammeOptions {
  /** A folder or a revision in git. Default: what the folder has now. */
  readonly head?: string;
  /** What is meant to be as it is: `{ check: 'tags.lost', subject: 'mongo:latest' }`. */
  readonly acknowledged?: readonly Acknowledgement[];
  /** Fetches commits that are missing. Default: false. */
  readonly fetch?: boolean;
}

/**
 * What a change of definitions means, and which rules it breaks.
 *
 * @param base folder with the programme as it was, or a revision in git
 * @throws {HallmarkError} with a stable `code`
 */
export async function reviewProgramme(
  folder: string,
  base: string,
  options: ReviewOptions = {},
): Promise<ReviewDocument> {
  const { reviewProgramme: review } = await import('./running/review-programme.ts');
  const { toReviewDocument } = await import('./review/review-schema.ts');
  const found = await review(folder, {
    ...surroundingsOf(options),
    base,
    head: options.head ?? null,
    workingDirectory: process.cwd(),
    acknowledged: options.acknowledged ?? [],
    isFetched: options.fetch === true,
  });
  return toReviewDocument(found);
}

export interface DocumentsOptions {
  /** Default: all, with the page of the programme. */
  readonly repositories?: readonly string[];
  /** Pages about one architecture. */
  readonly architecture?: Architecture;
  /** Longer pages are trimmed. */
  readonly limitBytes?: number;
}

/** The pages of a programme as files in memory. @throws {HallmarkError} with a stable `code` */
export async function programmeDocuments(
  folder: string,
  options: DocumentsOptions = {},
): Promise<ProgrammeDocuments> {
  const { programmePages } = await import('./running/programme-pages.ts');
  const { chosenRepositories } = await import('./listing/chosen-repositories.ts');
  const { openStateToRead } = await import('./state/open-state.ts');
  const programme = openProgramme(folder);
  const choice = {
    only: chosenRepositories(options.repositories ?? [], programme),
    architecture: options.architecture ?? null,
    limitBytes: options.limitBytes ?? null,
    images: null,
  };
  const state = openStateToRead(programme.settings.state);
  try {
    return programmePages(programme, state.tagStates(), state, choice);
  } finally {
    state.close();
  }
}

/** Every publication and retirement, the first first. @throws {HallmarkError} with a stable `code` */
export async function programmeLedger(folder: string): Promise<readonly LedgerEntry[]> {
  const { openStateToRead } = await import('./state/open-state.ts');
  const state = openStateToRead(openSettings(folder).state);
  try {
    return [...state.ledger()];
  } finally {
    state.close();
  }
}

/** Attempts to build `redis` or `redis:8`, the newest first. @throws {HallmarkError} with a stable `code` */
export async function buildAttempts(folder: string, reference: string): Promise<BuildAttemptsDocument> {
  const { withAttempts } = await import('./logs/open-attempts.ts');
  const { toAttemptsDocument } = await import('./logs/log-documents.ts');
  const choice = { reference, architecture: null, id: null };
  return withAttempts(folder, choice, ({ attempts, settings }) => toAttemptsDocument(attempts, settings));
}

export interface BuildLogOptions {
  /** Default: any. */
  readonly architecture?: Architecture;
  /** Number of the attempt. Default: the newest. */
  readonly attempt?: number;
}

/** What a build on this machine has said so far. @throws {HallmarkError} LOG_NOT_FOUND when it was cleared away */
export async function buildLog(
  folder: string,
  reference: string,
  { architecture, attempt }: BuildLogOptions = {},
): Promise<BuildLogDocument> {
  const { withAttempts } = await import('./logs/open-attempts.ts');
  const { readAttemptLog } = await import('./logs/log-documents.ts');
  const choice = { reference, architecture: architecture ?? null, id: attempt ?? null };
  return withAttempts(folder, choice, ({ attempts: [newest], settings }) =>
    readAttemptLog(reference, newest, settings),
  );
}

function surroundingsOf({
  environment = process.env,
  now,
  signal,
  database,
}: ProgrammeOptions & AdvisoryOptions) {
  return {
    environment,
    advisories: chooseAdvisories(database, environment),
    now: () => (now === undefined ? Date.now() : now().getTime()),
    signal: signal ?? new AbortController().signal,
  };
}

/** Passwords of keys come from the environment: nobody is there to be asked. */
function actingOf(options: ProgrammeOptions & AdvisoryOptions & ActingOptions) {
  const { advisories, ...surroundings } = surroundingsOf(options);
  return {
    ...surroundings,
    ...advisories,
    ask: async () => null,
    offline: options.offline === true,
    version: toolVersion(),
    onEvent: options.onEvent ?? (() => {}),
  };
}

/** At one moment, in seconds since 1970. */
function surroundingsAt(options: ProgrammeOptions & AdvisoryOptions) {
  const { now, ...surroundings } = surroundingsOf(options);
  return { ...surroundings, now: Math.floor(now() / 1000) };
}
