import { isObject, objectsIn, parseJsonObject } from '../../../formats/json.ts';
import { ModelError } from '../../../model/errors.ts';
import { parsePurl, type PurlParts } from '../../../model/purl.ts';
import { boundedText } from '../../evidence.ts';
import type { ArchiveFacts } from './archive-facts.ts';
import { isCoordinate, isVersion, type MavenArtifact } from './coordinates.ts';

const MAX_COMPONENTS = 50_000;

/**
 * Artifacts that a CycloneDX bill of materials names, as Spring Boot's and Quarkus' builds put one into an application
 * (`META-INF/sbom/application.cdx.json`) and GraalVM into an executable. Null for what is no such bill. What it says of
 * other ecosystems is left out, for these show themselves.
 */
export function parseEmbeddedBill(text: string): readonly (MavenArtifact & ArchiveFacts)[] | null {
  const bill = parseJsonObject(text);
  if (bill?.['bomFormat'] !== 'CycloneDX') return null;
  return objectsIn(bill['components'])
    .slice(0, MAX_COMPONENTS)
    .flatMap((component) => {
      const artifact = typeof component['purl'] === 'string' ? toArtifact(component['purl']) : null;
      if (artifact === null) return [];
      return {
        ...artifact,
        ...UNKNOWN,
        licences: licencesOf(component['licenses']),
        description: textOf(component['description']),
      };
    });
}

const UNKNOWN: Omit<ArchiveFacts, 'licences' | 'description'> = {
  supplier: null,
  homepage: null,
  dependencies: [],
};

function toArtifact(purl: string): MavenArtifact | null {
  const parts = tryPurl(purl);
  if (parts?.type !== 'maven' || !isCoordinate(parts.name)) return null;
  const { namespace, name, version, qualifiers } = parts;
  const { classifier = '', type = 'jar' } = qualifiers;
  return {
    group: namespace !== null && isCoordinate(namespace) ? namespace : null,
    artifact: name,
    version: version !== null && isVersion(version) ? version : '',
    classifier: isCoordinate(classifier) ? classifier : null,
    packaging: type !== 'jar' && isCoordinate(type) ? type : null,
  };
}

function tryPurl(text: string): PurlParts | null {
  try {
    return parsePurl(text);
  } catch (error) {
    if (error instanceof ModelError) return null;
    throw error;
  }
}

/** CycloneDX 1.6, `licenseChoice`. */
function licencesOf(value: unknown): readonly string[] {
  return objectsIn(value).flatMap(({ license, expression }) => {
    const named = isObject(license) ? (license['id'] ?? license['name']) : expression;
    return textOf(named) ?? [];
  });
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? boundedText(value, 500) : null;
}
