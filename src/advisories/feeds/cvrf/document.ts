import { childOf, childText, childrenOf, type XmlElement } from '../../../formats/xml.ts';
import type { SeverityStatement } from '../../advisory.ts';
import { cvssStatement, severityWord } from '../../severity-statements.ts';

/** A product: the element `FullProductName` with the branches that it lies in. CVRF 1.2, section 5. */
export interface CvrfProduct {
  readonly id: string;
  readonly name: string;
  readonly cpe: string | null;
  /** Type and name of the innermost branch: `Package Arch`, `aarch64`. */
  readonly branch: { readonly type: string; readonly name: string } | null;
}

/** A component in a product; the pair has an identifier of its own. */
export interface CvrfRelationship {
  readonly id: string;
  readonly component: string;
  readonly product: string;
}

export interface CvrfStatus {
  /** `Fixed`, `Known Affected` and others. CVRF 1.2, section 6.8. */
  readonly type: string;
  readonly products: readonly string[];
}

export interface CvrfVulnerability {
  readonly cve: string | null;
  readonly statuses: readonly CvrfStatus[];
  readonly severities: readonly SeverityStatement[];
}

export interface CvrfDocument {
  readonly id: string;
  readonly released: string | null;
  readonly current: string | null;
  readonly severity: SeverityStatement | null;
  readonly page: string | null;
  readonly products: readonly CvrfProduct[];
  readonly relationships: readonly CvrfRelationship[];
  readonly vulnerabilities: readonly CvrfVulnerability[];
}

export function cvrfDocumentOf(root: XmlElement): CvrfDocument {
  const tracking = childOf(root, 'DocumentTracking');
  const tree = childOf(root, 'ProductTree');
  const products: CvrfProduct[] = [];
  collectProducts(tree, null, products);
  return {
    id: childText(childOf(tracking, 'Identification'), 'ID') ?? '',
    released: childText(tracking, 'InitialReleaseDate'),
    current: childText(tracking, 'CurrentReleaseDate'),
    severity: severityWord(childText(root, 'AggregateSeverity') ?? noteOf(root, 'Severity') ?? ''),
    page: pageOf(root),
    products,
    relationships: childrenOf(tree, 'Relationship').map(relationshipOf),
    vulnerabilities: childrenOf(root, 'Vulnerability').map(vulnerabilityOf),
  };
}

function collectProducts(
  element: XmlElement | undefined,
  branch: CvrfProduct['branch'],
  products: CvrfProduct[],
): void {
  for (const child of element?.children ?? []) {
    const { attributes } = child;
    if (child.name === 'Branch') {
      const inner = { type: attributes.get('Type') ?? '', name: attributes.get('Name') ?? '' };
      collectProducts(child, inner, products);
    } else if (child.name === 'FullProductName') {
      const id = attributes.get('ProductID') ?? '';
      products.push({ id, name: child.text.trim(), cpe: attributes.get('CPE') ?? null, branch });
    }
  }
}

function relationshipOf(relationship: XmlElement): CvrfRelationship {
  const { attributes } = relationship;
  return {
    id: childOf(relationship, 'FullProductName')?.attributes.get('ProductID') ?? '',
    component: attributes.get('ProductReference') ?? '',
    product: attributes.get('RelatesToProductReference') ?? '',
  };
}

function vulnerabilityOf(vulnerability: XmlElement): CvrfVulnerability {
  return {
    cve: childText(vulnerability, 'CVE'),
    statuses: childrenOf(childOf(vulnerability, 'ProductStatuses'), 'Status').map((status) => ({
      type: status.attributes.get('Type') ?? '',
      products: childrenOf(status, 'ProductID').map(({ text }) => text.trim()),
    })),
    severities: [...vectorsOf(vulnerability), ...impactOf(vulnerability)],
  };
}

/** CVRF 1.2 has `ScoreSetV2` and `ScoreSetV3`, 1.1 only `ScoreSet`. */
function vectorsOf(vulnerability: XmlElement): readonly SeverityStatement[] {
  const sets = childOf(vulnerability, 'CVSSScoreSets')?.children ?? [];
  return sets.flatMap((set) => {
    const vector = childText(set, 'Vector') ?? childText(set, 'VectorV2') ?? childText(set, 'VectorV3') ?? '';
    // openEuler writes vectors of CVSS 3 without their prefix; what came after 3.0 is 3.1
    const isPlainV3 = vector.startsWith('AV:') && vector.includes('/PR:');
    return cvssStatement(isPlainV3 ? `CVSS:3.1/${vector}` : vector) ?? [];
  });
}

function impactOf(vulnerability: XmlElement): readonly SeverityStatement[] {
  const threats = childrenOf(childOf(vulnerability, 'Threats'), 'Threat');
  const impact = threats.find(({ attributes }) => attributes.get('Type') === 'Impact');
  const word = severityWord(childText(impact, 'Description') ?? '');
  return word === null ? [] : [word];
}

function noteOf(root: XmlElement, title: string): string | null {
  const notes = childrenOf(childOf(root, 'DocumentNotes'), 'Note');
  return notes.find(({ attributes }) => attributes.get('Title') === title)?.text.trim() ?? null;
}

/** The publisher's own page of the document. */
function pageOf(root: XmlElement): string | null {
  const own = childrenOf(childOf(root, 'DocumentReferences'), 'Reference').find(
    ({ attributes }) => attributes.get('Type') === 'Self',
  );
  const url = childText(own, 'URL') ?? '';
  return /^https:\/\/[\x21-\x7e]{1,500}$/.test(url) ? url : null;
}
