/** Reads SPDX 2.1 to 2.3 in JSON and tag-value, of Hallmark and of other tools. */
import { isObject, type JsonObject, objectsIn, textIn, textsIn } from '../../formats/json.ts';
import { parseFacts } from '../facts.ts';
import { toChecksum } from '../package-properties.ts';
import { groupProperties, type Properties } from '../properties.ts';
import type { BillDocument, BillReading } from '../reading.ts';
import { type ExtractedLicence, readDeclared } from './declared-licence.ts';
import { readMaker, readToolName } from './maker.ts';
import { isTagValue, parseTagValue } from './read-tag-value.ts';
import { type SpdxRelation, type SpdxThing, toReading } from './things.ts';

/** GitHub puts the document of its dependency graph into an object: `GET /repos/{owner}/{repo}/dependency-graph/sbom`. */
const WRAPPER = 'sbom';

export function readSpdx2(document: BillDocument): BillReading | null {
  if (document.kind === 'text') {
    return isTagValue(document.text) ? readDocument(parseTagValue(document.text), 'tag-value') : null;
  }
  if (document.kind !== 'json') return null;
  const inner = document.value[WRAPPER];
  const value = isObject(inner) ? inner : document.value;
  return textIn(value, 'spdxVersion').startsWith('SPDX-2.') ? readDocument(value, 'JSON') : null;
}

function readDocument(document: JsonObject, serialisation: 'JSON' | 'tag-value'): BillReading {
  const creation = isObject(document['creationInfo']) ? document['creationInfo'] : {};
  const extracted = objectsIn(document['hasExtractedLicensingInfos']).map(readExtracted);
  const packages = objectsIn(document['packages']);
  return toReading({
    format: `SPDX ${textIn(document, 'spdxVersion').slice('SPDX-'.length)} (${serialisation})`,
    tool: readTool(textsIn(creation['creators'])),
    things: [
      ...packages.map((element) => readPackage(element, extracted)),
      ...objectsIn(document['files']).map(readFile),
    ],
    relations: [
      ...objectsIn(document['relationships']).flatMap(readRelationship),
      ...textsIn(document['documentDescribes']).map((id) => relation(DOCUMENT, 'describes', id)),
      // both are older ways to say what relationships say
      ...packages.flatMap((element) =>
        textsIn(element['hasFiles']).map((id) => relation(textIn(element, 'SPDXID'), 'contains', id)),
      ),
    ],
    properties: readFacts(document),
  });
}

const DOCUMENT = 'SPDXRef-DOCUMENT';

