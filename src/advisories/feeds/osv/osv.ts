import { recordDate } from '../../dates.ts';
import { asObject, faultsOf, isIdentifier, type Feed, type FeedItem } from '../../feed.ts';
import { severityWord } from '../../severity-statements.ts';
import type { SeverityStatement } from '../../advisory.ts';
import { sourceNamed, sourceOfOsvRecord, type SourceDescription } from '../../sources.ts';
import { advisoryItem } from '../advisory-item.ts';
import { readAffected } from './osv-affected.ts';
import { OsvRecord, severityStatements } from './osv-record.ts';

/**
 * Records of the Open Source Vulnerability format, https://ossf.github.io/osv-schema/, one a file or in one array, in
 * JSON or YAML, of any ecosystem.
 */
export const osv: Feed = {
  format: 'osv',

  recognises(document) {
    if (document.kind !== 'tree') return false;
    const record = asObject(
      Array.isArray(document.value) ? (document.value as readonly unknown[])[0] : document.value,
    );
    return (
      record !== null &&
      typeof record['id'] === 'string' &&
      'modified' in record &&
      ('affected' in record || 'withdrawn' in record || 'schema_version' in record)
    );
  },

  *read(document, now) {
    if (document.kind !== 'tree') return;
    const records = Array.isArray(document.value) ? (document.value as readonly unknown[]) : [document.value];
    for (const record of records) yield* readRecord(record, document.path, now);
  },
};

function* readRecord(value: unknown, path: string, now: Date): Iterable<FeedItem> {
  const parsed = OsvRecord.safeParse(value);
  if (!parsed.success) {
    const id = asObject(value)?.['id'];
    const record = isIdentifier(id) ? `${path}: ${id}` : path;
    yield { kind: 'rejected', record, reason: faultsOf(parsed.error) };
    return;
  }
  const record = parsed.data;
  const ecosystems = record.affected.flatMap(({ package: pkg }) =>
    pkg === undefined ? [] : [pkg.ecosystem],
  );
  const source = sourceNamed(sourceOfOsvRecord(record.id, ecosystems));
  if (source === undefined) return;
  const { aliases, covers } = flawsOf(record, source);
  if (isMaintenanceNotice(record, covers)) {
    yield { kind: 'skipped', reason: 'an erratum that fixes no security flaw' };
    return;
  }
  if (record.id.startsWith('LSN-')) {
    yield { kind: 'skipped', reason: 'a Livepatch notice: about running kernels, not about packages' };
    return;
  }
  const { affected, skipped, broken } = readAffected(record, source);
  for (const reason of broken) yield { kind: 'rejected', record: `${path}: ${record.id}`, reason };
  for (const reason of skipped) yield { kind: 'skipped', reason };
  if (record.affected.length === 0 && record.withdrawn === null)
    yield { kind: 'skipped', reason: 'an OSV record names no package' };
  if (affected.length === 0 && record.withdrawn === null) return;
  yield advisoryItem(
    {
      id: record.id,
      source: source.id,
      aliases,
      covers,
      published: recordDate(record.published, now),
      modified: recordDate(record.modified, now),
      withdrawn: withdrawnDate(record.withdrawn, now),
      severities: recordSeverities(record, source),
      url: source.page?.(record.id) ?? advisoryPage(record),
      affected,
    },
    source.recordPerProduct ? affected.map(({ name }) => name).join(' ') : '',
  );
}

/**
 * The flaws that a record is about. A distribution's own name for one (`UBUNTU-CVE-2021-3782`, as a record's identifier and
 * in USN-5614-1's `upstream`) stands for the CVE that it holds. Where every record is about one flaw in one package, all
 * that it names upstream is that flaw: CGA records name a CVE and its GHSA.
 */
function flawsOf(
  { id, aliases, upstream, related }: OsvRecord,
  { coversRelated, oneFlawARecord }: SourceDescription,
): { readonly aliases: readonly string[]; readonly covers: readonly string[] } {
  const own = withoutOwnPrefix(id);
  const named = [...upstream, ...(coversRelated ? related : []), ...(own === id ? [] : [own])];
  const flaws = named.map(withoutOwnPrefix);
  const isOther = (name: string) => name !== id;
  return {
    aliases: [...new Set([...aliases, ...(oneFlawARecord ? flaws : [])])].filter(isOther),
    covers: oneFlawARecord ? [] : [...new Set(flaws)].filter(isOther),
  };
}

function withoutOwnPrefix(id: string): string {
  return id.replace(/^[A-Z]+-(?=CVE-\d{4}-\d+$)/, '');
}

/**
 * AlmaLinux, Red Hat and Rocky publish bug fixes (`ALBA-`) and enhancements (`ALEA-`) in the same form, Ubuntu what mends
 * an earlier notice ("GnuTLS regression").
 */
function isMaintenanceNotice({ id, summary }: OsvRecord, covers: readonly string[]): boolean {
  if (covers.length > 0) return false;
  return /^(?:AL|RH|RL)[BE]A-/.test(id) || (id.startsWith('USN-') && /\bregression\b/i.test(summary));
}

/** A record that says it is withdrawn stays so when its date is a placeholder. */
function withdrawnDate(text: string | null, now: Date): string | null {
  return text === null ? null : (recordDate(text, now) ?? recordDate(now.toISOString(), now));
}

/** The vectors of the record, or the word that stands in where neither it nor its packages have any. */
function recordSeverities(record: OsvRecord, source: SourceDescription): SeverityStatement[] {
  const stated = severityStatements(record.severity);
  if (stated.length > 0 || record.affected.some(({ severity }) => severity.length > 0)) return stated;
  const word = source.factsInSummary
    ? /^([A-Za-z]+):/.exec(record.summary)?.[1]
    : record.database_specific.severity;
  const statement = word === undefined ? null : severityWord(word);
  return statement === null ? [] : [statement];
}

/** The reference that names the record itself; errata also refer to the ones that they were rebuilt from. */
function advisoryPage({ id, references }: OsvRecord): string | null {
  const pages = references
    .filter(({ type, url }) => type === 'ADVISORY' && /^https:\/\/[\x21-\x7e]{1,500}$/.test(url))
    .map(({ url }) => url);
  return pages.find((url) => url.includes(id.replace(':', '-'))) ?? pages[0] ?? null;
}
