import type { Digest } from '../../model/digest.ts';
import type { ImageWriter } from '../../oci/store/image-store.ts';
import { signWithKey } from '../../signing/sign-with-key.ts';
import type { Meaning } from '../../signing/signing-plan.ts';
import type { AdmittedImage } from './admitted-image.ts';
import type { Publisher } from './publisher.ts';

/**
 * Says in the publisher's name what is known of an image, and that it is the programme's. What it has said already is not said again.
 *
 * @throws {SigningError}
 * @throws {OciError}
 */
export async function attestImage(
  { digest, predicates }: AdmittedImage,
  writer: ImageWriter,
  publisher: Publisher,
): Promise<void> {
  const attestations = predicates.map((predicate): Meaning => ({ kind: 'attestation', predicate }));
  await say(digest, [...attestations, SIGNATURE], writer, publisher);
}

/** @throws as {@link attestImage} */
export async function signIndex(digest: Digest, writer: ImageWriter, publisher: Publisher): Promise<void> {
  await say(digest, [SIGNATURE], writer, publisher);
}

const SIGNATURE: Meaning = { kind: 'signature', isMessage: false };

async function say(
  digest: Digest,
  meanings: readonly Meaning[],
  writer: ImageWriter,
  { key, now, signal }: Publisher,
): Promise<void> {
  const { manifests, failures } = await writer.listReferrers(digest, signal);
  const isRenewed = manifests.length === 0 && failures.length === 0;
  const created = now().toISOString();
  for (const meaning of meanings) {
    await signWithKey(writer, digest, { meaning, key, created, now, signal, isRenewed });
  }
}