function readPackage(element: JsonObject, extracted: readonly ExtractedLicence[]): SpdxThing {
  const references = objectsIn(element['externalRefs']);
  const located = (types: readonly string[]) =>
    references
      .filter(({ referenceType }) => types.includes(String(referenceType).replace(/^.*[/#]/, '')))
      .map((reference) => textIn(reference, 'referenceLocator').trim());
  const licences = (field: string) => readDeclared({ expression: textIn(element, field), extracted });
  const declared = licences('licenseDeclared');
  return {
    id: textIn(element, 'SPDXID'),
    kind: 'package',
    name: textIn(element, 'name'),
    version: textIn(element, 'versionInfo'),
    purl: located(['purl', 'package-url'])[0] ?? null,
    cpes: located(['cpe23Type', 'cpe22Type']),
    checksums: readChecksums(element),
    licences: declared.length > 0 ? declared : licences('licenseConcluded'),
    supplier: readMaker(element['supplier']) ?? readMaker(element['originator']),
    description: textIn(element, 'description') || textIn(element, 'summary') || null,
    homepage: stated(textIn(element, 'homepage')),
    purpose: textIn(element, 'primaryPackagePurpose')
      .toLowerCase()
      .replaceAll(/[^a-z]/g, ''),
    notes: notesOf(element),
    properties: readFacts(element),
  };
}

function readFile(element: JsonObject): SpdxThing {
  return {
    id: textIn(element, 'SPDXID'),
    kind: 'file',
    name: textIn(element, 'fileName'),
    version: '',
    purl: null,
    cpes: [],
    checksums: readChecksums(element),
    licences: [],
    supplier: null,
    description: null,
    homepage: null,
    purpose: 'file',
    notes: notesOf(element),
    properties: readFacts(element),
  };
}

function readChecksums(element: JsonObject) {
  return objectsIn(element['checksums']).flatMap((checksum) =>
    toChecksum(textIn(checksum, 'algorithm'), textIn(checksum, 'checksumValue')),
  );
}

function readExtracted(licence: JsonObject): ExtractedLicence {
  return {
    licenseId: textIn(licence, 'licenseId'),
    name: textIn(licence, 'name'),
    extractedText: textIn(licence, 'extractedText'),
  };
}

/** Trivy wrote attribution texts, and since 0.58 annotations. */
function notesOf(element: JsonObject): readonly string[] {
  const comments = objectsIn(element['annotations']).map((annotation) => textIn(annotation, 'comment'));
  const said = [textIn(element, 'sourceInfo'), textIn(element, 'comment')];
  return [...said, ...textsIn(element['attributionTexts']), ...comments].filter((note) => note !== '');
}

/** Hallmark's own properties, in the annotations that hold them. */
function readFacts(element: JsonObject): Properties {
  return groupProperties(
    objectsIn(element['annotations']).flatMap((annotation) => parseFacts(textIn(annotation, 'comment'))),
  );
}

/** Relationships that Hallmark has a use for, and whether they are said from the other side. Section 11.1. */
const RELATIONS: ReadonlyMap<string, readonly [type: SpdxRelation['type'], reversed: boolean]> = new Map<
  string,
  readonly [SpdxRelation['type'], boolean]
>([
  ['CONTAINED_BY', ['contains', true]],
  ['CONTAINS', ['contains', false]],
  ['DEPENDENCY_OF', ['dependsOn', true]],
  ['DEPENDS_ON', ['dependsOn', false]],
  ['DESCRIBED_BY', ['describes', true]],
  ['DESCRIBES', ['describes', false]],
  ['DYNAMIC_LINK', ['dependsOn', false]],
  ['GENERATED_FROM', ['generatedFrom', false]],
  ['GENERATES', ['generatedFrom', true]],
  ['HAS_PREREQUISITE', ['dependsOn', false]],
  ['PACKAGE_OF', ['contains', true]],
  ['PREREQUISITE_FOR', ['dependsOn', true]],
  ['RUNTIME_DEPENDENCY_OF', ['dependsOn', true]],
  ['STATIC_LINK', ['dependsOn', false]],
]);

function readRelationship(element: JsonObject): readonly SpdxRelation[] {
  const [from, to] = [textIn(element, 'spdxElementId'), textIn(element, 'relatedSpdxElement')];
  const type = textIn(element, 'relationshipType');
  const [known, reversed] = RELATIONS.get(type) ?? otherRelation(type, textIn(element, 'comment'));
  if (known === null) return [];
  return [reversed ? relation(to, known, from) : relation(from, known, to)];
}

/** Syft says in a comment what SPDX has no word for. */
export function otherRelation(
  type: string,
  comment: string,
): readonly [type: SpdxRelation['type'] | null, reversed: boolean] {
  if (type.toUpperCase() !== 'OTHER') return [null, false];
  if (comment.startsWith('evident-by:')) return ['evidentBy', false];
  return [comment.startsWith('ownership-by-file-overlap:') ? 'contains' : null, false];
}

function relation(from: string, type: SpdxRelation['type'], to: string): SpdxRelation {
  return { from, type, to };
}

/** The first tool, else nobody. */
function readTool(creators: readonly string[]): string | null {
  const tool = creators.find((creator) => creator.startsWith('Tool:'));
  return tool === undefined ? null : readToolName(tool.slice('Tool:'.length));
}

function stated(text: string): string | null {
  return text === '' || text === 'NOASSERTION' || text === 'NONE' ? null : text;
}
