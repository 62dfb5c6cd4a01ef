/**
 * What a layout, its indexes, manifests and configurations must be like before anything of it is kept. Pure: over JSON that has been
 * read. docker-library/meta-scripts, `oci.jq`; what upstream leaves open (configuration, history, subjects) is asked as well.
 */
import { decodeBase64 } from '../../../formats/base64.ts';
import { isObject, type JsonObject } from '../../../formats/json.ts';
import { digestOf, isDigest } from '../../../model/digest.ts';
import { formatPlatform, normalizePlatform, type Platform } from '../../../model/platform.ts';
import type { Descriptor } from '../../../oci/descriptor.ts';
import type { ImageConfiguration } from '../../../oci/image.ts';
import {
  isIndexMediaType,
  isManifestMediaType,
  MAX_MANIFEST_BYTES,
  MEDIA_TYPES,
} from '../../../oci/manifest.ts';
import { ATTESTATION } from '../../indexes/index-document.ts';

/** Stable names of the rules: in messages, and in the checks of the verifier. */
export type LayoutRule =
  | 'layout.files'
  | 'layout.version'
  | 'layout.one-image'
  | 'index.form'
  | 'index.entry'
  | 'index.attestation'
  | 'image.form'
  | 'image.configuration'
  | 'image.layers'
  | 'image.subject'
  | 'descriptor'
  | 'blob'
  | 'configuration.platform'
  | 'configuration.layers'
  | 'configuration.history'
  | 'layer';

export interface LayoutProblem {
  readonly rule: LayoutRule;
  /** One sentence: what is there, and where. */
  readonly because: string;
}

const ATTESTATION_ARTIFACT = 'application/vnd.docker.attestation.manifest.v1+json';
const IN_TOTO_LAYER = 'application/vnd.in-toto+json';
const PREDICATES: readonly unknown[] = ['https://slsa.dev/provenance/v0.2', 'https://spdx.dev/Document'];

export const CONFIGURATION_TYPES: readonly unknown[] = [
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
];
const LAYER_TYPES: readonly unknown[] = [
  'application/vnd.oci.image.layer.v1.tar',
  'application/vnd.oci.image.layer.v1.tar+gzip',
  'application/vnd.docker.image.rootfs.diff.tar',
  'application/vnd.docker.image.rootfs.diff.tar.gzip',
];

/** Gathers the rules that are broken. */
interface Findings {
  readonly problems: LayoutProblem[];
  readonly expect: (isMet: boolean, rule: LayoutRule, because: string) => void;
}

function findings(): Findings {
  const problems: LayoutProblem[] = [];
  return {
    problems,
    expect(isMet, rule, because) {
      if (!isMet) problems.push({ rule, because });
    },
  };
}

/** The file `oci-layout`. OCI image spec, image-layout.md. */
export function versionProblems(file: unknown): readonly LayoutProblem[] {
  const version = isObject(file) ? file['imageLayoutVersion'] : undefined;
  return version === '1.0.0'
    ? []
    : [{ rule: 'layout.version', because: `oci-layout names the version ${shown(version)}, not "1.0.0"` }];
}

/** OCI image spec, descriptor.md. @param where for messages: `layers.0 of the manifest sha256:…` */
export function descriptorProblems(value: unknown, where: string): readonly LayoutProblem[] {
  const { problems, expect } = findings();
  const say = (isMet: boolean, because: string): void => expect(isMet, 'descriptor', `${where} ${because}`);
  if (!isObject(value)) return [{ rule: 'descriptor', because: `${where} is no object` }];
  const { mediaType, digest, size, urls, artifactType, platform } = value;
  say(typeof mediaType === 'string' && mediaType !== '', 'has no media type');
  say(typeof digest === 'string' && isDigest(digest), `has a digest that cannot be read: ${shown(digest)}`);
  say(Number.isSafeInteger(size) && (size as number) >= 0, `has the size ${shown(size)}`);
  say(
    urls === undefined || (Array.isArray(urls) && urls.length === 0),
    'is to be fetched from elsewhere (urls)',
  );
  say(artifactType === undefined || typeof artifactType === 'string', 'has an artifactType that is no text');
  problems.push(...annotationProblems(value, where), ...dataProblems(value, where));
  if (platform !== undefined)
    say(isPlatform(platform), 'has a platform with fields that are missing or empty');
  return problems;
}

