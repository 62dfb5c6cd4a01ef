import { xmlElements } from '../../../formats/xml.ts';
import type { Advisory, AffectedPackage } from '../../advisory.ts';
import { recordDate } from '../../dates.ts';
import { isIdentifier, type Feed, type FeedItem } from '../../feed.ts';
import { sourceNamed } from '../../sources.ts';
import { definitionOf, type OvalDefinition } from './definition.ts';
import { entriesOf } from './entries.ts';
import { statementsOf } from './statements.ts';
import { createOvalTests } from './tests.ts';
import { vendorOf, type OvalVendor } from './vendors.ts';

/**
 * Definitions of the Open Vulnerability and Assessment Language 5.x about packages of rpm and dpkg,
 * https://oval-community-guidelines.readthedocs.io/. What they say is taken from their tests, objects and states; the
 * names of releases and modules from comments, where nothing else has them.
 */
export const oval: Feed = {
  format: 'oval',

  recognises: (document) =>
    document.kind === 'xml' && /<(?:[\w-]+:)?oval_definitions\b/.test(document.text.slice(0, 4000)),

  *read(document, now) {
    if (document.kind !== 'xml') return;
    const tests = createOvalTests();
    const definitions: OvalDefinition[] = [];
    let isWhole = true;
    // tests stand behind the definitions that refer to them
    for (const element of xmlElements(document.text, DEPTH)) {
      if (element === null) isWhole = false;
      else if (element.name === 'definition') definitions.push(definitionOf(element));
      else tests.add(element);
    }
    if (!isWhole) {
      yield { kind: 'rejected', record: document.path, reason: 'not well-formed XML, or cut off' };
      return;
    }
    const rated = new Set<string>();
    for (const definition of definitions) {
      const vendor = vendorOf(definition);
      const record = `${document.path}: ${definition.id.slice(0, 200)}`;
      if (vendor === undefined) {
        yield { kind: 'skipped', reason: 'OVAL of a publisher that Hallmark does not read' };
        continue;
      }
      const { affected, unread } = entriesOf(definition, statementsOf(definition, tests), vendor);
      for (const reason of unread) yield { kind: 'rejected', record, reason };
      if (affected.length > 0 || unread.length === 0)
        yield* advisories(definition, affected, vendor, document.path, now);
      yield* ratings(definition, vendor.source, rated);
    }
  },
};

/** `oval_definitions/definitions/definition`, `oval_definitions/tests/rpminfo_test` and so on. */
const DEPTH = 2;

/** One advisory a release, so that files of several releases with the same definitions add up. */
function* advisories(
  definition: OvalDefinition,
  affected: readonly AffectedPackage[],
  vendor: OvalVendor,
  path: string,
  now: Date,
): Iterable<FeedItem> {
  const id = identifierOf(definition, vendor);
  if (id === null) {
    const record = `${path}: ${definition.id.slice(0, 200)}`;
    yield { kind: 'rejected', record, reason: 'names neither a flaw nor an erratum' };
    return;
  }
  const covers = definition.cves.filter((cve) => cve !== id);
  if (vendor.maintenance?.test(id) && covers.length === 0) {
    yield { kind: 'skipped', reason: 'an erratum that fixes no security flaw' };
    return;
  }
  if (affected.length === 0) {
    yield { kind: 'skipped', reason: 'an OVAL definition says nothing about a package' };
    return;
  }
  const record: Omit<Advisory, 'affected'> = {
    id,
    source: vendor.source,
    aliases: vendor.recordName === null ? [] : covers,
    covers: definition.class === 'patch' ? covers : [],
    published: recordDate(definition.issued, now),
    modified: recordDate(definition.updated, now),
    withdrawn: null,
    severities: definition.severity === null ? [] : [definition.severity],
    url: definition.page ?? sourceNamed(vendor.source)?.page?.(id) ?? null,
  };
  const file = vendor.recordPerFile ? ` ${path.slice(path.lastIndexOf('/') + 1)}` : '';
  for (const [ecosystem, entries] of Map.groupBy(affected, (entry) => entry.ecosystem)) {
    const part = vendor.recordName === null ? `${definition.id} ${ecosystem}${file}` : '';
    yield { kind: 'advisory', part, advisory: { ...record, affected: entries } };
  }
}

function identifierOf(
  { id: definitionId, class: kind, title, references, cves }: OvalDefinition,
  { erratum, recordName }: OvalVendor,
): string | null {
  const errata =
    kind === 'patch' && erratum !== null ? [title, ...references].map((text) => erratum.exec(text)?.[0]) : [];
  const id = recordName?.(definitionId) ?? errata.find((name) => name !== undefined) ?? cves[0];
  return isIdentifier(id) ? id : null;
}

/** How the vendor rates flaws; each once a document. */
function* ratings({ ratings: some }: OvalDefinition, source: string, rated: Set<string>): Iterable<FeedItem> {
  for (const { cve, severities, weaknesses } of some) {
    if (rated.has(cve)) continue;
    rated.add(cve);
    const dates = { published: null, modified: null, rejected: null };
    yield { kind: 'flaw', flaw: { id: cve, source, ...dates, severities, weaknesses, report: null } };
  }
}
