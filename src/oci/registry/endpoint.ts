import { isIPv4 } from 'node:net';
import type { RegistryOptions } from '../image.ts';
import { OciError } from '../errors.ts';
import type { ImageRef } from '../reference.ts';

/** At least one. */
export type Addresses = readonly [URL, ...URL[]];

/** A place that serves a repository: the registry of the reference, or a mirror of it. */
export interface Endpoint {
  /** Where `/v2/` is, ending in a slash. More than one where plain HTTP may be tried after HTTPS. */
  readonly bases: Addresses;
  /** The host under which credentials for it are stored. A mirror has its own: it never gets the registry's. */
  readonly credentialHost: string;
  /** Added as `?ns=` for a mirror, which may serve several registries. OCI distribution spec, "Registry Proxying". */
  readonly namespace: string | null;
}

/** Who serves a reference: mirrors are asked in their order, then the registry itself. */
export interface Endpoints {
  readonly mirrors: readonly Endpoint[];
  readonly registry: Endpoint;
}

/** Docker Hub is named differently from where it lives. */
const SERVING_HOSTS: ReadonlyMap<string, string> = new Map([['docker.io', 'registry-1.docker.io']]);

/**
 * Where to ask for a reference.
 *
 * @throws {OciError} REFERENCE_INVALID, REGISTRY_OPTIONS_INVALID
 */
export function endpointsFor(reference: ImageRef, options: RegistryOptions): Endpoints {
  const { registry } = reference;
  const mirrors = new Map(Object.entries(options.mirrors ?? {})).get(registry) ?? [];
  const bases = addressesOf(SERVING_HOSTS.get(registry) ?? registry, options);
  if (bases === null) {
    const message = `${JSON.stringify(registry)} is not a host that can be connected to`;
    throw new OciError('REFERENCE_INVALID', message, { subject: registry });
  }
  return {
    mirrors: mirrors.map((mirror) => mirrorEndpoint(mirror, registry, options)),
    registry: { bases, credentialHost: registry, namespace: null },
  };
}

/** localhost and its subdomains (RFC 6761), 127.0.0.0/8 and ::1, as a URL writes a host. */
export function isLoopback(url: URL): boolean {
  const host = url.hostname;
  if (isIPv4(host)) return host.startsWith('127.');
  return host === '[::1]' || host === 'localhost' || host.endsWith('.localhost');
}

/** An address for messages: without user, query and fragment, which may hold secrets. */
export function printableAddress(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}

/**
 * Plain HTTP is for hosts that the user named for it. A loopback registry is asked over HTTPS and, when it does not
 * speak TLS, over plain HTTP: nothing on the way could read along.
 */
function addressesOf(host: string, options: RegistryOptions): Addresses | null {
  const secure = URL.parse(`https://${host}/`);
  const plain = URL.parse(`http://${host}/`);
  if (secure === null || plain === null) return null;
  if (options.plainHttp?.includes(host)) return [plain];
  return isLoopback(secure) ? [secure, plain] : [secure];
}

/** A mirror is a host, or an address with scheme and perhaps a path below which `/v2/` lies. */
function mirrorEndpoint(mirror: string, registry: string, options: RegistryOptions): Endpoint {
  const bases = mirror.includes('://') ? mirrorAddress(mirror) : addressesOf(mirror, options);
  if (bases === null) {
    const message = `a mirror of ${registry} is not a host nor an http or https address without user and query`;
    throw new OciError('REGISTRY_OPTIONS_INVALID', message, { subject: registry });
  }
  return { bases, credentialHost: bases[0].host, namespace: registry };
}

function mirrorAddress(mirror: string): Addresses | null {
  const url = URL.parse(mirror.endsWith('/') ? mirror : `${mirror}/`);
  const usable = url !== null && /^https?:$/.test(url.protocol) && !url.username && !url.password;
  return usable && !url.search && !url.hash ? [url] : null;
}
