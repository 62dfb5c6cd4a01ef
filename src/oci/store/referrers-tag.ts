import type { Digest } from '../../model/digest.ts';
import { OciError } from '../errors.ts';
import { MAX_MANIFEST_BYTES, MEDIA_TYPES } from '../manifest.ts';
import { manifestRequest, nameOf, type ContentOptions } from '../registry/content.ts';
import { readBody } from '../registry/exchange.ts';
import { orAbsent } from '../registry/paging.ts';
import { referrersTag } from '../registry/referrers.ts';
import { putManifest } from './put-manifest.ts';
import {
  EMPTY_INDEX,
  formatOpenIndex,
  type ListedEntry,
  type OpenIndex,
  parseOpenIndex,
} from './open-index.ts';

/*
 * Where a registry has no referrers API, clients keep the list themselves, in an index behind a tag: who adds an entry reads
 * the index, adds to it and puts it back. Two who do so at once have read the same index, and the second one's overwrites
 * the first one's entry. Registries that honour If-Match prevent it; most do not, and one cannot tell which.
 *
 * So an entry counts as written only when it is found in the index some time after it was put there: longer than anybody
 * may take from reading to writing, so that whoever had read the index before has overwritten it by then. If it is gone, it
 * is added to what is there now, and the others' that were seen and are gone with it. Waits grow and are left to chance, so
 * that those who met once do not meet for ever. (L. Lamport's account of Fischer's algorithm, "A fast mutual exclusion
 * algorithm", 1987, has the idea of waiting for longer than a write takes.)
 */

/** Shortest wait between writing and looking again. */
const SETTLE_MS = 300;
/** Others may be slower: what reading and writing took us, so many times. */
const SLOWER = 4;
const LONGEST_SETTLE_MS = 10_000;
const MOST_TRIES = 20;
/** The waits of later tries are spread over up to so many times the first. */
const WIDEST_SPREAD = 8;

/** Adds entries to the lists of one repository. */
export interface ReferrersTags {
  /** @throws {OciError} TAG_REFUSED, REFERRERS_CONTENDED, MANIFEST_INVALID when the tag is something else, the registry's */
  add(subject: Digest, entries: readonly ListedEntry[]): Promise<void>;
}

/** Entries for one subject that are being written together. */
interface PendingList {
  readonly entries: Map<Digest, ListedEntry>;
  readonly written: Promise<void>;
}

export function referrersTags(content: ContentOptions, signal: AbortSignal): ReferrersTags {
  const pending = new Map<Digest, PendingList>();
  return {
    add(subject, added) {
      const entries = pending.get(subject)?.entries ?? new Map<Digest, ListedEntry>();
      for (const entry of added) entries.set(entry.digest, entry);
      const list = pending.get(subject) ?? {
        entries,
        // what is added meanwhile goes along, until the very moment in which everything was found
        written: writeEntries(subject, entries, content, signal, () => pending.delete(subject)),
      };
      pending.set(subject, list);
      return list.written;
    },
  };
}

async function writeEntries(
  subject: Digest,
  entries: ReadonlyMap<Digest, ListedEntry>,
  content: ContentOptions,
  signal: AbortSignal,
  onEnd: () => void,
): Promise<void> {
  const { reference, policy } = content;
  const what = `the list of what refers to ${subject} in ${nameOf(reference)}`;
  const seen = new Map<Digest, ListedEntry>();
  try {
    for (let attempt = 1; attempt <= MOST_TRIES; attempt += 1) {
      const began = policy.now();
      const { index, etag } = await readIndex(subject, what, content, signal);
      const found = new Map(index.entries.map((entry) => [entry.digest, entry]));
      for (const [digest, entry] of found) seen.set(digest, entry);
      const wanted = new Map([...seen, ...entries]);
      if ([...wanted].every(([digest, entry]) => isSame(entry, found.get(digest)))) return;
      const bytes = formatOpenIndex(index, wanted.values(), what);
      const manifest = { bytes, mediaType: MEDIA_TYPES.ociIndex };
      const tag = referrersTag(subject);
      await (await putManifest(manifest, { tag, ifMatch: etag }, content, signal)).discard();
      const settle = Math.min(Math.max(SETTLE_MS, SLOWER * (policy.now() - began)), LONGEST_SETTLE_MS);
      await policy.sleep(settle * (1 + policy.random() * Math.min(attempt, WIDEST_SPREAD)), signal);
    }
  } finally {
    onEnd();
  }
  throw new OciError('REFERRERS_CONTENDED', `${what} was changed by others at each of ${MOST_TRIES} tries`, {
    subject: what,
  });
}

function isSame(wanted: ListedEntry, found: ListedEntry | undefined): boolean {
  return JSON.stringify(wanted) === JSON.stringify(found);
}

interface TaggedIndex {
  readonly index: OpenIndex;
  /** Null where the registry gives none that If-Match could use. RFC 9110, section 13.1.1. */
  readonly etag: string | null;
}

async function readIndex(
  subject: Digest,
  what: string,
  { reference, repository }: ContentOptions,
  signal: AbortSignal,
): Promise<TaggedIndex> {
  const request = manifestRequest(reference, referrersTag(subject));
  const found = await orAbsent(
    repository.get(request, signal, async (response) => {
      const bytes = await readBody(response, MAX_MANIFEST_BYTES, 'MANIFEST_INVALID');
      const etag = response.header('etag') ?? '';
      return { index: parseOpenIndex(bytes, what), etag: /^"[\x21\x23-\x7e]*"$/.test(etag) ? etag : null };
    }),
  );
  return found ?? { index: EMPTY_INDEX, etag: null };
}
