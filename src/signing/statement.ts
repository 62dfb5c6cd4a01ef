import { type Digest, digestAlgorithm, digestHex } from '../model/digest.ts';
import type { Predicate } from './predicate-file.ts';

/** What cosign 3 signs to say "this is mine": a statement about the manifest that says nothing else. */
export const SIGNATURE_PREDICATE: Predicate = { type: 'https://sigstore.dev/cosign/sign/v1', value: {} };

/**
 * The bytes of an in-toto statement about a manifest. It names the digest only: what was signed goes to logs and registries,
 * and says nothing about where the image lies. in-toto attestation framework, `spec/v1/statement.md`.
 */
export function writeStatement(subject: Digest, predicate: Predicate): Buffer {
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ digest: { [digestAlgorithm(subject)]: digestHex(subject) } }],
    predicateType: predicate.type,
    predicate: predicate.value,
  };
  return Buffer.from(JSON.stringify(statement));
}
