import { digestHex, digestAlgorithm, type Digest } from '../../model/digest.ts';
import type { Descriptor } from '../descriptor.ts';
import { OciError } from '../errors.ts';
import { MAX_MANIFEST_BYTES, MEDIA_TYPES, parseManifest } from '../manifest.ts';
import { type ContentOptions, manifestRequest, nameOf } from './content.ts';
import { readBody, type Exchanged } from './exchange.ts';
import type { ContentRequest } from './repository.ts';

/** Registries give hundreds of referrers a page. */
const MAX_PAGES = 10;

/**
 * The manifests that refer to one, by the registry's list or, where it keeps none, by the tag that stands in for it.
 * OCI distribution spec, "Listing Referrers" and "Referrers Tag Schema".
 *
 * @throws {OciError} what the repository throws; that there are none is the empty list
 */
export async function listReferrers(
  subject: Digest,
  options: ContentOptions,
  signal: AbortSignal,
): Promise<readonly Descriptor[]> {
  const { reference, repository } = options;
  const found: Descriptor[] = [];
  const listRequest: ContentRequest = {
    path: `referrers/${subject}`,
    headers: { accept: MEDIA_TYPES.ociIndex },
    notFound: 'MANIFEST_UNKNOWN',
    subject: `the list of what refers to ${subject}`,
    repository: nameOf(reference),
  };
  const tag = `${digestAlgorithm(subject)}-${digestHex(subject)}`;
  for (const request of [listRequest, manifestRequest(reference, tag)]) {
    try {
      let page: Page = { manifests: [], next: '' };
      for (let pages = 0; page.next !== null && pages < MAX_PAGES; pages += 1) {
        const query = page.next;
        page = await repository.get({ ...request, query }, signal, (response) =>
          readPage(response, request.subject),
        );
        found.push(...page.manifests);
      }
      return found;
    } catch (error) {
      if (!(error instanceof OciError) || error.code !== 'MANIFEST_UNKNOWN') throw error;
    }
  }
  return [];
}

interface Page {
  readonly manifests: readonly Descriptor[];
  /** Query of the next page; null when this is the last. */
  readonly next: string | null;
}

async function readPage(response: Exchanged, subject: string): Promise<Page> {
  const bytes = await readBody(response, MAX_MANIFEST_BYTES, 'MANIFEST_INVALID');
  const document = parseManifest(bytes, undefined, subject);
  return {
    manifests: document.kind === 'index' ? document.manifests : [],
    next: nextPage(response.header('link')),
  };
}

/** RFC 8288: `<…?last=x>; rel="next"`. Only the query is taken: where a page is, is not the registry's to say. */
function nextPage(link: string | null): string | null {
  const target = /^<([^>]{1,4096})>\s*;\s*rel="?next"?/.exec(link ?? '')?.[1];
  if (target === undefined) return null;
  const query = target.indexOf('?');
  return query < 0 ? null : target.slice(query + 1);
}
