/**
 * Reads SLSA provenance of versions 0.1, 0.2 and 1 into one model. Builders fill the parts that the specification leaves open
 * each in their own way; which is meant, the fields themselves tell: BuildKit's `configSource`, GitHub's `workflow`, Google's
 * `buildConfigSource`. https://slsa.dev/spec/v1.1/provenance, /spec/v0.2/provenance, /provenance/v0.1; BuildKit,
 * docs/attestations/slsa-definitions.md; https://actions.github.io/buildtypes/workflow/v1.
 *
 * A field of the wrong kind makes the whole unreadable: what two readers understand differently must not be believed.
 */
import { isObject, type JsonObject } from '../../formats/json.ts';
import type { Statement } from '../../model/trust.ts';
import {
  anything,
  applyShape,
  boolean,
  count,
  list,
  mapped,
  object,
  optional,
  record,
  type Shape,
  type Shaped,
  ShapeMismatch,
  string,
} from '../../oci/shape.ts';
import { toDependencies, toSource } from './materials.ts';
import { flattenParameters } from './parameters.ts';
import type { Completeness, Provenance, ProvenanceSource } from './provenance.ts';

const MAX_TEXT = 8192;
/** A build of ten thousand downloads is one that nobody reads. */
const MAX_MATERIALS = 10_000;

const text = string(MAX_TEXT);
const optionalText = mapped(optional(text), (found) => (found === '' ? null : found));
const digests = mapped(optional(record(text)), (found) => found ?? {});
const flag = optional(boolean);

/** A resource: `materials` of 0.1 and 0.2, `resolvedDependencies` of 1. */
export const RESOURCE = object({ uri: optionalText, name: optionalText, digest: digests });
export type Resource = Shaped<typeof RESOURCE>;

const resources: Shape<readonly Resource[]> = mapped(
  optional(list(RESOURCE, MAX_MATERIALS)),
  (found) => found ?? [],
);
const BUILDER = object({ id: optionalText });

const PREDICATE_0_1 = object({
  builder: BUILDER,
  recipe: optional(
    object({
      type: optionalText,
      definedInMaterial: optional(count),
      entryPoint: optionalText,
      arguments: anything,
    }),
  ),
  metadata: optional(
    object({
      buildInvocationId: optionalText,
      buildStartedOn: optionalText,
      buildFinishedOn: optionalText,
      completeness: optional(object({ arguments: flag, environment: flag, materials: flag })),
      reproducible: flag,
    }),
  ),
  materials: resources,
});

const BUILDKIT_HERMETIC = 'https://mobyproject.org/buildkit@v1#hermetic';
const BUILDKIT_METADATA = 'https://mobyproject.org/buildkit@v1#metadata';
const BUILDKIT_REMARKS = optional(
  object({ vcs: optional(object({ source: optionalText, revision: optionalText })) }),
);

const PREDICATE_0_2 = object({
  builder: BUILDER,
  buildType: optionalText,
  invocation: optional(
    object({
      configSource: optional(object({ uri: optionalText, digest: digests, entryPoint: optionalText })),
      parameters: anything,
    }),
  ),
  metadata: optional(
    object({
      buildInvocationId: optionalText,
      // BuildKit spells it so
      buildInvocationID: optionalText,
      buildStartedOn: optionalText,
      buildFinishedOn: optionalText,
      completeness: optional(object({ parameters: flag, environment: flag, materials: flag })),
      reproducible: flag,
      [BUILDKIT_HERMETIC]: flag,
      [BUILDKIT_METADATA]: BUILDKIT_REMARKS,
    }),
  ),
  materials: resources,
});

const PREDICATE_1 = object({
  buildDefinition: object({
    buildType: optionalText,
    externalParameters: optional(record(anything)),
    resolvedDependencies: resources,
  }),
  runDetails: object({
    builder: BUILDER,
    metadata: optional(
      object({
        invocationId: optionalText,
        invocationID: optionalText,
        startedOn: optionalText,
        finishedOn: optionalText,
        buildkit_hermetic: flag,
        buildkit_reproducible: flag,
        buildkit_completeness: optional(object({ request: flag, resolvedDependencies: flag })),
        buildkit_metadata: BUILDKIT_REMARKS,
      }),
    ),
  }),
});

/** Where in the external parameters of version 1 builders say what they built: BuildKit, GitHub, Google, SLSA's own builders. */
const SOURCE_PARAMETERS = ['configSource', 'workflow', 'buildConfigSource', 'source'] as const;
const STATED_SOURCE = object({
  uri: optionalText,
  repository: optionalText,
  ref: optionalText,
  path: optionalText,
  digest: digests,
});

const UNKNOWN: Completeness = { parameters: null, environment: null, dependencies: null };

const READERS: Readonly<Record<string, (predicate: unknown, format: string) => Provenance>> = {
  'https://slsa.dev/provenance/v0.1': (predicate, format) =>
    fromVersion01(PREDICATE_0_1(predicate, ''), format),
  'https://slsa.dev/provenance/v0.2': (predicate, format) =>
    fromVersion02(PREDICATE_0_2(predicate, ''), format),
  'https://slsa.dev/provenance/v1': (predicate, format) => fromVersion1(PREDICATE_1(predicate, ''), format),
};

/** Whether a predicate of the type is read here. */
export function isProvenanceType(predicateType: string): boolean {
  return Object.hasOwn(READERS, predicateType);
}

/** Reads the predicate of a statement; a mismatch says what in it is not as its format asks. */
export function readProvenance({
  predicateType,
  predicate,
}: Pick<Statement, 'predicateType' | 'predicate'>): Provenance | ShapeMismatch {
  const read = isProvenanceType(predicateType) ? READERS[predicateType] : undefined;
  if (read === undefined) return new ShapeMismatch('predicateType', 'expected one of SLSA provenance');
  return applyShape((value) => read(value, predicateType), predicate);
}

