import { isDigest, type Digest } from '../../model/digest.ts';
import type { Descriptor } from '../descriptor.ts';
import { OciError } from '../errors.ts';
import { connectGrpc, GRPC_NOT_FOUND, GRPC_OK, type GrpcConnection, type GrpcStatus } from './grpc.ts';
import { unreachableReason } from './local-socket.ts';
import {
  bytesField,
  decodeMessage,
  encodeMessage,
  numberField,
  textField,
  type Message,
} from './protobuf.ts';

/**
 * What Hallmark asks containerd. github.com/containerd/containerd, api/services/images/v1/images.proto and
 * api/services/content/v1/content.proto; field numbers are those of these files.
 *
 * @throws {OciError} DAEMON_UNAVAILABLE, DAEMON_PROTOCOL, from each method
 */
export interface ContainerdClient {
  /** The manifest or index that an image's name stands for; null when there is no such image. */
  imageTarget(namespace: string, name: string, signal?: AbortSignal): Promise<Descriptor | null>;
  hasContent(namespace: string, digest: Digest, signal?: AbortSignal): Promise<boolean>;
  /** The bytes of a content; returns false when there is no such content. */
  readContent(
    namespace: string,
    digest: Digest,
    signal?: AbortSignal,
  ): AsyncGenerator<Uint8Array, boolean, undefined>;
  close(): void;
}

const IMAGES = 'containerd.services.images.v1.Images';
const CONTENT = 'containerd.services.content.v1.Content';

function unexpected(what: string): OciError {
  return new OciError('DAEMON_PROTOCOL', `containerd: ${what}`, { subject: 'containerd' });
}

function decoded(bytes: Uint8Array | null): Message {
  const message = bytes === null ? null : decodeMessage(bytes);
  if (message === null) throw unexpected('an answer cannot be read');
  return message;
}

function isFound({ code, message }: GrpcStatus): boolean {
  if (code === GRPC_OK || code === GRPC_NOT_FOUND) return code === GRPC_OK;
  throw unexpected(`status ${code}: ${message.slice(0, 300)}`);
}

/** containerd.types.Descriptor; its annotations are not needed. */
function targetOf(image: Message): Descriptor {
  const target = decoded(bytesField(image, 3));
  const digest = textField(target, 2);
  if (!isDigest(digest)) throw unexpected(`${JSON.stringify(digest.slice(0, 100))} is not a digest`);
  return {
    mediaType: textField(target, 1),
    digest,
    sizeBytes: numberField(target, 3),
    platform: null,
    artifactType: null,
    annotations: {},
  };
}

async function connectFirst(
  sockets: readonly string[],
  signal: AbortSignal | undefined,
): Promise<GrpcConnection> {
  const reasons: string[] = [];
  for (const socket of sockets) {
    try {
      return await connectGrpc(socket, signal);
    } catch (error) {
      signal?.throwIfAborted();
      reasons.push(`${socket} (${unreachableReason(error) ?? String(error)})`);
    }
  }
  throw new OciError('DAEMON_UNAVAILABLE', `containerd is not reachable: ${reasons.join(', ')}`, {
    subject: 'containerd',
  });
}

/**
 * Connects to the first socket that answers.
 *
 * @throws {OciError} DAEMON_UNAVAILABLE
 */
export async function createContainerdClient(
  sockets: readonly string[],
  signal?: AbortSignal,
): Promise<ContainerdClient> {
  const connection = await connectFirst(sockets, signal);

  /** The answer to a call that has one; null for NOT_FOUND. */
  async function ask(
    method: string,
    value: string,
    namespace: string,
    signal: AbortSignal | undefined,
  ): Promise<Message | null> {
    const answers = connection.call({
      method,
      namespace,
      signal,
      request: encodeMessage([[1, value]]),
      read: decoded,
    });
    let answer: Message | null = null;
    let next = await answers.next();
    for (; next.done !== true; next = await answers.next()) answer = next.value;
    if (!isFound(next.value)) return null;
    if (answer === null) throw unexpected('no answer');
    return answer;
  }

  return {
    async imageTarget(namespace, name, signal) {
      const answer = await ask(`${IMAGES}/Get`, name, namespace, signal);
      return answer === null ? null : targetOf(decoded(bytesField(answer, 1)));
    },
    async hasContent(namespace, digest, signal) {
      return (await ask(`${CONTENT}/Info`, digest, namespace, signal)) !== null;
    },
    async *readContent(namespace, digest, signal) {
      const status = yield* connection.call({
        method: `${CONTENT}/Read`,
        namespace,
        signal,
        request: encodeMessage([[1, digest]]),
        read: (answer) => bytesField(decoded(answer), 2) ?? new Uint8Array(),
      });
      return isFound(status);
    },
    close: () => connection.close(),
  };
}
