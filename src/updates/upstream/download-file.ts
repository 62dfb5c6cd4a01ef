/**
 * A download lies beside its place until it is complete, with a note of which version of the file it is the beginning of.
 * What broke off goes on from there, by this process or the next: a range is asked for on the condition that the file is
 * still that version, and a server that has another one sends it whole. RFC 9110 sections 13.1.5 and 14.
 */
import {
  createWriteStream,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';
import { z } from 'zod';
import type { Exchanged } from '../../oci/registry/exchange.ts';
import { toBlobPart } from '../../oci/registry/blob-stream.ts';
import { TransientOciError, waitForRetry, type OnRetry, type RetryPolicy } from '../../oci/registry/retry.ts';
import { UpdateError } from '../errors.ts';
import { notKept } from './not-kept.ts';
import {
  conditions,
  NO_VALIDATORS,
  validatorsOf,
  withoutContent,
  type Answer,
  type Send,
  type Validators,
  type WebRequest,
} from './web-request.ts';

/** Breaks are bounded only while nothing moves. */
const PROGRESS_BYTES = 1 << 20;

interface DownloadOptions {
  readonly send: Send;
  readonly policy: RetryPolicy;
  readonly signal: AbortSignal;
  readonly onRetry: OnRetry;
}

/** @throws {OciError} the server's failures; {UpdateError} FEED_TOO_LARGE, FEEDS_NOT_WRITTEN */
export async function downloadFile(
  request: WebRequest & { readonly file: string },
  { send, policy, signal, onRetry }: DownloadOptions,
): Promise<Answer<string>> {
  const partial = openPartial(request.file, request.address);
  let breaks = 0;
  for (;;) {
    const from = partial.sizeBytes();
    try {
      const answer = await send(
        from > 0 ? partial.continuation(from) : conditions(request.known ?? NO_VALIDATORS),
        (response) => take(response, request, partial, policy),
      );
      if (answer.kind !== 'fetched') partial.remove();
      return answer;
    } catch (error) {
      if (partial.sizeBytes() - from >= PROGRESS_BYTES) breaks = 0;
      breaks += 1;
      await waitForRetry(error, breaks, policy, signal, onRetry);
    }
  }
}

async function take(
  response: Exchanged,
  { address, limitBytes, file }: WebRequest & { readonly file: string },
  partial: Partial,
  policy: RetryPolicy,
): Promise<Answer<string>> {
  if (response.status === 416) {
    // the file is shorter by now than what there is of it
    await response.discard();
    partial.remove();
    throw new TransientOciError('REGISTRY_PROTOCOL', `${address} has become shorter`, { subject: address });
  }
  const early = await withoutContent(response, address, policy);
  if (early !== null) return early;
  const { start, body } = toBlobPart(response, partial.sizeBytes(), address);
  const validators = validatorsOf(response);
  if (start === 0) partial.begin(validators);
  try {
    await append(partial.file, body, start, limitBytes, address);
  } catch (error) {
    if (error instanceof UpdateError && error.code === 'FEED_TOO_LARGE') partial.remove();
    throw error;
  }
  partial.complete(file);
  return { kind: 'fetched', content: file, validators };
}

async function append(
  file: string,
  body: AsyncIterable<Uint8Array>,
  start: number,
  limitBytes: number,
  address: string,
): Promise<void> {
  const output = createWriteStream(file, { flags: 'a' });
  const done = finished(output).catch((cause: unknown) => {
    throw notKept(file, cause);
  });
  // whoever waits for it below hears of a failure, also of one that comes while the body is read
  done.catch(() => {});
  let sizeBytes = start;
  try {
    for await (const chunk of body) {
      sizeBytes += chunk.length;
      if (sizeBytes > limitBytes) {
        const message = `${address} is larger than ${limitBytes} bytes`;
        throw new UpdateError('FEED_TOO_LARGE', message, { subject: address });
      }
      if (!output.write(chunk)) await Promise.race([drained(output), done]);
    }
  } finally {
    output.end();
    await done;
  }
}

function drained(output: NodeJS.EventEmitter): Promise<void> {
  return new Promise((resolve) => output.once('drain', resolve));
}

interface Partial {
  readonly file: string;
  sizeBytes(): number;
  /** Headers that ask for the rest. */
  continuation(from: number): Readonly<Record<string, string>>;
  begin(validators: Validators): void;
  complete(file: string): void;
  remove(): void;
}

const Note = z.object({
  address: z.string(),
  etag: z.string().nullable(),
  lastModified: z.string().nullable(),
});

function openPartial(place: string, address: string): Partial {
  const file = `${place}.partial`;
  const noteFile = `${file}.json`;
  const remove = (): void => {
    rmSync(file, { force: true });
    rmSync(noteFile, { force: true });
  };
  let version = versionOf(readNote(noteFile, address));
  try {
    mkdirSync(dirname(place), { recursive: true });
    if (version === null) remove();
  } catch (cause) {
    throw notKept(file, cause);
  }
  const sizeBytes = (): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return {
    file,
    // what cannot be told apart from another version is not built upon
    sizeBytes: () => (version === null ? 0 : sizeBytes()),
    continuation: (from) => ({
      range: `bytes=${from}-`,
      ...(version === null ? {} : { 'if-range': version }),
    }),
    begin(validators) {
      remove();
      try {
        writeFileSync(noteFile, JSON.stringify({ address, ...validators }));
      } catch (cause) {
        throw notKept(noteFile, cause);
      }
      version = versionOf(validators);
    },
    complete(to) {
      renameSync(file, to);
      remove();
    },
    remove,
  };
}

/** What `If-Range` may name: no weak tag. RFC 9110 section 13.1.5. */
function versionOf(validators: Validators | null): string | null {
  if (validators === null) return null;
  const { etag, lastModified } = validators;
  return etag !== null && !etag.startsWith('W/') ? etag : lastModified;
}

function readNote(file: string, address: string): Validators | null {
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return null;
  try {
    const note = Note.parse(JSON.parse(readFileSync(file, 'utf8')));
    return note.address === address ? note : null;
  } catch {
    // half a note, of a process that was killed: the download begins anew
    return null;
  }
}
