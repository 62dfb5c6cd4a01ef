import { isIPv4 } from 'node:net';
import type { RegistryOptions } from '../image.ts';
import { OciError } from '../errors.ts';
import type { ImageRef } from '../reference.ts';

/** A place that serves a repository: the registry of the reference, or a mirror of it. */
export interface Endpoint {
  /** Where `/v2/` is, ending in a slash. More than one where plain HTTP may be tried after HTTPS. */
  readonly bases: readonly URL[];
  /** The host under which credentials for it are stored. A mirror has its own: it never gets the registry's. */
  readonly credentialHost: string;
  /** Added as `?ns=` for a mirror, which may serve several registries. OCI distribution spec, "Registry Proxying". */
  readonly namespace: string | null;
}

/** Docker Hub is named differently from where it lives. */
const SERVING_HOSTS: ReadonlyMap<string, string> = new Map([['docker.io', 'registry-1.docker.io']]);

/**
 * Where to ask for a reference, in order: the mirrors of its registry, then the registry.
 *
 * @throws {OciError} REFERENCE_INVALID, REGISTRY_OPTIONS_INVALID
 */
export function endpointsFor(reference: ImageRef, options: RegistryOptions): Endpoint[] {
  const { registry } = reference;
  const mirrors = new Map(Object.entries(options.mirrors ?? {})).get(registry) ?? [];
  const bases = basesOf(SERVING_HOSTS.get(registry) ?? registry, options);
  if (bases === null) {
    const message = `${JSON.stringify(registry)} is not a host that can be connected to`;
    throw new OciError('REFERENCE_INVALID', message, { subject: registry });
  }
  return [
    ...mirrors.map((mirror) => mirrorEndpoint(mirror, registry, options)),
    { bases, credentialHost: registry, namespace: null },
  ];
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
function basesOf(host: string, options: RegistryOptions): URL[] | null {
  const secure = URL.parse(`https://${host}/`);
  const plain = URL.parse(`http://${host}/`);
  if (secure === null || plain === null || secure.pathname !== '/') return null;
  if (options.plainHttp?.includes(host)) return [plain];
  return isLoopback(secure) ? [secure, plain] : [secure];
}

/** A mirror is a host, or an address with scheme and perhaps a path below which `/v2/` lies. */
function mirrorEndpoint(mirror: string, registry: string, options: RegistryOptions): Endpoint {
  const url = URL.parse(mirror.includes('://') ? mirror : `https://${mirror}`);
  const usable =
    url !== null && /^https?:$/.test(url.protocol) && !url.username && !url.password && !url.search;
  if (!usable) {
    const message = `the mirror of ${registry} is not an http or https address without user and query`;
    throw new OciError('REGISTRY_OPTIONS_INVALID', message, { subject: registry });
  }
  const path = url.pathname.endsWith('/') ? url.pathname : `${url.pathname}/`;
  const roots = mirror.includes('://') ? [url] : (basesOf(url.host, options) ?? []);
  const bases = roots.map((root) => new URL(path, root));
  return { bases, credentialHost: url.host, namespace: registry };
}
