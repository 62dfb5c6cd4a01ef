/**
 * The ledger as a chain: every entry carries its own digest and that of the one before. Whoever keeps the digest of the last entry
 * can tell that nothing before it was left out, changed or put in another place.
 */
import { canonicalJson } from '../../formats/canonical-json.ts';
import { digestOf, type Digest } from '../../model/digest.ts';
import { LibraryError } from '../errors.ts';
import type { LedgerEntry, LedgerEvent } from './entry.ts';

/** Of an entry's canonical JSON (RFC 8785) without its own digest. */
export function entryDigest({ sequence, at, event, previous }: Omit<LedgerEntry, 'digest'>): Digest {
  return digestOf(canonicalJson({ sequence, at, event, previous }));
}

/**
 * An event in its place at the end of the ledger.
 *
 * @param previous the last entry; null where there is none
 * @param at RFC 3339
 */
export function nextEntry(previous: LedgerEntry | null, event: LedgerEvent, at: string): LedgerEntry {
  const entry = {
    sequence: (previous?.sequence ?? 0) + 1,
    at,
    event,
    previous: previous?.digest ?? null,
  };
  return { ...entry, digest: entryDigest(entry) };
}

/** What is known of a ledger that holds. To be kept elsewhere: a ledger whose end was cut off holds too. */
export interface LedgerHead {
  readonly entries: number;
  /** Of the last entry; null for an empty ledger. */
  readonly digest: Digest | null;
}

/**
 * Checks every entry against the one before.
 *
 * @param known a head that was seen before, which the ledger must still contain
 * @throws {LibraryError} LEDGER_BROKEN, which names the entry
 */
export function verifyLedger(entries: Iterable<LedgerEntry>, known?: LedgerHead): LedgerHead {
  let head: LedgerHead = { entries: 0, digest: null };
  for (const entry of entries) {
    const place = head.entries + 1;
    const fault = entryFault(entry, head);
    if (fault !== null) throw broken(place, fault);
    head = { entries: place, digest: entry.digest };
    if (place === known?.entries && entry.digest !== known.digest) {
      throw broken(
        place,
        `it is ${entry.digest}, and ${known.digest ?? 'another one'} was seen there before`,
      );
    }
  }
  if (known !== undefined && head.entries < known.entries) {
    throw broken(head.entries + 1, `it is missing; ${known.entries} entries were seen before`);
  }
  return head;
}

function entryFault(entry: LedgerEntry, head: LedgerHead): string | null {
  if (entry.sequence !== head.entries + 1) return `number ${entry.sequence} stands in its place`;
  if (entry.previous !== head.digest) {
    return `it follows ${entry.previous ?? 'nothing'}, expected ${head.digest ?? 'nothing'}`;
  }
  const digest = entryDigest(entry);
  return digest === entry.digest ? null : `its content has the digest ${digest}, expected ${entry.digest}`;
}

function broken(place: number, fault: string): LibraryError {
  return new LibraryError(
    'LEDGER_BROKEN',
    `entry ${place} of the ledger is not as it was written: ${fault}`,
    {
      subject: `entry ${place}`,
    },
  );
}
