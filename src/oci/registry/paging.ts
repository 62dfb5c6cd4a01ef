import { OciError } from '../errors.ts';
import type { Exchanged } from './exchange.ts';
import type { ContentRequest, RemoteRepository } from './repository.ts';

/** How much of a list is read: a registry may go on for ever. */
export interface PageLimits {
  readonly pages: number;
  readonly items: number;
}

export interface PagedList<T> {
  readonly items: readonly T[];
  /** True when the registry has, or says that it has, more than was read. */
  readonly isTruncated: boolean;
  readonly pages: number;
}

/**
 * Reads a list that comes in pages. OCI distribution spec, "Listing Tags", "Listing Referrers".
 *
 * @throws {OciError} what the repository and `read` throw
 */
export async function readPages<T>(
  request: ContentRequest,
  repository: RemoteRepository,
  limits: PageLimits,
  signal: AbortSignal,
  read: (response: Exchanged) => Promise<readonly T[]>,
): Promise<PagedList<T>> {
  const items: T[] = [];
  // A page that was read already would begin the list anew, without end.
  const asked = new Set<string>();
  let query: string | null = request.query ?? '';
  while (query !== null && !asked.has(query) && asked.size < limits.pages && items.length < limits.items) {
    asked.add(query);
    query = await repository.get({ ...request, query }, signal, async (response) => {
      const page = await read(response);
      items.push(...page.slice(0, limits.items - items.length + 1));
      return nextPage(response.header('link'));
    });
  }
  const isTruncated = query !== null || items.length > limits.items;
  return { items: items.slice(0, limits.items), isTruncated, pages: asked.size };
}

/** RFC 8288: `<…?last=x>; rel="next"`. Only the query is taken: where a page is, is not the registry's to say. */
function nextPage(link: string | null): string | null {
  const target = /^<([^>]{1,4096})>\s*;\s*rel="?next"?/.exec(link ?? '')?.[1];
  if (target === undefined) return null;
  const query = target.indexOf('?');
  return query < 0 ? null : target.slice(query + 1);
}

/** Null where the registry has no such list. */
export async function orAbsent<T>(list: Promise<T>): Promise<T | null> {
  try {
    return await list;
  } catch (error) {
    if (error instanceof OciError && error.code === 'MANIFEST_UNKNOWN') return null;
    throw error;
  }
}
