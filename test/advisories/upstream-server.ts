/** A web server on loopback that publishes feeds, and can be told to misbehave. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

export interface Published {
  readonly body: string | Uint8Array;
  readonly etag?: string;
  readonly lastModified?: string;
}

export interface SeenRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

export interface UpstreamServer {
  /** Without a slash at the end. */
  readonly address: string;
  /** What lies where; to be changed as a test goes on. */
  readonly files: Map<string, Published>;
  readonly seen: SeenRequest[];
  /** Answers a request in place of the files, as long as it returns true. */
  misbehave: ((response: ServerResponse, request: SeenRequest) => boolean) | null;
}

export async function startUpstream(context: TestContext): Promise<UpstreamServer> {
  const upstream: { -readonly [K in keyof UpstreamServer]: UpstreamServer[K] } = {
    address: '',
    files: new Map(),
    seen: [],
    misbehave: null,
  };
  const server = createServer((request, response) => {
    const seen = { path: request.url ?? '', headers: request.headers };
    upstream.seen.push(seen);
    if (upstream.misbehave?.(response, seen) === true) return;
    const file = upstream.files.get(seen.path) ?? upstream.files.get(seen.path.split('?', 1)[0] ?? '');
    if (file === undefined) response.writeHead(404).end();
    else serve(response, file, request.headers);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  upstream.address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return upstream;
}

function serve(response: ServerResponse, file: Published, asked: IncomingHttpHeaders): void {
  const body = Buffer.from(file.body);
  const validators = {
    ...(file.etag === undefined ? {} : { etag: file.etag }),
    ...(file.lastModified === undefined ? {} : { 'last-modified': file.lastModified }),
  };
  const isSame = file.etag !== undefined && asked['if-none-match'] === file.etag;
  if (isSame || (file.lastModified !== undefined && asked['if-modified-since'] === file.lastModified)) {
    response.writeHead(304, validators).end();
    return;
  }
  const from = Number(/^bytes=(\d+)-$/.exec(asked.range ?? '')?.[1] ?? NaN);
  if (from < body.length && asked['if-range'] === (file.etag ?? file.lastModified)) {
    const range = `bytes ${from}-${body.length - 1}/${body.length}`;
    response.writeHead(206, { ...validators, 'content-range': range, 'content-length': body.length - from });
    response.end(body.subarray(from));
    return;
  }
  response.writeHead(200, { ...validators, 'content-length': body.length }).end(body);
}
