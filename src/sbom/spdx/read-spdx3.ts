/**
 * Reads SPDX 3.0 in JSON-LD, of Hallmark and of other tools: elements stand in one graph, or within each other where
 * they are used. https://spdx.github.io/spdx-spec/v3.0.1/serializations/.
 */
import { type JsonObject, textIn } from '../../formats/json.ts';
import { formatActor } from '../bill.ts';
import { parseFacts } from '../facts.ts';
import { toChecksum } from '../package-properties.ts';
import { groupProperties, type Properties, type Property } from '../properties.ts';
import type { BillDocument, BillReading } from '../reading.ts';
import { readDeclared } from './declared-licence.ts';
import { expressionOf } from './licence-elements.ts';
import { readToolName } from './maker.ts';
import { otherRelation } from './read-spdx2.ts';
import { idOf, indexGraph, listOf, referenceOf, type Spdx3Graph } from './spdx3-graph.ts';
import { type SpdxRelation, type SpdxThing, toReading } from './things.ts';

/** @throws {SbomError} SBOM_TOO_LARGE */
export function readSpdx3(document: BillDocument): BillReading | null {
  if (document.kind !== 'json' || !isSpdx3(document.value)) return null;
  const graph = indexGraph(document.value);
  const ofType = (...types: readonly string[]) =>
    graph.elements.filter(({ type }) => types.includes(String(type)));
  const relationships = ofType('Relationship', 'LifecycleScopedRelationship');
  const annotations = readAnnotations(ofType('Annotation'));
  const licences = licencesByElement(relationships, graph);
  const version = ofType('CreationInfo').map(({ specVersion }) => specVersion)[0];
  const [documentElement] = ofType('SpdxDocument');
  return toReading({
    format: `SPDX ${typeof version === 'string' ? version : '3.0'} (JSON-LD)`,
    tool: readTool(ofType('CreationInfo'), graph),
    things: ofType('software_Package', 'software_File').map((element) =>
      readThing(element, graph, licences, annotations),
    ),
    relations: [
      ...relationships.flatMap(readRelationship),
      ...rootsOf(ofType('SpdxDocument', 'software_Sbom', 'Bom')).map((to): SpdxRelation => ({
        from: 'document',
        type: 'describes',
        to,
      })),
    ],
    properties: groupProperties(factsIn(annotations, documentElement)),
  });
}

function isSpdx3({ '@context': context }: JsonObject): boolean {
  const contexts = Array.isArray(context) ? context : [context];
  return contexts.some((one) => typeof one === 'string' && one.startsWith('https://spdx.org/rdf/3.'));
}

function readThing(
  element: JsonObject,
  graph: Spdx3Graph,
  licences: ReadonlyMap<string, readonly string[]>,
  annotations: ReadonlyMap<string, readonly string[]>,
): SpdxThing {
  const identifiers = objectsOf(element['externalIdentifier'], graph);
  const identified = (...types: readonly string[]) =>
    identifiers
      .filter(({ externalIdentifierType }) => types.includes(String(externalIdentifierType)))
      .map((identifier) => textIn(identifier, 'identifier'));
  const id = idOf(element);
  const notes = annotations.get(id) ?? [];
  const makers = [element['suppliedBy'], ...listOf(element['originatedBy'])];
  return {
    id,
    kind: element['type'] === 'software_File' ? 'file' : 'package',
    name: textIn(element, 'name'),
    version: textIn(element, 'software_packageVersion'),
    purl: textIn(element, 'software_packageUrl') || (identified('packageUrl', 'purl')[0] ?? null),
    cpes: identified('cpe23', 'cpe22'),
    checksums: objectsOf(element['verifiedUsing'], graph)
      .filter(({ type }) => type === 'Hash')
      .flatMap((hash) => toChecksum(textIn(hash, 'algorithm'), textIn(hash, 'hashValue'))),
    licences: licences.get(id) ?? [],
    supplier: makers.map((maker) => readAgent(graph.resolve(maker), graph)).find(Boolean) ?? null,
    description: textIn(element, 'description') || textIn(element, 'summary') || null,
    homepage: textIn(element, 'software_homePage') || null,
    purpose: textIn(element, 'software_primaryPurpose').toLowerCase(),
    notes: [textIn(element, 'software_sourceInfo'), textIn(element, 'comment'), ...notes].filter(Boolean),
    properties: readProperties(notes),
  };
}

