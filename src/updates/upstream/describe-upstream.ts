/** What the tables of upstream sources are written with. */
import { sourceNamed } from '../../advisories/sources.ts';
import { NOT_STATED } from '../../advisories/sources/source-description.ts';
import type { Retrieval, Upstream } from './upstream.ts';

/** What a row of the table says; the rest follows from the kind of retrieval. */
export interface UpstreamRow {
  readonly id: string;
  readonly title: string;
  readonly at: readonly string[];
  /** Of `advisories/sources.ts`, whose licence it is published under; null: as each record's source. */
  readonly source: string | null;
  readonly everyHours: number;
  readonly megabytes: number;
  /** False: it says the same as a source that is fetched, is large, or is only of use to few. */
  readonly byDefault?: boolean;
  readonly terms?: string;
}

export function upstream(retrieval: Retrieval | null, row: UpstreamRow): Upstream {
  const { id, title, at, source, everyHours, megabytes, byDefault = true, terms = null } = row;
  return {
    id,
    title,
    retrieval,
    addresses: at,
    licence: source === null ? "each record's source's" : (sourceNamed(source)?.licence ?? NOT_STATED),
    terms,
    byDefault: byDefault && terms === null,
    everyHours,
    sizeBytes: megabytes * 1_000_000,
  };
}

export const FILES: Retrieval = { kind: 'files' };

/** Files of a git repository's newest commit. */
export function gitFiles(
  endings: readonly string[],
  folders: readonly string[] = [],
  branch: string | null = null,
): Retrieval {
  return { kind: 'git', branch, folders, endings };
}

const OSV_BUCKET = 'https://storage.googleapis.com/osv-vulnerabilities';

/** An ecosystem of OSV's export, which is renewed every quarter of an hour. */
export function osvEcosystem(ecosystem: string, row: Omit<UpstreamRow, 'at' | 'everyHours'>): Upstream {
  return upstream(
    { kind: 'osv-export' },
    { ...row, at: [`${OSV_BUCKET}/${encodeURIComponent(ecosystem)}`], everyHours: 1 },
  );
}
