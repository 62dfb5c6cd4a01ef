/** What can be built now, and what has been. docker-library/meta-scripts, `builds.sh`: the document `builds.json`. */
import type { Architecture } from '../../definitions/architectures.ts';
import type { Digest } from '../../model/digest.ts';
import type { SourceId } from '../sources/source.ts';

declare const buildIdBrand: unique symbol;
declare const recipeIdBrand: unique symbol;

/** SHA-256 in hexadecimal of source, architecture and the digests of all parents. A parent that changes changes it. */
export type BuildId = string & { readonly [buildIdBrand]: true };

/** SHA-256 in hexadecimal of what builds and examines: engine, frontend, scanner and arguments. */
export type RecipeId = string & { readonly [recipeIdBrand]: true };

/** One image to be kept built. */
export interface BuildTarget {
  readonly sourceId: SourceId;
  readonly architecture: Architecture;
}

/** A parent whose image is known: the manifest of this architecture, never an index. */
export interface ResolvedParent {
  /** As the Dockerfile writes it. */
  readonly from: string;
  /** Where its bytes are: `registry/repository@sha256:…`. */
  readonly reference: string;
  readonly digest: Digest;
}

/** A target whose parents are all known, so that it has an identity. */
export interface IdentifiedBuild extends BuildTarget {
  readonly kind: 'identified';
  readonly buildId: BuildId;
  /** Without `scratch`; in the order of the Dockerfile. */
  readonly parents: readonly ResolvedParent[];
}

/** A target that cannot be built before another one, or at all. */
export interface WaitingBuild extends BuildTarget {
  readonly kind: 'waiting';
  /** Parents that have no image yet, and why. */
  readonly missing: readonly MissingParent[];
}

export interface MissingParent {
  readonly from: string;
  /** The target that must be built first; null for images from outside. */
  readonly target: BuildTarget | null;
  readonly because: string;
}

export type Build = IdentifiedBuild | WaitingBuild;

/** `sourceId/architecture`: the key of a target in maps. */
export function targetKey({ sourceId, architecture }: BuildTarget): string {
  return `${sourceId}/${architecture}`;
}
