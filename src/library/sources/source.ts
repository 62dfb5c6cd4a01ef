/** What exists to be built. docker-library/meta-scripts, `sources.sh`: the document `sources.json`. */
import type { Architecture } from '../../definitions/architectures.ts';
import type { BuildInputs } from '../../definitions/definition.ts';
import type { Digest } from '../../model/digest.ts';
import type { ContextChecksum } from '../contents/contents.ts';

declare const sourceIdBrand: unique symbol;

/**
 * SHA-256 in hexadecimal of checksum, file and builder, each with a line feed. Neither repository, commit nor architecture
 * count: the same content at another commit is the same source.
 */
export type SourceId = string & { readonly [sourceIdBrand]: true };

/** A place from which a source can be built. */
export interface SourceEntry extends BuildInputs {
  /** When it was committed; seconds since 1970. */
  readonly epoch: number;
}

export interface SourceParent {
  /** The source that owns this tag on this architecture; null for images from outside of the programme. */
  readonly sourceId: SourceId | null;
  /** The digest that the programme has pinned an outside image to. */
  readonly pin: Digest | null;
}

/** A source on one architecture. */
export interface SourceArchitecture {
  /** `repo:tag`, tags first, then shared tags. */
  readonly tags: readonly string[];
  /** The same with the architecture's namespace: `arm64v8/redis:8`. */
  readonly archTags: readonly string[];
  readonly froms: readonly string[];
  readonly lastStageFrom: string;
  /** By each distinct image of `froms`, in their order. */
  readonly parents: ReadonlyMap<string, SourceParent>;
}

export interface Source {
  readonly sourceId: SourceId;
  readonly checksum: ContextChecksum;
  /** The oldest first; the first is what is built. */
  readonly entries: readonly [SourceEntry, ...SourceEntry[]];
  readonly architectures: ReadonlyMap<Architecture, SourceArchitecture>;
}

/** In build order: parents before children where the definitions allow it. */
export type Sources = ReadonlyMap<SourceId, Source>;
