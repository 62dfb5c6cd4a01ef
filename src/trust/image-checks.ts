import type { Check } from '../model/trust.ts';
import type { CheckDefinition } from './checks.ts';

/** Checks of an image as a whole, most of which verifying signatures leaves open. */
export const IMAGE_CHECKS = {
  'tag.signed': {
    asks: 'Does something that is signed say that this tag means this digest?',
    specification: 'https://github.com/containers/image/blob/main/docs/containers-policy.json.5.md',
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
