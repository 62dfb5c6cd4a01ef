/** Images as package URLs name them: `pkg:docker/golang@1.25?platform=linux%2Famd64`, `pkg:oci/debian@sha256:…?repository_url=…`. */
import { isDigest } from '../model/digest.ts';
import { ModelError } from '../model/errors.ts';
import { parsePurl, type PurlParts } from '../model/purl.ts';
import { OciError } from './errors.ts';
import { type ImageRef, parseReference } from './reference.ts';

const MAX_LENGTH = 4096;

/** The image that a package URL names; null for what names no image. Types docker and oci of the purl specification. */
export function imageOfPurl(uri: string): ImageRef | null {
  if (!/^pkg:(?:docker|oci)\//.test(uri) || uri.length > MAX_LENGTH) return null;
  try {
    return parseReference(referenceText(parsePurl(uri)));
  } catch (error) {
    if (error instanceof ModelError || error instanceof OciError) return null;
    throw error;
  }
}

function referenceText({ type, namespace, name, version, qualifiers }: PurlParts): string {
  const { repository_url: address, tag } = qualifiers;
  if (type === 'oci') {
    return `${address ?? name}${tag === undefined ? '' : `:${tag}`}${version === null ? '' : `@${version}`}`;
  }
  const path = namespace === null ? name : `${namespace}/${name}`;
  const registry = address === undefined ? '' : `${address}/`;
  return `${registry}${path}${version === null ? '' : `${isDigest(version) ? '@' : ':'}${version}`}`;
}

/** What BuildKit builds with: the frontend that reads the Dockerfile, the scanner that writes the SBOM, the emulator. */
const TOOLS: ReadonlySet<string> = new Set([
  'docker.io/docker/dockerfile',
  'docker.io/docker/buildkit-syft-scanner',
  'docker.io/docker/scout-sbom-indexer',
  'docker.io/tonistiigi/binfmt',
]);

/** True for images that builds are made with and not on. */
export function isBuildTool({ registry, repository }: ImageRef): boolean {
  return TOOLS.has(`${registry}/${repository}`);
}
