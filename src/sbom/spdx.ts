/** Writes SPDX 2.3 as JSON. https://spdx.github.io/spdx-spec/v2.3/. */
import type { Package } from '../model/package.ts';
import {
  type BillInput,
  type BillOptions,
  billUuid,
  distributionProperties,
  imageProperties,
  packageProperties,
  type Property,
  sha256,
  sortedPackages,
} from './bill.ts';
import { nameImage } from './image-name.ts';
import { readLicences } from './licences.ts';
import {
  IMAGE_ID,
  SYSTEM_ID,
  idText,
  imagePackage,
  installedPackage,
  sourcePackage,
  type SpdxPackage,
  systemPackage,
} from './spdx-packages.ts';

const DOCUMENT_ID = 'SPDXRef-DOCUMENT';

interface SpdxAnnotation {
  readonly annotationDate: string;
  readonly annotationType: 'OTHER';
  readonly annotator: string;
  readonly comment: string;
}

export type AnnotatedPackage = SpdxPackage & { readonly annotations?: readonly SpdxAnnotation[] };

export interface SpdxRelationship {
  readonly spdxElementId: string;
  readonly relationshipType: 'CONTAINS' | 'DEPENDS_ON' | 'DESCRIBES' | 'GENERATED_FROM';
  readonly relatedSpdxElement: string;
}

interface ExtractedLicence {
  readonly licenseId: string;
  readonly name: string;
  readonly extractedText: string;
}

export interface SpdxDocument {
  readonly spdxVersion: 'SPDX-2.3';
  readonly dataLicense: 'CC0-1.0';
  readonly SPDXID: typeof DOCUMENT_ID;
  readonly name: string;
  readonly documentNamespace: string;
  readonly creationInfo: { readonly created: string; readonly creators: readonly string[] };
  readonly annotations?: readonly SpdxAnnotation[];
  readonly packages: readonly AnnotatedPackage[];
  readonly relationships: readonly SpdxRelationship[];
  readonly hasExtractedLicensingInfos?: readonly ExtractedLicence[];
}

/**
 * The bill of materials of an image. The same input gives the same document; its namespace depends on the input, not
 * on the time. What SPDX has no field for is kept in annotations, under the names of CycloneDX's properties.
 */
export function toSpdx(input: BillInput, options: BillOptions): SpdxDocument {
  const tool = `Tool: ${input.tool.name}-${input.tool.version}`;
  const annotate = (comment: string): SpdxAnnotation => ({
    annotationDate: options.created,
    annotationType: 'OTHER',
    annotator: tool,
    comment,
  });
  const annotated = (element: SpdxPackage, facts: readonly Property[]): AnnotatedPackage =>
    facts.length === 0 ? element : { ...element, annotations: [annotate(factsAsJson(facts))] };

  const { distribution } = input;
  const packages = sortedPackages(input.packages);
  const licences = new Map<string, ExtractedLicence>();
  const sources = new Map<string, SpdxPackage>();
  const ids = new Map<string, string>();
  const installed = packages.map((pkg) => {
    const element = installedPackage(pkg, declaredLicence(pkg, licences));
    ids.set(pkg.id, element.SPDXID);
    const files =
      options.files === true ? pkg.files.map((path): Property => ['hallmark:file', `/${path}`]) : [];
    return annotated(element, [...packageProperties(pkg), ...files]);
  });

  const relationships: SpdxRelationship[] = [];
  const relate = (
    from: string,
    relationshipType: SpdxRelationship['relationshipType'],
    to: string | undefined,
  ) => {
    if (to !== undefined)
      relationships.push({ spdxElementId: from, relationshipType, relatedSpdxElement: to });
  };
  relate(DOCUMENT_ID, 'DESCRIBES', IMAGE_ID);
  if (distribution !== null) relate(IMAGE_ID, 'CONTAINS', SYSTEM_ID);
  for (const pkg of packages) {
    const id = ids.get(pkg.id) ?? '';
    relate(IMAGE_ID, 'CONTAINS', id);
    const owner = pkg.ownedBy === null ? undefined : ids.get(pkg.ownedBy);
    if (owner !== undefined) relate(owner, 'CONTAINS', id);
    for (const needed of pkg.dependsOn) relate(id, 'DEPENDS_ON', ids.get(needed));
    if (pkg.source !== null) {
      const source = sourcePackage(pkg, pkg.source);
      sources.set(source.SPDXID, source);
      relate(id, 'GENERATED_FROM', source.SPDXID);
    }
  }

  const { name } = nameImage(input.image);
  const extracted = [...licences.values()].toSorted((a, b) => (a.licenseId < b.licenseId ? -1 : 1));
  const seen = input.coverage.map(({ code, subject, message }) =>
    annotate(`${code}: ${subject}: ${message}`),
  );
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: DOCUMENT_ID,
    name,
    documentNamespace: `https://spdx.org/spdxdocs/${idText(name)}-${billUuid('spdx', input, options)}`,
    creationInfo: { created: options.created, creators: [tool] },
    ...(seen.length === 0 ? {} : { annotations: seen }),
    packages: [
      annotated(imagePackage(input), imageProperties(input)),
      ...(distribution === null
        ? []
        : [annotated(systemPackage(distribution), distributionProperties(distribution))]),
      ...installed,
      ...sources.values(),
    ],
    relationships,
    ...(extracted.length === 0 ? {} : { hasExtractedLicensingInfos: extracted }),
  };
}

/** All declarations together; what is no SPDX expression becomes a licence of this document. Annex D. */
function declaredLicence(pkg: Package, licences: Map<string, ExtractedLicence>): string {
  const parts = readLicences(pkg.licences).map((licence) => {
    if (licence.kind === 'id') return licence.id;
    if (licence.kind === 'expression') return licence.expression;
    const licenseId = `LicenseRef-${idText(licence.text)}-${sha256(licence.text).slice(0, 16)}`;
    licences.set(licenseId, { licenseId, name: licence.text, extractedText: licence.text });
    return licenseId;
  });
  if (parts.length < 2) return parts[0] ?? 'NOASSERTION';
  return parts.map((part) => (part.includes(' OR ') ? `(${part})` : part)).join(' AND ');
}

/** A JSON object; a name that is there several times has a list. */
function factsAsJson(facts: readonly Property[]): string {
  const byName = Map.groupBy(facts, ([name]) => name);
  const object = Object.fromEntries(
    [...byName].map(([name, same]) => [
      name,
      same.length === 1 ? same[0]?.[1] : same.map(([, value]) => value),
    ]),
  );
  return JSON.stringify(object);
}
