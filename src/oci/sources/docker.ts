import { join } from 'node:path';
import type { ImageSource, OpenOptions } from '../image.ts';
import { openEngineImage } from './engine.ts';
import { socketOf } from './local-socket.ts';

/** Where Docker listens: as a service of the system, rootless, or in Docker Desktop. */
function dockerSockets({ DOCKER_HOST, XDG_RUNTIME_DIR, HOME }: OpenOptions['environment']): string[] {
  if (DOCKER_HOST) return [socketOf(DOCKER_HOST, 'DOCKER_HOST')];
  return [
    '/var/run/docker.sock',
    ...(XDG_RUNTIME_DIR ? [join(XDG_RUNTIME_DIR, 'docker.sock')] : []),
    ...(HOME ? [join(HOME, '.docker/run/docker.sock'), join(HOME, '.docker/desktop/docker.sock')] : []),
  ];
}

export const dockerSource: ImageSource = {
  scheme: 'docker',
  means: 'An image of the local Docker engine: docker:NAME or docker:ID.',
  open(location, reference, options) {
    const engine = {
      name: 'docker',
      sockets: dockerSockets(options.environment),
      names: [location],
    };
    return openEngineImage(engine, location, reference, options);
  },
};
