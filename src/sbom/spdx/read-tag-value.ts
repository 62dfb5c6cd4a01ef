/**
 * Reads SPDX 2 in its tag-value form into the object that its JSON form would be. A tag begins a new element, or says
 * something of the element that began last: `PackageName` a package, `FileName` a file, `LicenseID` a licence,
 * `Annotator` an annotation, which `SPDXREF` gives to an element. Tags that Hallmark has no use for are passed over.
 * SPDX 2.3, sections 6 to 12.
 */
import type { JsonObject } from '../../formats/json.ts';
import { SbomError } from '../errors.ts';

/** More elements than any image has files; each line costs memory as an object. */
const MAX_ELEMENTS = 2_000_000;

type Fields = Record<string, unknown>;

/** Where a tag's value goes: the field of SPDX's JSON form; a list where the tag may repeat. */
type Place = { readonly field: string; readonly list?: true; readonly read?: (value: string) => unknown };

const DOCUMENT_TAGS: ReadonlyMap<string, Place> = new Map<string, Place>([
  ['SPDXVersion', { field: 'spdxVersion' }],
  ['DocumentName', { field: 'name' }],
  ['DocumentNamespace', { field: 'documentNamespace' }],
  ['Creator', { field: 'creators', list: true }],
]);

const ELEMENT_TAGS: ReadonlyMap<string, Place> = new Map<string, Place>([
  ['SPDXID', { field: 'SPDXID' }],
  ['PackageVersion', { field: 'versionInfo' }],
  ['PackageSupplier', { field: 'supplier' }],
  ['PackageOriginator', { field: 'originator' }],
  ['PackageHomePage', { field: 'homepage' }],
  ['PackageSourceInfo', { field: 'sourceInfo' }],
  ['PackageLicenseConcluded', { field: 'licenseConcluded' }],
  ['PackageLicenseDeclared', { field: 'licenseDeclared' }],
  ['PackageDescription', { field: 'description' }],
  ['PackageComment', { field: 'comment' }],
  ['PackageAttributionText', { field: 'attributionTexts', list: true }],
  ['PackageChecksum', { field: 'checksums', list: true, read: readChecksum }],
  ['PrimaryPackagePurpose', { field: 'primaryPackagePurpose' }],
  ['ExternalRef', { field: 'externalRefs', list: true, read: readReference }],
  ['FileChecksum', { field: 'checksums', list: true, read: readChecksum }],
  ['FileComment', { field: 'comment' }],
]);

const LICENCE_TAGS: ReadonlyMap<string, Place> = new Map<string, Place>([
  ['LicenseName', { field: 'name' }],
  ['ExtractedText', { field: 'extractedText' }],
]);

const ANNOTATION_TAGS: ReadonlyMap<string, Place> = new Map<string, Place>([
  ['AnnotationComment', { field: 'comment' }],
  ['SPDXREF', { field: 'subject' }],
]);

const RELATIONSHIP_TAGS: ReadonlyMap<string, Place> = new Map<string, Place>([
  ['RelationshipComment', { field: 'comment' }],
]);

/** What begins with a tag: which list it joins, and which tags then speak of it. */
interface Beginning {
  readonly list:
    | 'annotations'
    | 'files'
    | 'hasExtractedLicensingInfos'
    | 'packages'
    | 'relationships'
    | 'snippets';
  readonly tags: ReadonlyMap<string, Place>;
  readonly begin: (value: string) => Fields;
}

const BEGINNINGS: ReadonlyMap<string, Beginning> = new Map<string, Beginning>([
  ['PackageName', { list: 'packages', tags: ELEMENT_TAGS, begin: (name) => ({ name }) }],
  ['FileName', { list: 'files', tags: ELEMENT_TAGS, begin: (fileName) => ({ fileName }) }],
  ['SnippetSPDXID', { list: 'snippets', tags: new Map(), begin: (SPDXID) => ({ SPDXID }) }],
  [
    'LicenseID',
    { list: 'hasExtractedLicensingInfos', tags: LICENCE_TAGS, begin: (licenseId) => ({ licenseId }) },
  ],
  ['Annotator', { list: 'annotations', tags: ANNOTATION_TAGS, begin: (annotator) => ({ annotator }) }],
  ['Relationship', { list: 'relationships', tags: RELATIONSHIP_TAGS, begin: readRelationship }],
]);

