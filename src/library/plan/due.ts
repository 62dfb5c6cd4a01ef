/** Why a target has to be built, if at all: its own reasons, apart from what goes on around it. */
import { type SeverityLevel, SEVERITY_RANK } from '../../model/severity.ts';
import { type GraphTarget, repositoryOf } from '../builds/build-graph.ts';
import { type Build, type BuildId, type IdentifiedBuild, type RecipeId, targetKey } from '../builds/build.ts';
import { type OutsideImages, outsideKey } from '../builds/resolve-parents.ts';
import { type ProgrammeSettings, type RepositoryRules, rulesFor } from '../programme/programme.ts';
import type { BuildRequestedByHand, BuiltImage, Lookup, StateSnapshot } from '../state/programme-state.ts';
import type { AdvisoryFix, BuildReason, KnownFix } from './work.ts';
import { formatSeconds } from '../../formats/time.ts';

/** What reasons are found in. Times are in seconds since 1970. */
export interface Circumstances {
  readonly settings: Pick<ProgrammeSettings, 'rules' | 'repositoryRules' | 'advisoryDeadlines'>;
  readonly snapshot: StateSnapshot;
  readonly outside: OutsideImages;
  /** What a target would be built with now; null where nothing here builds it. */
  readonly recipeOf: (target: GraphTarget) => RecipeId | null;
  /** What a rebuild could fix in an image, by the build that it came from. */
  readonly fixes: Lookup<BuildId, readonly KnownFix[]>;
  readonly now: number;
}

/** A target with what is known of its images. */
export interface Examined {
  readonly target: GraphTarget;
  readonly build: Build;
  /** The image of the build as it is identified now. */
  readonly image: BuiltImage | null;
  /** The same for its parents in the programme. */
  readonly parentImage: (from: string) => BuiltImage | null;
  /** The newest request for it. */
  readonly request: BuildRequestedByHand | null;
}

/** A target that has a reason to be built. */
export interface Due {
  readonly reasons: readonly [BuildReason, ...BuildReason[]];
  /** Of the fixes among the reasons. */
  readonly severity: SeverityLevel | null;
  readonly deadline: number | null;
  /** When somebody asked for it whom no image answers yet. */
  readonly requestedAt: number | null;
  /** Until then changes are let gather; null where nothing is to be waited for. */
  readonly settledAt: number | null;
  /** When the image was begun that stands now; null where there is none. */
  readonly standingSince: number | null;
}

/** A reason, and when it came up; null for reasons that do not wait for others. */
interface Change {
  readonly reason: BuildReason;
  readonly since: number | null;
}

/** Null for a target whose image is there and good. */
export function findDue(examined: Examined, circumstances: Circumstances): Due | null {
  const { target, build, request } = examined;
  const { settings, snapshot } = circumstances;
  const image = isOvertaken(examined, snapshot) ? null : examined.image;
  const rules = rulesFor(settings, repositoryOf(target));
  const standing = image ?? standingImage(target, snapshot);
  const changedParents =
    build.kind === 'identified' && image === null && standing !== null
      ? differingParents(build, standing)
      : [];
  const fixes = [
    ...(standing === null ? [] : untriedFixes(standing, circumstances)),
    ...changedParents.flatMap((from) => fixesIn(examined.parentImage(from), circumstances)),
  ];
  const asked =
    request !== null && (standing === null || standing.attempt.startedAt < request.at) ? request : null;

  const changes = [
    ...(image === null
      ? changesOfIdentity(examined, standing, changedParents, circumstances)
      : changesOfCircumstance(target, image, rules, circumstances)),
    ...adviceOf(fixes),
    ...(asked === null ? [] : [requestOf(asked)]),
  ];
  const [first, ...others] = changes.map(({ reason }) => reason);
  if (first === undefined) return null;
  const since = changes.map((change) => change.since);
  return {
    reasons: [first, ...others],
    severity: mostSevere(fixes),
    deadline: fixes.length === 0 ? null : Math.min(...fixes.map(({ deadline }) => deadline)),
    requestedAt: asked?.at ?? null,
    settledAt: since.every((time) => time !== null) ? Math.min(...since) + rules.settle : null,
    standingSince: standing?.attempt.startedAt ?? null,
  };
}

/** Parents may go back to what they were; an image that another one has replaced since does not come back, but is built once more. */
function isOvertaken({ target, image }: Examined, { previous }: StateSnapshot): boolean {
  const newest = previous.get(targetKey(target));
  return image !== null && newest !== undefined && newest.attempt.id > image.attempt.id;
}

/** The newest image that was built for the target, or for the most specific tag of it that ever had one. */
export function standingImage(
  target: GraphTarget,
  { previous, previousOfTag }: StateSnapshot,
): BuiltImage | null {
  const ofTarget = previous.get(targetKey(target)) ?? null;
  for (const tag of target.place.tags) {
    const ofTag = previousOfTag.get(`${tag}/${target.architecture}`);
    if (ofTag === undefined) continue;
    return ofTarget !== null && ofTarget.attempt.startedAt > ofTag.attempt.startedAt ? ofTarget : ofTag;
  }
  return ofTarget;
}

