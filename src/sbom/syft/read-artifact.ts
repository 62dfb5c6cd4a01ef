/** From Syft's artifacts and releases, of any schema, to what they state. */
import { isObject, type JsonObject, objectsIn, textIn, textsIn } from '../../formats/json.ts';
import { isDigest } from '../../model/digest.ts';
import type { Distribution, Evidence, SourcePackage } from '../../model/package.ts';
import { parseSourceRpm } from '../../model/source-rpm.ts';
import { formatActor } from '../bill.ts';
import type { StatedPackage } from '../stated-package.ts';

export function readArtifact(artifact: JsonObject): StatedPackage {
  const metadata = isObject(artifact['metadata']) ? artifact['metadata'] : {};
  const evidence = objectsIn(artifact['locations']).map(readLocation);
  const maintainer = said(metadata, 'maintainer') ?? said(metadata, 'vendor');
  return {
    ref: said(artifact, 'id') ?? '',
    purl: said(artifact, 'purl'),
    name: said(artifact, 'name') ?? '',
    version: said(artifact, 'version') ?? '',
    architecture: said(metadata, 'architecture'),
    source: readSource(metadata),
    licences: readLicences(artifact['licenses']),
    supplier: maintainer ?? readAuthor(metadata),
    description: said(metadata, 'description'),
    homepage: said(metadata, 'homepage') ?? webAddress(said(metadata, 'url')),
    cpes: readCpes(artifact['cpes']),
    modularityLabel: said(metadata, 'modularityLabel'),
    layer: evidence[0]?.layer ?? null,
    evidence,
    files: readFiles(metadata),
  };
}

/** Schema 3 called it `locations` too, with the same fields. */
function readLocation(location: JsonObject): Evidence {
  const layer = said(location, 'layerID') ?? '';
  return {
    path: withoutSlash(said(location, 'path') ?? ''),
    layer: isDigest(layer) ? layer : null,
    step: null,
  };
}

/** Texts up to schema 7, objects since; the declared ones alone, where others were concluded. */
function readLicences(value: unknown): readonly string[] {
  const declared = objectsIn(value).filter(({ type }) => type !== 'concluded');
  return valuesIn(declared.length > 0 ? declared : value, 'value');
}

/** Syft tries CPEs for whatever it finds. Since schema 16 it says which are guesses; before, they are texts, all alike. */
function readCpes(value: unknown): readonly string[] {
  return valuesIn(
    objectsIn(value).filter(({ source }) => source !== GUESSED),
    'cpe',
  );
}

const GUESSED = 'syft-generated';

/** Texts, or objects in later schemas. */
function valuesIn(value: unknown, field: string): readonly string[] {
  return [...textsIn(value), ...objectsIn(value).flatMap((entry) => said(entry, field) ?? [])];
}

/** dpkg's `source`, apk's `originPackage`, the file name of an rpm's source. */
function readSource(metadata: JsonObject): SourcePackage | null {
  const rpm = said(metadata, 'sourceRpm');
  if (rpm !== null) return parseSourceRpm(rpm);
  const name = said(metadata, 'source') ?? said(metadata, 'originPackage');
  return name === null ? null : { name, version: said(metadata, 'sourceVersion') };
}

/** Python has the address of the author in a field of its own. */
function readAuthor(metadata: JsonObject): string | null {
  const author = said(metadata, 'author');
  return author === null ? null : formatActor({ name: author, email: said(metadata, 'authorEmail') });
}

function webAddress(text: string | null): string | null {
  return text !== null && /^https?:\/\//.test(text) ? text : null;
}

function readFiles(metadata: JsonObject): readonly string[] {
  return valuesIn(objectsIn(metadata['files']), 'path').map(withoutSlash).toSorted();
}

/** The fields of os-release(5) that a release has. */
export function readRelease(release: JsonObject): Partial<Distribution> & { readonly id: string } {
  const { idLike } = release;
  const [versionId, codename] = [said(release, 'versionID'), said(release, 'versionCodename')];
  const [prettyName, cpe] = [said(release, 'prettyName'), said(release, 'cpeName')];
  return {
    id: said(release, 'id') ?? '',
    ...(versionId === null ? {} : { versionId }),
    ...(codename === null ? {} : { codename }),
    ...(prettyName === null ? {} : { prettyName }),
    ...(cpe === null ? {} : { cpe }),
    idLike: typeof idLike === 'string' ? [idLike] : textsIn(idLike),
  };
}

/** The text in a field, null for an empty one too: Go writes that for what is not there. */
export function said(object: JsonObject, field: string): string | null {
  return textIn(object, field) || null;
}

function withoutSlash(path: string): string {
  return path.replace(/^\/+/, '');
}