/** Content may stand in the descriptor itself; then it must be that of the digest. */
function dataProblems({ data, digest, size }: JsonObject, where: string): readonly LayoutProblem[] {
  if (data === undefined) return [];
  const bytes = typeof data === 'string' ? decodeBase64(data) : null;
  const isRight =
    bytes !== null &&
    bytes.length === size &&
    (!String(digest).startsWith('sha256:') || digestOf(bytes) === digest);
  return isRight
    ? []
    : [{ rule: 'descriptor', because: `${where} has data that is not what its digest says` }];
}

function annotationProblems({ annotations }: JsonObject, where: string): readonly LayoutProblem[] {
  const isRight =
    annotations === undefined ||
    (isObject(annotations) && Object.values(annotations).every((value) => typeof value === 'string'));
  return isRight ? [] : [{ rule: 'descriptor', because: `${where} has annotations that are not texts` }];
}

function isPlatform(value: unknown): boolean {
  if (!isObject(value)) return false;
  return (
    isText(value['os']) &&
    isText(value['architecture']) &&
    ['variant', 'os.version'].every((name) => value[name] === undefined || isText(value[name])) &&
    ['os.features', 'features'].every((name) => value[name] === undefined || areTexts(value[name]))
  );
}

const isText = (field: unknown): boolean => typeof field === 'string' && field !== '';
const areTexts = (field: unknown): boolean =>
  Array.isArray(field) && field.every((one) => typeof one === 'string');

/** OCI image spec, image-index.md. @param isTop for `index.json`, whose entries need no platform */
export function indexProblems(value: unknown, where: string, isTop: boolean): readonly LayoutProblem[] {
  const { problems, expect } = findings();
  if (!isObject(value) || !Array.isArray(value['manifests']))
    return [{ rule: 'index.form', because: `${where} is no index` }];
  const { schemaVersion, mediaType, artifactType } = value;
  const entries: readonly unknown[] = value['manifests'];
  expect(schemaVersion === 2, 'index.form', `${where} has the schemaVersion ${shown(schemaVersion)}`);
  const hasType =
    typeof mediaType === 'string' ? isIndexMediaType(mediaType) : isTop && mediaType === undefined;
  expect(hasType, 'index.form', `${where} has the media type ${shown(mediaType)}`);
  expect(artifactType === undefined, 'index.form', `${where} has an artifactType`);
  problems.push(...annotationProblems(value, where), ...subjectProblems(value, where));
  const digests = new Set(entries.map((entry) => (isObject(entry) ? entry['digest'] : null)));
  for (const [at, entry] of entries.entries()) {
    problems.push(...entryProblems(entry, `manifests.${at} of ${where}`, { isTop, digests }));
  }
  return problems;
}

function entryProblems(
  entry: unknown,
  where: string,
  { isTop, digests }: { readonly isTop: boolean; readonly digests: ReadonlySet<unknown> },
): readonly LayoutProblem[] {
  const { problems, expect } = findings();
  problems.push(...descriptorProblems(entry, where));
  if (!isObject(entry)) return problems;
  const { mediaType, size, platform, artifactType } = entry;
  const say = (isMet: boolean, because: string): void => expect(isMet, 'index.entry', `${where} ${because}`);
  say(
    typeof mediaType === 'string' && isManifestMediaType(mediaType),
    `is no image or index: ${shown(mediaType)}`,
  );
  say(Number(size) > 2 && Number(size) <= MAX_MANIFEST_BYTES, `is a manifest of ${shown(size)} bytes`);
  if (!isTop) say(platform !== undefined, 'has no platform');
  if (isAttestationEntry(entry)) problems.push(...attestationProblems(entry, where, digests));
  else say(artifactType === undefined, 'has an artifactType');
  return problems;
}

/** True for entries that say that they are BuildKit's statements about another one. */
export function isAttestationEntry({ annotations }: { readonly annotations?: unknown }): boolean {
  return (
    isObject(annotations) &&
    (annotations[ATTESTATION.typeAnnotation] !== undefined ||
      annotations[ATTESTATION.subjectAnnotation] !== undefined)
  );
}

/** BuildKit, docs/attestations/attestation-storage.md. */
function attestationProblems(
  { mediaType, artifactType, annotations, platform }: JsonObject,
  where: string,
  digests: ReadonlySet<unknown>,
): readonly LayoutProblem[] {
  const { problems, expect } = findings();
  const say = (isMet: boolean, because: string): void =>
    expect(isMet, 'index.attestation', `${where} ${because}`);
  const told = isObject(annotations) ? annotations : {};
  const runsOn = isObject(platform) ? platform : {};
  say(mediaType === MEDIA_TYPES.ociManifest, 'is an attestation of another media type');
  say(
    artifactType === undefined || artifactType === ATTESTATION_ARTIFACT,
    'is an attestation of another artifactType',
  );
  say(told[ATTESTATION.typeAnnotation] === ATTESTATION.type, 'is about another manifest in an unknown way');
  say(digests.has(told[ATTESTATION.subjectAnnotation]), 'is about a manifest that is not in its index');
  say(
    runsOn['os'] === 'unknown' && runsOn['architecture'] === 'unknown',
    'is an attestation that claims to run somewhere',
  );
  return problems;
}

