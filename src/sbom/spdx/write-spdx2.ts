/** Writes SPDX 2.2 and 2.3. https://spdx.github.io/spdx-spec/v2.3/. */
import { type BillInput, type BillOptions, billUuid, listed } from '../bill.ts';
import { formatFacts } from '../facts.ts';
import type { Property } from '../properties.ts';
import { type BillItem, type BillRelation, toBillGraph } from './bill-graph.ts';
import { formatMaker } from './maker.ts';
import { idText } from './plain-text.ts';
import {
  DOCUMENT_ID,
  NOASSERTION,
  type Spdx2Document,
  type Spdx2Specification,
  type Spdx2Version,
  SPDX2_SPECIFICATIONS,
  type SpdxAnnotation,
  type SpdxChecksum,
  type SpdxExternalReference,
  type SpdxPackage,
  type SpdxRelationship,
} from './spdx2-document.ts';

/**
 * The bill of materials of an image. The same input gives the same document; its namespace depends on the input, not
 * on the time. What SPDX has no field for is kept in annotations, under the names of CycloneDX's properties.
 */
export function toSpdx2(input: BillInput, options: BillOptions, version: Spdx2Version): Spdx2Document {
  const specification = SPDX2_SPECIFICATIONS[version];
  const graph = toBillGraph(input, options);
  const tool = `Tool: ${input.tool.name}-${input.tool.version}`;
  const annotations = (properties: readonly Property[]): readonly SpdxAnnotation[] =>
    properties.length === 0
      ? []
      : [
          {
            annotationDate: options.created,
            annotationType: 'OTHER',
            annotator: tool,
            comment: formatFacts(properties),
          },
        ];
  const extracted = new Map(
    graph.items.flatMap(({ licence }) => licence?.extracted ?? []).map((found) => [found.licenseId, found]),
  );
  return {
    spdxVersion: `SPDX-${version}`,
    dataLicense: 'CC0-1.0',
    SPDXID: DOCUMENT_ID,
    name: graph.name,
    documentNamespace: documentNamespace(graph.name, billUuid(`spdx-${version}`, input, options)),
    creationInfo: { created: options.created, creators: [tool] },
    ...listed('annotations', annotations(graph.properties)),
    packages: graph.items.map((item) => ({
      ...toSpdxPackage(item, specification),
      ...listed('annotations', annotations(item.properties)),
    })),
    relationships: [
      relationship(DOCUMENT_ID, 'DESCRIBES', spdxId(graph.image.id)),
      ...graph.relations.map(({ from, type, to }) => relationship(spdxId(from), RELATIONS[type], spdxId(to))),
    ],
    ...listed(
      'hasExtractedLicensingInfos',
      [...extracted.values()].toSorted((a, b) => (a.licenseId < b.licenseId ? -1 : 1)),
    ),
  };
}

/** An address that is unique without being there. SPDX 2.3, section 6.5. */
export function documentNamespace(name: string, uuid: string): string {
  return `https://spdx.org/spdxdocs/${idText(name)}-${uuid}`;
}

const RELATIONS: Readonly<Record<BillRelation['type'], SpdxRelationship['relationshipType']>> = {
  contains: 'CONTAINS',
  dependsOn: 'DEPENDS_ON',
  generatedFrom: 'GENERATED_FROM',
};

const PURPOSES: Readonly<Record<BillItem['purpose'], NonNullable<SpdxPackage['primaryPackagePurpose']>>> = {
  container: 'CONTAINER',
  file: 'FILE',
  library: 'LIBRARY',
  operatingSystem: 'OPERATING_SYSTEM',
  source: 'SOURCE',
};

function toSpdxPackage(item: BillItem, { purposes, packageManager }: Spdx2Specification): SpdxPackage {
  const { version, maker, homepage, sourceInfo, description } = item;
  return {
    SPDXID: spdxId(item.id),
    name: item.name,
    ...(version === null ? {} : { versionInfo: version }),
    ...(maker === null ? {} : { [maker.role]: formatMaker(maker) }),
    downloadLocation: NOASSERTION,
    filesAnalyzed: false,
    ...listed(
      'checksums',
      item.checksums.map(({ algorithm, hex }) => ({
        algorithm: algorithm.toUpperCase() as SpdxChecksum['algorithm'],
        checksumValue: hex,
      })),
    ),
    ...(homepage === null ? {} : { homepage }),
    ...(sourceInfo === null ? {} : { sourceInfo }),
    licenseConcluded: NOASSERTION,
    licenseDeclared: item.licence?.expression ?? NOASSERTION,
    copyrightText: NOASSERTION,
    ...(description === null ? {} : { description }),
    ...(purposes ? { primaryPackagePurpose: PURPOSES[item.purpose] } : {}),
    ...listed('externalRefs', [
      ...(item.purl === null
        ? []
        : [
            {
              referenceCategory: packageManager,
              referenceType: 'purl',
              referenceLocator: item.purl,
            } as const,
          ]),
      ...item.cpes.map(cpeReference),
    ]),
  };
}

function cpeReference(cpe: string): SpdxExternalReference {
  const referenceType = cpe.startsWith('cpe:2.3:') ? 'cpe23Type' : 'cpe22Type';
  return { referenceCategory: 'SECURITY', referenceType, referenceLocator: cpe };
}

function relationship(
  spdxElementId: string,
  relationshipType: SpdxRelationship['relationshipType'],
  relatedSpdxElement: string,
): SpdxRelationship {
  return { spdxElementId, relationshipType, relatedSpdxElement };
}

function spdxId(id: string): string {
  return `SPDXRef-${id}`;
}
