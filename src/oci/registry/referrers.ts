import { digestAlgorithm, digestHex, type Digest } from '../../model/digest.ts';
import type { Descriptor } from '../descriptor.ts';
import { OciError } from '../errors.ts';
import { MAX_MANIFEST_BYTES, MEDIA_TYPES, parseManifest } from '../manifest.ts';
import type { Referrer, ReferrerList, ReferrerSource } from '../store/image-store.ts';
import { type ContentOptions, manifestRequest, nameOf } from './content.ts';
import { readBody, type Exchanged } from './exchange.ts';
import { orAbsent, type PagedList, readPages } from './paging.ts';
import type { ContentRequest } from './repository.ts';

/** Registries give hundreds of referrers a page; no image has a thousand that somebody needs. */
const LIMITS = { pages: 10, items: 5000 } as const;

/** What registries answer that have no referrers API: not found, not allowed, not implemented. */
const NO_API = [404, 405, 501] as const;

/** Of a digest, in a tag. OCI distribution spec, "Referrers Tag Schema". */
const MAX_TAG_DIGITS = 64;

/** The tag whose index stands in for the API. OCI distribution spec, "Referrers Tag Schema". */
export function referrersTag(subject: Digest): string {
  return `${digestAlgorithm(subject)}-${digestHex(subject).slice(0, MAX_TAG_DIGITS)}`;
}

/**
 * The manifests that refer to one: the registry's list and that of the tag which stands in for it, both asked at once. The
 * tag is asked even where the API answers: a registry that got the API later may never have taken the tag's entries over.
 */
export async function listReferrers(
  subject: Digest,
  options: ContentOptions,
  signal: AbortSignal,
): Promise<ReferrerList> {
  const { reference } = options;
  const api: ContentRequest = {
    path: `referrers/${subject}`,
    headers: { accept: MEDIA_TYPES.ociIndex },
    notFound: 'MANIFEST_UNKNOWN',
    absentStatuses: NO_API,
    subject: `the list of what refers to ${subject}`,
    repository: nameOf(reference),
  };
  const tag = manifestRequest(reference, referrersTag(subject));
  const [fromApi, fromTag] = await Promise.allSettled(
    [api, tag].map((request) =>
      orAbsent(
        readPages(request, options.repository, LIMITS, signal, (response) =>
          readPage(response, request.subject),
        ),
      ),
    ),
  );
  return unionOf([
    ['api', fromApi],
    ['tag', fromTag],
  ]);
}

type Outcome = PromiseSettledResult<PagedList<Descriptor> | null> | undefined;

function unionOf(lists: readonly (readonly [ReferrerSource, Outcome])[]): ReferrerList {
  const manifests = new Map<Digest, Referrer>();
  const failures: OciError[] = [];
  let isTruncated = false;
  let requests = 0;
  let roundTrips = 0;
  for (const [source, outcome] of lists) {
    const list = outcome?.status === 'fulfilled' ? outcome.value : null;
    if (outcome?.status === 'rejected') {
      if (!(outcome.reason instanceof OciError)) throw outcome.reason;
      failures.push(outcome.reason);
    }
    for (const entry of list?.items ?? []) {
      const known = manifests.get(entry.digest);
      const listedBy = new Set([...(known?.listedBy ?? []), source]);
      manifests.set(entry.digest, { ...(known ?? entry), listedBy: [...listedBy] });
    }
    isTruncated ||= list?.isTruncated ?? false;
    const pages = list?.pages ?? 1;
    requests += pages;
    roundTrips = Math.max(roundTrips, pages);
  }
  return { manifests: [...manifests.values()], isTruncated, failures, requests, roundTrips };
}

async function readPage(response: Exchanged, subject: string): Promise<readonly Descriptor[]> {
  const bytes = await readBody(response, MAX_MANIFEST_BYTES, 'MANIFEST_INVALID');
  const document = parseManifest(bytes, undefined, subject);
  if (document.kind === 'index') return document.manifests;
  throw new OciError('MANIFEST_INVALID', `${subject} is not an index`, { subject });
}
