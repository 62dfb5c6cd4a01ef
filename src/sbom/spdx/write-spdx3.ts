/**
 * Writes SPDX 3.0.1 as JSON-LD, profiles Core, Software and SimpleLicensing: a flat graph, whose elements are named by
 * addresses below the document's. https://spdx.github.io/spdx-spec/v3.0.1/.
 */
import type { Checksum } from '../../model/package.ts';
import { type BillInput, type BillOptions, billUuid, listed, sha256 } from '../bill.ts';
import { formatFacts } from '../facts.ts';
import type { Property } from '../properties.ts';
import { type BillGraph, type BillItem, type BillRelation, toBillGraph } from './bill-graph.ts';
import type { ExtractedLicence } from './declared-licence.ts';
import type { Maker } from './maker.ts';
import { documentNamespace } from './write-spdx2.ts';

export const SPDX3_VERSION = '3.0.1';

/** Any element; which fields one of its type has is the schema's to say. */
export interface Spdx3Element {
  readonly type: string;
  readonly spdxId?: string;
  readonly [field: string]: unknown;
}

export interface Spdx3Document {
  readonly '@context': string;
  readonly '@graph': readonly Spdx3Element[];
}

const CREATION = '_:creation';

/** The bill of materials of an image. The same input gives the same document, all of whose identifiers depend on it. */
export function toSpdx3(input: BillInput, options: BillOptions): Spdx3Document {
  const graph = toBillGraph(input, options);
  const namespace = documentNamespace(graph.name, billUuid('spdx-3.0', input, options));
  const iri = (id: string) => `${namespace}#${id}`;
  const element = (type: string, id: string, fields: object): Spdx3Element & { readonly spdxId: string } => ({
    type,
    spdxId: iri(id),
    creationInfo: CREATION,
    ...fields,
  });

  const tool = `${input.tool.name}-${input.tool.version}`;
  const creator = element('SoftwareAgent', 'Creator', { name: tool });
  const described = [
    ...agents(graph).map((maker) => element(agentType(maker), agentId(maker), agentFields(maker))),
    ...graph.items.map((item) => element('software_Package', item.id, packageFields(item, iri))),
    ...licences(graph).map(({ type, id, fields }) => element(type, id, fields(iri))),
    ...relationships(graph).map(({ from, type, to }) =>
      element('Relationship', `Relationship-${type}-${from}`, {
        from: iri(from),
        relationshipType: type,
        to: to.map(iri),
      }),
    ),
    ...[{ id: 'Document', properties: graph.properties }, ...graph.items].flatMap(({ id, properties }) =>
      properties.length === 0
        ? []
        : [element('Annotation', `Annotation-${id}`, annotationFields(iri(id), properties))],
    ),
  ];
  const sbom = element('software_Sbom', 'Sbom', {
    software_sbomType: ['analyzed'],
    profileConformance: PROFILES,
    rootElement: [iri(graph.image.id)],
    element: described.map(({ spdxId }) => spdxId),
  });
  const document = element('SpdxDocument', 'Document', {
    name: graph.name,
    dataLicense: iri(expressionId(DATA_LICENCE)),
    profileConformance: PROFILES,
    rootElement: [sbom.spdxId],
    element: [creator, ...described, sbom].map(({ spdxId }) => spdxId),
  });
  return {
    '@context': `https://spdx.org/rdf/${SPDX3_VERSION}/spdx-context.jsonld`,
    '@graph': [
      {
        type: 'CreationInfo',
        '@id': CREATION,
        specVersion: SPDX3_VERSION,
        created: options.created,
        createdBy: [creator.spdxId],
      },
      document,
      sbom,
      creator,
      ...described,
    ],
  };
}

const PROFILES = ['core', 'software', 'simpleLicensing'];

/** What every document is under that goes by SPDX's rules. Class SpdxDocument, property `dataLicense`. */
const DATA_LICENCE = 'CC0-1.0';

type Iri = (id: string) => string;

function packageFields(item: BillItem, iri: Iri): object {
  const { name, version, description, maker, homepage, sourceInfo, purl, purpose } = item;
  return {
    name,
    ...(description === null ? {} : { description }),
    ...(version === null ? {} : { software_packageVersion: version }),
    ...(purl === null ? {} : { software_packageUrl: purl }),
    ...(homepage === null ? {} : { software_homePage: homepage }),
    ...(sourceInfo === null ? {} : { software_sourceInfo: sourceInfo }),
    software_primaryPurpose: purpose,
    ...(maker === null ? {} : madeBy(maker, iri)),
    ...listed('verifiedUsing', item.checksums.map(hash)),
    ...listed('externalIdentifier', item.cpes.map(cpeIdentifier)),
  };
}

