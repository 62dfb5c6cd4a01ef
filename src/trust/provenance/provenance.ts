/** How an artifact was built, as its builder says, whatever the version of the format. */

/** One predicate of SLSA provenance, read. Nothing in it is believed: it is as good as whoever signed it. */
export interface Provenance {
  /** Type of the predicate. */
  readonly format: string;
  readonly buildType: string | null;
  /** Null where it names none, as BuildKit does unless it is told to. */
  readonly builderId: string | null;
  readonly source: ProvenanceSource | null;
  /** What the build was told from outside, without what is read as the source. May hold secrets: see `shownParameters`. */
  readonly parameters: readonly BuildParameter[];
  readonly dependencies: readonly BuildDependency[];
  /** RFC 3339, by the builder's own clock. */
  readonly startedOn: string | null;
  readonly finishedOn: string | null;
  readonly invocationId: string | null;
  /** Null where it does not say. */
  readonly isHermetic: boolean | null;
  readonly isReproducible: boolean | null;
  readonly completeness: Completeness;
}

/** What the build was made from. */
export interface ProvenanceSource {
  /** As `canonicalRepository` writes it: `https://github.com/acme/app`. */
  readonly uri: string | null;
  readonly commit: string | null;
  /** `refs/tags/v1.2`. */
  readonly ref: string | null;
  /** The file that the build begins with: a workflow, a Dockerfile. */
  readonly path: string | null;
  /** `client`: whoever asked for the build said so, and the builder did not look; BuildKit's remarks on version control. */
  readonly statedBy: 'builder' | 'client';
}

export interface BuildParameter {
  /** Fields on the way to it, by dots: `inputs.version`, `request.args.build-arg:VERSION`. */
  readonly name: string;
  /** Texts as they are, all else as JSON. */
  readonly value: string;
}

export interface BuildDependency {
  readonly kind: 'source' | 'image' | 'other';
  /** A source's repository, an image's reference, else the address as it was written; without credentials. */
  readonly name: string;
  /** Of a source. */
  readonly ref: string | null;
  /** By algorithm, lower-case hexadecimal. */
  readonly digests: Readonly<Record<string, string>>;
  /** True for images that the build was made with and not on. */
  readonly isTool: boolean;
}

/** Whether the builder says that it lists everything; null where it does not say. */
export interface Completeness {
  readonly parameters: boolean | null;
  readonly environment: boolean | null;
  readonly dependencies: boolean | null;
}

/** True when the builder says that nothing is missing. */
export function isComplete({ completeness }: Provenance): boolean {
  const { parameters, environment, dependencies } = completeness;
  return parameters === true && dependencies === true && environment !== false;
}
