/** What is to be built, why, by when, and in which order. */
import type { SeverityLevel } from '../../model/severity.ts';
import type { BuildTarget, IdentifiedBuild, RecipeId } from '../builds/build.ts';

/** Why an image is built (again). */
export type BuildReason =
  | { readonly kind: 'new' }
  | { readonly kind: 'source-changed' }
  /** @param parents as the Dockerfile writes them */
  | { readonly kind: 'parent-changed'; readonly parents: readonly string[] }
  | { readonly kind: 'recipe-changed'; readonly from: RecipeId; readonly to: RecipeId }
  | { readonly kind: 'advisory'; readonly fixes: readonly AdvisoryFix[] }
  | { readonly kind: 'age'; readonly builtAt: string; readonly maximumSeconds: number }
  | { readonly kind: 'requested'; readonly by: string; readonly at: string; readonly note: string }
  /** The image that it had was admitted, and is refused by now. */
  | { readonly kind: 'revoked' }
  /** No reason to build it, but to publish it: by hand in place of a newer one of the same source. */
  | { readonly kind: 'put-back'; readonly by: string; readonly at: string };

/** A flaw in the image's own layers that newer packages of its distribution do not have. */
export interface AdvisoryFix {
  readonly vulnerability: string;
  /** Name and version of the package that is there, and the version that is not affected. */
  readonly package: string;
  readonly installed: string;
  readonly fixed: string;
  readonly severity: SeverityLevel;
}

/** A fix that the programme knows of. A build that was begun later has tried it, and is not made again for it. */
export interface KnownFix extends AdvisoryFix {
  /** When it was first known that a rebuild can fix it; seconds since 1970. Deadlines count from here. */
  readonly since: number;
}

/** One build that is to be made. */
export interface WorkItem {
  readonly build: IdentifiedBuild;
  /** 1 for the first image of this identity; more for rebuilds of the same sources and parents. */
  readonly generation: number;
  readonly reasons: readonly [BuildReason, ...BuildReason[]];
  /** Seconds since 1970; null where nothing is late. */
  readonly deadline: number | null;
  readonly severity: SeverityLevel | null;
  /** Longest way to an image without parents in the programme. */
  readonly depth: number;
  /** How many targets are built on it, directly and indirectly. */
  readonly fanOut: number;
  /** Attempts so far that failed. */
  readonly attempts: number;
}

/** A build that is due and not begun: after failures it waits, and a wave is let settle. */
export interface DeferredItem {
  readonly item: WorkItem;
  /** Seconds since 1970. */
  readonly notBefore: number;
  readonly because: 'back-off' | 'settling';
}

/** A target that is not built before others are. */
export interface WaitingTarget extends BuildTarget {
  /** What comes first in the programme: the nearest of its ancestors that are to be built or examined; at least one. */
  readonly for: readonly BuildTarget[];
}

/** A target that cannot be built at all as things stand: the rest of the programme goes on. */
export interface BlockedTarget extends BuildTarget {
  readonly because: string;
  /** The blocked target that it is built on; null where the reason is its own. */
  readonly behind: BuildTarget | null;
}

export interface Plan {
  /** The most urgent first: severity, depth (parents first), fan-out, age. */
  readonly work: readonly WorkItem[];
  readonly deferred: readonly DeferredItem[];
  readonly waiting: readonly WaitingTarget[];
  readonly blocked: readonly BlockedTarget[];
  /** Built and not examined yet, or to be examined again: neither built again, nor built on before that. */
  readonly unexamined: readonly BuildTarget[];
  /** Targets whose image is there and good. */
  readonly done: number;
}
