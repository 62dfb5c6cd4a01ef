/**
 * How soon what is built on an image follows it, by the ledger and by the parents that attempts were begun on: nothing is estimated,
 * and what has not followed yet is counted, not guessed.
 */
import type { Architecture } from '../../definitions/architectures.ts';
import type { Digest } from '../../model/digest.ts';
import { rulesFor, type ProgrammeSettings } from '../programme/programme.ts';
import type { LedgerEntry, PublishedImage } from '../ledger/entry.ts';

/** Seconds; the nearest rank. */
export interface Distribution {
  readonly samples: number;
  /** Null where there are no samples. */
  readonly p50: number | null;
  readonly p95: number | null;
}

export interface Freshness {
  /** From the publication of an image to that of the first one that was built on it. */
  readonly firstChild: Distribution;
  /** To each image that was built on it, by architecture. */
  readonly children: Readonly<Partial<Record<Architecture, Distribution>>>;
  /** Until tags of a child have it on all architectures that their repository requires. */
  readonly requiredArchitectures: Distribution;
  /** The same for all architectures that the child's tags have. */
  readonly allArchitectures: Distribution;
  /** Children whose tags do not have it on all architectures so far. */
  readonly incomplete: number;
}

export interface FreshnessFacts {
  readonly ledger: Iterable<LedgerEntry>;
  /** Digests of the images that a published one was built on; none where nobody remembers. */
  readonly parentsOf: (image: PublishedImage) => readonly Digest[];
  readonly settings: Pick<ProgrammeSettings, 'rules' | 'repositoryRules'>;
}

/** Architectures of a child's tags, and when they first had an image that is built on what the base's entry brought. */
interface Follower {
  readonly repository: string;
  readonly base: Base;
  readonly wanted: readonly Architecture[];
  readonly seconds: Map<Architecture, number>;
}

/** Images that an entry of the ledger published first. */
interface Base {
  readonly sequence: number;
  readonly at: number;
  readonly architectures: Set<Architecture>;
}

export function measureFreshness({ ledger, parentsOf, settings }: FreshnessFacts): Freshness {
  const followers = [...findFollowers(ledger, parentsOf).values()];
  const first = new Map<Base, number>();
  const byArchitecture = new Map<Architecture, number[]>();
  const complete: Record<'required' | 'all', number[]> = { required: [], all: [] };
  for (const { repository, base, wanted, seconds } of followers) {
    for (const [architecture, after] of seconds) {
      first.set(base, Math.min(first.get(base) ?? Infinity, after));
      const samples = byArchitecture.get(architecture);
      if (samples === undefined) byArchitecture.set(architecture, [after]);
      else samples.push(after);
    }
    const { requiredArchitectures } = rulesFor(settings, repository);
    const required = wanted.filter((architecture) => requiredArchitectures.includes(architecture));
    complete.all.push(...lastOf(wanted, seconds));
    complete.required.push(...lastOf(required, seconds));
  }
  return {
    firstChild: distribution([...first.values()]),
    children: Object.fromEntries(
      [...byArchitecture.keys()]
        .sort()
        .map((architecture) => [architecture, distribution(byArchitecture.get(architecture) ?? [])]),
    ),
    requiredArchitectures: distribution(complete.required),
    allArchitectures: distribution(complete.all),
    incomplete: followers.length - complete.all.length,
  };
}

/** When the last of these was there; nothing where one is still missing, or none is asked for. */
function lastOf(wanted: readonly Architecture[], seconds: Follower['seconds']): readonly number[] {
  const times = wanted.flatMap((architecture) => seconds.get(architecture) ?? []);
  return times.length === wanted.length && times.length > 0 ? [Math.max(...times)] : [];
}

function findFollowers(
  ledger: FreshnessFacts['ledger'],
  parentsOf: FreshnessFacts['parentsOf'],
): ReadonlyMap<string, Follower> {
  const bases = new Map<Digest, Base>();
  const followers = new Map<string, Follower>();
  for (const { sequence, at, event } of ledger) {
    if (event.kind === 'retired') continue;
    const { repository, tags, images, missing } = event;
    const now = Date.parse(at) / 1000;
    const entry: Base = { sequence, at: now, architectures: new Set() };
    for (const image of images) {
      if (bases.has(image.digest)) continue;
      bases.set(image.digest, entry);
      entry.architectures.add(image.architecture);
      for (const base of new Set(parentsOf(image).flatMap((digest) => bases.get(digest) ?? []))) {
        const key = `${base.sequence} ${repository}:${tags[0] ?? ''}`;
        const follower = followers.get(key) ?? {
          repository,
          base,
          // of a base that came for some architectures only, no more can follow
          wanted: [...new Set([...images.map((each) => each.architecture), ...missing])].filter(
            (architecture) => base.architectures.has(architecture),
          ),
          seconds: new Map(),
        };
        followers.set(key, follower);
        // a child may have been built on an image in quarantine, and be published with it
        if (!follower.seconds.has(image.architecture)) {
          follower.seconds.set(image.architecture, Math.max(0, now - base.at));
        }
      }
    }
  }
  return followers;
}

/** The nearest rank: a value that was measured. */
export function distribution(samples: readonly number[]): Distribution {
  const sorted = samples.toSorted((a, b) => a - b);
  const rank = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
  return { samples: sorted.length, p50: rank(0.5), p95: rank(0.95) };
}
