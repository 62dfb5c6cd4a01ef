/** From a component, of Hallmark or another tool, to what it states of a package. */
import { isObject, type JsonObject, objectsIn, textIn, textsIn } from '../../formats/json.ts';
import { isDigest } from '../../model/digest.ts';
import type { Checksum, Evidence } from '../../model/package.ts';
import { formatActor } from '../bill.ts';
import { toChecksum } from '../package-properties.ts';
import { parsePlace, withoutSlash } from '../place.ts';
import { groupProperties, type Property } from '../properties.ts';
import { ecosystemName, isPackageType } from '../purl-facts.ts';
import type { StatedPackage } from '../stated-package.ts';
import { readToolProperties } from './tool-properties.ts';

/** The fields of a component, with what the properties of other tools add to them. */
export function readComponent(component: object): StatedPackage {
  const fields = { ...component } as JsonObject;
  const properties = readProperties(fields);
  const own = groupProperties(properties);
  const purl = textIn(fields, 'purl').trim() || null;
  const name = textIn(fields, 'name');
  const group = textIn(fields, 'group');
  const stated = {
    ref: textIn(fields, 'bom-ref'),
    purl,
    name: group === '' ? name : joinGroup(purl, group, name),
    version: textIn(fields, 'version'),
    licences: readLicenceChoices(fields['licenses']),
    supplier: readMaker(fields),
    description: textIn(fields, 'description') || null,
    homepage: readHomepage(fields),
    cpes: readCpes(fields),
    checksums: readHashes(fields),
    evidence: readOccurrences(fields),
    files: readFiles(fields),
    properties: own,
  };
  return own.size > 0 ? stated : readToolProperties(stated, properties);
}

function joinGroup(purl: string | null, namespace: string, name: string): string {
  const [, type = ''] = /^pkg:\/*([a-z]+)\//.exec(purl ?? '') ?? [];
  return ecosystemName(isPackageType(type) ? type : 'generic', { namespace, name, subpath: null });
}

export function readProperties(component: JsonObject): readonly Property[] {
  return objectsIn(component['properties']).flatMap((property): Property[] => {
    const { name, value } = property;
    return typeof name === 'string' && typeof value === 'string' ? [[name, value]] : [];
  });
}

/** The declared ones alone, where a bill tells what is declared from what was concluded. */
function readLicenceChoices(value: unknown): readonly string[] {
  const read = objectsIn(value).flatMap((choice) => {
    const licence = isObject(choice['license']) ? choice['license'] : choice;
    const text = textIn(licence, 'id') || textIn(licence, 'name') || textIn(licence, 'expression');
    return text === '' ? [] : [{ text, concluded: licence['acknowledgement'] === 'concluded' }];
  });
  const declared = read.filter(({ concluded }) => !concluded);
  return (declared.length > 0 ? declared : read).map(({ text }) => text);
}

/** The supplier, else whoever made, wrote or published it: tools differ in where they put a maintainer. */
function readMaker(fields: JsonObject): string | null {
  for (const field of ['supplier', 'manufacturer']) {
    const entity = fields[field];
    if (!isObject(entity)) continue;
    const name = textIn(entity, 'name');
    const email = objectsIn(entity['contact']).map((contact) => textIn(contact, 'email'))[0] || null;
    if (name !== '') return formatActor({ name, email });
  }
  const [author = {}] = objectsIn(fields['authors']);
  const name = textIn(author, 'name');
  if (name !== '') return formatActor({ name, email: textIn(author, 'email') || null });
  return textIn(fields, 'author') || textIn(fields, 'publisher') || null;
}

function readHomepage(fields: JsonObject): string | null {
  const website = objectsIn(fields['externalReferences']).find(({ type }) => type === 'website');
  return website === undefined ? null : textIn(website, 'url') || null;
}

/** `cpe`, and those that evidence names besides. */
function readCpes(fields: JsonObject): readonly string[] {
  const further = identitiesIn(fields)
    .filter(({ field }) => field === 'cpe')
    .map((identity) => textIn(identity, 'concludedValue'));
  return [...new Set([textIn(fields, 'cpe'), ...further])].filter((cpe) => cpe !== '');
}

function readHashes(fields: JsonObject): readonly Checksum[] {
  return objectsIn(fields['hashes']).flatMap((hash) =>
    toChecksum(textIn(hash, 'alg'), textIn(hash, 'content')),
  );
}

/** Where it was found; cdxgen says so by the value of the method that showed it. */
function readOccurrences(fields: JsonObject): readonly Evidence[] {
  const evidence = isObject(fields['evidence']) ? fields['evidence'] : {};
  const occurrences = objectsIn(evidence['occurrences']).flatMap((occurrence): Evidence[] => {
    const location = textIn(occurrence, 'location');
    const context = textIn(occurrence, 'additionalContext');
    return location === '' ? [] : [{ ...parsePlace(location), ...readContext(context) }];
  });
  if (occurrences.length > 0) return occurrences;
  const values = identitiesIn(fields)
    .flatMap(({ methods }) => objectsIn(methods))
    .filter(({ technique }) => technique === 'manifest-analysis')
    .map((method) => textIn(method, 'value'));
  return [...new Set(values)]
    .filter((value) => value.startsWith('/'))
    .map((value) => ({ ...parsePlace(value), layer: null, step: null }));
}

/** A list since CycloneDX 1.6, one object in 1.5. */
function identitiesIn({ evidence }: JsonObject): readonly JsonObject[] {
  const identity = isObject(evidence) ? evidence['identity'] : undefined;
  return isObject(identity) ? [identity] : objectsIn(identity);
}

/** `layer sha256:…, build step 3`, as Hallmark writes it. */
function readContext(context: string): Pick<Evidence, 'layer' | 'step'> {
  const match = /^(?:layer (sha\d{3}:[0-9a-f]+))?(?:(?:^|, )build step (\d{1,6}))?$/.exec(context);
  const [, layer, step] = match ?? [];
  return {
    layer: layer !== undefined && isDigest(layer) ? layer : null,
    step: step === undefined ? null : Number(step),
  };
}

function readFiles({ components }: JsonObject): readonly string[] {
  const names = objectsIn(components)
    .filter(({ type }) => type === 'file')
    .map(({ name }) => name);
  return textsIn(names).map(withoutSlash);
}
