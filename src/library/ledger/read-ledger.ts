/** A ledger as others have it: one entry a line, as `hallmark library ledger --format json` writes it. */
import { z } from 'zod';
import { ARCHITECTURE_NAMES } from '../../definitions/architectures.ts';
import { isRepositoryName } from '../../definitions/values.ts';
import { readStrictJson } from '../../formats/strict-json.ts';
import { isDigest } from '../../model/digest.ts';
import { ModelError } from '../../model/errors.ts';
import { parsePurl } from '../../model/purl.ts';
import { LibraryError } from '../errors.ts';
import { BuildReasonSchema } from '../plan/reason-schema.ts';
import type { LedgerEntry } from './entry.ts';

/** Of one entry: an index of every architecture with all their packages has a few hundred kilobytes. */
const MAX_ENTRY_BYTES = 64 * 1024 * 1024;

const digest = z.string().refine(isDigest, 'not a digest');
const purl = z.string().refine(isPurl, 'not a purl');
// feeds are written into folders of these names
const repository = z.string().refine(isRepositoryName, 'not a name of a repository');
const named = { repository, tags: z.array(z.string()).min(1), digest };

/** What is asked of an event to be read; further fields are covered by the digest of its entry all the same. */
export const LedgerEventSchema = z.discriminatedUnion('kind', [
  z.looseObject({
    kind: z.literal('published'),
    ...named,
    dated: z.array(z.string()).min(1).optional(),
    images: z.array(
      z.looseObject({
        architecture: z.enum(ARCHITECTURE_NAMES),
        digest,
        sourceId: z.string(),
        buildId: z.string(),
        generation: z.int().min(1),
        reasons: z.array(BuildReasonSchema),
        packages: z
          .looseObject({
            added: z.array(purl),
            removed: z.array(purl),
            changed: z.array(z.looseObject({ from: purl, to: purl })),
          })
          .nullable(),
      }),
    ),
    previous: z.record(z.string(), digest),
    missing: z.array(z.enum(ARCHITECTURE_NAMES)),
  }),
  z.looseObject({ kind: z.literal('retired'), ...named, successor: z.string().nullable() }),
]);

const Entry = z.strictObject({
  sequence: z.int().min(1),
  at: z.iso.datetime(),
  previous: digest.nullable(),
  digest,
  event: LedgerEventSchema,
});

/**
 * Reads entries; whether they are a chain, `verifyLedger` says.
 *
 * @throws {LibraryError} LEDGER_BROKEN, which names the line
 */
export function* readLedgerLines(lines: Iterable<string>): Generator<LedgerEntry, void> {
  let number = 0;
  for (const line of lines) {
    number += 1;
    if (line === '') continue;
    const json = readStrictJson(Buffer.from(line), { maxBytes: MAX_ENTRY_BYTES, numbers: 'exact' });
    if ('problem' in json) throw broken(number, json.problem);
    const read = Entry.safeParse(json.value);
    if (!read.success) {
      const [issue] = read.error.issues;
      throw broken(number, `is no entry: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
    }
    // the branded texts in it are what the digests cover, whatever they say
    yield read.data as unknown as LedgerEntry;
  }
}

function isPurl(text: string): boolean {
  try {
    parsePurl(text);
    return true;
  } catch (error) {
    if (error instanceof ModelError) return false;
    throw error;
  }
}

function broken(line: number, problem: string): LibraryError {
  return new LibraryError('LEDGER_BROKEN', `line ${line} of the ledger ${problem}`, {
    subject: `line ${line}`,
  });
}
