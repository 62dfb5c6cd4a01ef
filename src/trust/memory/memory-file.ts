/** The memory of each repository as one file of JSON, written whole or not at all. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../../files/replace-file.ts';
import { readStrictJson } from '../../formats/strict-json.ts';
import { digestHex, digestOf, isDigest } from '../../model/digest.ts';
import {
  applyShape,
  count,
  list,
  literal,
  nullable,
  object,
  record,
  refined,
  ShapeMismatch,
  string,
} from '../../oci/shape.ts';
import { TrustError } from '../errors.ts';
import { emptyMemory, MAX_TAGS, type RepositoryMemory } from './repository-memory.ts';
import { MAX_TAG_ENTRIES } from './tag-history.ts';

export const MEMORY_SCHEMA = 'hallmark.trust-memory/1';
const MAX_BYTES = 8 * 1024 * 1024;

const text = string(8192);
const texts = list(text, 1000);
const digest = refined(text, isDigest, 'a digest');
const time = refined(text, (found): found is string => !Number.isNaN(Date.parse(found)), 'a time');

const observation = { signers: texts, sources: texts, builders: texts };
const sighting = { digest, created: nullable(text), verifiedTime: nullable(time) };
const mark = { version: count, digest };
const history = list(object({ ...sighting, firstSeen: time, lastSeen: time }), MAX_TAG_ENTRIES);

const MEMORY = object({
  schema: literal(MEMORY_SCHEMA),
  repository: text,
  expectation: nullable(object({ since: time, ...observation })),
  tags: record(history),
  marks: record(object({ ...mark, seen: time })),
  pending: nullable(
    object({
      observation: object(observation),
      tag: nullable(object({ name: text, ...sighting })),
      mark: nullable(object({ tag: text, mark: nullable(object(mark)) })),
      seen: time,
      alarms: texts,
    }),
  ),
});

/** The folder of memories in the user's data folder. */
export function memoryDirectory(dataDirectory: string): string {
  return join(dataDirectory, 'trust', 'memory');
}

/** A repository's name may be longer than a file's, so the file is named by the digest of it. */
function fileOf(directory: string, repository: string): string {
  return join(directory, `${digestHex(digestOf(repository))}.json`);
}

/**
 * What is remembered of a repository; an empty memory where nothing is.
 *
 * @throws {TrustError} MEMORY_INVALID: a memory that cannot be read is not an empty one, which would raise no alarm
 */
export function readMemory(directory: string, repository: string): RepositoryMemory {
  const file = fileOf(directory, repository);
  const bytes = readIfThere(file);
  if (bytes === null) return emptyMemory(repository);
  const refuse = (reason: string) =>
    new TrustError('MEMORY_INVALID', `the memory of ${repository} in ${file} ${reason}`, {
      subject: repository,
    });
  const json = readStrictJson(bytes, { maxBytes: MAX_BYTES, numbers: 'exact' });
  if ('problem' in json) throw refuse(json.problem);
  const read = applyShape(MEMORY, json.value);
  if (read instanceof ShapeMismatch) throw refuse(`is not as it was written: ${read.place} ${read.message}`);
  if (read.repository !== repository) throw refuse(`is that of ${read.repository}`);
  if ([read.tags, read.marks].some((kept) => Object.keys(kept).length > MAX_TAGS))
    throw refuse(`has more than ${MAX_TAGS} tags`);
  const { schema: _, ...memory } = read;
  return memory;
}

/** @throws {TrustError} MEMORY_NOT_WRITTEN */
export function writeMemory(directory: string, memory: RepositoryMemory): void {
  const file = fileOf(directory, memory.repository);
  try {
    replaceFile(file, (partial) =>
      writeFileSync(partial, `${JSON.stringify({ schema: MEMORY_SCHEMA, ...memory }, null, 2)}\n`, {
        mode: 0o600,
      }),
    );
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TrustError('MEMORY_NOT_WRITTEN', `cannot write ${file}: ${reason}`, { subject: file, cause });
  }
}

/** Forgets a repository, also where its memory cannot be read. False when nothing was remembered. */
export function forgetMemory(directory: string, repository: string): boolean {
  const file = fileOf(directory, repository);
  const isThere = readIfThere(file) !== null;
  rmSync(file, { force: true });
  return isThere;
}

/** @throws {TrustError} MEMORY_INVALID */
function readIfThere(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && typeof cause.code === 'string')) throw cause;
    if (cause.code === 'ENOENT') return null;
    throw new TrustError('MEMORY_INVALID', `cannot read ${file}: ${cause.code}`, { subject: file, cause });
  }
}
