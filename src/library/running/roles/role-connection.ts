/** How each role speaks to registries: with its own credentials, and with no other's. */
import { parseReference } from '../../../oci/reference.ts';
import type { ConnectionOptions } from '../../../oci/registry/connection.ts';
import type { ProgrammeSettings, Role } from '../../programme/programme.ts';

export interface RoleSurroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly offline?: boolean;
  readonly signal?: AbortSignal;
}

/** A role without credentials of its own has those of the environment; one with its own has no others, wherever they are named. */
export function connectionOfRole(
  { registry }: ProgrammeSettings,
  { credentials }: Role,
  { environment, offline = false, signal }: RoleSurroundings,
): ConnectionOptions {
  const hosts = [registry.quarantine, registry.public].map((path) => parseReference(`${path}/name`).registry);
  return {
    environment: credentials === null ? environment : withCredentials(environment, credentials),
    offline,
    ...(signal === undefined ? {} : { signal }),
    registry: { plainHttp: registry.plainHttp ? hosts : [], mirrors: registry.mirrors },
  };
}

/** Of the places where credentials are looked for only the one: see `findCredentials`. */
function withCredentials(
  environment: RoleSurroundings['environment'],
  folder: string,
): RoleSurroundings['environment'] {
  return {
    ...environment,
    DOCKER_CONFIG: folder,
    REGISTRY_AUTH_FILE: undefined,
    XDG_RUNTIME_DIR: undefined,
  };
}
