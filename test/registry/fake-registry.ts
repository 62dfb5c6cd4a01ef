import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { BuiltBlob, BuiltRoot } from '../images/image-builder.ts';
import { readBody, startLoopbackServer, type LoopbackServer } from '../loopback.ts';

/*
 * A registry on loopback that speaks the pull half of the OCI distribution spec, with a place to misbehave:
 *
 *   await using registry = await startFakeRegistry({ images: { 'library/app:1': image }, intercept: (request, response) => … });
 *   registry.host                                  127.0.0.1:PORT
 *   registry.requests                              what was asked, in order
 */

export interface RecordedRequest {
  readonly method: string;
  /** The Host header. */
  readonly host: string;
  /** Path with query; a whole address when the registry is used as a proxy. */
  readonly url: string;
  readonly authorization: string | undefined;
  readonly accept: string | undefined;
  readonly range: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly bytes: Buffer;
}

/** Answers a request in place of the registry when it returns true. */
export type Intercept = (request: RecordedRequest, response: ServerResponse) => boolean | Promise<boolean>;

export interface FakeRegistryOptions {
  /** By `repository:tag`. */
  readonly images?: Readonly<Record<string, BuiltRoot>>;
  readonly intercept?: Intercept;
}

export interface FakeRegistry extends LoopbackServer {
  readonly requests: RecordedRequest[];
}

export function startFakeRegistry(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
  const { images = {}, intercept } = options;
  return startRecordingServer(intercept, (request, response) => serve(request, response, images));
}

/** A server that keeps what it was asked, and can be told to answer otherwise. */
export async function startRecordingServer(
  intercept: Intercept | undefined,
  answer: (request: RecordedRequest, response: ServerResponse) => void,
): Promise<FakeRegistry> {
  const requests: RecordedRequest[] = [];
  const server = await startLoopbackServer(async (request, response) => {
    const recorded = await record(request);
    requests.push(recorded);
    if (intercept !== undefined && (await intercept(recorded, response))) return;
    answer(recorded, response);
  });
  return { ...server, requests };
}

async function record(request: IncomingMessage): Promise<RecordedRequest> {
  const bytes = await readBody(request);
  const { headers } = request;
  return {
    method: request.method ?? '',
    host: headers.host ?? '',
    url: request.url ?? '',
    authorization: headers.authorization,
    accept: headers.accept,
    range: headers.range,
    headers,
    body: bytes.toString('utf8'),
    bytes,
  };
}

function serve(
  request: RecordedRequest,
  response: ServerResponse,
  images: Readonly<Record<string, BuiltRoot>>,
): void {
  const match = /^(?:http:\/\/[^/]+)?\/v2\/(.+)\/(manifests|blobs)\/([^/?]+)/.exec(request.url);
  const [, repository = '', kind = '', name = ''] = match ?? [];
  const roots = Object.entries(images).filter(([key]) => key.startsWith(`${repository}:`));
  const tagged = new Map(roots).get(`${repository}:${name}`);
  const blob = tagged ?? roots.map(([, root]) => root.blobs.get(name)).find((found) => found !== undefined);
  if (roots.length === 0) sendError(response, 404, 'NAME_UNKNOWN');
  else if (blob === undefined)
    sendError(response, 404, kind === 'blobs' ? 'BLOB_UNKNOWN' : 'MANIFEST_UNKNOWN');
  else sendBlob(request, response, blob);
}

/** An error as the specification writes it. */
export function sendError(
  response: ServerResponse,
  status: number,
  code: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(
    JSON.stringify({ errors: [{ code, message: 'a message with \u001b[31mcolour', detail: null }] }),
  );
}

/** A manifest or blob; ranges are honoured. */
export function sendBlob(request: RecordedRequest, response: ServerResponse, blob: BuiltBlob): void {
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(request.range ?? '') ?? [];
  const { length } = blob.bytes;
  const from = Number(first ?? 0);
  const end = last ? Math.min(Number(last) + 1, length) : length;
  const rest = blob.bytes.subarray(from, end);
  const isPart = from > 0 || end < length;
  response.writeHead(isPart ? 206 : 200, {
    'content-type': blob.mediaType,
    'content-length': rest.length,
    'docker-content-digest': blob.digest,
    ...(isPart ? { 'content-range': `bytes ${from}-${end - 1}/${length}` } : {}),
  });
  response.end(rest);
}
