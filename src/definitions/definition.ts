/**
 * A library definition file: which images a repository has, from which commits they are built, and by which tags they go.
 * docker-library/official-images, README.md, "Library definition files"; docker-library/bashbrew, `manifest/rfc2822.go`.
 */
import type { Architecture } from './architectures.ts';

/** `Ann Author <ann@example.org> (@ann)`. */
export interface Maintainer {
  readonly name: string;
  /** An address of mail or of a page; null where there is none. */
  readonly contact: string | null;
  /** Without the `@`; may contain a slash. */
  readonly handle: string;
}

/** The builder of entries whose directory is an image already: there is no Dockerfile, and nothing is run. */
export const IMPORT_BUILDER = 'oci-import';

/** What one architecture of an entry is built from. */
export interface BuildInputs {
  readonly gitRepo: string;
  /** A ref from which the commit can be reached: `refs/heads/main`. */
  readonly gitFetch: string;
  readonly gitCommit: string;
  /** Cleaned as by Go's `path.Clean` in entries, as written in the global block; `.` for the repository itself. */
  readonly directory: string;
  readonly file: string;
  /** As written; empty for the default. */
  readonly builder: string;
}

/** Names of fields that an architecture may have of its own: `arm64v8-Directory`. */
export const PER_ARCHITECTURE_FIELDS = [
  'GitRepo',
  'GitFetch',
  'GitCommit',
  'Directory',
  'File',
  'Builder',
] as const;

export type PerArchitectureField = (typeof PER_ARCHITECTURE_FIELDS)[number];

/** A paragraph with everything that it inherits. Lists keep the order of the file unless said otherwise. */
export interface DefinitionBlock extends BuildInputs {
  readonly maintainers: readonly Maintainer[];
  readonly sharedTags: readonly string[];
  /** Sorted, each once. */
  readonly architectures: readonly Architecture[];
  /**
   * Fields of single architectures by their whole name: `amd64-GitCommit`. The prefix is not checked, as upstream does not.
   */
  readonly perArchitecture: ReadonlyMap<string, string>;
  readonly constraints: readonly string[];
}

export interface Entry extends DefinitionBlock {
  /** The first is the most specific one, by convention; it names the entry. */
  readonly tags: readonly string[];
  /** Line of its paragraph, counted from 1. */
  readonly line: number;
}

/** Without entries the repository is retired: it has no supported tags. */
export interface Definition {
  readonly global: DefinitionBlock;
  readonly entries: readonly Entry[];
}

/** What a definition has where it says nothing. */
export const DEFAULTS: DefinitionBlock = {
  maintainers: [],
  sharedTags: [],
  architectures: ['amd64'],
  gitRepo: '',
  gitFetch: 'refs/heads/master',
  gitCommit: '',
  directory: '.',
  file: 'Dockerfile',
  builder: '',
  perArchitecture: new Map(),
  constraints: [],
};

/** Fields of single architectures that have a value, by name. */
export function perArchitectureFields({
  perArchitecture,
}: Pick<DefinitionBlock, 'perArchitecture'>): readonly (readonly [name: string, value: string])[] {
  return [...perArchitecture].filter(([, value]) => value !== '').sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The field of an architecture, else that of the entry. A global field of the architecture wins over the entry's own, as upstream. */
export function inputsFor(block: DefinitionBlock, architecture: Architecture): BuildInputs {
  const own = (field: PerArchitectureField, common: string) =>
    block.perArchitecture.get(`${architecture}-${field}`) || common;
  return {
    gitRepo: own('GitRepo', block.gitRepo),
    gitFetch: own('GitFetch', block.gitFetch),
    gitCommit: own('GitCommit', block.gitCommit),
    directory: own('Directory', block.directory),
    file: own('File', block.file),
    builder: own('Builder', block.builder),
  };
}
