import {
  type Listening,
  listenForPushes,
  type ListeningOptions,
} from '../../library/running/push-notifications.ts';
import { readDefined } from '../../library/running/stock/read-stock.ts';
import { requestBuilds } from '../../library/running/request-builds.ts';
import { toRunDocument } from '../../library/running/run-document.ts';
import type { RunEvent } from '../../library/running/run-event.ts';
import { type RoleName, runProgramme } from '../../library/running/run-programme.ts';
import { createPushedChanges, type WaitForChange } from '../../library/running/wait-for-change.ts';
import type { Stock } from '../../library/running/stock/take-stock.ts';
import type { ExitStatus } from '../../model/errors.ts';
import { formatSeconds } from '../../formats/time.ts';
import { formatJson } from '../../report/json.ts';
import { plural } from '../../report/quantity.ts';
import { LibraryError } from '../../library/errors.ts';
import { CliError } from '../errors.ts';
import { parseTargets, writeTargets } from '../formats.ts';
import { type ActingFlags, actingOptions } from '../library/acting-options.ts';
import { advisoriesOf, type AdvisoryFlags } from '../library/advisories.ts';
import { programmeFolder, type ProgrammeFlags } from '../library/programme-option.ts';
import { tellMistakes } from '../library/tell-mistakes.ts';
import type { Terminal } from '../terminal.ts';

export interface RunFlags extends ProgrammeFlags, AdvisoryFlags, ActingFlags {
  readonly format: readonly string[];
}

export interface RoleFlags extends RunFlags {
  readonly role: readonly RoleName[];
}

export interface BuildFlags extends RunFlags {
  readonly note?: string;
}

export interface WatchFlags extends RoleFlags {
  readonly listen?: { readonly host: string; readonly port: number };
  readonly listenSecret?: string;
}

const FORMATS = ['terminal', 'json'] as const;
const ALL_ROLES: readonly RoleName[] = ['build', 'verify', 'publish'];

export function runOnce(flags: RoleFlags, terminal: Terminal): Promise<ExitStatus> {
  return run(flags, flags.role.length === 0 ? ALL_ROLES : flags.role, terminal);
}

/** @param references what is asked for by hand */
export async function buildOnce(
  references: readonly string[],
  flags: BuildFlags,
  terminal: Terminal,
): Promise<ExitStatus> {
  if (references.length > 0) {
    // a mistake in the command is told before anything is noted
    parseTargets(flags.format, FORMATS);
    // what a definition names since the last run has no identity before it is here
    const defined = await readDefined(programmeFolder(flags, terminal), terminal, { isFetched: true });
    requestBuilds(defined, references, {
      by: terminal.environment['USER'] ?? 'somebody',
      note: flags.note ?? '',
      at: Math.floor(terminal.now() / 1000),
    });
  }
  try {
    return await run(flags, ['build'], terminal);
  } catch (error) {
    if (references.length === 0 || !(error instanceof LibraryError) || error.code !== 'PROGRAMME_BUSY')
      throw error;
    throw new LibraryError('PROGRAMME_BUSY', `${error.message}; what was asked for is noted`, {
      cause: error,
      remedy: 'That process builds it when its turn comes: "hallmark library log REF --follow" shows it.',
    });
  }
}

export async function watch(flags: WatchFlags, terminal: Terminal): Promise<ExitStatus> {
  const changes = createPushedChanges();
  const authorization = secretOf(flags, terminal);
  const listening =
    flags.listen === undefined
      ? null
      : await listenAt({ ...flags.listen, authorization, onPushes: changes.push });
  if (listening !== null && flags.quiet !== true)
    terminal.stderr.write(`listening for pushes on port ${listening.port}\n`);
  try {
    return await run(flags, flags.role.length === 0 ? ALL_ROLES : flags.role, terminal, changes);
  } finally {
    await listening?.close();
  }
}

async function listenAt(options: ListeningOptions): Promise<Listening> {
  try {
    return await listenForPushes(options);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CliError('USAGE', `--listen: ${reason}`, { cause });
  }
}

function secretOf({ listenSecret }: WatchFlags, { environment }: Terminal): string | null {
  if (listenSecret === undefined) return null;
  const secret = environment[listenSecret];
  if (secret !== undefined && secret !== '') return secret;
  throw new CliError('USAGE', `the variable ${listenSecret} holds no secret`);
}

async function run(
  flags: RunFlags,
  roles: readonly RoleName[],
  terminal: Terminal,
  waitForChange?: WaitForChange,
): Promise<ExitStatus> {
  const { stdout, stderr, signal } = terminal;
  const targets = parseTargets(flags.format, FORMATS);
  const events: RunEvent[] = [];
  let isFailed = false;
  if (flags.quiet !== true) tellMistakes(flags, terminal);
  const acting = actingOptions(flags, terminal);
  /** Whoever watches knows that it goes on; once is enough while nothing happens. */
  let isIdleTold = false;
  const stock = await runProgramme({
    folder: programmeFolder(flags, terminal),
    roles: new Set(roles),
    ...advisoriesOf(flags, terminal),
    ...acting,
    onEvent(event) {
      isFailed ||= FAILURES.has(event.kind);
      if (events.length === MOST_EVENTS) events.shift();
      events.push(event);
      acting.onEvent(event);
      isIdleTold = false;
    },
    onIdle(idle) {
      if (!isIdleTold && flags.quiet !== true) stderr.write(`${summaryOf(idle)}; waiting for changes\n`);
      isIdleTold = true;
    },
    ...(waitForChange === undefined ? {} : { waitForChange }),
  });
  writeTargets(
    targets,
    (format) => (format === 'json' ? formatJson(toRunDocument(stock, events)) : `${summaryOf(stock)}\n`),
    stdout,
  );
  // how far it came is told; that it did not come to its end is an error
  signal.throwIfAborted();
  const { blocked, deferred } = stock.plan;
  // what failed in an earlier run is not tried again yet
  const isBackingOff = deferred.some(({ because }) => because === 'back-off');
  return isFailed || isBackingOff || blocked.length > 0 ? 1 : 0;
}

/** The last that a document tells: `watch` goes on for months. */
const MOST_EVENTS = 100_000;

const FAILURES: ReadonlySet<RunEvent['kind']> = new Set([
  'build-failed',
  'rejected',
  'not-examined',
  'not-published',
  'problem',
]);

function summaryOf({ plan, defined }: Stock): string {
  const { done, work, deferred, waiting, blocked, unexamined } = plan;
  const { engines } = defined.programme.settings;
  const engineless = work
    .map(({ build }) => build.architecture)
    .filter((architecture) => engines[architecture] === undefined);
  const others = work.length - engineless.length;
  const [first, second] = deferred;
  const parts = [
    `${plural(done, 'image')} up to date`,
    ...(others > 0 ? [`${others} to be built by others`] : []),
    ...(engineless.length > 0
      ? [`${engineless.length} without an engine for ${[...new Set(engineless)].join(', ')}`]
      : []),
    ...(unexamined.length > 0 ? [`${unexamined.length} not examined`] : []),
    ...(waiting.length > 0 ? [`${waiting.length} waiting for others`] : []),
    ...(first === undefined
      ? []
      : [
          `${deferred.length} put off until ${formatSeconds(first.notBefore)}${second === undefined ? '' : ' or later'}`,
        ]),
    ...(blocked.length > 0 ? [`${blocked.length} blocked`] : []),
    ...(defined.problems.length > 0 ? [plural(defined.problems.length, 'problem')] : []),
  ];
  return parts.join(', ');
}
