import type { AssessedImage } from '../model/assessment.ts';
import { type Digest, isDigest } from '../model/digest.ts';
import { formatPurl, type Purl } from '../model/purl.ts';
import { parseReference } from '../oci/reference.ts';

/** References that begin with these name a file or directory, not a repository. */
const PATH_TRANSPORTS: ReadonlySet<string> = new Set(['oci-dir', 'oci-archive', 'docker-archive', 'dir']);
const DAEMON_TRANSPORTS: ReadonlySet<string> = new Set(['docker', 'podman', 'containerd', 'registry']);

/** How a bill of materials names the image it describes. */
export interface ImageName {
  /** `docker.io/library/debian`; for a file or directory its base name. */
  readonly name: string;
  /** Null without a digest, which is what the purl of an image has for a version. */
  readonly purl: Purl | null;
}

/** purl-spec, types/oci-definition: the last component of the repository, and the whole of it in `repository_url`. */
export function nameImage(image: AssessedImage): ImageName {
  const repository = repositoryOf(image.reference);
  const name = repository?.name ?? baseName(image.reference);
  const architecture = image.platform?.split('/')[1];
  const purl =
    image.digest === null
      ? null
      : formatPurl({
          type: 'oci',
          name: name.slice(name.lastIndexOf('/') + 1),
          version: image.digest,
          qualifiers: { arch: architecture, repository_url: repository?.name, tag: repository?.tag },
        });
  return { name, purl };
}

function repositoryOf(reference: string): { readonly name: string; readonly tag: string | null } | null {
  const colon = reference.indexOf(':');
  const transport = colon < 0 ? '' : reference.slice(0, colon);
  if (PATH_TRANSPORTS.has(transport)) return null;
  try {
    const parsed = parseReference(DAEMON_TRANSPORTS.has(transport) ? reference.slice(colon + 1) : reference);
    return { name: `${parsed.registry}/${parsed.repository}`, tag: parsed.tag };
  } catch {
    return null; // an identifier of a local image, or another form that names no repository
  }
}

function baseName(reference: string): string {
  const path = reference.slice(reference.indexOf(':') + 1);
  return path.split('/').findLast((part) => part !== '' && part !== '.') ?? 'root';
}

/** What the purl of an image says of it, `pkg:oci/…` or `pkg:docker/…`. */
export interface ImagePurl {
  readonly digest: Digest | null;
  /** Of linux, which images are unless they say otherwise. */
  readonly platform: string | null;
}

/** As tools write it: the digest is the version, or stands behind the name. */
export function readImagePurl(text: string | null): ImagePurl {
  const digest = /(?:@|%40)(sha256)(?::|%3A)([0-9a-f]{64})/i.exec(text ?? '');
  const named = digest === null ? '' : `sha256:${digest[2]}`;
  const architecture = /[?&](?:arch=|platform=linux(?:%2F|\/))([a-z0-9_]+)/i.exec(text ?? '')?.[1];
  return {
    digest: isDigest(named) ? named : null,
    platform: architecture === undefined ? null : `linux/${architecture}`,
  };
}