/** What leads to a manifest says of it, which must be what the manifest says of itself. */
export interface AnnouncedManifest extends Pick<Descriptor, 'mediaType' | 'artifactType'> {
  readonly isAttestation: boolean;
}

/** OCI image spec, manifest.md. */
export function manifestProblems(
  value: unknown,
  where: string,
  announced: AnnouncedManifest,
): readonly LayoutProblem[] {
  const { problems, expect } = findings();
  if (!isObject(value) || !Array.isArray(value['layers']))
    return [{ rule: 'image.form', because: `${where} is no manifest of an image` }];
  const { schemaVersion, mediaType, artifactType, config } = value;
  const layers: readonly unknown[] = value['layers'];
  expect(schemaVersion === 2, 'image.form', `${where} has the schemaVersion ${shown(schemaVersion)}`);
  expect(mediaType === announced.mediaType, 'image.form', `${where} has the media type ${shown(mediaType)}`);
  const isOwnType =
    artifactType === undefined || (announced.isAttestation && artifactType === ATTESTATION_ARTIFACT);
  expect(
    isOwnType && (announced.artifactType === null || artifactType === announced.artifactType),
    'image.form',
    `${where} has the artifactType ${shown(artifactType)}`,
  );
  problems.push(
    ...annotationProblems(value, where),
    ...subjectProblems(value, where),
    ...descriptorProblems(config, `the configuration of ${where}`),
  );
  if (isObject(config)) {
    const isRight = CONFIGURATION_TYPES.includes(config['mediaType']) && config['artifactType'] === undefined;
    expect(isRight, 'image.configuration', `the configuration of ${where} is ${shown(config['mediaType'])}`);
    expect(Number(config['size']) >= 2, 'image.configuration', `the configuration of ${where} is empty`);
  }
  for (const [at, layer] of layers.entries()) {
    const place = `layers.${at} of ${where}`;
    problems.push(...descriptorProblems(layer, place));
    if (!isObject(layer)) continue;
    const isRight = announced.isAttestation ? isStatement(layer) : LAYER_TYPES.includes(layer['mediaType']);
    expect(isRight, 'image.layers', `${place} is ${shown(layer['mediaType'])}`);
    expect(layer['artifactType'] === undefined, 'image.layers', `${place} has an artifactType`);
  }
  return problems;
}

function isStatement({ mediaType, annotations }: JsonObject): boolean {
  const predicate = isObject(annotations) ? annotations['in-toto.io/predicate-type'] : undefined;
  return mediaType === IN_TOTO_LAYER && PREDICATES.includes(predicate);
}

/** What is built refers to nothing: in a registry it would be found as a statement about another image. */
function subjectProblems({ subject }: JsonObject, where: string): readonly LayoutProblem[] {
  return subject === undefined
    ? []
    : [{ rule: 'image.subject', because: `${where} refers to another manifest` }];
}

/** The configuration against its manifest and what was asked for. OCI image spec, config.md. */
export function configurationProblems(
  configuration: ImageConfiguration,
  layers: number,
  platform: Platform,
): readonly LayoutProblem[] {
  const { problems, expect } = findings();
  const { diffIds, history } = configuration;
  expect(
    isSamePlatform(configuration.platform, platform),
    'configuration.platform',
    `the image is for ${formatPlatform(configuration.platform)}, and ${formatPlatform(platform)} was asked for`,
  );
  expect(
    diffIds.length === layers,
    'configuration.layers',
    `the configuration names ${diffIds.length} layers, and the manifest ${layers}`,
  );
  // steps are joined to layers only where their counts agree
  expect(
    layers === 0 || history.length === 0 || history.some(({ layer }) => layer !== null),
    'configuration.history',
    `the steps of the history that made layers are not ${layers}`,
  );
  return problems;
}

/** As upstream's tools compare them: names without a variant are completed, and the system's version does not count. */
function isSamePlatform(a: Platform, b: Platform): boolean {
  return formatPlatform(normalizePlatform(a)) === formatPlatform(normalizePlatform(b));
}

/** A value from outside in a message, short. */
function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 120);
}
