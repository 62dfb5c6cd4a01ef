/** The payload of cosign's older signatures. sigstore/cosign, `specs/SIGNATURE_SPEC.md`; "simple signing" of containers/image. */
import { readStrictJson } from '../../formats/strict-json.ts';
import { type Digest, isDigest } from '../../model/digest.ts';
import { applyShape, object, optional, refined, ShapeMismatch, string } from '../../oci/shape.ts';

const MAX_PAYLOAD_BYTES = 1024 * 1024;

/** GPG signatures have another one in the same place: neither may be taken for the other. */
const TYPE = 'cosign container image signature';

export interface SimpleSigningPayload {
  readonly digest: Digest;
  /** Repository or reference that the signer named; cosign itself does not look at it. Null where there is none. */
  readonly reference: string | null;
}

const payloadShape = object({
  critical: object({
    type: string(255),
    image: object({ 'docker-manifest-digest': refined(string(200), isDigest, 'a digest') }),
    identity: optional(object({ 'docker-reference': optional(string(1024)) })),
  }),
});

/** Reads a payload; a text says why it is none. */
export function parseSimpleSigning(bytes: Uint8Array): SimpleSigningPayload | string {
  const json = readStrictJson(bytes, { maxBytes: MAX_PAYLOAD_BYTES, numbers: 'exact' });
  if ('problem' in json) return `the payload ${json.problem}`;
  const read = applyShape(payloadShape, json.value);
  if (read instanceof ShapeMismatch) return `the payload's "${read.place}" ${read.message}`;
  const { type, image, identity } = read.critical;
  if (type !== TYPE) return `expected a payload of type ${JSON.stringify(TYPE)}, got ${JSON.stringify(type)}`;
  const reference = identity?.['docker-reference'] ?? '';
  return { digest: image['docker-manifest-digest'], reference: reference === '' ? null : reference };
}
