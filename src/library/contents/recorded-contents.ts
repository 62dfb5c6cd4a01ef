/** A file of facts about commits: a line of JSON that says what it is, then one line for each directory and file at a commit. */
import { writeFileSync } from 'node:fs';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { z } from 'zod';
import { readBoundedFile } from '../../files/bounded-file.ts';
import { replaceFile } from '../../files/replace-file.ts';
import { parseJson } from '../../formats/json.ts';
import { LibraryError } from '../errors.ts';
import type { ContentFacts, ContentKey, Contents, ContextChecksum } from './contents.ts';

export interface RecordedFacts extends ContentKey, ContentFacts {}

/** By `contentKey`. */
export type RecordedContents = ReadonlyMap<string, RecordedFacts>;

const MAX_BYTES = 512 * 1024 * 1024;
const FIRST_LINE = { format: 'hallmark-contents', version: 1 } as const;

const firstLineSchema = z.object({
  format: z.literal(FIRST_LINE.format),
  version: z.literal(FIRST_LINE.version),
});

const image = z.string().min(1).max(1000);

export const recordedFactsSchema = z.object({
  gitCommit: z.string().min(1),
  directory: z.string().min(1),
  file: z.string().min(1),
  builder: z.string(),
  checksum: z.custom<ContextChecksum>((value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value)),
  froms: z.array(image).min(1),
  lastStageFrom: image,
  epoch: z.int().nonnegative(),
}) satisfies z.ZodType<RecordedFacts>;

/** What tells one set of facts from another. */
export function contentKey({ gitCommit, directory, file, builder }: ContentKey): string {
  return JSON.stringify([gitCommit, directory, file, builder]);
}

export function toContents(recorded: RecordedContents): Contents {
  return { factsOf: (inputs) => recorded.get(contentKey(inputs)) ?? null };
}

/**
 * Reads a file of facts, packed by Zstandard when its name ends in `.zst`. One that is not there yet has none.
 *
 * @throws {LibraryError} CONTENTS_INVALID
 */
export function readRecordedContents(file: string): RecordedContents {
  let bytes: Buffer | null;
  try {
    bytes = readBoundedFile(file, MAX_BYTES);
    if (bytes !== null && file.endsWith('.zst')) {
      bytes = zstdDecompressSync(bytes, { maxOutputLength: MAX_BYTES });
    }
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return new Map();
    throw new LibraryError('CONTENTS_INVALID', `${file} cannot be read: ${message}`, {
      subject: file,
      cause,
      ...(code === 'EACCES' ? { remedy: 'Whoever runs this needs the permission to read it.' } : {}),
    });
  }
  if (bytes === null) {
    throw new LibraryError('CONTENTS_INVALID', `${file} has more than ${MAX_BYTES} bytes`, { subject: file });
  }
  return parseRecordedContents(bytes.toString('utf8'), file);
}

/** @param name of the file, for errors @throws {LibraryError} CONTENTS_INVALID with the line */
export function parseRecordedContents(text: string, name: string): RecordedContents {
  const [first = '', ...lines] = text.trimEnd().split('\n');
  const damaged = (line: number, problem: string) =>
    new LibraryError('CONTENTS_INVALID', `${name}, line ${line}: ${problem}`, { subject: name });
  if (!firstLineSchema.safeParse(parseJson(first)).success)
    throw damaged(1, `it does not begin with ${JSON.stringify(FIRST_LINE)}`);
  const recorded = new Map<string, RecordedFacts>();
  for (const [index, line] of lines.entries()) {
    const facts = recordedFactsSchema.safeParse(parseJson(line));
    if (!facts.success) throw damaged(index + 2, z.prettifyError(facts.error).slice(0, 500));
    recorded.set(contentKey(facts.data), facts.data);
  }
  return recorded;
}

/** In the order of the keys: the same facts give the same bytes. */
export function formatRecordedContents(recorded: RecordedContents): string {
  const lines = [...recorded]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { gitCommit, directory, file, builder, checksum, froms, lastStageFrom, epoch }]) =>
      JSON.stringify({ gitCommit, directory, file, builder, checksum, froms, lastStageFrom, epoch }),
    );
  return [JSON.stringify(FIRST_LINE), ...lines, ''].join('\n');
}

/** Beside as many as are in use, so that who changes between two states of the definitions does not read the same again and again. */
const MOST_UNUSED = 1_000;

/**
 * Without the facts that nobody uses any more, once these are more than those in use: definitions of years name many commits.
 *
 * @param used keys of those that the definitions name now
 */
export function forgetUnused(recorded: RecordedContents, used: ReadonlySet<string>): RecordedContents {
  if (recorded.size <= 2 * used.size + MOST_UNUSED) return recorded;
  return new Map([...recorded].filter(([key]) => used.has(key)));
}

/** Replaces the file whole. @throws {Error} of node:fs */
export function writeRecordedContents(file: string, recorded: RecordedContents): void {
  const text = formatRecordedContents(recorded);
  replaceFile(file, (partial) =>
    writeFileSync(partial, file.endsWith('.zst') ? zstdCompressSync(text) : text),
  );
}
