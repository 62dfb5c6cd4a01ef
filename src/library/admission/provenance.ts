/** How an image was built, as SLSA provenance of version 1. docs/library-predicates.md has the type of build. */
import { z } from 'zod';
import { ARCHITECTURES } from '../../definitions/architectures.ts';
import { canonicalJson } from '../../formats/canonical-json.ts';
import { type Digest, digestAlgorithm, digestHex, isDigest } from '../../model/digest.ts';
import { formatPlatform } from '../../model/platform.ts';
import { formatPurl } from '../../model/purl.ts';
import { parseReference } from '../../oci/reference.ts';
import { type BuiltImageFacts, builtAt } from './built-image.ts';
import type { EvidenceDocument } from './evidence-artifact.ts';
import { formatSeconds } from '../../formats/time.ts';

export const PROVENANCE_TYPE = 'https://slsa.dev/provenance/v1';
export const BUILD_TYPE = 'urn:hallmark:library-build:v1';

/** What the log is called among the byproducts. */
const LOG = 'log';

/** The builders of a programme, as provenance calls them. */
export function builderId(programme: string): string {
  return `urn:hallmark:programme:${encodeURIComponent(programme)}:builder`;
}

export interface ProvenanceOptions {
  readonly builderId: string;
  /** Hallmark's own version. */
  readonly version: string;
}

/** The same facts give the same bytes. @throws {OciError} REFERENCE_INVALID for a parent that has no reference */
export function writeProvenance(facts: BuiltImageFacts, options: ProvenanceOptions): EvidenceDocument {
  const { attempt, build, repository, tags, entry, log } = facts;
  const { engine } = attempt;
  const { buildId, sourceId, architecture } = build;
  const { platform } = ARCHITECTURES[architecture];
  const source = `git+${entry.gitRepo.replace(/^git:\/\//, 'https://')}`;
  const predicate = {
    buildDefinition: {
      buildType: BUILD_TYPE,
      externalParameters: {
        source: {
          uri: `${source}@${entry.gitFetch}`,
          digest: { gitCommit: entry.gitCommit },
          path: entry.directory === '.' ? entry.file : `${entry.directory}/${entry.file}`,
        },
        repository,
        tags,
        platform: formatPlatform(platform),
        builder: entry.builder,
        arguments: attempt.arguments,
      },
      internalParameters: {
        buildId,
        sourceId,
        architecture,
        generation: attempt.generation,
        recipeId: attempt.recipeId,
        sourceDateEpoch: entry.epoch,
        reasons: attempt.reasons.map(({ kind }) => kind),
      },
      resolvedDependencies: [
        { uri: `${source}@${entry.gitFetch}`, digest: { gitCommit: entry.gitCommit } },
        ...build.parents.map(({ from, reference, digest }) => ({
          name: from,
          uri: imagePurl(reference, digest, formatPlatform(platform)),
          digest: digestSet(digest),
        })),
      ],
    },
    runDetails: {
      builder: {
        id: options.builderId,
        version: { hallmark: options.version, [engine.name]: engine.version, ...engine.parts },
      },
      metadata: {
        invocationId: `${buildId}/${attempt.generation}/${attempt.id}`,
        startedOn: formatSeconds(attempt.startedAt),
        finishedOn: builtAt(attempt),
      },
      byproducts: log === null ? [] : [{ name: LOG, digest: digestSet(log) }],
    },
  };
  return { predicateType: PROVENANCE_TYPE, bytes: Buffer.from(canonicalJson(predicate)) };
}

/** What of provenance tells of logs. SLSA 1.1, provenance, "BuildMetadata" and "ResourceDescriptor". */
const WithByproducts = z.object({
  runDetails: z.object({
    byproducts: z.array(
      z.object({ name: z.string().optional(), digest: z.record(z.string(), z.string()).optional() }),
    ),
  }),
});

/** The digests of the build logs that a predicate of provenance names; empty where it names none. */
export function logsIn(provenance: unknown): readonly Digest[] {
  const { data } = WithByproducts.safeParse(provenance);
  return (data?.runDetails.byproducts ?? [])
    .filter(({ name }) => name === LOG)
    .flatMap(({ digest = {} }) => Object.entries(digest).map(([algorithm, hex]) => `${algorithm}:${hex}`))
    .filter(isDigest);
}

/** package-url/purl-spec, type `oci`. */
function imagePurl(reference: string, digest: Digest, platform: string): string {
  const { registry, repository } = parseReference(reference);
  const name = repository.slice(repository.lastIndexOf('/') + 1);
  const address = `${registry}/${repository}`;
  return formatPurl({
    type: 'oci',
    name,
    version: digest,
    qualifiers: { repository_url: address, platform },
  });
}

const digestSet = (digest: Digest) => ({ [digestAlgorithm(digest)]: digestHex(digest) });
