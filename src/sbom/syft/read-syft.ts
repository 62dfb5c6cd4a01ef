/** Reads Syft's JSON, schemas 3 to 16, of Syft, of Hallmark, and of others that write it. */
import { isObject, type JsonObject, objectsIn } from '../../formats/json.ts';
import { sortCoverage } from '../../model/coverage.ts';
import { isDigest } from '../../model/digest.ts';
import { fromFacts } from '../facts.ts';
import { readImageProperties } from '../image-properties.ts';
import { groupProperties, type Properties, readCoverage, readDistributionProperties } from '../properties.ts';
import { isSystemPurl } from '../purl-facts.ts';
import type { BillDocument, BillReading, BillSubject } from '../reading.ts';
import { distributionOfPurls, toDistribution } from '../stated-distribution.ts';
import { type StatedPackage, toPackages } from '../stated-package.ts';
import { readArtifact, readRelease, said } from './read-artifact.ts';

export function readSyft(document: BillDocument): BillReading | null {
  if (document.kind !== 'json' || !isSyft(document.value)) return null;
  const { artifacts, schema, source, distro, descriptor } = document.value;
  const own = configuration(descriptor);
  const related = readRelationships(document.value);
  const read = objectsIn(artifacts).map(readArtifact);
  const owners = fileOwners(read);
  const stated = read.map((artifact): StatedPackage => {
    const { ref } = artifact;
    const properties = own.packages(ref);
    const dependsOn = related.get(`dependency-of\0${ref}`) ?? [];
    if (properties.size > 0) return { ...artifact, dependsOn, properties };
    const owner = related.get(`ownership-by-file-overlap\0${ref}`)?.find((id) => owners.systems.has(id));
    return {
      ...artifact,
      dependsOn,
      ownedBy: isSystemPurl(artifact.purl) ? null : (owner ?? owners.of(artifact)),
    };
  });
  const { packages, purls, coverage } = toPackages(stated);
  const release = readRelease(isObject(distro) ? distro : {});
  return {
    format: `Syft JSON ${isObject(schema) ? (said(schema, 'version') ?? '') : ''}`,
    tool: toolOf(descriptor),
    subject: isObject(source) ? readSubject(source, own.image) : null,
    distribution:
      readDistributionProperties(own.distribution, release) ??
      toDistribution(release) ??
      distributionOfPurls(purls),
    packages,
    coverage: sortCoverage([...readCoverage(own.document), ...coverage]),
  };
}

function isSyft({ artifacts, schema }: JsonObject): boolean {
  return Array.isArray(artifacts) && isObject(schema) && said(schema, 'url')?.includes('/syft/') === true;
}

interface OwnConfiguration {
  readonly document: Properties;
  readonly image: Properties;
  readonly distribution: Properties;
  readonly packages: (id: string) => Properties;
}

/** What Hallmark left of its own; nothing in other tools' documents. */
function configuration(descriptor: unknown): OwnConfiguration {
  const settings = isObject(descriptor) ? descriptor['configuration'] : null;
  const hallmark = isObject(settings) && isObject(settings['hallmark']) ? settings['hallmark'] : {};
  const { packages } = hallmark;
  return {
    document: ownProperties(hallmark['document']),
    image: ownProperties(hallmark['image']),
    distribution: ownProperties(hallmark['distribution']),
    packages: (id) => ownProperties(isObject(packages) && Object.hasOwn(packages, id) ? packages[id] : null),
  };
}

function ownProperties(facts: unknown): Properties {
  return groupProperties(fromFacts(facts));
}

/** Parents by type and child. */
function readRelationships({ artifactRelationships }: JsonObject): ReadonlyMap<string, readonly string[]> {
  const parents = new Map<string, string[]>();
  for (const { parent, child, type } of objectsIn(artifactRelationships)) {
    const key = `${String(type)}\0${String(child)}`;
    const known = parents.get(key);
    if (known === undefined) parents.set(key, [String(parent)]);
    else known.push(String(parent));
  }
  return parents;
}

/** Packages of the system, and whose files show packages of languages. */
function fileOwners(artifacts: readonly StatedPackage[]): {
  readonly systems: ReadonlySet<string>;
  readonly of: (artifact: StatedPackage) => string | null;
} {
  const systems = artifacts.filter(({ purl }) => isSystemPurl(purl));
  const owners = new Map(systems.flatMap(({ ref, files = [] }) => files.map((path) => [path, ref])));
  return {
    systems: new Set(systems.map(({ ref }) => ref)),
    of: ({ evidence = [] }) => evidence.flatMap(({ path }) => owners.get(path) ?? [])[0] ?? null,
  };
}

function toolOf(descriptor: unknown): string | null {
  if (!isObject(descriptor)) return null;
  return [said(descriptor, 'name'), said(descriptor, 'version')].filter(Boolean).join(' ') || null;
}

/** `metadata` was called `target` before schema 9. */
function readSubject(source: JsonObject, own: Properties): BillSubject {
  const given = source['metadata'] ?? source['target'];
  const metadata = isObject(given) ? given : {};
  const name =
    said(source, 'name') ?? said(metadata, 'userInput') ?? (typeof given === 'string' ? given : '');
  const image = readImageProperties(own);
  if (image !== null) return { name, digest: image.digest, platform: image.platform, image };
  const digest = said(metadata, 'manifestDigest') ?? '';
  const [os, architecture] = [said(metadata, 'os') ?? 'linux', said(metadata, 'architecture')];
  return {
    name,
    digest: isDigest(digest) ? digest : null,
    platform: architecture === null ? null : `${os}/${architecture}`,
    image: null,
  };
}
