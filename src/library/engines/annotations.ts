/** What an image says of itself in its manifest. docker-library/meta-scripts, `meta.jq`: `build_annotations`. */
import type { Architecture } from '../../definitions/architectures.ts';
import type { Digest } from '../../model/digest.ts';
import { ARCHITECTURE_ANNOTATION } from '../indexes/index-document.ts';
import type { SourceEntry } from '../sources/source.ts';
import { formatSeconds } from '../../formats/time.ts';
import { IMPORT_BUILDER } from '../../definitions/definition.ts';

export interface AnnotatedBuild {
  /** The place that is built from. */
  readonly entry: Omit<SourceEntry, 'gitFetch' | 'file'>;
  readonly architecture: Architecture;
  /** `repo:tag`, of which the first one counts. */
  readonly tags: readonly string[];
  /** The image below; `scratch` for none. */
  readonly lastStageFrom: string;
  /** What `lastStageFrom` is pinned to; null for `scratch`. */
  readonly baseDigest: Digest | null;
  /** Address of the page of a repository, with `%s` for its name; null for none. */
  readonly pageUrl: string | null;
}

/**
 * OCI image spec, annotations.md. The time is that of the source and never the clock's: the same build gives the same
 * manifest.
 */
export function annotationsFor(build: AnnotatedBuild): Readonly<Record<string, string>> {
  const { entry, architecture, tags, lastStageFrom, baseDigest, pageUrl } = build;
  const [tag] = tags;
  const page = tag === undefined ? null : (pageUrl?.replace('%s', () => beforeColon(tag)) ?? null);
  const annotations = {
    'org.opencontainers.image.source':
      entry.builder === IMPORT_BUILDER
        ? entry.gitRepo
        : `${gitAddress(entry.gitRepo)}#${entry.gitCommit}:${entry.directory}`,
    'org.opencontainers.image.revision': entry.gitCommit,
    'org.opencontainers.image.created': formatSeconds(entry.epoch),
    'org.opencontainers.image.version': tag?.slice(tag.indexOf(':') + 1) ?? null,
    'org.opencontainers.image.url': page,
    [ARCHITECTURE_ANNOTATION]: architecture,
    'org.opencontainers.image.base.name': lastStageFrom,
    'org.opencontainers.image.base.digest': baseDigest,
  };
  return Object.fromEntries(
    Object.entries(annotations).filter((entry): entry is [string, string] => !!entry[1]),
  );
}

/** Builders take an address on GitHub for a repository only when it ends in `.git`; elsewhere it is left as it is. */
export function gitAddress(repository: string): string {
  return /^https?:\/\/github\.com\//.test(repository) && !repository.endsWith('.git')
    ? `${repository}.git`
    : repository;
}

const beforeColon = (tag: string): string => tag.slice(0, tag.indexOf(':'));
