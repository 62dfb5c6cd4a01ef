/**
 * Brings a trust root up to date from its TUF repository: The Update Framework, specification 1.0, section 5. tuf-js does the
 * verification, in a folder that is thrown away afterwards; what is kept, and when, is decided here.
 *
 * A failed update never replaces what was accepted before. It does keep the newest roots and the newest metadata that were
 * verified on the way: a key that a new root takes away stays taken away, and no older metadata is accepted later.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Updater } from 'tuf-js';
import { lockFile } from '../../files/lock-file.ts';
import { isObject, parseJson } from '../../formats/json.ts';
import { TrustError } from '../errors.ts';
import { parseTrustedRoot } from '../material/trusted-root.ts';
import { type AskMirror, createMirrorFetcher, type MirrorFetcher } from './mirror-fetcher.ts';
import {
  type AcceptedRepository,
  notWritten,
  readState,
  type RepositoryFiles,
  stateFile,
  trustedRootOf,
  type TrustRootState,
  writeState,
} from './trust-root-state.ts';

export interface RefreshRequest {
  /** Hallmark's own, `$XDG_DATA_HOME/hallmark`. */
  readonly dataDirectory: string;
  /** What policies call it. */
  readonly name: string;
  /** Address of the TUF repository. */
  readonly mirror: URL;
  /** A root that is trusted already. Not used where a newer one was kept. */
  readonly initialRoot: Uint8Array;
  readonly ask: AskMirror;
  readonly now: Date;
  readonly signal: AbortSignal;
}

export interface RefreshOutcome {
  readonly repository: AcceptedRepository;
  /** False when the trust root is, byte for byte, that of the last time. */
  readonly isChanged: boolean;
}

const ROLES = ['root', 'timestamp', 'snapshot', 'targets'] as const;
const TRUSTED_ROOT = 'trusted_root.json';
const SIGNING_CONFIG = 'signing_config.v0.2.json';
/** Roots are replaced once or twice a year: nobody is so far behind. */
const MAX_NEW_ROOTS = 64;

/**
 * @throws {TrustError} TRUST_ROOT_NOT_FETCHED, TRUST_ROOT_REFUSED, TRUSTED_ROOT_INVALID, TRUST_STATE_LOCKED,
 *   TRUST_STATE_NOT_WRITTEN, TRUST_STATE_INVALID
 */
export async function refreshTrustRoot(request: RefreshRequest): Promise<RefreshOutcome> {
  const { dataDirectory, name } = request;
  const lock = takeLock(`${stateFile(dataDirectory, name)}.lock`);
  if (lock === null) {
    throw new TrustError('TRUST_STATE_LOCKED', `another process is updating the trust root ${name}`, {
      subject: name,
    });
  }
  const folder = mkdtempSync(join(tmpdir(), 'hallmark-tuf-'));
  const stop = new AbortController();
  try {
    const signal = AbortSignal.any([request.signal, stop.signal]);
    return await refreshIn(folder, { ...request, signal });
  } finally {
    // answers that were not read to their end
    stop.abort();
    rmSync(folder, { recursive: true, force: true });
    lock.release();
  }
}

async function refreshIn(folder: string, request: RefreshRequest): Promise<RefreshOutcome> {
  const { dataDirectory, name, ask, now, signal } = request;
  const before = readState(dataDirectory, name);
  const seen: RepositoryFiles = { 'root.json': request.initialRoot, ...before?.seen };
  for (const [file, content] of Object.entries(seen)) writeFileSync(join(folder, file), content);
  const mirror = withSlash(request.mirror);
  const fetcher = await createMirrorFetcher(mirror, folder, ask, signal);
  let targets: Targets;
  try {
    const updater = await createUpdater(folder, mirror, fetcher, now);
    await updater.refresh();
    targets = await fetchTargets(updater, folder, fetcher);
  } catch (error) {
    signal.throwIfAborted();
    if (before !== null) {
      const newest = readSeen(folder);
      const passed = { ...rootsIn(before.seen), ...rootsIn(Object.fromEntries(fetcher.files), newest) };
      writeState(dataDirectory, { ...before, seen: { ...newest, ...passed } });
    }
    throw fetcher.failure() ?? refused(request, error);
  }
  const newest = readSeen(folder);
  const repository: AcceptedRepository = {
    name,
    mirror: mirror.href,
    updated: later(now.toISOString(), before?.accepted.updated),
    expires: earliestExpiry(newest),
    rootVersion: versionOf(newest, 'root'),
    trustedRoot: targets.trustedRoot,
    signingConfig: targets.signingConfig,
    files: filesOf(before, newest, fetcher.files),
  };
  const trustedRoot = trustedRootOf(repository);
  // signed by the right people, and yet of no use: better to know now
  parseTrustedRoot(trustedRoot, { name, origin: 'tuf' });
  const initialRoot = before?.initialRoot ?? request.initialRoot;
  writeState(dataDirectory, { initialRoot, seen: newest, accepted: repository });
  return {
    repository,
    isChanged: before === null || !Buffer.from(trustedRootOf(before.accepted)).equals(trustedRoot),
  };
}