function fromVersion01(
  { builder, recipe, metadata, materials }: Shaped<typeof PREDICATE_0_1>,
  format: string,
): Provenance {
  const defined = recipe?.definedInMaterial ?? null;
  const stated = defined === null ? undefined : materials[defined];
  const completeness = metadata?.completeness;
  return {
    format,
    buildType: recipe?.type ?? null,
    builderId: builder.id,
    source: toSource({
      uri: stated?.uri ?? null,
      digest: stated?.digest ?? {},
      ref: null,
      path: recipe?.entryPoint ?? null,
      dependencies: materials,
    }),
    parameters: flattenParameters(recipe?.arguments, 'arguments'),
    dependencies: toDependencies(materials),
    startedOn: metadata?.buildStartedOn ?? null,
    finishedOn: metadata?.buildFinishedOn ?? null,
    invocationId: metadata?.buildInvocationId ?? null,
    isHermetic: null,
    isReproducible: metadata?.reproducible ?? null,
    completeness: completeness
      ? {
          parameters: completeness.arguments,
          environment: completeness.environment,
          dependencies: completeness.materials,
        }
      : UNKNOWN,
  };
}

function fromVersion02(
  { builder, buildType, invocation, metadata, materials }: Shaped<typeof PREDICATE_0_2>,
  format: string,
): Provenance {
  const stated = invocation?.configSource;
  const completeness = metadata?.completeness;
  return {
    format,
    buildType,
    builderId: builder.id,
    source: orRemark(
      toSource({
        uri: stated?.uri ?? null,
        digest: stated?.digest ?? {},
        ref: null,
        path: stated?.entryPoint ?? null,
        dependencies: materials,
      }),
      metadata?.[BUILDKIT_METADATA],
    ),
    parameters: flattenParameters(invocation?.parameters, 'parameters'),
    dependencies: toDependencies(materials),
    startedOn: metadata?.buildStartedOn ?? null,
    finishedOn: metadata?.buildFinishedOn ?? null,
    invocationId: metadata?.buildInvocationId ?? metadata?.buildInvocationID ?? null,
    isHermetic: metadata?.[BUILDKIT_HERMETIC] ?? null,
    isReproducible: metadata?.reproducible ?? null,
    completeness: completeness
      ? {
          parameters: completeness.parameters,
          environment: completeness.environment,
          dependencies: completeness.materials,
        }
      : UNKNOWN,
  };
}

function fromVersion1(
  { buildDefinition, runDetails }: Shaped<typeof PREDICATE_1>,
  format: string,
): Provenance {
  const { buildType, externalParameters, resolvedDependencies } = buildDefinition;
  const { builder, metadata } = runDetails;
  const completeness = metadata?.buildkit_completeness;
  const parameters = externalParameters ?? {};
  const stated = statedSource(parameters);
  return {
    format,
    buildType,
    builderId: builder.id,
    source: orRemark(
      toSource({ ...stated.source, dependencies: resolvedDependencies }),
      metadata?.buildkit_metadata,
    ),
    parameters: flattenParameters(stated.others, 'externalParameters'),
    dependencies: toDependencies(resolvedDependencies),
    startedOn: metadata?.startedOn ?? null,
    finishedOn: metadata?.finishedOn ?? null,
    invocationId: metadata?.invocationId ?? metadata?.invocationID ?? null,
    isHermetic: metadata?.buildkit_hermetic ?? null,
    isReproducible: metadata?.buildkit_reproducible ?? null,
    completeness: completeness
      ? {
          parameters: completeness.request,
          environment: null,
          dependencies: completeness.resolvedDependencies,
        }
      : UNKNOWN,
  };
}

interface Stated {
  readonly source: Omit<Parameters<typeof toSource>[0], 'dependencies'>;
  /** The parameters without what was read of them; a field that nobody knows of stays. */
  readonly others: JsonObject;
}

function statedSource(parameters: JsonObject): Stated {
  const [name, another] = SOURCE_PARAMETERS.filter((candidate) => isObject(parameters[candidate]));
  if (name === undefined)
    return { source: { uri: null, digest: {}, ref: null, path: null }, others: parameters };
  const place = `externalParameters.${name}`;
  const { uri, repository, ...stated } = STATED_SOURCE(parameters[name], place);
  // of two sources one reader would take the one, another the other
  if (another !== undefined || (uri !== null && repository !== null))
    throw new ShapeMismatch(place, 'expected one source, found two');
  const { [name]: read, ...others } = parameters;
  const unread = Object.entries(read as JsonObject).filter(([field]) => !STATED_FIELDS.has(field));
  return {
    source: { uri: uri ?? repository, ...stated },
    others: unread.length === 0 ? others : { ...others, [name]: Object.fromEntries(unread) },
  };
}

const STATED_FIELDS: ReadonlySet<string> = new Set(['uri', 'repository', 'ref', 'path', 'digest']);

/** What BuildKit's client said of its folder's version control, where the build had no source that BuildKit fetched. */
function orRemark(
  source: ProvenanceSource | null,
  remarks: Shaped<typeof BUILDKIT_REMARKS> | undefined,
): ProvenanceSource | null {
  const vcs = remarks?.vcs ?? null;
  if (vcs === null || vcs.source === null || (source !== null && source.uri !== null)) return source;
  const remark = toSource({
    uri: vcs.source,
    digest: vcs.revision === null ? {} : { gitCommit: vcs.revision },
    ref: null,
    path: source?.path ?? null,
    dependencies: [],
  });
  return remark === null ? source : { ...remark, statedBy: 'client' };
}
