import type { Flaw } from '../../advisory.ts';
import { recordDate } from '../../dates.ts';
import { asObject, faultsOf, isIdentifier, type Feed, type FeedItem } from '../../feed.ts';
import { weaknessesOf } from '../../weaknesses.ts';
import { advisoryItem } from '../advisory-item.ts';
import { isElsewhere, readProducts } from './cve5/affected-products.ts';
import { type Cve5Affected, type Cve5Container, Cve5Record } from './cve5/cve5-record.ts';
import { containerSeverities, containerWeaknesses, exploitationReport } from './cve5/ratings.ts';

/**
 * CVE records 5.x, one a file: the CVE list, CISA's Vulnrichment, and OpenSSL's own copies. Each container is a source of
 * its own: that of the numbering authority, and CISA's additions.
 */
export const cve5: Feed = {
  format: 'cve5',

  recognises(document) {
    const record = document.kind === 'tree' ? asObject(document.value) : null;
    return record !== null && record['dataType'] === 'CVE_RECORD';
  },

  *read(document, now) {
    if (document.kind !== 'tree') return;
    const parsed = Cve5Record.safeParse(document.value);
    if (!parsed.success) {
      const id = asObject(asObject(document.value)?.['cveMetadata'])?.['cveId'];
      const record = isIdentifier(id) ? `${document.path}: ${id}` : document.path;
      yield { kind: 'rejected', record, reason: faultsOf(parsed.error) };
      return;
    }
    const { cveMetadata: about, containers } = parsed.data;
    const { cna, adp } = containers;
    const cisa = adp?.find(({ providerMetadata }) => providerMetadata?.shortName === 'CISA-ADP');
    const published = recordDate(about.datePublished ?? cna.datePublic, now);
    const modified = recordDate(about.dateUpdated, now);
    const rejected =
      about.state === 'REJECTED'
        ? (recordDate(about.dateRejected, now) ?? modified ?? recordDate(now.toISOString(), now))
        : null;
    const header = { id: about.cveId, published, rejected };
    const stated = cna.affected ?? [];
    yield* containerItems(cna, stated, { ...header, source: cnaSource(parsed.data), modified });
    if (cisa === undefined || rejected !== null) return;
    const enriched = recordDate(cisa.providerMetadata?.dateUpdated, now);
    // CISA repeats the products without the platforms that the authority limits them to
    const repeated = stated.length > 0 && stated.every(isElsewhere) ? [] : (cisa.affected ?? []);
    yield* containerItems(cisa, repeated, { ...header, source: 'cisa-vulnrichment', modified: enriched });
  },
};

/** Only the CVE list knows when a record was updated; what lacks that is the file that a CNA keeps for itself. */
function cnaSource({ cveMetadata, containers }: Cve5Record): string {
  const isOwnCopy = cveMetadata.dateUpdated === null || cveMetadata.dateUpdated === undefined;
  return isOwnCopy && containers.cna.providerMetadata?.shortName === 'openssl' ? 'openssl' : 'cve-list';
}

type Header = Pick<Flaw, 'id' | 'source' | 'published' | 'modified' | 'rejected'>;

function* containerItems(
  container: Cve5Container,
  entries: readonly Cve5Affected[],
  header: Header,
): Iterable<FeedItem> {
  yield {
    kind: 'flaw',
    flaw: {
      ...header,
      severities: header.rejected === null ? containerSeverities(container) : [],
      weaknesses: weaknessesOf(containerWeaknesses(container)),
      report: exploitationReport(container),
    },
  };
  if (header.rejected !== null) return;
  const { affected, skipped } = readProducts(entries);
  for (const reason of skipped) yield { kind: 'skipped', reason };
  if (affected.length === 0) return;
  const { id, source, published, modified } = header;
  // the flaw has the severities
  yield advisoryItem({ id, source, published, modified, affected });
}
