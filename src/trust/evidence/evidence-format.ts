/** How evidence is written: by its media type, and by what it contains where that says something else. */
import { isObject, type JsonObject, parseJsonObject } from '../../formats/json.ts';
import type { EvidenceLayer, EvidenceManifest } from '../../oci/evidence/evidence-manifest.ts';
import { IN_TOTO, SIGSTORE_BUNDLE_PREFIX } from '../../oci/evidence/evidence-types.ts';
import type { EvidenceFormat } from './evidence.ts';

const NOTATION = 'application/vnd.cncf.notary.signature';
const NOTATION_ENVELOPES: ReadonlySet<string> = new Set(['application/jose+json', 'application/cose']);

const COSIGN_SIGNATURE = 'application/vnd.dev.cosign.simplesigning.v1+json';
const DSSE_ENVELOPE = 'application/vnd.dsse.envelope.v1+json';

/** Of a layer, where cosign keeps what belongs to a signature; a key alone leaves an empty signature there. */
const COSIGN_ANNOTATIONS = ['dev.cosignproject.cosign/signature', 'dev.sigstore.cosign/certificate'];

/** Bills of materials and statements about vulnerabilities, attached as they are. */
const DOCUMENTS = [
  'text/spdx',
  'spdx+json',
  'application/spdx+json',
  'application/vnd.cyclonedx',
  'application/vnd.syft+json',
  'application/vnd.openvex',
] as const;

/** Of a layer with what Hallmark's verifier found out, bare JSON, in quarantine: docs/library-predicates.md. */
export const PREDICATE_LAYER = 'application/vnd.hallmark.predicate.v1+json';

/** Of a layer with the log of a build: docs/build-logs.md. */
export const BUILD_LOG_LAYER = 'application/vnd.hallmark.build-log.v1+gzip';

/** Types under which anything may lie. */
const UNSPECIFIC = /[/+]json$|^application\/octet-stream$|^text\/plain$|^application\/vnd\.oci\.empty\./;

/** No larger content is looked into to find out what it is. */
export const MAX_SNIFFED_BYTES = 16 * 1024 * 1024;

type Layer = Pick<EvidenceLayer, 'mediaType' | 'sizeBytes' | 'annotations'>;

/** The format by the media types alone. */
export function announcedFormat(
  { artifactType }: Pick<EvidenceManifest, 'artifactType'>,
  { mediaType, annotations }: Layer,
): EvidenceFormat {
  if (mediaType.startsWith(SIGSTORE_BUNDLE_PREFIX)) return 'sigstore-bundle';
  if (mediaType === COSIGN_SIGNATURE) return 'cosign-signature';
  if (NOTATION_ENVELOPES.has(mediaType)) return artifactType === NOTATION ? 'notation' : 'unknown';
  if (mediaType === DSSE_ENVELOPE || /^application\/vnd\.in-toto\.[a-z_]+\+dsse$/.test(mediaType)) {
    return envelopeFormat(annotations);
  }
  if (mediaType === IN_TOTO) return 'statement';
  if (mediaType === PREDICATE_LAYER) return 'predicate';
  if (mediaType === BUILD_LOG_LAYER) return 'build-log';
  return DOCUMENTS.some((document) => mediaType.startsWith(document)) ? 'document' : 'unknown';
}

/** True where the content has to be read to know more than the media types tell. */
export function isWorthReading(format: EvidenceFormat, { mediaType, sizeBytes }: Layer): boolean {
  if (format === 'build-log') return false;
  return format !== 'unknown' || (UNSPECIFIC.test(mediaType) && sizeBytes <= MAX_SNIFFED_BYTES);
}

/**
 * The format by the content, where it is unmistakable: a bundle under another media type is a bundle, and is verified as
 * one. Nothing is believed by that: whoever verifies reads it anew, and strictly.
 */
export function actualFormat(
  announced: EvidenceFormat,
  annotations: Layer['annotations'],
  content: Uint8Array,
): EvidenceFormat {
  // a JWS is JSON too, and COSE is none
  if (announced === 'notation' || content.length > MAX_SNIFFED_BYTES) return announced;
  const value = parseJsonObject(new TextDecoder().decode(content));
  if (value === null) return announced;
  if (isBundle(value)) return 'sigstore-bundle';
  if (isEnvelope(value)) return envelopeFormat(annotations);
  if (isStatement(value)) return 'statement';
  return announced;
}

function envelopeFormat(annotations: Layer['annotations']): EvidenceFormat {
  return COSIGN_ANNOTATIONS.some((name) => Object.hasOwn(annotations, name)) ? 'cosign-attestation' : 'dsse';
}

/** sigstore/protobuf-specs, `sigstore_bundle.proto`. */
function isBundle({ mediaType, verificationMaterial }: JsonObject): boolean {
  const isNamed = typeof mediaType === 'string' && mediaType.startsWith(SIGSTORE_BUNDLE_PREFIX);
  return isNamed || isObject(verificationMaterial);
}

/** DSSE, `envelope.md`. */
function isEnvelope({ payload, payloadType, signatures }: JsonObject): boolean {
  return typeof payload === 'string' && typeof payloadType === 'string' && Array.isArray(signatures);
}

/** in-toto attestation framework, `spec/v1/statement.md`. */
function isStatement({ _type: type, predicateType }: JsonObject): boolean {
  return (
    typeof type === 'string' &&
    type.startsWith('https://in-toto.io/Statement/') &&
    typeof predicateType === 'string'
  );
}
