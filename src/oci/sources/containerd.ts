import type { Digest } from '../../model/digest.ts';
import type { Descriptor } from '../descriptor.ts';
import { OciError } from '../errors.ts';
import type { ImageSource, OpenedImages, OpenOptions } from '../image.ts';
import { formatReference, parseReference } from '../reference.ts';
import { resolveEntry } from '../resolve-images.ts';
import { createContainerdClient, type ContainerdClient } from './containerd-client.ts';
import { socketOf } from './local-socket.ts';

/** Where containerd listens by itself, and in k3s. */
const SOCKETS = ['/run/containerd/containerd.sock', '/run/k3s/containerd/containerd.sock'];
/** Of `ctr` and `nerdctl`, of Kubernetes, of Docker. */
const NAMESPACES = ['default', 'k8s.io', 'moby'];

function socketsOf({ CONTAINERD_ADDRESS }: OpenOptions['environment']): string[] {
  return CONTAINERD_ADDRESS ? [socketOf(CONTAINERD_ADDRESS, 'CONTAINERD_ADDRESS')] : SOCKETS;
}

/** The image in the first namespace that has it, under the name as written or in full. */
async function findImage(
  client: ContainerdClient,
  location: string,
  { environment, signal }: OpenOptions,
): Promise<{ readonly namespace: string; readonly target: Descriptor }> {
  const namespaces = environment['CONTAINERD_NAMESPACE'] ? [environment['CONTAINERD_NAMESPACE']] : NAMESPACES;
  const names = new Set([location, formatReference(parseReference(location))]);
  for (const namespace of namespaces) {
    for (const name of names) {
      const target = await client.imageTarget(namespace, name, signal);
      if (target !== null) return { namespace, target };
    }
  }
  throw new OciError(
    'IMAGE_NOT_FOUND',
    `containerd has no image ${location} in the namespaces ${namespaces.join(', ')}`,
    {
      subject: location,
      remedy:
        'Name another namespace with CONTAINERD_NAMESPACE, or leave out the prefix to read from the registry.',
    },
  );
}

function missingContent(digest: Digest, location: string): OciError {
  return new OciError('BLOB_UNKNOWN', `containerd does not hold ${digest} of ${location}`, {
    subject: digest,
    remedy:
      'It may be set to discard layers once they are unpacked: leave out the prefix to read the image from its registry.',
  });
}

async function open(location: string, reference: string, options: OpenOptions): Promise<OpenedImages> {
  const { platform, onProgress, signal } = options;
  onProgress?.({ kind: 'resolving', reference });
  const client = await createContainerdClient(socketsOf(options.environment), signal);
  const close = async (): Promise<void> => client.close();
  try {
    const { namespace, target } = await findImage(client, location, options);
    const images = await resolveEntry(target, {
      reference,
      platform,
      onProgress,
      signal,
      // An index lists every platform, and only those that were pulled are there.
      isPresent: ({ digest }) => client.hasContent(namespace, digest, signal),
      async *openContent({ digest }, signal) {
        const found = yield* client.readContent(namespace, digest, signal);
        if (!found) throw missingContent(digest, location);
      },
    });
    return { images, close };
  } catch (error) {
    await close();
    throw error;
  }
}

export const containerdSource: ImageSource = {
  scheme: 'containerd',
  means: 'An image of the local containerd, through its socket: containerd:NAME.',
  open,
};
