import { request as httpRequest, type IncomingMessage } from 'node:http';
import { isDigest, type Digest } from '../../model/digest.ts';
import { readShape } from '../descriptor.ts';
import { OciError } from '../errors.ts';
import type { OpenedImages, OpenOptions } from '../image.ts';
import { parseReference } from '../reference.ts';
import { applyShape, count, object, optional, ShapeMismatch, string } from '../shape.ts';
import { parseStrictJson } from '../strict-json.ts';
import { readArchiveStream } from './archive.ts';
import { openDockerArchive } from './docker-archive.ts';
import { unreachableReason } from './local-socket.ts';

/*
 * Docker and the engines that speak its interface, through a socket of this machine. An image is inspected, which tells
 * whether it exists, and then exported as `docker save` does it. The export is copied to a temporary file, because it
 * ends with the list of what it holds. Docker Engine API, "Inspect an image", "Export an image".
 */

/** An engine, where its socket may be (the likeliest first), and what is asked of it. */
export interface Engine {
  /** `docker`, `podman`. */
  readonly name: string;
  readonly sockets: readonly string[];
  /** The names under which the engine may know the image, tried in order. */
  readonly names: readonly string[];
}

const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
const ANSWER_TIMEOUT_MS = 30_000;
/** podman puts the whole archive together before it sends the first byte. */
const EXPORT_TIMEOUT_MS = 15 * 60_000;

const inspection = object({ Id: string(200), Size: optional(count) });
const failure = object({ message: optional(string()) });

function get(
  socketPath: string,
  path: string,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      socketPath,
      path,
      agent: false,
      headers: { host: 'localhost', 'user-agent': 'hallmark' },
      ...(signal && { signal }),
    });
    request.setTimeout(timeoutMs, () => {
      request.destroy(
        new OciError('DAEMON_UNAVAILABLE', `${socketPath} stayed silent for ${timeoutMs / 1000} seconds`, {
          subject: socketPath,
        }),
      );
    });
    request.on('error', reject).on('response', resolve).end();
  });
}

async function readAnswer(response: IncomingMessage, subject: string): Promise<unknown> {
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    sizeBytes += part.byteLength;
    if (sizeBytes > MAX_ANSWER_BYTES) break;
    parts.push(part);
  }
  if (sizeBytes > MAX_ANSWER_BYTES) {
    throw new OciError('DAEMON_PROTOCOL', `${subject} is longer than ${MAX_ANSWER_BYTES} bytes`, { subject });
  }
  return parseStrictJson(Buffer.concat(parts), {
    subject,
    maxBytes: MAX_ANSWER_BYTES,
    code: 'DAEMON_PROTOCOL',
  });
}

/** What an engine says about a request that it does not fulfil. */
async function refusal(engine: Engine, response: IncomingMessage): Promise<OciError> {
  const subject = `the answer of ${engine.name}`;
  const value = await readAnswer(response, subject).catch(() => ({}));
  const found = applyShape(failure, value);
  const said = (found instanceof ShapeMismatch ? null : found.message) ?? 'no reason given';
  return new OciError(
    'DAEMON_PROTOCOL',
    `${engine.name} answered with status ${response.statusCode}: ${said.slice(0, 300)}`,
    { subject: engine.name },
  );
}

/** The first socket at which somebody answers, with the answer to the first question. */
async function connect(
  engine: Engine,
  path: string,
  signal: AbortSignal | undefined,
): Promise<{ readonly socket: string; readonly response: IncomingMessage }> {
  const reasons: string[] = [];
  for (const socket of engine.sockets) {
    try {
      return { socket, response: await get(socket, path, ANSWER_TIMEOUT_MS, signal) };
    } catch (error) {
      const reason = unreachableReason(error);
      if (reason === null) throw connectionFailure(engine, error, signal);
      reasons.push(`${socket} (${reason})`);
    }
  }
  throw new OciError('DAEMON_UNAVAILABLE', `${engine.name} is not reachable: ${reasons.join(', ')}`, {
    subject: engine.name,
  });
}

function connectionFailure(engine: Engine, error: unknown, signal: AbortSignal | undefined): unknown {
  signal?.throwIfAborted();
  if (error instanceof OciError) return error;
  return new OciError('DAEMON_UNAVAILABLE', `the connection to ${engine.name} broke: ${String(error)}`, {
    subject: engine.name,
    cause: error,
  });
}

const imagePath = (name: string, action: string): string =>
  `/images/${name.split('/').map(encodeURIComponent).join('/')}/${action}`;

interface InspectedImage {
  readonly socket: string;
  readonly id: string;
  readonly sizeBytes: number;
}

async function inspect(
  engine: Engine,
  location: string,
  signal: AbortSignal | undefined,
): Promise<InspectedImage> {
  for (const name of engine.names) {
    const { socket, response } = await connect(engine, imagePath(name, 'json'), signal);
    if (response.statusCode === 200) {
      const subject = `what ${engine.name} says about ${location}`;
      const found = readShape(inspection, await readAnswer(response, subject), subject, 'DAEMON_PROTOCOL');
      return { socket, id: found.Id, sizeBytes: found.Size ?? 0 };
    }
    if (response.statusCode !== 404) throw await refusal(engine, response);
    response.destroy();
  }
  throw new OciError('IMAGE_NOT_FOUND', `${engine.name} has no image ${location}`, {
    subject: location,
    remedy: `Pull it with ${engine.name} pull, or leave out the prefix to read it from its registry.`,
  });
}

async function* exported(
  response: IncomingMessage,
  engine: Engine,
  digest: Digest | null,
  sizeBytes: number,
  { onProgress, signal }: OpenOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  let doneBytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      doneBytes += chunk.byteLength;
      if (digest !== null) {
        onProgress?.({ kind: 'blob', digest, doneBytes, totalBytes: Math.max(doneBytes, sizeBytes) });
      }
      yield chunk;
    }
  } catch (error) {
    throw connectionFailure(engine, error, signal);
  }
}

/**
 * Opens an image of an engine by its name or id.
 *
 * @throws {OciError} DAEMON_UNAVAILABLE, DAEMON_PROTOCOL, IMAGE_NOT_FOUND, and what archives throw
 */
export async function openEngineImage(
  engine: Engine,
  location: string,
  reference: string,
  options: OpenOptions,
): Promise<OpenedImages> {
  const { onProgress, signal } = options;
  const isId = /^(?:sha256:)?[0-9a-f]{4,64}$/.test(location);
  if (!isId) parseReference(location);
  onProgress?.({ kind: 'resolving', reference });
  const { socket, id, sizeBytes } = await inspect(engine, location, signal);
  const response = await get(socket, imagePath(id, 'get'), EXPORT_TIMEOUT_MS, signal).catch(
    (error: unknown) => {
      throw connectionFailure(engine, error, signal);
    },
  );
  if (response.statusCode !== 200) throw await refusal(engine, response);
  const name = `the export of ${location} by ${engine.name}`;
  const chunks = exported(response, engine, isDigest(id) ? id : null, sizeBytes, options);
  const archive = await readArchiveStream(chunks, name, options);
  return openDockerArchive(archive, { name: null, digest: null }, reference, options);
}
