import { childOf, childText, childrenOf, type XmlElement } from '../../../formats/xml.ts';
import type { SeverityStatement } from '../../advisory.ts';
import { cvssStatement, severityWord } from '../../severity-statements.ts';
import { criteriaOf, type Criteria } from './criteria.ts';

/** What the metadata of a definition says. */
export interface OvalDefinition {
  readonly id: string;
  /** `vulnerability`: one flaw; `patch`: one erratum. */
  readonly class: string;
  readonly title: string;
  /** Identifiers that it refers to, as written: `CVE-2021-3449`, `Mitre CVE-1999-0524`, `ELSA-2021-9151`. */
  readonly references: readonly string[];
  /** The home of the erratum, or of the flaw. */
  readonly page: string | null;
  /** CVE identifiers, each once. */
  readonly cves: readonly string[];
  readonly severity: SeverityStatement | null;
  readonly issued: string | null;
  readonly updated: string | null;
  /** Red Hat: CPE names of the products that get the erratum. */
  readonly platforms: readonly string[];
  /** Red Hat: how it deals with an unfixed flaw, by component. */
  readonly resolutions: ReadonlyMap<string, string>;
  /** Azure Linux: whether there is a fix, `Not Applicable` where the flaw is not there. */
  readonly patchable: string | null;
  readonly ratings: readonly CveRating[];
  readonly criteria: Criteria | null;
}

/** How the vendor rates a flaw. */
export interface CveRating {
  readonly cve: string;
  readonly severities: readonly SeverityStatement[];
  readonly weaknesses: readonly string[];
}

interface Reference {
  readonly source: string;
  readonly name: string;
  readonly url: string;
}

export function definitionOf(element: XmlElement): OvalDefinition {
  const metadata = childOf(element, 'metadata');
  const advisory = childOf(metadata, 'advisory');
  const criteria = childOf(element, 'criteria');
  const references = childrenOf(metadata, 'reference').map(referenceOf);
  const cveElements = childrenOf(advisory, 'cve');
  const isFlaw = element.attributes.get('class') !== 'patch';
  const title = childText(metadata, 'title') ?? '';
  const named = [
    ...references.filter(isCve).map(({ name }) => name),
    ...cveElements.map(({ text }) => text),
    ...(isFlaw ? [title] : []),
  ];
  return {
    id: element.attributes.get('id') ?? '',
    class: element.attributes.get('class') ?? '',
    title,
    references: references.map(({ name }) => name),
    page: references.findLast((one) => isCve(one) === isFlaw && isWebAddress(one.url))?.url ?? null,
    cves: [...new Set(named.flatMap(cvesIn))],
    severity: severityWord(childText(advisory, 'severity') ?? childText(metadata, 'severity') ?? ''),
    issued: dateOf(advisory, 'issued') ?? childText(metadata, 'advisory_date') ?? debianDate(metadata),
    updated: dateOf(advisory, 'updated'),
    platforms: childrenOf(childOf(advisory, 'affected_cpe_list'), 'cpe').map(({ text }) => text.trim()),
    resolutions: resolutionsOf(childOf(advisory, 'affected')),
    patchable: childText(metadata, 'patchable'),
    ratings: cveElements.flatMap(ratingOf),
    criteria: criteria === undefined ? null : criteriaOf(criteria),
  };
}

function referenceOf({ attributes }: XmlElement): Reference {
  return {
    source: attributes.get('source') ?? '',
    name: attributes.get('ref_id') ?? '',
    url: attributes.get('ref_url') ?? '',
  };
}

/** `CVE`, and `SUSE CVE`. */
function isCve({ source }: Reference): boolean {
  return /\bCVE$/.test(source);
}

function isWebAddress(url: string): boolean {
  return /^https:\/\/[\x21-\x7e]{1,500}$/.test(url);
}

function cvesIn(text: string): readonly string[] {
  return text.match(/CVE-\d{4}-\d{4,}/g) ?? [];
}

function dateOf(advisory: XmlElement | undefined, name: string): string | null {
  return childOf(advisory, name)?.attributes.get('date') ?? null;
}

function debianDate(metadata: XmlElement | undefined): string | null {
  return childText(childOf(metadata, 'debian'), 'date');
}

function resolutionsOf(affected: XmlElement | undefined): ReadonlyMap<string, string> {
  return new Map(
    childrenOf(affected, 'resolution').flatMap((resolution) =>
      childrenOf(resolution, 'component').map(
        ({ text }) => [text.trim(), resolution.attributes.get('state') ?? ''] as const,
      ),
    ),
  );
}

/** Vectors stand behind their score: `8.1/CVSS:3.0/AV:N/…`, `1.2/AV:L/…`. */
function ratingOf({ text, attributes }: XmlElement): readonly CveRating[] {
  const cve = cvesIn(text)[0];
  const severities = ['cvss4', 'cvss3', 'cvss2'].flatMap((name) => {
    const stated = attributes.get(name) ?? '';
    return cvssStatement(stated.slice(stated.indexOf('/') + 1)) ?? [];
  });
  const weaknesses = [...new Set((attributes.get('cwe') ?? '').match(/CWE-\d+/g))].sort();
  return cve === undefined || severities.length + weaknesses.length === 0
    ? []
    : [{ cve, severities, weaknesses }];
}
