/**
 * Which tags are to mean which images now. All members of an index come from what the definitions say today: an architecture whose
 * image is still of an earlier source is missing, never mixed in. A rebuild on newer parents is another matter: until it is there,
 * the newest image of the same source stands for it.
 */
import { type Architecture, ARCHITECTURES } from '../../definitions/architectures.ts';
import { type Entry, inputsFor } from '../../definitions/definition.ts';
import { type Build, targetKey } from '../builds/build.ts';
import type { Gates } from '../admission/gates.ts';
import { comparePlatforms } from '../indexes/platform-order.ts';
import { dayOf, nextDatedName } from '../ledger/dated-name.ts';
import type { TagState, TagStates } from '../ledger/tag-states.ts';
import { type Programme, rulesFor } from '../programme/programme.ts';
import type { SourceId, Sources } from '../sources/source.ts';
import type { StateSnapshot } from '../state/programme-state.ts';
import { tagsToDate } from './dated-tags.ts';
import { planRetirements } from './plan-retirements.ts';
import type {
  HeldPublication,
  PlannedPublication,
  PublicationMember,
  PublicationPlan,
} from './publication-plan.ts';
import { type TagSet, tagSets } from './tag-sets.ts';

export interface PublicationFacts {
  readonly programme: Programme;
  readonly sources: Sources;
  /** What images have to have passed. */
  readonly gates: Gates;
  readonly builds: Iterable<Build>;
  readonly snapshot: Pick<StateSnapshot, 'images' | 'previous'>;
  /** By the whole ledger. */
  readonly tags: TagStates;
  /** Seconds since 1970. */
  readonly now: number;
}

export function planPublications(facts: PublicationFacts): PublicationPlan {
  const { programme, tags: states } = facts;
  const memberOf = memberFinder(facts);
  const ready: PlannedPublication[] = [];
  const held: HeldPublication[] = [];
  let unchanged = 0;
  const day = dayOf(new Date(facts.now * 1000));
  for (const { name: repository, definition } of programme.repositories.values()) {
    const datable = tagsToDate(definition, rulesFor(programme.settings, repository).datedTags);
    for (const set of tagSets(definition)) {
      const { isShared } = set;
      const { members, missing } = gather(repository, set, memberOf);
      const before = set.tags.map((tag) => states.get(repository)?.get(tag));
      const tags = set.tags.filter((_, at) => !isSame(before[at], members));
      unchanged += set.tags.length - tags.length;
      if (tags.length === 0) continue;
      const hold = reasonToHold({ repository, members, missing, before }, facts);
      const [first, ...others] = members;
      if (hold !== null) held.push({ repository, tags, missing, ...hold });
      else if (first !== undefined)
        ready.push({
          repository,
          tags,
          isShared,
          dated: tags
            .filter((tag) => datable.has(tag))
            .map((tag) => nextDatedName(tag, states.get(repository)?.get(tag)?.dated?.name ?? null, day)),
          members: [first, ...others],
          missing,
          lost: lostArchitectures(members, before),
        });
    }
  }
  return { ready, held, retired: planRetirements(programme, states), unchanged };
}

type MemberOf = (repository: string, entry: Entry, architecture: Architecture) => PublicationMember | null;

/** Finds the image that an entry has on an architecture: the newest of its present source. */
function memberFinder({ sources, builds, snapshot }: PublicationFacts): MemberOf {
  const owners = new Map<string, SourceId>();
  for (const { sourceId, architectures } of sources.values()) {
    for (const [architecture, { tags }] of architectures) {
      for (const tag of tags) owners.set(`${tag}/${architecture}`, sourceId);
    }
  }
  const known = new Map([...builds].map((build) => [targetKey(build), build]));
  return (repository, entry, architecture) => {
    const [first = ''] = entry.tags;
    const sourceId = owners.get(`${repository}:${first}/${architecture}`);
    if (sourceId === undefined) return null;
    const key = targetKey({ sourceId, architecture });
    const build = known.get(key);
    const current = build?.kind === 'identified' ? snapshot.images.get(build.buildId) : undefined;
    const newest = snapshot.previous.get(key);
    // where parents went back to what they were, the image of that time is built once more, and does not come back
    const image = current === undefined || (newest?.attempt.id ?? 0) > current.attempt.id ? newest : current;
    if (image === undefined) return null;
    const { admission, attempt } = image;
    const { buildId, generation, digest } = admission;
    const inputs = [inputsFor(entry, architecture)];
    const { reasons } = attempt;
    return { architecture, digest, sourceId, buildId, generation, reasons, admission, inputs };
  };
}

interface Gathered {
  /** In the order of an index. */
  readonly members: readonly PublicationMember[];
  readonly missing: readonly Architecture[];
}

