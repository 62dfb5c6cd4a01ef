/**
 * Writes Syft's JSON, which Grype reads. What it has no field for stands in the descriptor's configuration, the one
 * place that each tool has for itself. Syft, `syft/format/syftjson`, schema 16.
 */
import type { AssessedImage } from '../../model/assessment.ts';
import type { Distribution, Package } from '../../model/package.ts';
import { type BillInput, type BillOptions, billPackages, isCpe, sha256 } from '../bill.ts';
import { type Facts, toFacts } from '../facts.ts';
import { nameImage } from '../image-name.ts';
import { imageProperties } from '../image-properties.ts';
import { readLicence } from '../licences.ts';
import { packageProperties } from '../package-properties.ts';
import { coverageProperties, distributionProperties } from '../properties.ts';
import { artifactMetadata, splitMavenName } from './artifact-metadata.ts';
import { artifactType } from './artifact-types.ts';
import { readArtifact, readRelease } from './read-artifact.ts';

/** The schema of Syft 1.52. */
export const SYFT_SCHEMA = '16.1.10';
const SCHEMA_URL = `https://raw.githubusercontent.com/anchore/syft/main/schema/json/schema-${SYFT_SCHEMA}.json`;

export interface SyftArtifact {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly type: string;
  readonly foundBy: string;
  readonly locations: readonly object[];
  readonly licenses: readonly object[];
  readonly language: string;
  readonly cpes: readonly { readonly cpe: string }[];
  readonly purl: string;
  readonly metadataType?: string;
  readonly metadata?: object;
}

export interface SyftSource {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly type: 'directory' | 'image';
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface SyftDocument {
  readonly artifacts: readonly SyftArtifact[];
  readonly artifactRelationships: readonly {
    readonly parent: string;
    readonly child: string;
    readonly type: string;
  }[];
  readonly source: SyftSource;
  readonly distro: object;
  readonly descriptor: {
    readonly name: string;
    readonly version: string;
    readonly configuration: { readonly hallmark: HallmarkConfiguration };
  };
  readonly schema: { readonly version: string; readonly url: string };
}

/** What Hallmark keeps in `descriptor.configuration`, under its own name. */
interface HallmarkConfiguration {
  readonly document: Facts;
  readonly image: Facts;
  readonly distribution: Facts | null;
  /** By the artifact's identifier. */
  readonly packages: Readonly<Record<string, Facts>>;
}

/** The bill of materials of an image. It says nothing of the time: the same input gives the same document. */
export function toSyft(input: BillInput, options: BillOptions): SyftDocument {
  const { image, distribution, tool } = input;
  const packages = billPackages(input, options);
  const ids = new Map(packages.map(({ id }) => [id, shortId(id)]));
  const written = packages.map((pkg) => ({ pkg, artifact: toArtifact(pkg, ids.get(pkg.id) ?? '') }));
  const artifacts = written.map(({ artifact }) => artifact);
  const source = toSource(image);
  const release = distribution === null ? {} : toRelease(distribution);
  const hallmark: HallmarkConfiguration = {
    document: toFacts(coverageProperties(input.coverage)),
    image: toFacts(imageProperties(image)),
    distribution:
      distribution === null
        ? null
        : toFacts(distributionProperties(distribution, readRelease({ ...release }))),
    packages: Object.fromEntries(
      written.map(({ pkg, artifact }) => [
        artifact.id,
        toFacts(packageProperties(pkg, readArtifact({ ...artifact }))),
      ]),
    ),
  };
  return {
    artifacts,
    artifactRelationships: [
      ...artifacts.map(({ id }) => ({ parent: source.id, child: id, type: 'contains' })),
      ...packages.flatMap((pkg) => relationships(pkg, ids)),
    ],
    source,
    distro: release,
    descriptor: { ...tool, configuration: { hallmark } },
    schema: { version: SYFT_SCHEMA, url: SCHEMA_URL },
  };
}

function toArtifact(pkg: Package, id: string): SyftArtifact {
  return {
    id,
    name: pkg.type === 'maven' ? splitMavenName(pkg.name)[1] : pkg.name,
    version: pkg.version,
    ...artifactType(pkg.type),
    foundBy: pkg.cataloger,
    locations: pkg.evidence.map(({ path, layer }, index) => ({
      path: `/${path}`,
      ...(layer === null ? {} : { layerID: layer }),
      accessPath: `/${path}`,
      annotations: { evidence: index === 0 ? 'primary' : 'supporting' },
    })),
    licenses: pkg.licences.map(toLicence),
    cpes: pkg.cpes.filter(isCpe).map((cpe) => ({ cpe })),
    purl: pkg.purl,
    ...artifactMetadata(pkg),
  };
}

function toLicence(value: string): object {
  const licence = readLicence(value);
  const spdxExpression =
    licence.kind === 'id' ? licence.id : licence.kind === 'expression' ? licence.expression : '';
  return { value, spdxExpression, type: 'declared', urls: [], locations: [] };
}

/** `dependency-of` leads from what is needed to whom needs it. */
function relationships(
  pkg: Package,
  ids: ReadonlyMap<string, string>,
): SyftDocument['artifactRelationships'] {
  const child = ids.get(pkg.id) ?? '';
  const related = (type: string, parents: readonly string[]) =>
    parents.flatMap((id) => ids.get(id) ?? []).map((parent) => ({ parent, child, type }));
  return [
    ...related('dependency-of', pkg.dependsOn),
    ...related('ownership-by-file-overlap', pkg.ownedBy === null ? [] : [pkg.ownedBy]),
  ];
}

function toSource(image: AssessedImage): SyftSource {
  const { name } = nameImage(image);
  const common = { id: shortId(`${image.reference}\n${image.configDigest}`), name };
  if (image.kind === 'root-file-system') {
    return { ...common, version: '', type: 'directory', metadata: { path: image.reference } };
  }
  const [os = '', architecture = ''] = image.platform?.split('/') ?? [];
  const metadata = {
    userInput: image.reference,
    imageID: image.configDigest ?? '',
    manifestDigest: image.digest ?? '',
    tags: [],
    layers: image.layers.map(({ mediaType, diffId }) => ({ mediaType, digest: diffId })),
    repoDigests: [],
    architecture,
    os,
    labels: image.labels,
  };
  return { ...common, version: image.digest ?? '', type: 'image', metadata };
}

/** Fields of os-release(5). */
function toRelease({ id, versionId, codename, idLike, prettyName, cpe }: Distribution): object {
  return {
    prettyName,
    id,
    ...(idLike.length === 0 ? {} : { idLike }),
    ...(versionId === null ? {} : { versionID: versionId }),
    ...(codename === null ? {} : { versionCodename: codename }),
    ...(cpe === null ? {} : { cpeName: cpe }),
  };
}

/** Syft's identifiers have sixteen hexadecimal digits. */
function shortId(unique: string): string {
  return sha256(unique).slice(0, 16);
}