async function createUpdater(
  folder: string,
  mirror: URL,
  fetcher: MirrorFetcher,
  now: Date,
): Promise<Updater> {
  const { Updater } = await import('tuf-js');
  const updater = new Updater({
    metadataDir: folder,
    metadataBaseUrl: mirror.href,
    targetDir: folder,
    targetBaseUrl: new URL('targets/', mirror).href,
    fetcher,
    config: { maxRootRotations: MAX_NEW_ROOTS },
  });
  // tuf-js reads the machine's clock once, into this field, and compares every date with it: the only way to give it another
  const trustedSet: unknown = Reflect.get(updater, 'trustedSet');
  if (!isObject(trustedSet) || !(Reflect.get(trustedSet, 'referenceTime') instanceof Date)) {
    throw new Error('this tuf-js keeps its time elsewhere');
  }
  Reflect.set(trustedSet, 'referenceTime', now);
  return updater;
}

interface Targets {
  readonly trustedRoot: string;
  readonly signingConfig: string | null;
}

async function fetchTargets(updater: Updater, folder: string, fetcher: MirrorFetcher): Promise<Targets> {
  const fetchTarget = async (name: string): Promise<string | null> => {
    const target = await updater.getTargetInfo(name);
    if (target === undefined) return null;
    await updater.downloadTarget(target, join(folder, 'target'));
    return fetcher.targets.at(-1) ?? null;
  };
  const trustedRoot = await fetchTarget(TRUSTED_ROOT);
  if (trustedRoot === null) throw new Error(`it has no ${TRUSTED_ROOT}`);
  return { trustedRoot, signingConfig: await fetchTarget(SIGNING_CONFIG) };
}

/** What tuf-js has verified and kept of the four roles. */
function readSeen(folder: string): RepositoryFiles {
  const found: Record<string, Uint8Array> = {};
  for (const role of ROLES) {
    try {
      found[`${role}.json`] = readFileSync(join(folder, `${role}.json`));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return found;
}

const NUMBERED_ROOT = /^(\d+)\.root\.json$/;

/** The roots among files, by number; of those that were fetched, only the ones that were verified on the way to the newest. */
function rootsIn(files: RepositoryFiles, newest?: RepositoryFiles): RepositoryFiles {
  const last = newest === undefined ? Infinity : versionOf(newest, 'root');
  return Object.fromEntries(
    Object.entries(files).filter(([path]) => {
      const number = NUMBERED_ROOT.exec(path)?.[1];
      return number !== undefined && Number(number) <= last;
    }),
  );
}

/** All files by which the targets can be reached from the first root, under the names that a mirror has them. */
function filesOf(
  before: TrustRootState | null,
  newest: RepositoryFiles,
  fetched: ReadonlyMap<string, Uint8Array>,
): RepositoryFiles {
  const isConsistent = signedPart(newest, 'root')['consistent_snapshot'] !== false;
  const path = (role: (typeof ROLES)[number]): string => {
    const isPlain = role === 'timestamp' || (!isConsistent && role !== 'root');
    return isPlain ? `${role}.json` : `${versionOf(newest, role)}.${role}.json`;
  };
  const metadata = ROLES.flatMap((role) => {
    const content = newest[`${role}.json`];
    return content === undefined ? [] : [[path(role), content] as const];
  });
  return {
    ...rootsIn(before?.accepted.files ?? {}),
    ...rootsIn(before?.seen ?? {}),
    ...Object.fromEntries(fetched),
    ...Object.fromEntries(metadata),
  };
}

/** What is fetched or carried here is never older than what was accepted; the time that it was brought may be. */
function later(time: string, other: string | undefined): string {
  return other !== undefined && Date.parse(other) > Date.parse(time) ? other : time;
}

function earliestExpiry(files: RepositoryFiles): string {
  const dates = ROLES.map((role) => new Date(String(signedPart(files, role)['expires'])).toISOString());
  return dates.sort()[0] ?? '';
}

function versionOf(files: RepositoryFiles, role: (typeof ROLES)[number]): number {
  return Number(signedPart(files, role)['version']);
}

/** Of metadata that was verified. */
function signedPart(files: RepositoryFiles, role: (typeof ROLES)[number]): Readonly<Record<string, unknown>> {
  const metadata = parseJson(Buffer.from(files[`${role}.json`] ?? '').toString());
  const signed = isObject(metadata) ? metadata['signed'] : null;
  if (isObject(signed)) return signed;
  throw new Error(`verified metadata of the role ${role} is missing`);
}

function refused({ name, mirror }: RefreshRequest, cause: unknown): unknown {
  if (!(cause instanceof Error)) return cause;
  const message = `the trust root ${name} at ${mirror.href} was not accepted: ${cause.message}`;
  return new TrustError('TRUST_ROOT_REFUSED', message, { subject: name, cause });
}

function takeLock(file: string): ReturnType<typeof lockFile> {
  try {
    return lockFile(file);
  } catch (cause) {
    throw notWritten(file, cause);
  }
}

function withSlash(mirror: URL): URL {
  return new URL(mirror.href.endsWith('/') ? mirror.href : `${mirror.href}/`);
}
