/** What our provenance tells people about a build. docs/library-predicates.md, "Provenance". */
import { z } from 'zod';
import { type Digest, isDigest } from '../../model/digest.ts';
import { BUILD_TYPE } from './provenance.ts';

export interface BuildStory {
  /** By which the commit was fetched. */
  readonly ref: string | null;
  /** `repo:tag` */
  readonly tags: readonly string[];
  /** Kinds of reasons. */
  readonly reasons: readonly string[];
  /** RFC 3339. */
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** Every image that the Dockerfile names. */
  readonly parents: readonly { readonly name: string; readonly digest: Digest }[];
  /** Versions by name. */
  readonly tools: Readonly<Record<string, string>>;
}

const text = z.string();

const Provenance = z.object({
  buildDefinition: z.object({
    buildType: z.literal(BUILD_TYPE),
    externalParameters: z.object({ source: z.object({ uri: text }), tags: z.array(text) }),
    internalParameters: z.object({ reasons: z.array(text) }),
    resolvedDependencies: z.array(z.object({ name: text.optional(), digest: z.record(text, text) })),
  }),
  runDetails: z.object({
    builder: z.object({ version: z.record(text, text) }),
    metadata: z.object({ startedOn: text, finishedOn: text }),
  }),
});

const UNTOLD: BuildStory = {
  ref: null,
  tags: [],
  reasons: [],
  startedAt: null,
  endedAt: null,
  parents: [],
  tools: {},
};

/** Of provenance of another type the story is empty. */
export function readBuildStory(provenance: unknown): BuildStory {
  const { data } = Provenance.safeParse(provenance);
  if (data === undefined) return UNTOLD;
  const { externalParameters, internalParameters, resolvedDependencies } = data.buildDefinition;
  const { builder, metadata } = data.runDetails;
  const { uri } = externalParameters.source;
  const at = uri.lastIndexOf('@refs/');
  return {
    ref: at === -1 ? null : uri.slice(at + 1),
    tags: externalParameters.tags,
    reasons: internalParameters.reasons,
    startedAt: metadata.startedOn,
    endedAt: metadata.finishedOn,
    parents: resolvedDependencies.flatMap(({ name, digest }) => {
      const [known] = Object.entries(digest)
        .map(([algorithm, hex]) => `${algorithm}:${hex}`)
        .filter(isDigest);
      return name === undefined || known === undefined ? [] : [{ name, digest: known }];
    }),
    tools: builder.version,
  };
}
