/** What is to be written where, as upstream's `cmd/deploy` reads it. docker-library/meta-scripts, `deploy.jq`. */
import type { Architecture } from '../../definitions/architectures.ts';
import { canonicalEntry, canonicalIndex, sortEntries } from './canonical-index.ts';
import { ARCHITECTURE_ANNOTATION, type IndexDocument, type IndexEntry, REF_NAME } from './index-document.ts';

/** A build whose image is known. */
export interface ResolvedBuild {
  readonly architecture: Architecture;
  /** As `synthesizeIndex` gives it. */
  readonly resolved: IndexDocument;
  /** What the image is to be found by: `redis:8`, `amd64/redis:8`. */
  readonly refs: readonly string[];
}

export interface DeployObject {
  readonly type: 'manifest';
  readonly refs: readonly string[];
  /** By digest, where each entry can be copied from. */
  readonly lookup: Readonly<Record<string, string>>;
  readonly data: IndexDocument;
}

/**
 * One index for all references that mean the same images, in the order in which they are first met. An entry that was not built for
 * the architecture of its build is left out: whoever builds for one cannot publish for another.
 */
export function deployObjects(builds: Iterable<ResolvedBuild>): readonly DeployObject[] {
  const byReference = new Map<string, IndexEntry[]>();
  for (const { architecture, resolved, refs } of builds) {
    const own = resolved.manifests.filter(
      ({ annotations }) => annotations?.[ARCHITECTURE_ANNOTATION] === architecture,
    );
    for (const ref of refs) byReference.set(ref, [...(byReference.get(ref) ?? []), ...own]);
  }
  const objects = new Map<string, DeployObject>();
  for (const [ref, entries] of byReference) {
    const sorted = sortEntries(entries.map(canonicalEntry));
    const key = sorted.map(({ digest }) => digest).join('\n');
    const known = objects.get(key);
    objects.set(
      key,
      known === undefined
        ? {
            type: 'manifest',
            refs: [ref],
            lookup: lookupOf(sorted),
            data: canonicalIndex(sorted.map(withoutName)),
          }
        : { ...known, refs: [...known.refs, ref] },
    );
  }
  return [...objects.values()];
}

function lookupOf(entries: readonly IndexEntry[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    entries.map(({ digest, annotations }) => {
      const name = annotations?.[REF_NAME] ?? '';
      const suffix = `@${digest}`;
      return [digest, name.endsWith(suffix) ? name.slice(0, -suffix.length) : name];
    }),
  );
}

function withoutName({ annotations = {}, ...entry }: IndexEntry): IndexEntry {
  const kept = Object.entries(annotations).filter(([name]) => name !== REF_NAME);
  return { ...entry, annotations: Object.fromEntries(kept) };
}
