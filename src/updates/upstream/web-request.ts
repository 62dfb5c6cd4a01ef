/** Conditional requests: what is asked, and what comes of it. RFC 9110. */
import type { Exchanged } from '../../oci/registry/exchange.ts';
import { responseFailure } from '../../oci/registry/failure.ts';
import type { RetryPolicy } from '../../oci/registry/retry.ts';

/** What tells a server which version of a file one has. RFC 9110 section 8.8. */
export interface Validators {
  readonly etag: string | null;
  readonly lastModified: string | null;
}

export const NO_VALIDATORS: Validators = { etag: null, lastModified: null };

/** What a conditional request brings; `missing`: the server has nothing at the address. */
export type Answer<T> =
  | { readonly kind: 'fetched'; readonly content: T; readonly validators: Validators }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'missing' };

export interface WebRequest {
  readonly address: string;
  /** Of what one has already; the content comes only if it is another by now. */
  readonly known?: Validators;
  readonly limitBytes: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Least time between two requests to the host. */
  readonly intervalMs?: number;
}

/** One request, sent when it is polite. `use` reads the response to its end, or discards it. */
export type Send = <T>(
  headers: Readonly<Record<string, string>>,
  use: (response: Exchanged) => Promise<T>,
) => Promise<T>;

/** RFC 9110 section 13.1. */
export function conditions({ etag, lastModified }: Validators): Readonly<Record<string, string>> {
  return {
    ...(etag === null ? {} : { 'if-none-match': etag }),
    ...(lastModified === null ? {} : { 'if-modified-since': lastModified }),
  };
}

export function validatorsOf(response: Exchanged): Validators {
  return { etag: response.header('etag'), lastModified: response.header('last-modified') };
}

/**
 * The answer for a response that brings no content; null for one that does, whole or in part.
 *
 * @throws {OciError} for a failure of the server
 */
export async function withoutContent(
  response: Exchanged,
  address: string,
  policy: RetryPolicy,
): Promise<{ readonly kind: 'unchanged' | 'missing' } | null> {
  const { status } = response;
  if (status === 200 || status === 206) return null;
  if (status === 304 || status === 404 || status === 410) {
    await response.discard();
    return { kind: status === 304 ? 'unchanged' : 'missing' };
  }
  const wanted = { notFound: 'REGISTRY_PROTOCOL', subject: address, repository: address } as const;
  throw await responseFailure(response, wanted, policy.now());
}