/** What makes it another build than the one that stands. */
function changesOfIdentity(
  { target, build, parentImage }: Examined,
  standing: BuiltImage | null,
  changedParents: readonly string[],
  { outside, snapshot }: Circumstances,
): readonly Change[] {
  if (standing === null) {
    const kind = snapshot.revoked.get(targetKey(target)) === undefined ? 'new' : 'revoked';
    return [{ reason: { kind }, since: null }];
  }
  const changes: Change[] = [];
  if (standing.attempt.sourceId !== target.sourceId) {
    changes.push({ reason: { kind: 'source-changed' }, since: target.source.entries[0].epoch });
  }
  // a target whose parents are not known yet may turn out not to have changed
  if (build.kind === 'identified' && (changedParents.length > 0 || changes.length === 0)) {
    const since = changedParents.map((from) => parentSince(target, from, parentImage(from), outside));
    const known = since.filter((time) => time !== null);
    const reason = { kind: 'parent-changed', parents: changedParents } as const;
    changes.push({ reason, since: known.length === 0 ? null : Math.min(...known) });
  }
  return changes;
}

/** What makes the same build be made again. */
function changesOfCircumstance(
  target: GraphTarget,
  { attempt }: BuiltImage,
  { maximumAge }: RepositoryRules,
  { recipeOf, now }: Circumstances,
): readonly Change[] {
  const changes: Change[] = [];
  const recipeId = recipeOf(target);
  if (recipeId !== null && recipeId !== attempt.recipeId) {
    changes.push({ reason: { kind: 'recipe-changed', from: attempt.recipeId, to: recipeId }, since: null });
  }
  if (maximumAge !== null && attempt.startedAt + maximumAge <= now) {
    const builtAt = formatSeconds(attempt.startedAt);
    const reason = { kind: 'age', builtAt, maximumSeconds: maximumAge } as const;
    changes.push({ reason, since: attempt.startedAt + maximumAge });
  }
  return changes;
}

function differingParents({ parents }: IdentifiedBuild, { attempt }: BuiltImage): readonly string[] {
  const before = new Map(attempt.parents.map(({ from, digest }) => [from, digest]));
  return parents.filter(({ from, digest }) => before.get(from) !== digest).map(({ from }) => from);
}

/** When the image of a parent came to be what it is; null where that is not known. */
function parentSince(
  { place, architecture }: GraphTarget,
  from: string,
  image: BuiltImage | null,
  outside: OutsideImages,
): number | null {
  if (image !== null) return image.attempt.endedAt;
  const pin = place.parents.get(from)?.pin ?? null;
  const found = outside.get(outsideKey({ from, pin, architecture }));
  return found === undefined || 'because' in found ? null : found.since;
}

/** A fix with the time by which it is to be there; seconds since 1970. */
interface DueFix extends AdvisoryFix {
  readonly deadline: number;
}

/** Fixes that came up after the image was begun. One that was begun later had its chance: the same again would not help. */
function untriedFixes({ attempt }: BuiltImage, { fixes, settings }: Circumstances): readonly DueFix[] {
  return (fixes.get(attempt.buildId) ?? [])
    .filter(({ since }) => since > attempt.startedAt)
    .flatMap(({ since, ...fix }) => withDeadline(fix, since, settings));
}

/** What a new parent was built for, and did fix: whoever is built on it is as urgent as it was. */
function fixesIn(image: BuiltImage | null, { settings, fixes }: Circumstances): readonly DueFix[] {
  if (image === null) return [];
  const { buildId, reasons, endedAt, startedAt } = image.attempt;
  const left = new Set((fixes.get(buildId) ?? []).map(fixKey));
  return reasons
    .flatMap((reason) => (reason.kind === 'advisory' ? reason.fixes : []))
    .filter((fix) => !left.has(fixKey(fix)))
    .flatMap((fix) => withDeadline(fix, endedAt ?? startedAt, settings));
}

function fixKey({ vulnerability, package: name, fixed }: AdvisoryFix): string {
  return JSON.stringify([vulnerability, name, fixed]);
}

function withDeadline(
  fix: AdvisoryFix,
  since: number,
  { advisoryDeadlines }: Circumstances['settings'],
): readonly DueFix[] {
  const seconds = advisoryDeadlines[fix.severity];
  return seconds === undefined ? [] : [{ ...fix, deadline: since + seconds }];
}

function mostSevere(fixes: readonly AdvisoryFix[]): SeverityLevel | null {
  const [first, ...others] = fixes.map(({ severity }) => severity);
  if (first === undefined) return null;
  return others.reduce((most, level) => (SEVERITY_RANK[level] > SEVERITY_RANK[most] ? level : most), first);
}

/** The image's own fixes and those of its parents may be the same. */
function adviceOf(fixes: readonly DueFix[]): readonly Change[] {
  if (fixes.length === 0) return [];
  const distinct = new Map<string, AdvisoryFix>();
  for (const { deadline: _, ...fix } of fixes) if (!distinct.has(fixKey(fix))) distinct.set(fixKey(fix), fix);
  return [{ reason: { kind: 'advisory', fixes: [...distinct.values()] }, since: null }];
}

function requestOf({ by, at, note }: BuildRequestedByHand): Change {
  return { reason: { kind: 'requested', by, at: formatSeconds(at), note }, since: null };
}