function hash({ algorithm, hex }: Checksum): object {
  return { type: 'Hash', algorithm, hashValue: hex };
}

function cpeIdentifier(identifier: string): object {
  const externalIdentifierType = identifier.startsWith('cpe:2.3:') ? 'cpe23' : 'cpe22';
  return { type: 'ExternalIdentifier', externalIdentifierType, identifier };
}

function madeBy(maker: Maker, iri: Iri): object {
  const agent = iri(agentId(maker));
  return maker.role === 'supplier' ? { suppliedBy: agent } : { originatedBy: [agent] };
}

/** Each of the makers once. */
function agents({ items }: BillGraph): readonly Maker[] {
  const makers = items.flatMap(({ maker }) => maker ?? []);
  return [...new Map(makers.map((maker) => [agentId(maker), maker])).values()];
}

/** Whoever gives an address is taken for a person, as in SPDX 2. */
function agentType({ email }: Maker): 'Organization' | 'Person' {
  return email === null ? 'Organization' : 'Person';
}

function agentId(maker: Maker): string {
  return `${agentType(maker)}-${sha256(JSON.stringify([maker.name, maker.email])).slice(0, 16)}`;
}

function agentFields({ name, email }: Maker): object {
  if (email === null) return { name };
  const address = { type: 'ExternalIdentifier', externalIdentifierType: 'email', identifier: email };
  return { name, externalIdentifier: [address] };
}

interface LicenceElement {
  readonly type: 'simplelicensing_LicenseExpression' | 'simplelicensing_SimpleLicensingText';
  readonly id: string;
  readonly fields: (iri: Iri) => object;
}

/** Expressions, that of the document among them, and the texts that their references stand for; each once. */
function licences({ items }: BillGraph): readonly LicenceElement[] {
  const declared = [
    { expression: DATA_LICENCE, extracted: [] },
    ...items.flatMap(({ licence }) => licence ?? []),
  ];
  const texts = declared.flatMap(({ extracted }) => extracted).map(licenceText);
  const expressions = declared.map(({ expression, extracted }): LicenceElement => ({
    type: 'simplelicensing_LicenseExpression',
    id: expressionId(expression),
    fields: (iri) => ({
      simplelicensing_licenseExpression: expression,
      ...listed(
        'simplelicensing_customIdToUri',
        extracted.map(({ licenseId }) => ({
          type: 'DictionaryEntry',
          key: licenseId,
          value: iri(licenseId),
        })),
      ),
    }),
  }));
  const byId = new Map([...texts, ...expressions].map((found) => [found.id, found]));
  return [...byId.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function licenceText({ licenseId, name, extractedText }: ExtractedLicence): LicenceElement {
  return {
    type: 'simplelicensing_SimpleLicensingText',
    id: licenseId,
    fields: () => ({ name, simplelicensing_licenseText: extractedText }),
  };
}

function expressionId(expression: string): string {
  return `Licence-${sha256(expression).slice(0, 16)}`;
}

interface GroupedRelationship {
  readonly from: string;
  readonly type: string;
  readonly to: readonly string[];
}

const RELATIONS: Readonly<Record<BillRelation['type'], string>> = {
  contains: 'contains',
  dependsOn: 'dependsOn',
  generatedFrom: 'generates',
};

/** One of each type from each element. SPDX 3 says what a source generates, not what a package was made from. */
function relationships({ items, relations }: BillGraph): readonly GroupedRelationship[] {
  const single = [
    ...relations.map(({ from, type, to }) => {
      const [source, target] = type === 'generatedFrom' ? [to, from] : [from, to];
      return { from: source, type: RELATIONS[type], to: target };
    }),
    ...items.flatMap(({ id, licence }) =>
      licence === null
        ? []
        : [{ from: id, type: 'hasDeclaredLicense', to: expressionId(licence.expression) }],
    ),
  ];
  const grouped = Map.groupBy(single, ({ from, type }) => `${from}\0${type}`);
  return [...grouped.values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ ...first, to: group.map(({ to }) => to).toSorted() }];
  });
}

function annotationFields(subject: string, properties: readonly Property[]): object {
  return {
    annotationType: 'other',
    contentType: 'application/json',
    subject,
    statement: formatFacts(properties),
  };
}
