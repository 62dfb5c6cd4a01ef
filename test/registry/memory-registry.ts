import type { ServerResponse } from 'node:http';
import {
  sendBlob,
  sendError,
  startRecordingServer,
  type FakeRegistry,
  type Intercept,
  type RecordedRequest,
} from './fake-registry.ts';
import {
  contentOf,
  emptyRepository,
  findManifest,
  missingContent,
  readDocument,
  referrersOf,
  type MemoryRepository,
} from './memory-repository.ts';

/*
 * A registry on loopback that takes pushes and keeps them in memory: OCI distribution spec 1.1 with blobs in one or several
 * requests, mounts, manifests, deletion, tags, referrers, and conditional writes of tags by ETag and If-Match.
 *
 *   await using registry = await startMemoryRegistry({ referrers: false });
 *   addImage(registry.repository('library/app'), image, '1');
 *
 * Two clients meet at a chosen point when `intercept` holds a request back: it is asked before the registry answers.
 */

export interface MemoryRegistryOptions {
  /** False for a registry of the time before the referrers API: 404, and no `OCI-Subject`. Default: true. */
  readonly referrers?: boolean;
  /** False for a registry that sends no ETag and ignores If-Match, as most do. Default: true. */
  readonly conditions?: boolean;
  /** A tag that exists cannot be moved. */
  readonly immutableTags?: boolean;
  /** How many tags or referrers an answer holds; what is left is linked. Default: all. */
  readonly pageSize?: number;
  readonly intercept?: Intercept;
}

export interface MemoryRegistry extends FakeRegistry {
  /** Made when it is first asked for. */
  repository(name: string): MemoryRepository;
}

/** One request, taken apart. */
interface Asked {
  readonly request: RecordedRequest;
  readonly response: ServerResponse;
  readonly options: MemoryRegistryOptions;
  readonly repositories: Map<string, MemoryRepository>;
  readonly repository: MemoryRepository;
  /** `/v2/NAME` */
  readonly base: string;
  /** Tag, digest or upload; empty where the path ends before. */
  readonly name: string;
  readonly query: URLSearchParams;
  /** Parts that have come, by upload. */
  readonly uploads: Map<string, Buffer>;
}

export async function startMemoryRegistry(options: MemoryRegistryOptions = {}): Promise<MemoryRegistry> {
  const repositories = new Map<string, MemoryRepository>();
  const uploads = new Map<string, Buffer>();
  const repository = (name: string): MemoryRepository => {
    const found = repositories.get(name) ?? emptyRepository();
    repositories.set(name, found);
    return found;
  };
  const server = await startRecordingServer(options.intercept, (request, response) => {
    const { pathname, searchParams: query } = new URL(request.url, 'http://registry');
    const match = /^\/v2\/(.+?)\/(blobs\/uploads|blobs|manifests|referrers|tags)\/([^/]*)$/.exec(pathname);
    const [, repositoryName = '', kind = '', name = ''] = match ?? [];
    const answer = ROUTES[kind]?.[request.method];
    if (pathname === '/v2/') send(response, 200, {}, '{}');
    else if (answer === undefined) sendError(response, match ? 405 : 404, 'UNSUPPORTED');
    else {
      const place = { repositories, repository: repository(repositoryName), base: `/v2/${repositoryName}` };
      answer({ ...place, request, response, options, name, query, uploads });
    }
  });
  return { ...server, repository };
}

type Answer = (asked: Asked) => void;

const ROUTES: Readonly<Record<string, Readonly<Record<string, Answer>>>> = {
  blobs: { GET: getBlob, HEAD: getBlob, DELETE: (asked) => remove(asked, asked.repository.blobs) },
  'blobs/uploads': { POST: startUpload, PATCH: continueUpload, PUT: finishUpload },
  manifests: { GET: getManifest, HEAD: getManifest, PUT: putManifest, DELETE: deleteManifest },
  referrers: { GET: listReferrers },
  tags: { GET: listTags },
};

function send(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body = '',
): void {
  response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers }).end(body);
}

function getBlob({ request, response, repository, name }: Asked): void {
  const blob = repository.blobs.get(name);
  if (blob === undefined) sendError(response, 404, 'BLOB_UNKNOWN');
  else sendBlob(request, response, blob);
}

function remove({ response, name }: Asked, contents: Map<string, unknown>): void {
  if (contents.delete(name)) send(response, 202);
  else sendError(response, 404, 'BLOB_UNKNOWN');
}

function startUpload(asked: Asked): void {
  const { response, repositories, repository, base, query, uploads, request } = asked;
  const mount = query.get('mount');
  const mounted = mount && repositories.get(query.get('from') ?? '')?.blobs.get(mount);
  if (mounted) {
    repository.blobs.set(mounted.digest, mounted);
    sendCreated(response, `${base}/blobs/${mounted.digest}`, mounted.digest);
  } else if (query.has('digest')) keepBlob(asked, request.bytes);
  else {
    const upload = `upload-${uploads.size}`;
    uploads.set(upload, Buffer.alloc(0));
    send(response, 202, { location: `${base}/blobs/uploads/${upload}`, range: '0-0' });
  }
}

