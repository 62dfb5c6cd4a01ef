import { readShape } from '../descriptor.ts';
import { OciError } from '../errors.ts';
import { MAX_MANIFEST_BYTES } from '../manifest.ts';
import { list, object, optional, string } from '../shape.ts';
import { parseStrictJson } from '../strict-json.ts';
import { nameOf, type ContentOptions } from './content.ts';
import { readBody } from './exchange.ts';
import { readPages } from './paging.ts';
import type { ContentRequest } from './repository.ts';

/** The busiest repositories of Docker Hub have some ten thousand tags. */
const LIMITS = { pages: 1000, items: 100_000 } as const;

const tagsShape = object({ tags: optional(list(string(128), LIMITS.items)) });

/**
 * The tags of a repository. OCI distribution spec, "Listing Tags".
 *
 * @throws {OciError} REGISTRY_PROTOCOL when the answer is no list or never ends, MANIFEST_UNKNOWN without the repository,
 *   and what the repository throws
 */
export async function listTags(
  { reference, repository }: ContentOptions,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const subject = `the list of tags of ${nameOf(reference)}`;
  const request: ContentRequest = {
    path: 'tags/list',
    headers: { accept: 'application/json' },
    notFound: 'MANIFEST_UNKNOWN',
    subject,
    repository: nameOf(reference),
  };
  const { items, isTruncated } = await readPages(request, repository, LIMITS, signal, async (response) => {
    const bytes = await readBody(response, MAX_MANIFEST_BYTES);
    const code = 'REGISTRY_PROTOCOL';
    const value = parseStrictJson(bytes, { subject, maxBytes: MAX_MANIFEST_BYTES, code });
    return readShape(tagsShape, value, subject, code).tags ?? [];
  });
  if (!isTruncated) return items;
  throw new OciError('REGISTRY_PROTOCOL', `${subject} has more than ${items.length} entries or never ends`, {
    subject,
  });
}