/** True for a text that begins as SPDX's tag-value documents do, comments aside. */
export function isTagValue(text: string): boolean {
  return /^(?:\s*#.*\n|\s*\n)*\s*SPDXVersion:/.test(text.slice(0, 4096));
}

/**
 * The object that the JSON form of the same document would be, as far as Hallmark reads it.
 *
 * @throws {SbomError} SBOM_UNREADABLE: a long text without end; SBOM_TOO_LARGE: too many elements
 */
export function parseTagValue(text: string): JsonObject {
  const document: Fields = {};
  const lists: Record<Beginning['list'], Fields[]> = {
    annotations: [],
    files: [],
    hasExtractedLicensingInfos: [],
    packages: [],
    relationships: [],
    snippets: [],
  };
  let current: { readonly fields: Fields; readonly tags: ReadonlyMap<string, Place> } = {
    fields: document,
    tags: DOCUMENT_TAGS,
  };
  let elements = 0;
  for (const [tag, value] of tagsIn(text)) {
    const beginning = BEGINNINGS.get(tag);
    if (beginning === undefined) {
      put(current.fields, current.tags.get(tag), value);
      continue;
    }
    elements += 1;
    if (elements > MAX_ELEMENTS) {
      throw new SbomError('SBOM_TOO_LARGE', `the document has more than ${MAX_ELEMENTS} elements`);
    }
    const fields = beginning.begin(value);
    if (beginning.list === 'files') fields['package'] = lists.packages.at(-1);
    lists[beginning.list].push(fields);
    current = { fields, tags: beginning.tags };
  }
  return assemble(document, lists);
}

/** Annotations stand in what they are about, and files after a package are that package's. Section 8. */
function assemble(document: Fields, lists: Record<Beginning['list'], Fields[]>): JsonObject {
  const { creators, ...facts } = document;
  const { annotations, files, packages, relationships, hasExtractedLicensingInfos } = lists;
  const bySubject = Map.groupBy(annotations, ({ subject }) => subject);
  const elements = [...packages, ...files];
  for (const element of elements) element['annotations'] = bySubject.get(element['SPDXID']) ?? [];
  const known = new Set(elements.map(({ SPDXID }) => SPDXID));
  const contained = files.flatMap(({ package: owner, SPDXID }): Fields[] =>
    owner === undefined
      ? []
      : [
          {
            spdxElementId: (owner as Fields)['SPDXID'],
            relationshipType: 'CONTAINS',
            relatedSpdxElement: SPDXID,
          },
        ],
  );
  return {
    ...facts,
    creationInfo: { creators },
    annotations: annotations.filter(({ subject }) => !known.has(subject)),
    packages,
    files,
    relationships: [...relationships, ...contained],
    hasExtractedLicensingInfos,
  };
}

function put(fields: Fields, place: Place | undefined, value: string): void {
  if (place === undefined) return;
  const { field, list, read } = place;
  const content = read === undefined ? value : read(value);
  const known = fields[field];
  if (list !== true) fields[field] ??= content;
  else if (Array.isArray(known)) known.push(content);
  else fields[field] = [content];
}

/** Tags with their values; a value in `<text>` goes on to `</text>`, over as many lines as it likes. */
function* tagsIn(text: string): Generator<readonly [tag: string, value: string]> {
  for (let at = 0; at < text.length;) {
    const newline = text.indexOf('\n', at);
    let end = newline < 0 ? text.length : newline;
    const line = text.slice(at, end);
    const colon = line.indexOf(':');
    const tag = line.slice(0, Math.max(colon, 0)).trim();
    const value = line.slice(colon + 1).trim();
    if (value.startsWith('<text>')) {
      const begin = text.indexOf('<text>', at) + '<text>'.length;
      const close = text.indexOf('</text>', begin);
      if (close < 0) throw new SbomError('SBOM_UNREADABLE', `a <text> after ${tag} is never closed`);
      yield [tag, text.slice(begin, close)];
      const next = text.indexOf('\n', close);
      end = next < 0 ? text.length : next;
    } else if (tag !== '' && !tag.startsWith('#')) yield [tag, value];
    at = end + 1;
  }
}

function readChecksum(value: string): unknown {
  const [algorithm = '', checksumValue = ''] = value.split(/:\s*/);
  return { algorithm, checksumValue };
}

function readReference(value: string): unknown {
  const [referenceCategory, referenceType, referenceLocator = ''] = value.split(/\s+/);
  return { referenceCategory, referenceType, referenceLocator };
}

function readRelationship(value: string): Fields {
  const [spdxElementId, relationshipType, relatedSpdxElement] = value.split(/\s+/);
  return { spdxElementId, relationshipType, relatedSpdxElement };
}
