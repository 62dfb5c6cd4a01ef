/** By which names documents may mean an image, and whether one does. */
import type { AssessedImage } from '../../model/assessment.ts';
import type { Distribution } from '../../model/package.ts';
import type { PurlParts } from '../../model/purl.ts';
import { OciError } from '../../oci/errors.ts';
import { parseReference } from '../../oci/reference.ts';
import { readPurl } from './purl-agreement.ts';

/** A repository with the tag, where one is known: `docker.io/library/debian`, `12`. */
export interface ImageName {
  readonly repository: string;
  readonly tag: string | null;
}

export interface ImageIdentity {
  /** As the user wrote it. */
  readonly reference: string;
  /** Of its manifest, its index and its configuration. */
  readonly digests: ReadonlySet<string>;
  readonly names: readonly ImageName[];
  /** Package URLs that the user says it has. */
  readonly stated: readonly PurlParts[];
  /** `amd64`; null when not known. */
  readonly architecture: string | null;
  /** CPE 2.2 or 2.3 name of its operating system. */
  readonly system: string | null;
}

/** Prefixes before a reference that name where an image is taken from, not what it is called. */
const DAEMONS = /^(?:docker|podman|containerd):/;
const OTHER_SCHEMES = /^(?:oci-dir|oci-archive|docker-archive|dir|sbom|sbom-of):/;

/** Docker publishes `docker.io/dhi/python` as `dhi.io/python` too, and its documents know the one name. */
const ALIASES: ReadonlyMap<string, string> = new Map([['dhi.io/', 'docker.io/dhi/']]);

export function identifyImage(
  image: Pick<AssessedImage, 'reference' | 'digest' | 'indexDigest' | 'configDigest' | 'platform'>,
  distribution: Distribution | null,
  products: readonly string[] = [],
): ImageIdentity {
  const digests = [image.digest, image.indexDigest, image.configDigest].filter((digest) => digest !== null);
  return {
    reference: image.reference,
    digests: new Set(digests),
    names: namesIn(image.reference),
    stated: products.flatMap((product) => readPurl(product) ?? []),
    architecture: image.platform?.split('/')[1] ?? null,
    system: distribution?.cpe ?? null,
  };
}

function namesIn(reference: string): ImageName[] {
  const text = reference.replace(/^sbom-of:/, '').replace(DAEMONS, '');
  if (OTHER_SCHEMES.test(text)) return [];
  try {
    const { registry, repository, tag } = parseReference(text);
    const name = `${registry}/${repository}`;
    const aliases = [...ALIASES].flatMap(([prefix, other]) =>
      name.startsWith(prefix) ? [other + name.slice(prefix.length)] : [],
    );
    return [name, ...aliases].map((each) => ({ repository: each, tag }));
  } catch (error) {
    if (error instanceof OciError) return [];
    throw error;
  }
}

/** The package URLs under which a database may keep statements about the image. */
export function productPurls({ names, stated }: ImageIdentity): readonly string[] {
  const named = names.flatMap(({ repository }) => {
    const path = repository.slice(repository.indexOf('/') + 1);
    return [`pkg:docker/${path}`, `pkg:oci/${path.replaceAll('/', '%2F')}`, `pkg:oci/${lastSegment(path)}`];
  });
  const asked = stated.map(({ type, namespace, name }) =>
    namespace === null ? `pkg:${type}/${name}` : `pkg:${type}/${namespace}/${name}`,
  );
  return [...new Set([...named, ...asked])];
}

/** True when an identifier in a document (purl, reference, digest, CPE name of the system) means the image. */
export function meansImage(identifier: string, image: ImageIdentity): boolean {
  if (image.digests.has(identifier)) return true;
  if (identifier.startsWith('cpe:')) return meansSystem(identifier, image);
  if (!identifier.startsWith('pkg:')) return meansReference(identifier, image);
  const purl = readPurl(identifier);
  if (purl === null) return false;
  if (purl.type === 'oci' || purl.type === 'docker') return meansImagePurl(purl, image);
  return image.stated.some((stated) => isSameProduct(purl, stated));
}

/**
 * `pkg:oci/name@sha256:…?repository_url=…&tag=…` and `pkg:docker/namespace/name@tag`. A digest settles it, wherever the
 * image was pulled from. purl-spec, `types/oci-definition.json` and `types/docker-definition.json`.
 */
function meansImagePurl(purl: PurlParts, image: ImageIdentity): boolean {
  const { arch, tag } = purl.qualifiers;
  if (arch !== undefined && image.architecture !== null && arch !== image.architecture) return false;
  if (image.stated.some((stated) => isSameProduct(purl, stated))) return true;
  if (purl.version?.includes(':')) return image.digests.has(purl.version);
  const statedTag = purl.type === 'docker' ? (purl.version ?? tag) : tag;
  if (purl.type === 'oci' && purl.version !== null) return false; // a version that is no digest
  return image.names.some(
    (name) => (statedTag === undefined || statedTag === name.tag) && isRepository(purl, name.repository),
  );
}

function isRepository(purl: PurlParts, repository: string): boolean {
  const path = purl.namespace === null ? purl.name : `${purl.namespace}/${purl.name}`;
  const address = purl.qualifiers['repository_url']?.replace(/^https?:\/\//, '').replace(/\/+$/, '');
  if (address !== undefined) {
    const named = normalRepository(address);
    const host = address === 'index.docker.io/v1' ? 'docker.io' : address;
    return named === repository || normalRepository(`${host}/${path}`) === repository;
  }
  if (purl.type === 'docker') return normalRepository(path) === repository;
  // the name of an OCI purl is the last part of the repository; some write all of it
  const below = repository.slice(repository.indexOf('/') + 1);
  return path.includes('/') ? path === below : path === lastSegment(below);
}

/** As Docker reads it: `nginx` is `docker.io/library/nginx`. Null for what cannot be a repository. */
function normalRepository(text: string): string | null {
  try {
    const { registry, repository } = parseReference(text);
    return `${registry}/${repository}`;
  } catch (error) {
    if (error instanceof OciError) return null;
    throw error;
  }
}

function meansReference(text: string, image: ImageIdentity): boolean {
  try {
    const { registry, repository, tag, digest } = parseReference(text);
    if (digest !== null) return image.digests.has(digest);
    const isWritten = text.endsWith(`:${tag ?? ''}`); // else the tag is Docker's default
    return image.names.some(
      (name) => name.repository === `${registry}/${repository}` && (!isWritten || tag === name.tag),
    );
  } catch (error) {
    if (error instanceof OciError) return false;
    throw error;
  }
}

/** `cpe:/o:redhat:enterprise_linux:9` means every release and part of it: `cpe:/o:redhat:enterprise_linux:9::baseos`. */
function meansSystem(cpe: string, { system }: ImageIdentity): boolean {
  return system !== null && (system === cpe || system.startsWith(`${cpe}:`));
}

function isSameProduct(purl: PurlParts, stated: PurlParts): boolean {
  return (
    purl.type === stated.type &&
    purl.namespace === stated.namespace &&
    purl.name === stated.name &&
    (purl.version === null || purl.version === stated.version)
  );
}

function lastSegment(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
