/**
 * What is known of the commits that definitions name. Commits never change, so what was once read of them is recorded and
 * need not be read again: planning a whole programme then touches no repository.
 */
import type { Architecture } from '../../definitions/architectures.ts';
import type { BuildInputs } from '../../definitions/definition.ts';

declare const checksumBrand: unique symbol;

/** SHA-256 in hexadecimal of a scrubbed tar of the context. bashbrew, `pkg/gitfs/tarscrub.go`. */
export type ContextChecksum = string & { readonly [checksumBrand]: true };

/** Facts of one directory and file at one commit. */
export interface ContentFacts {
  readonly checksum: ContextChecksum;
  /** Images that the Dockerfile builds from and copies from, in its order and as often as it names them; `scratch` kept. */
  readonly froms: readonly string[];
  readonly lastStageFrom: string;
  /** When it was committed; seconds since 1970. */
  readonly epoch: number;
}

/** What facts are found by. The repository does not matter: a commit's id says what it contains. */
export type ContentKey = Pick<BuildInputs, 'gitCommit' | 'directory' | 'file' | 'builder'>;

/** Facts at hand. Null: nobody has read this commit yet, or it could not be read. */
export interface Contents {
  factsOf(inputs: ContentKey): ContentFacts | null;
}

/** One place in the definitions that needs facts. */
export interface ContentUse {
  readonly repository: string;
  /** First tag of the entry. */
  readonly entry: string;
  readonly architecture: Architecture;
  readonly inputs: BuildInputs;
}
