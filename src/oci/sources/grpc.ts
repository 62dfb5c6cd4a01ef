import { once } from 'node:events';
import {
  connect as connectHttp2,
  constants,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
} from 'node:http2';
import { connect as connectSocket } from 'node:net';
import { OciError } from '../errors.ts';

/*
 * The client's half of gRPC over HTTP/2 and a socket of this machine, as far as containerd needs it: one request, any
 * number of answers, a status in the trailers. grpc/doc/PROTOCOL-HTTP2.md.
 */

/** How a call ended: 0 is well, 5 is NOT_FOUND. */
export interface GrpcStatus {
  readonly code: number;
  readonly message: string;
}

export const GRPC_OK = 0;
export const GRPC_NOT_FOUND = 5;

export interface GrpcCall<Answer> {
  /** `package.Service/Method`. */
  readonly method: string;
  /** containerd keeps images and contents apart by namespace, which it takes from a header. */
  readonly namespace: string;
  readonly request: Uint8Array;
  readonly signal?: AbortSignal | undefined;
  /** Reads one answer. */
  readonly read: (message: Uint8Array) => Answer;
}

export interface GrpcConnection {
  /**
   * Sends a request, yields the answers and returns the status.
   *
   * @throws {OciError} DAEMON_PROTOCOL, DAEMON_UNAVAILABLE
   */
  call<Answer>(call: GrpcCall<Answer>): AsyncGenerator<Answer, GrpcStatus, undefined>;
  close(): void;
}

const PREFIX_BYTES = 5;
/** containerd's own limit for a message is 16 MiB. */
const MAX_MESSAGE_BYTES = 32 * 1024 * 1024;
/** Lets a layer flow without a round trip for every 64 KiB. */
const WINDOW_BYTES = 8 * 1024 * 1024;
const TIMEOUT_MS = 30_000;

/** Connects; the error of the operating system comes out as it is. */
export async function connectGrpc(socketPath: string, signal?: AbortSignal): Promise<GrpcConnection> {
  const session = connectHttp2('http://localhost', {
    createConnection: () => connectSocket(socketPath),
    settings: { initialWindowSize: WINDOW_BYTES, enablePush: false },
  });
  // A session that breaks also breaks its calls, which report it.
  session.on('error', () => {});
  try {
    await once(session, 'connect', { ...(signal && { signal }) });
  } catch (error) {
    session.destroy();
    signal?.throwIfAborted();
    throw error;
  }
  session.setLocalWindowSize(WINDOW_BYTES);
  return {
    call: (call) => answersOf(session, socketPath, call),
    close: () => session.destroy(),
  };
}

function frame(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(message.byteLength, 1);
  return Buffer.concat([prefix, message]);
}

function protocolError(socketPath: string, reason: string): OciError {
  return new OciError('DAEMON_PROTOCOL', `${socketPath} does not speak gRPC as expected: ${reason}`, {
    subject: socketPath,
  });
}

function broken(socketPath: string, reason: unknown): OciError {
  return new OciError('DAEMON_UNAVAILABLE', `the connection to ${socketPath} broke: ${String(reason)}`, {
    subject: socketPath,
    cause: reason,
  });
}

function silent(socketPath: string): OciError {
  return new OciError('DAEMON_UNAVAILABLE', `${socketPath} stayed silent for ${TIMEOUT_MS / 1000} seconds`, {
    subject: socketPath,
  });
}

async function* answersOf<Answer>(
  session: ClientHttp2Session,
  socketPath: string,
  { method, namespace, request, signal, read }: GrpcCall<Answer>,
): AsyncGenerator<Answer, GrpcStatus, undefined> {
  signal?.throwIfAborted();
  let stream: ClientHttp2Stream | undefined;
  try {
    const headers = {
      ':method': 'POST',
      ':path': `/${method}`,
      'content-type': 'application/grpc',
      te: 'trailers',
      'user-agent': 'hallmark',
      'containerd-namespace': namespace,
    };
    stream = session.request(headers, { ...(signal && { signal }) });
    // A status without answers comes in the headers.
    let end: IncomingHttpHeaders = {};
    stream.on('response', (found) => (end = { ...found, ...end }));
    stream.on('trailers', (found) => (end = { ...end, ...found }));
    const opened = stream;
    stream.setTimeout(TIMEOUT_MS);
    stream.on('timeout', () => {
      // Answers that wait to be read mean that the reader is slow, not the daemon.
      if (opened.readableLength === 0) opened.destroy(silent(socketPath));
    });
    stream.end(frame(request));
    for await (const message of messages(stream, socketPath)) yield read(message);
    return statusOf(end, socketPath);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof OciError) throw error;
    throw broken(socketPath, error);
  } finally {
    stream?.close(constants.NGHTTP2_CANCEL);
  }
}

/** Cuts the stream into messages: one byte for compression, four for the length, the message. */
async function* messages(
  stream: ClientHttp2Stream,
  socketPath: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  let parts: Buffer[] = [];
  let available = 0;
  let needed = PREFIX_BYTES;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    parts.push(chunk);
    available += chunk.byteLength;
    while (available >= needed) {
      const bytes = Buffer.concat(parts);
      const length = bytes.readUInt32BE(1);
      if (bytes[0] !== 0) throw protocolError(socketPath, 'an answer is compressed');
      if (length > MAX_MESSAGE_BYTES) throw protocolError(socketPath, `an answer has ${length} bytes`);
      needed = PREFIX_BYTES + length;
      parts = [bytes];
      if (available < needed) break;
      yield bytes.subarray(PREFIX_BYTES, needed);
      parts = [bytes.subarray(needed)];
      available -= needed;
      needed = PREFIX_BYTES;
    }
  }
  if (available > 0) throw protocolError(socketPath, 'an answer is cut short');
}

function statusOf(headers: IncomingHttpHeaders, socketPath: string): GrpcStatus {
  const { ':status': http, 'grpc-status': code, 'grpc-message': message } = headers;
  if (http === undefined) throw broken(socketPath, 'it ended without an answer');
  if (String(http) !== '200') throw protocolError(socketPath, `HTTP status ${String(http)}`);
  if (typeof code !== 'string' || !/^\d{1,5}$/.test(code))
    throw protocolError(socketPath, 'a status is missing');
  return { code: Number(code), message: unescaped(typeof message === 'string' ? message : '') };
}

/** The message of a status is percent-encoded; one that is not rightly so is shown as it is. */
function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
