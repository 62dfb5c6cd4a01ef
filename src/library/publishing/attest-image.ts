import type { Digest } from '../../model/digest.ts';
import type { ImageWriter } from '../../oci/store/image-store.ts';
import { type AttachedContent, attachContents } from '../../signing/attached-manifest.ts';
import type { Predicate } from '../../signing/predicate-file.ts';
import { bundlesByKey, signWithKey } from '../../signing/sign-with-key.ts';
import type { Meaning } from '../../signing/signing-plan.ts';
import type { AdmittedImage } from './admitted-image.ts';
import type { Publisher } from './publisher.ts';

const SIGNATURE: Meaning = { kind: 'signature', isMessage: false };

/**
 * Says in the publisher's name what is known of an image, and that it is the programme's. What it has said already is not said again.
 *
 * @param beside what else is to be attached: all of it gets into the image's list by one change
 * @throws {SigningError}
 * @throws {OciError}
 */
export async function attestImage(
  { digest, predicates }: AdmittedImage,
  beside: readonly AttachedContent[],
  writer: ImageWriter,
  publisher: Publisher,
): Promise<void> {
  const attestations = predicates.map((predicate): Meaning => ({ kind: 'attestation', predicate }));
  await say(digest, [...attestations, SIGNATURE], beside, writer, publisher);
}

/** @throws as {@link attestImage} */
export async function signIndex(digest: Digest, writer: ImageWriter, publisher: Publisher): Promise<void> {
  await say(digest, [SIGNATURE], [], writer, publisher);
}

/**
 * Says something further of an index, in the publisher's name.
 *
 * @param created RFC 3339
 * @throws as {@link attestImage}
 */
export async function attestIndex(
  { repository, digest }: { readonly repository: string; readonly digest: Digest },
  predicate: Predicate,
  created: string,
  { key, now, signal, ...publisher }: Publisher,
): Promise<void> {
  const meaning: Meaning = { kind: 'attestation', predicate };
  await signWithKey(publisher.repository(repository), digest, { meaning, key, created, now, signal });
}

async function say(
  digest: Digest,
  meanings: readonly Meaning[],
  beside: readonly AttachedContent[],
  writer: ImageWriter,
  { key, now, signal }: Publisher,
): Promise<void> {
  const created = now().toISOString();
  const said = await bundlesByKey(writer, digest, meanings, { key, created, now, signal });
  await attachContents([...said, ...beside], writer, signal);
}