function gather(repository: string, { entries }: TagSet, memberOf: MemberOf): Gathered {
  const members: PublicationMember[] = [];
  const missing = new Set<Architecture>();
  for (const entry of entries) {
    for (const architecture of entry.architectures) {
      const member = memberOf(repository, entry, architecture);
      if (member === null) missing.add(architecture);
      else if (!members.some(({ digest }) => digest === member.digest)) members.push(member);
    }
  }
  return {
    members: members.sort((a, b) => comparePlatforms(platformOf(a), platformOf(b))),
    missing: [...missing],
  };
}

const imagesOf = (state: TagState | undefined) => state?.published?.event.images ?? [];

const platformOf = ({ architecture }: PublicationMember) => ARCHITECTURES[architecture].platform;

/** Whether a tag means these images already. */
function isSame(before: TagState | undefined, members: readonly PublicationMember[]): boolean {
  if (before === undefined || before.retired !== null) return false;
  const meant = new Set(imagesOf(before).map(({ digest }) => digest));
  return meant.size === members.length && members.every(({ digest }) => meant.has(digest));
}

interface Candidate extends Gathered {
  readonly repository: string;
  readonly before: readonly (TagState | undefined)[];
}

type Hold = Pick<HeldPublication, 'until' | 'because'>;

const never = (because: string): Hold => ({ until: null, because });

/** Why tags have to stay as they are for now; null where nothing speaks against publishing. */
function reasonToHold(
  candidate: Candidate,
  { programme: { settings }, gates, now }: PublicationFacts,
): Hold | null {
  const { repository, members, missing, before } = candidate;
  const lost = lostArchitectures(members, before).filter((one) => missing.includes(one));
  if (lost.length > 0 && !hasNews(candidate))
    return never(`no image for ${lost.join(' and ')} is admitted any more; what is public stays`);
  if (members.length === 0) return never('no image is admitted yet');
  const doubtful = members.find(({ admission }) => !hasPassed(admission, gates));
  if (doubtful !== undefined)
    return never(
      `its image for ${doubtful.architecture} was admitted by another gate, and is examined again`,
    );
  const twice = architectureTwice(members);
  if (twice !== null) return never(`two entries have an image for ${twice}`);
  const { requiredArchitectures, publishDeadline } = rulesFor(settings, repository);
  const required = missing.filter((architecture) => requiredArchitectures.includes(architecture));
  if (required.length > 0) return never(`nothing is published without ${required.join(' and ')}`);
  const awaited = awaitedArchitectures(candidate).filter((one) => settings.engines[one] !== undefined);
  const until = firstAdmitted(candidate) + publishDeadline;
  if (awaited.length === 0 || until <= now) return null;
  return { until, because: `it waits for ${awaited.join(' and ')}` };
}

/** What older versions recorded does not say which gate it was. */
function hasPassed({ gate, source }: PublicationMember['admission'], gates: Gates): boolean {
  return gate !== undefined && gate === gates(source.repository);
}

/** Whether there is an image that some tag does not mean yet. */
function hasNews({ members, before }: Candidate): boolean {
  return before.some((tag) => {
    const meant = new Set(imagesOf(tag).map(({ digest }) => digest));
    return members.some(({ digest }) => !meant.has(digest));
  });
}

/** Images for Windows differ in the version of the system, so several of them have a place in one index. */
export function architectureTwice(
  members: readonly Pick<PublicationMember, 'architecture'>[],
): Architecture | null {
  const seen = new Set<Architecture>();
  for (const { architecture } of members) {
    if (seen.has(architecture) && ARCHITECTURES[architecture].platform.os !== 'windows') return architecture;
    seen.add(architecture);
  }
  return null;
}

/** Those that would be lost, or that a first publication would lack. What a tag lacks already keeps nothing else from it. */
function awaitedArchitectures({ missing, before }: Candidate): readonly Architecture[] {
  return missing.filter((architecture) =>
    before.some(
      (tag) => tag === undefined || imagesOf(tag).some((image) => image.architecture === architecture),
    ),
  );
}

function lostArchitectures(
  members: readonly PublicationMember[],
  before: readonly (TagState | undefined)[],
): readonly Architecture[] {
  const stay = new Set(members.map(({ architecture }) => architecture));
  const had = new Set(before.flatMap(imagesOf).map(({ architecture }) => architecture));
  return [...had].filter((architecture) => !stay.has(architecture));
}

/** When the first image was admitted that is not public yet; seconds since 1970. */
function firstAdmitted({ members, before }: Candidate): number {
  const known = new Set(before.flatMap(imagesOf).map(({ digest }) => digest));
  const fresh = members.filter(({ digest }) => !known.has(digest));
  const times = (fresh.length > 0 ? fresh : members).map(({ admission }) => Date.parse(admission.at) / 1000);
  return Math.min(...times);
}
