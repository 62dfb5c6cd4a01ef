import { formatFamiliarReference, type ImageRef, parseWrittenReference } from '../../oci/reference.ts';

/** Where something is or is to be put. Unlike in other places no tag is implied, and with a tag and a digest both are meant. */
export type DeployReference = ImageRef;

/** Other names of Docker Hub's registry. docker-library/meta-scripts, `registry/docker-hub.go`. */
const HUB_HOSTS: ReadonlySet<string> = new Set(['registry-1.docker.io', 'registry.hub.docker.com']);
const HUB = 'docker.io';

/** @throws {OciError} REFERENCE_INVALID */
export function parseDeployReference(text: string): DeployReference {
  const reference = parseWrittenReference(text);
  if (!HUB_HOSTS.has(reference.registry)) return reference;
  const { repository } = reference;
  return {
    ...reference,
    registry: HUB,
    repository: repository.includes('/') ? repository : `library/${repository}`,
  };
}

/** As people write it: `hello-world:latest`. */
export const formatDeployReference = formatFamiliarReference;