function readAgent(agent: JsonObject | undefined, graph: Spdx3Graph): string | null {
  const name = agent === undefined ? '' : textIn(agent, 'name');
  if (agent === undefined || name === '' || name === 'NOASSERTION') return null;
  const address = objectsOf(agent['externalIdentifier'], graph).find(
    ({ externalIdentifierType }) => externalIdentifierType === 'email',
  );
  return formatActor({ name, email: address === undefined ? null : textIn(address, 'identifier') });
}

/** Statements by the element that they are about. */
function readAnnotations(annotations: readonly JsonObject[]): ReadonlyMap<string, readonly string[]> {
  const bySubject = Map.groupBy(annotations, ({ subject }) => referenceOf(subject));
  return new Map(
    [...bySubject].map(([subject, about]) => [
      subject,
      about.map((annotation) => textIn(annotation, 'statement')),
    ]),
  );
}

function readProperties(statements: readonly string[]): Properties {
  return groupProperties(statements.flatMap(parseFacts));
}

function factsIn(
  annotations: ReadonlyMap<string, readonly string[]>,
  document: JsonObject | undefined,
): readonly Property[] {
  return document === undefined ? [] : (annotations.get(idOf(document)) ?? []).flatMap(parseFacts);
}

/** Declared licences; concluded ones of elements without. */
function licencesByElement(
  relationships: readonly JsonObject[],
  graph: Spdx3Graph,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const type of ['hasDeclaredLicense', 'hasConcludedLicense']) {
    for (const relationship of relationships) {
      const from = referenceOf(relationship['from']);
      if (relationship['relationshipType'] !== type || found.has(from)) continue;
      const declared = listOf(relationship['to']).flatMap((to) => {
        const licence = expressionOf(to, graph);
        return licence === null ? [] : readDeclared(licence);
      });
      if (declared.length > 0) found.set(from, declared);
    }
  }
  return found;
}

/** Relationships that Hallmark has a use for, and whether they are said from the other side. */
const RELATIONS: ReadonlyMap<string, readonly [type: SpdxRelation['type'], reversed: boolean]> = new Map<
  string,
  readonly [SpdxRelation['type'], boolean]
>([
  ['contains', ['contains', false]],
  ['dependsOn', ['dependsOn', false]],
  ['describes', ['describes', false]],
  ['generates', ['generatedFrom', true]],
  ['hasDynamicLink', ['dependsOn', false]],
  ['hasEvidence', ['evidentBy', false]],
  ['hasPrerequisite', ['dependsOn', false]],
  ['hasStaticLink', ['dependsOn', false]],
]);

/** What is needed to build or test alone is not in the image's way. */
const OTHER_SCOPES: ReadonlySet<unknown> = new Set(['build', 'design', 'development', 'test']);

function readRelationship(relationship: JsonObject): readonly SpdxRelation[] {
  const { relationshipType, scope } = relationship;
  if (OTHER_SCOPES.has(scope)) return [];
  const name = String(relationshipType);
  const [type, reversed] = RELATIONS.get(name) ?? otherRelation(name, textIn(relationship, 'comment'));
  if (type === null) return [];
  const from = referenceOf(relationship['from']);
  return listOf(relationship['to'])
    .map(referenceOf)
    .map((to) => (reversed ? { from: to, type, to: from } : { from, type, to }));
}

/** What a document is about, and the bill of materials that it holds. */
function rootsOf(collections: readonly JsonObject[]): readonly string[] {
  return collections.flatMap(({ rootElement }) => listOf(rootElement)).map(referenceOf);
}

/** What made the document: a tool that was used, else a program that created it. */
function readTool(creations: readonly JsonObject[], graph: Spdx3Graph): string | null {
  for (const { createdUsing, createdBy } of creations) {
    const makers = [...listOf(createdUsing), ...listOf(createdBy)].map(graph.resolve);
    const tool = makers.find((maker) => maker?.['type'] === 'Tool' || maker?.['type'] === 'SoftwareAgent');
    if (tool !== undefined) return readToolName(textIn(tool, 'name'));
  }
  return null;
}

function objectsOf(value: unknown, graph: Spdx3Graph): readonly JsonObject[] {
  return listOf(value)
    .map(graph.resolve)
    .filter((found) => found !== undefined);
}
