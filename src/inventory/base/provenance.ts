/**
 * The images that a build used, as SLSA provenance names them: `materials` in version 0.2, `resolvedDependencies` in
 * version 1, both with package URLs of the type docker. https://slsa.dev/provenance/v0.2 and /v1; BuildKit,
 * docs/attestations/slsa-provenance.md.
 */
import { isObject, type JsonObject, objectsIn } from '../../formats/json.ts';
import { type Digest, isDigest } from '../../model/digest.ts';
import { imageOfPurl, isBuildTool } from '../../oci/image-purl.ts';
import { formatReference } from '../../oci/reference.ts';
import type { BaseMaterial } from './base-image.ts';

/** A build of a hundred stages is one that nobody reads. */
const MAX_MATERIALS = 1000;

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
    const { uri } = material;
    const image = typeof uri === 'string' ? imageOfPurl(uri) : null;
    if (image === null || isBuildTool(image)) continue;
    const name = formatReference(image);
    found.set(name, { name, digest: digestOf(material) });
  }
  return [...found.values()];
}

function digestOf({ digest }: JsonObject): Digest | null {
  const text = `sha256:${isObject(digest) ? String(digest['sha256']) : ''}`;
  return isDigest(text) ? text : null;
}
