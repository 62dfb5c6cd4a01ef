import type { Check } from '../../model/trust.ts';
import type { CheckDefinition } from './checks.ts';

const TUF_ATTACKS = 'https://theupdateframework.io/docs/security/';

/** Checks of an image as a whole, most of which verifying signatures leaves open. */
export const IMAGE_CHECKS = {
  'tag.signed': {
    asks: 'Does the newest statement of those whom the rule names say that this tag means this digest, and still does?',
    specification: TUF_ATTACKS,
  },
  'tag.statement': {
    asks: 'Is a statement about a tag as its format asks?',
    specification: 'https://github.com/in-toto/attestation/blob/main/spec/v1/predicate.md',
  },
  'tag.version': {
    asks: 'Is what is signed of the tag no older than what was seen before?',
    specification: TUF_ATTACKS,
  },
  'image.content': {
    asks: 'Do the layers have the bytes that the manifest names?',
    specification: 'https://github.com/opencontainers/image-spec/blob/main/descriptor.md#verification',
  },
  'root.current': {
    asks: 'Is the trust root the one that its publisher vouches for today?',
    specification: 'https://theupdateframework.github.io/specification/latest/',
  },
  'key.revocation': {
    asks: 'Has the key or the certificate been revoked?',
    specification: 'https://www.rfc-editor.org/rfc/rfc5280#section-6.3',
  },
} as const satisfies Readonly<Record<string, CheckDefinition>>;

export type ImageCheckId = keyof typeof IMAGE_CHECKS;

/** A check of the image as a whole. */
export function imageCheck(id: ImageCheckId, outcome: Check['outcome'], reason: string): Check {
  return { id, outcome, evidence: null, reason };
}
