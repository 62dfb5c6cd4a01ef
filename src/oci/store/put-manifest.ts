import { createHash } from 'node:crypto';
import { digestAlgorithm, digestHex, digestOf, isDigest, type Digest } from '../../model/digest.ts';
import { OciError } from '../errors.ts';
import { nameOf, type ContentOptions } from '../registry/content.ts';
import type { Exchanged } from '../registry/exchange.ts';
import type { NewManifest, StoredManifest } from './image-store.ts';

/** The digest under which a manifest is to be found: the one that it was asked for by, else its SHA-256. */
export function digestOfManifest({ bytes, digest }: NewManifest): Digest {
  if (digest === undefined) return digestOf(bytes);
  if (createHash(digestAlgorithm(digest)).update(bytes).digest('hex') === digestHex(digest)) return digest;
  throw new OciError('MANIFEST_DIGEST_MISMATCH', `the bytes of a manifest are not those of ${digest}`, {
    subject: digest,
  });
}

export interface PutOptions {
  /** Without one it goes by its digest alone. */
  readonly tag?: string | undefined;
  /** The tag is left as it is when it does not have this ETag any more. */
  readonly ifMatch?: string | null;
}

/**
 * Puts a manifest into a repository. OCI distribution spec, "Pushing Manifests".
 *
 * @returns what the registry answered
 * @throws {OciError} TAG_REFUSED when the registry takes the manifest, but not behind the tag; REGISTRY_REFUSED when it
 *   does not take it at all; MANIFEST_DIGEST_MISMATCH when it says to have kept something else
 */
export async function putManifest(
  manifest: NewManifest,
  { tag, ifMatch = null }: PutOptions,
  content: ContentOptions,
  signal: AbortSignal,
): Promise<Exchanged> {
  const digest = digestOfManifest(manifest);
  const put = async (name: string, condition: string | null): Promise<Exchanged> => {
    const once = () => putAs(name, { ...manifest, digest }, condition, content, signal);
    try {
      return await once();
    } catch (error) {
      // docker-registry refuses sound bytes (DIGEST_INVALID) while somebody else brings the same
      if (!(error instanceof OciError) || error.code !== 'REGISTRY_REFUSED') throw error;
      return once();
    }
  };
  if (tag === undefined) return put(digest, null);
  // What comes behind a tag alone is kept under its SHA-256.
  if (digestAlgorithm(digest) !== 'sha256') await discarded(put(digest, null));
  try {
    return await put(tag, ifMatch);
  } catch (error) {
    if (!(error instanceof OciError) || !MAY_BE_THE_TAG.has(error.code)) throw error;
    await discarded(put(digest, null));
    const { registry } = content.reference;
    const named = `${nameOf(content.reference)}:${tag}`;
    const message = `${registry} took the manifest ${digest}, but not as ${named}: ${error.message}`;
    throw new OciError('TAG_REFUSED', message, { subject: named, cause: error });
  }
}

/** Refusals that may be about the name and not about the manifest, as registries with immutable tags word them. */
const MAY_BE_THE_TAG: ReadonlySet<string> = new Set(['REGISTRY_REFUSED', 'REGISTRY_UNAUTHORIZED']);

async function putAs(
  name: string,
  { bytes, mediaType, digest }: StoredManifest,
  ifMatch: string | null,
  { reference, repository }: ContentOptions,
  signal: AbortSignal,
): Promise<Exchanged> {
  const named = nameOf(reference);
  const subject = `the manifest ${digest} of ${named}`;
  const response = await repository.write(
    {
      method: 'PUT',
      to: `manifests/${name}`,
      headers: { 'content-type': mediaType, ...(ifMatch === null ? {} : { 'if-match': ifMatch }) },
      body: bytes,
      done: ifMatch === null ? [201] : [201, 412],
      notFound: 'MANIFEST_UNKNOWN',
      subject,
      repository: named,
    },
    signal,
  );
  const kept = response.header('docker-content-digest') ?? '';
  if (!isDigest(kept) || kept === digest || digestAlgorithm(kept) !== digestAlgorithm(digest))
    return response;
  await response.discard();
  const message = `${reference.registry} kept ${kept} in place of ${subject}`;
  throw new OciError('MANIFEST_DIGEST_MISMATCH', message, { subject });
}

async function discarded(response: Promise<Exchanged>): Promise<void> {
  await (await response).discard();
}
