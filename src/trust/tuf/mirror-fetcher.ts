import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fetcher } from 'tuf-js';
import { readStrictJson } from '../../formats/strict-json.ts';
import { TrustError } from '../errors.ts';

/** What a mirror answers for one address. Redirects are not followed: a mirror is where the user says it is. */
export interface MirrorAnswer {
  readonly status: number;
  readonly body: AsyncIterable<Uint8Array>;
}

/** Asks a mirror: over the network, or in a file that was carried here. */
export type AskMirror = (url: URL, signal: AbortSignal) => Promise<MirrorAnswer>;

export interface MirrorFetcher extends Fetcher {
  /** What was fetched, by path below the mirror: nothing of it is verified yet. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** The paths of those that are targets, in the order in which they were fetched. */
  readonly targets: readonly string[];
  /** Why the last request failed, where it was the mirror that failed; tuf-js keeps only the words of some errors. */
  failure(): TrustError | null;
}

const NEXT_ROOT = /^\d+\.root\.json$/;

/**
 * The way of tuf-js to a mirror: everything in memory and within the bounds that the metadata sets, metadata as strict JSON.
 *
 * @param folder where a target may lie while it is verified
 */
export async function createMirrorFetcher(
  mirror: URL,
  folder: string,
  ask: AskMirror,
  signal: AbortSignal,
): Promise<MirrorFetcher> {
  // of all its errors, tuf-js takes only this one of a root that is not there for the end of the chain
  const { DownloadHTTPError } = await import('tuf-js/dist/error.js');
  const files = new Map<string, Uint8Array>();
  let failure: TrustError | null = null;
  const fail = (url: URL, reason: string, cause?: unknown): TrustError => {
    const message = `${url.href} ${reason}`;
    failure = new TrustError('TRUST_ROOT_NOT_FETCHED', message, { subject: mirror.href, cause });
    return failure;
  };

  const targets: string[] = [];
  const download = async (
    address: string,
    maxBytes: number,
  ): Promise<{ readonly path: string; readonly bytes: Buffer }> => {
    const url = new URL(address);
    const path = pathBelow(mirror, url);
    if (path === null) throw fail(url, `does not lie below ${mirror.href}`);
    const { status, body } = await ask(url, signal).catch((cause: unknown) => {
      signal.throwIfAborted();
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw fail(url, `was not fetched: ${reason}`, cause);
    });
    if (status !== 200) {
      if (NEXT_ROOT.test(path) && (status === 404 || status === 403)) {
        throw new DownloadHTTPError('there is no newer root', status);
      }
      throw fail(url, `was answered with the status ${status}, expected 200`);
    }
    const bytes = await readBounded(body, maxBytes, url, fail);
    files.set(path, bytes);
    return { path, bytes };
  };

  return {
    files,
    targets,
    failure: () => failure,
    async downloadBytes(address, maxBytes) {
      const { bytes } = await download(address, maxBytes);
      const json = readStrictJson(bytes, { maxBytes, numbers: 'exact' });
      if ('problem' in json) throw new Error(`${address} ${json.problem}`);
      return bytes;
    },
    async downloadFile(address, maxBytes, handler) {
      const file = join(folder, 'download');
      const { path, bytes } = await download(address, maxBytes);
      targets.push(path);
      writeFileSync(file, bytes);
      return handler(file);
    },
  };
}

/** Null for what lies elsewhere: names in metadata are the repository's, which may write `../` or a host into them. */
function pathBelow(mirror: URL, url: URL): string | null {
  return url.href.startsWith(mirror.href) && url.search === '' ? url.href.slice(mirror.href.length) : null;
}

/** Stops an answer that does not end. */
async function readBounded(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
  url: URL,
  fail: (url: URL, reason: string, cause?: unknown) => TrustError,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of body) {
      length += chunk.length;
      if (length > maxBytes) break;
      chunks.push(chunk);
    }
  } catch (cause) {
    throw fail(url, `was not fetched: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
  if (length > maxBytes) throw new Error(`${url.href} has more than the ${maxBytes} bytes that it may have`);
  return Buffer.concat(chunks);
}
