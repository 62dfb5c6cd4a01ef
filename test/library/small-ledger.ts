/** Ledgers of a few lines, in memory. */
import type { Architecture } from '../../src/definitions/architectures.ts';
import type { BuildId } from '../../src/library/builds/build.ts';
import type {
  LedgerEntry,
  LedgerEvent,
  Publication,
  PublishedImage,
  Retirement,
} from '../../src/library/ledger/entry.ts';
import { nextEntry } from '../../src/library/ledger/ledger-chain.ts';
import type { SourceId } from '../../src/library/sources/source.ts';
import { digestOf } from '../../src/model/digest.ts';

/** A day in November 2026 for each entry, the first for the first. */
export function smallLedger(...events: readonly LedgerEvent[]): readonly LedgerEntry[] {
  const entries: LedgerEntry[] = [];
  for (const event of events) {
    const at = new Date(Date.UTC(2026, 10, entries.length + 1, 12)).toISOString().replace('.000', '');
    entries.push(nextEntry(entries.at(-1) ?? null, event, at));
  }
  return entries;
}

/** Of an index whose digest is that of all its tags. */
export function publication(
  repository: string,
  tags: readonly string[],
  changes: Partial<Publication> = {},
): Publication {
  return {
    kind: 'published',
    repository,
    tags,
    digest: digestOf(tags.join()),
    images: [publishedImage('amd64')],
    previous: {},
    missing: [],
    ...changes,
  };
}

export function publishedImage(
  architecture: Architecture,
  changes: Partial<PublishedImage> = {},
): PublishedImage {
  return {
    architecture,
    digest: digestOf(architecture),
    sourceId: 'a'.repeat(64) as SourceId,
    buildId: 'b'.repeat(64) as BuildId,
    generation: 1,
    reasons: [{ kind: 'new' }],
    packages: null,
    ...changes,
  };
}

export function retirement(
  repository: string,
  tags: readonly string[],
  successor: string | null = null,
): Retirement {
  return { kind: 'retired', repository, tags, digest: digestOf(tags.join()), successor };
}
