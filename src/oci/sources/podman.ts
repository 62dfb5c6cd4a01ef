import { join } from 'node:path';
import type { ImageSource, OpenOptions } from '../image.ts';
import { openEngineImage } from './engine.ts';
import { socketOf } from './local-socket.ts';

/** Where podman listens: for this user, or for root. podman-system-service(1). */
function podmanSockets({ CONTAINER_HOST, XDG_RUNTIME_DIR }: OpenOptions['environment']): string[] {
  if (CONTAINER_HOST) return [socketOf(CONTAINER_HOST, 'CONTAINER_HOST')];
  return [
    ...(XDG_RUNTIME_DIR ? [join(XDG_RUNTIME_DIR, 'podman/podman.sock')] : []),
    '/run/podman/podman.sock',
  ];
}

export const podmanSource: ImageSource = {
  scheme: 'podman',
  means: 'An image of the local podman, through its service: podman:NAME or podman:ID.',
  open(location, reference, options) {
    const engine = {
      name: 'podman',
      sockets: podmanSockets(options.environment),
      // podman calls what it builds localhost/NAME; its Docker interface takes a short name for one of Docker Hub.
      names: [location, ...(location.includes('/') ? [] : [`localhost/${location}`])],
    };
    return openEngineImage(engine, location, reference, options);
  },
};