function continueUpload({ request, response, uploads, name, base }: Asked): void {
  const before = uploads.get(name);
  const first = /^(\d+)-/.exec(request.headers['content-range'] ?? '')?.[1];
  if (before === undefined) sendError(response, 404, 'BLOB_UPLOAD_UNKNOWN');
  else if (first !== undefined && Number(first) !== before.length)
    send(response, 416, { range: `0-${before.length - 1}` });
  else {
    const all = Buffer.concat([before, request.bytes]);
    uploads.set(name, all);
    send(response, 202, { location: `${base}/blobs/uploads/${name}`, range: `0-${all.length - 1}` });
  }
}

function finishUpload(asked: Asked): void {
  const { request, response, uploads, name } = asked;
  const before = uploads.get(name);
  if (before === undefined) sendError(response, 404, 'BLOB_UPLOAD_UNKNOWN');
  else keepBlob(asked, Buffer.concat([before, request.bytes]));
}

function keepBlob({ response, repository, base, query }: Asked, bytes: Buffer): void {
  const digest = query.get('digest') ?? '';
  const blob = contentOf(bytes, 'application/octet-stream', digest);
  if (blob === null) sendError(response, 400, 'DIGEST_INVALID');
  else {
    repository.blobs.set(blob.digest, blob);
    sendCreated(response, `${base}/blobs/${blob.digest}`, blob.digest);
  }
}

function sendCreated(
  response: ServerResponse,
  location: string,
  digest: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  send(response, 201, { location, 'docker-content-digest': digest, ...headers });
}

function getManifest({ request, response, repository, name, options }: Asked): void {
  const manifest = findManifest(repository, name);
  if (manifest === undefined) sendError(response, 404, 'MANIFEST_UNKNOWN');
  else {
    if (options.conditions !== false) response.setHeader('etag', `"${manifest.digest}"`);
    sendBlob(request, response, manifest);
  }
}

/** True when what the sender believes to be behind the tag is not what is there. RFC 9110, 13.1.1 and 13.1.2 */
function isRefused({ request, repository, name, options }: Asked): boolean {
  if (options.conditions === false) return false;
  const there = findManifest(repository, name);
  const { 'if-match': match, 'if-none-match': noneMatch } = request.headers;
  const matches = (tags: string): boolean =>
    there !== undefined && (tags === '*' || tags.includes(`"${there.digest}"`));
  return (match !== undefined && !matches(match)) || (noneMatch !== undefined && matches(noneMatch));
}

function putManifest(asked: Asked): void {
  const { request, response, repository, base, name, options } = asked;
  const isTag = !name.includes(':');
  const type = request.headers['content-type'] ?? '';
  const manifest = contentOf(request.bytes, type, isTag ? null : name);
  const behind = repository.tags.get(name);
  if (manifest === null) sendError(response, 400, 'DIGEST_INVALID');
  else if (isRefused(asked)) sendError(response, 412, 'PRECONDITION_FAILED');
  else if (missingContent(repository, manifest).length > 0) sendError(response, 400, 'MANIFEST_BLOB_UNKNOWN');
  else if (options.immutableTags === true && behind !== undefined && behind !== manifest.digest)
    sendError(response, 409, 'DENIED');
  else {
    repository.manifests.set(manifest.digest, manifest);
    if (isTag) repository.tags.set(name, manifest.digest);
    const { subject } = readDocument(manifest);
    sendCreated(response, `${base}/manifests/${manifest.digest}`, manifest.digest, {
      ...(subject !== undefined && options.referrers !== false ? { 'oci-subject': subject.digest } : {}),
      ...(options.conditions === false ? {} : { etag: `"${manifest.digest}"` }),
    });
  }
}

function deleteManifest(asked: Asked): void {
  const { name, repository, response } = asked;
  if (!name.includes(':')) {
    if (repository.tags.delete(name)) send(response, 202);
    else sendError(response, 404, 'MANIFEST_UNKNOWN');
    return;
  }
  for (const [tag, digest] of repository.tags) if (digest === name) repository.tags.delete(tag);
  remove(asked, repository.manifests);
}

function listReferrers(asked: Asked): void {
  const { response, repository, name, query, options } = asked;
  if (options.referrers === false) {
    sendError(response, 404, 'NOT_FOUND');
    return;
  }
  const artifactType = query.get('artifactType');
  const first = Number(query.get('last') ?? 0);
  const all = referrersOf(repository, name, artifactType);
  const manifests = all.slice(first, first + (options.pageSize ?? all.length));
  const next = first + manifests.length;
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  send(
    response,
    200,
    {
      'content-type': mediaType,
      ...(artifactType === null ? {} : { 'oci-filters-applied': 'artifactType' }),
      ...(next < all.length ? linkToNext(asked, String(next)) : {}),
    },
    JSON.stringify({ schemaVersion: 2, mediaType, manifests }),
  );
}

function linkToNext({ request, query }: Asked, last: string): Record<string, string> {
  const next = new URLSearchParams(query);
  next.set('last', last);
  return { link: `<${request.url.split('?', 1)[0]}?${next.toString()}>; rel="next"` };
}

function listTags(asked: Asked): void {
  const { response, repository, query, options, base } = asked;
  const last = query.get('last') ?? '';
  const all = [...repository.tags.keys()].sort().filter((tag) => tag > last);
  const tags = all.slice(0, Number(query.get('n') ?? options.pageSize ?? all.length));
  const end = tags.at(-1);
  send(
    response,
    200,
    {
      'content-type': 'application/json',
      ...(end !== undefined && tags.length < all.length ? linkToNext(asked, end) : {}),
    },
    JSON.stringify({ name: base.slice('/v2/'.length), tags }),
  );
}
