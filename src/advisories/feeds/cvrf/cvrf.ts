import { parseXml, type XmlElement } from '../../../formats/xml.ts';
import type { Advisory, SeverityStatement } from '../../advisory.ts';
import { affectedPackages } from '../distributions/package-statements.ts';
import { recordDate } from '../../dates.ts';
import { isIdentifier, isPlainText, type Feed, type FeedItem } from '../../feed.ts';
import { sourceNamed } from '../../sources.ts';
import { cvrfDocumentOf, type CvrfDocument, type CvrfVulnerability } from './document.ts';
import { cvrfPublisher, type CvrfPublisher } from './publishers.ts';

/**
 * Documents of the Common Vulnerability Reporting Framework 1.1 and 1.2 of SUSE and openEuler: one update each, with the
 * builds that fix each flaw. https://docs.oasis-open.org/csaf/csaf-cvrf/v1.2/csaf-cvrf-v1.2.html
 */
export const cvrf: Feed = {
  format: 'cvrf',

  recognises: (document) =>
    document.kind === 'xml' && /<(?:[\w-]+:)?cvrfdoc\b/.test(document.text.slice(0, 4000)),

  *read(document, now) {
    if (document.kind !== 'xml') return;
    if (document.text.length > MOST_TEXT) {
      yield { kind: 'rejected', record: document.path, reason: `more than ${MOST_TEXT} characters` };
      return;
    }
    const root = parseXml(document.text);
    if (root === null) {
      yield { kind: 'rejected', record: document.path, reason: 'not well-formed XML, or cut off' };
      return;
    }
    yield* readDocument(root, document.path, now);
  },
};

/** Updates of SUSE's kernels take some 20 MB; a document is held in memory as a whole, several times its size. */
const MOST_TEXT = 80_000_000;

function* readDocument(root: XmlElement, path: string, now: Date): Iterable<FeedItem> {
  const document = cvrfDocumentOf(root);
  const publisher = cvrfPublisher(document.id);
  if (publisher === undefined || !isIdentifier(document.id)) {
    const record = `${path}: ${document.id.slice(0, 200)}`;
    yield { kind: 'rejected', record, reason: 'CVRF of a publisher that Hallmark does not know' };
    return;
  }
  // usually one update fixes all flaws in all packages; where it does not, each flaw is a record with its own packages
  const together = new Set(document.vulnerabilities.map(({ statuses }) => JSON.stringify(statuses)));
  const groups =
    together.size === 1 ? [document.vulnerabilities] : document.vulnerabilities.map((flaw) => [flaw]);
  for (const flaws of groups) yield readFlaws(document, flaws, publisher, path, now);
  for (const { cve, severities } of document.vulnerabilities) {
    if (!isIdentifier(cve) || severities.length === 0) continue;
    const flaw = { id: cve, source: publisher.source, published: null, modified: null, rejected: null };
    yield { kind: 'flaw', flaw: { ...flaw, severities, weaknesses: [], report: null } };
  }
}

function readFlaws(
  document: CvrfDocument,
  flaws: readonly CvrfVulnerability[],
  publisher: CvrfPublisher,
  path: string,
  now: Date,
): FeedItem {
  const record = `${path}: ${document.id}`;
  const cves = flaws.map(({ cve }) => cve);
  if (!cves.every(isIdentifier))
    return { kind: 'rejected', record, reason: 'a flaw without a CVE identifier' };
  const { packages, unread } = publisher.packages(document, flaws[0]?.statuses ?? []);
  const [broken] = unread;
  if (broken !== undefined) return { kind: 'rejected', record, reason: broken };
  if (packages.length === 0)
    return { kind: 'skipped', reason: 'a CVRF document names no packages with their products' };
  if (!packages.every(({ name, version }) => isPlainText(name) && (version === null || isPlainText(version))))
    return { kind: 'rejected', record, reason: 'a package without a plain name or version' };
  const isWhole = flaws.length === document.vulnerabilities.length;
  const advisory: Advisory = {
    id: isWhole ? document.id : (cves[0] ?? document.id),
    source: publisher.source,
    aliases: [],
    covers: isWhole ? [...new Set(cves)].filter((cve) => cve !== document.id) : [],
    published: recordDate(document.released, now),
    modified: recordDate(document.current, now),
    withdrawn: null,
    severities: isWhole ? worded(document.severity) : (flaws[0]?.severities ?? []),
    url: document.page ?? sourceNamed(publisher.source)?.page?.(document.id) ?? null,
    affected: affectedPackages(packages),
  };
  return { kind: 'advisory', part: isWhole ? '' : document.id, advisory };
}

function worded(severity: SeverityStatement | null): readonly SeverityStatement[] {
  return severity === null ? [] : [severity];
}
