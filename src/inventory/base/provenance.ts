/**
 * The images that a build used, as SLSA provenance names them: `materials` in version 0.2, `resolvedDependencies` in
 * version 1, both with package URLs of the type docker. https://slsa.dev/provenance/v0.2 and /v1; BuildKit,
 * docs/attestations/slsa-provenance.md.
 */
import { isObject, type JsonObject, objectsIn } from '../../formats/json.ts';
import { type Digest, isDigest } from '../../model/digest.ts';
import { ModelError } from '../../model/errors.ts';
import { parsePurl } from '../../model/purl.ts';
import { OciError } from '../../oci/errors.ts';
import { formatReference, parseReference } from '../../oci/reference.ts';
import type { BaseMaterial } from './base-image.ts';

/** A build of a hundred stages is one that nobody reads. */
const MAX_MATERIALS = 1000;

/** What builds with and not on: the frontend that reads the Dockerfile, the scanner that writes the SBOM, the emulator. */
const TOOLS =
  /^docker\.io\/(?:docker\/(?:dockerfile|buildkit-syft-scanner|scout-sbom-indexer)|tonistiigi\/binfmt)[:@]/;

/**
 * Reads the images out of the statement of a provenance attestation.
 *
 * @param image digest of the image that the statement has to be about
 * @returns none for a statement about another image, or of another kind
 */
export function baseMaterials(statement: JsonObject, image: Digest | null): readonly BaseMaterial[] {
  const isAbout = objectsIn(statement['subject']).some((subject) => digestOf(subject) === image);
  const { predicate } = statement;
  if (!isAbout || image === null || !isObject(predicate)) return [];
  const definition = isObject(predicate['buildDefinition']) ? predicate['buildDefinition'] : {};
  const materials = [
    ...objectsIn(predicate['materials']),
    ...objectsIn(definition['resolvedDependencies']),
  ].slice(0, MAX_MATERIALS);
  const found = new Map<string, BaseMaterial>();
  for (const material of materials) {
    const name = imageName(material['uri']);
    if (name !== null && !TOOLS.test(name)) found.set(name, { name, digest: digestOf(material) });
  }
  return [...found.values()];
}

function digestOf({ digest }: JsonObject): Digest | null {
  const text = `sha256:${isObject(digest) ? String(digest['sha256']) : ''}`;
  return isDigest(text) ? text : null;
}

/** `pkg:docker/golang@1.25?platform=linux%2Famd64` as `docker.io/library/golang:1.25`; null for what is no image. */
function imageName(uri: unknown): string | null {
  if (typeof uri !== 'string' || !uri.startsWith('pkg:docker/') || uri.length > 4096) return null;
  try {
    const { namespace, name, version } = parsePurl(uri);
    const path = namespace === null ? name : `${namespace}/${name}`;
    const separator = version === null ? '' : isDigest(version) ? '@' : ':';
    return formatReference(parseReference(`${path}${separator}${version ?? ''}`));
  } catch (error) {
    if (error instanceof ModelError || error instanceof OciError) return null;
    throw error;
  }
}
