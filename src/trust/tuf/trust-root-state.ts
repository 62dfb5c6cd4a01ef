/**
 * What is kept of a trust root that a TUF repository publishes: one file each, replaced as a whole, so that no process and no
 * failure leaves half of one. It holds the last repository that was accepted in full, and, apart from it, the newest metadata
 * that was verified: an update that fails half-way changes only the latter, by which older metadata is refused from then on.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../../files/replace-file.ts';
import { decodeBase64 } from '../../formats/base64.ts';
import { readStrictJson } from '../../formats/strict-json.ts';
import {
  applyShape,
  count,
  literal,
  nullable,
  object,
  record,
  refined,
  type Shape,
  ShapeMismatch,
  string,
} from '../../oci/shape.ts';
import { TrustError, type TrustErrorCode } from '../errors.ts';

/** Files by their paths below the mirror. */
export type RepositoryFiles = Readonly<Record<string, Uint8Array>>;

/** A repository as it was when all of it was verified: what is exported too. */
export interface AcceptedRepository {
  /** What policies call it. */
  readonly name: string;
  /** Address of the TUF repository, ending in a slash. */
  readonly mirror: string;
  /** RFC 3339: when this was last known to be what the mirror serves. */
  readonly updated: string;
  /** RFC 3339: the earliest date in its metadata. */
  readonly expires: string;
  readonly rootVersion: number;
  /** Paths of targets in `files`. */
  readonly trustedRoot: string;
  readonly signingConfig: string | null;
  /** Everything that leads from the initial root to the targets. */
  readonly files: RepositoryFiles;
}

export interface TrustRootState {
  /** Where the chain of roots begins: what the user, or Hallmark, trusted at first. */
  readonly initialRoot: Uint8Array;
  /** The newest metadata that was verified, by its file name: `root.json`, `timestamp.json`… */
  readonly seen: RepositoryFiles;
  readonly accepted: AcceptedRepository;
}

export const TRUST_ROOT_NAME = /^[a-z0-9][a-z0-9.-]{0,63}$/;

const EXPORT_FORMAT = 'hallmark-trust-root-export/1';
const STATE_FORMAT = 'hallmark-trust-root-state/1';
const MAX_STATE_BYTES = 64 * 1024 * 1024;

const bytes: Shape<Uint8Array> = (value, place) => {
  const found = decodeBase64(string()(value, place));
  if (found !== null) return found;
  throw new ShapeMismatch(place, 'expected base64');
};

const time = refined(
  string(40),
  (text): text is string => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) && !Number.isNaN(Date.parse(text)),
  'a time as 2026-01-31T12:00:00Z',
);

const accepted = object({
  name: refined(string(), (text): text is string => TRUST_ROOT_NAME.test(text), 'a name'),
  mirror: refined(string(2000), (text): text is string => URL.canParse(text), 'an address'),
  updated: time,
  expires: time,
  rootVersion: count,
  trustedRoot: string(1000),
  signingConfig: nullable(string(1000)),
  files: record(bytes),
});

const exported = object({ format: literal(EXPORT_FORMAT), repository: accepted });
const state = object({ format: literal(STATE_FORMAT), initialRoot: bytes, seen: record(bytes), accepted });

/** @param dataDirectory Hallmark's own, `$XDG_DATA_HOME/hallmark` */
function trustRootsFolder(dataDirectory: string): string {
  return join(dataDirectory, 'trust', 'roots');
}

export function stateFile(dataDirectory: string, name: string): string {
  return join(trustRootsFolder(dataDirectory), `${name}.json`);
}

/** What is kept under a name; null where there is nothing. @throws {TrustError} TRUST_STATE_INVALID */
export function readState(dataDirectory: string, name: string): TrustRootState | null {
  const file = stateFile(dataDirectory, name);
  const content = readWhereThere(() => readFileSync(file), file);
  return content === null ? null : parse(state, content, file, 'TRUST_STATE_INVALID');
}

/** The names under which something is kept, in order. @throws {TrustError} TRUST_STATE_INVALID */
export function listStates(dataDirectory: string): readonly string[] {
  const folder = trustRootsFolder(dataDirectory);
  return (readWhereThere(() => readdirSync(folder), folder) ?? [])
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .filter((name) => TRUST_ROOT_NAME.test(name))
    .sort();
}

/** @throws {TrustError} TRUST_STATE_NOT_WRITTEN */
export function writeState(dataDirectory: string, kept: TrustRootState): void {
  const file = stateFile(dataDirectory, kept.accepted.name);
  const text = toText({
    format: STATE_FORMAT,
    initialRoot: base64(kept.initialRoot),
    seen: encodeFiles(kept.seen),
    accepted: encodeAccepted(kept.accepted),
  });
  try {
    mkdirSync(trustRootsFolder(dataDirectory), { recursive: true });
    replaceFile(file, (partial) => writeFileSync(partial, text));
  } catch (cause) {
    throw notWritten(file, cause);
  }
}

/** The bytes of `trusted_root.json`. @throws {TrustError} TRUST_STATE_INVALID */
export function trustedRootOf({ files, trustedRoot, name }: AcceptedRepository): Uint8Array {
  const found = files[trustedRoot];
  if (found !== undefined) return found;
  throw new TrustError('TRUST_STATE_INVALID', `what was kept of ${name} lacks ${trustedRoot}`, {
    subject: name,
  });
}

/** One file for a machine without network: everything that is needed to verify it there anew. */
export function formatExport(repository: AcceptedRepository): string {
  return toText({ format: EXPORT_FORMAT, repository: encodeAccepted(repository) });
}

/** Reads what {@link formatExport} wrote; nothing of it is verified. @throws {TrustError} TRUST_ROOT_EXPORT_INVALID */
export function parseExport(content: Uint8Array, file: string): AcceptedRepository {
  return parse(exported, content, file, 'TRUST_ROOT_EXPORT_INVALID').repository;
}

export function notWritten(file: string, cause: unknown): TrustError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new TrustError('TRUST_STATE_NOT_WRITTEN', `cannot write ${file}: ${reason}`, {
    subject: file,
    cause,
  });
}

function parse<T>(shape: Shape<T>, content: Uint8Array, file: string, code: TrustErrorCode): T {
  const json = readStrictJson(content, { maxBytes: MAX_STATE_BYTES, numbers: 'exact' });
  if ('problem' in json) throw new TrustError(code, `${file} ${json.problem}`, { subject: file });
  const found = applyShape(shape, json.value);
  if (!(found instanceof ShapeMismatch)) return found;
  throw new TrustError(code, `${file}: ${found.place}: ${found.message}`, { subject: file });
}

const toText = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

const base64 = (content: Uint8Array): string => Buffer.from(content).toString('base64');

function encodeFiles(files: RepositoryFiles): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [path, base64(content)]));
}

const encodeAccepted = (repository: AcceptedRepository): object => ({
  ...repository,
  files: encodeFiles(repository.files),
});

function readWhereThere<T>(read: () => T, place: string): T | null {
  try {
    return read();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TrustError('TRUST_STATE_INVALID', `cannot read ${place}: ${reason}`, { subject: place, cause });
  }
}
