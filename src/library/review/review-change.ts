/** Reviews a change of a programme: what it means, and which rules it breaks. */
import type { Definition } from '../../definitions/definition.ts';
import { formatDefinition } from '../../definitions/format.ts';
import { compareWords } from '../../versions/order.ts';
import type { LibraryError } from '../errors.ts';
import type { Contents } from '../contents/contents.ts';
import type { GitStore } from '../git/git-store.ts';
import type { ExternalPins } from '../programme/programme.ts';
import { isReadable } from '../programme/read-definition.ts';
import { nameEntry, tagOwners, type NamedEntry } from '../tags/entry-name.ts';
import { acknowledges, type Acknowledgement } from './acknowledgement.ts';
import { severityOf, type ReviewFinding, type ReviewSeverity, type UncheckedPart } from './checks/checks.ts';
import { createCommitHistories } from './checks/commit-checks.ts';
import { checkMaintainers } from './checks/definition-checks.ts';
import { checkTagChanges, checkTags } from './checks/tag-checks.ts';
import { compareDefinitions, type DefinitionChange } from './definition-change.ts';
import { createSourceExaminer } from './examine-sources.ts';
import { type Comparison, type DiffPlace, withComparison } from './git-diff.ts';
import type { PinChange, RepositoryReview, Review } from './review.ts';
import type { Revision } from './revision.ts';
import { inputsOfChange, reviewSources } from './review-sources.ts';
import { checkDependants } from './checks/dependants.ts';

export interface ReviewRequest {
  readonly base: Revision;
  readonly head: Revision;
  /** Commits that entries are built from; null where none are at hand. */
  readonly store: GitStore | null;
  /** What is recorded of commits that are not. */
  readonly contents: Contents;
  /** Fetch commits that are missing, and the history of the refs that are named, to see whether commits belong to them. */
  readonly isFetched: boolean;
  readonly acknowledged: readonly Acknowledgement[];
  readonly place: DiffPlace;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** Of all differences of a change together: they are held in memory until they are printed. */
const MAX_DIFFERENCE_BYTES = 32 * 1024 ** 2;

/** @throws {LibraryError} GIT_MISSING, SOURCE_REPOSITORY_FAILED when git cannot compare */
export async function reviewChange(request: ReviewRequest): Promise<Review> {
  const { base, head, acknowledged, contents, place, store } = request;
  const definitions = readableDefinitions(head);
  const surroundings = { ownersOf: ownersIn(definitions), pins: head.pins, nowMs: request.nowMs };
  const repositories: RepositoryReview[] = [];
  const findings: ReviewFinding[] = [];
  const unchecked: UncheckedPart[] = [];
  const changes: DefinitionChange[] = [];
  for (const name of changedNames(request)) {
    const after = head.definitions.get(name) ?? null;
    if (after === null || isReadable(after)) {
      changes.push(compareDefinitions(name, readable(base, name), after));
      unchecked.push(...unreadableBefore(base, name));
    } else findings.push(...after.problems.map((problem) => unreadable(name, problem)));
  }
  const examiner = createSourceExaminer({ ...request, failures: await fetchMissing(request, changes) });
  const histories = store === null || !request.isFetched ? null : createCommitHistories(store);
  let bytesLeft = MAX_DIFFERENCE_BYTES;
  for (const change of changes) {
    const { repository } = change;
    const [before, after] = [readable(base, repository), readable(head, repository)];
    const compare = async (comparison: Comparison, what: string) => {
      const { files, sizeBytes, cutBecause } = await comparison.compare(bytesLeft);
      bytesLeft -= sizeBytes;
      if (cutBecause !== null) {
        const because = `not all differences of ${what} are shown: ${cutBecause}`;
        unchecked.push({ repository, entry: null, architectures: [], because });
      }
      return files;
    };
    const [definition = null] = await withComparison(place, async (comparison) => {
      if (before !== null) comparison.add('base', repository, `${formatDefinition(before)}\n`);
      if (after !== null) comparison.add('head', repository, `${formatDefinition(after)}\n`);
      return await compare(comparison, 'the definition');
    });
    const { bases, files, ...sources } = await withComparison(place, async (comparison) => {
      const question = { change, examiner, surroundings, comparison, histories };
      const reviewed = await reviewSources(question);
      return { ...reviewed, files: await compare(comparison, 'what images are built from') };
    });
    repositories.push({ change, definition, files, bases });
    unchecked.push(...sources.unchecked);
    findings.push(
      ...checkTagChanges(change),
      ...checkTags(repository, change.head),
      ...checkMaintainers(repository, before?.global.maintainers ?? [], after?.global.maintainers ?? []),
      ...sources.findings,
      ...checkDependants(change, definitions, contents),
    );
  }
  const judged = findings.map((finding) => ({
    ...finding,
    severity: severityOf(finding),
    acknowledged: acknowledged.some((one) => acknowledges(one, finding)),
  }));
  return {
    base: base.name,
    head: head.name,
    repositories,
    pins: comparePins(base.pins, head.pins),
    findings: judged.sort(
      (a, b) => SEVERITIES[a.severity] - SEVERITIES[b.severity] || compareWords(a.check, b.check),
    ),
    unchecked,
    unused: acknowledged.filter((one) => !findings.some((finding) => acknowledges(one, finding))),
  };
}

/** What could not be fetched, by the commit. */
async function fetchMissing(
  { store, isFetched }: ReviewRequest,
  changes: readonly DefinitionChange[],
): Promise<ReadonlyMap<string, LibraryError>> {
  if (store === null || !isFetched) return new Map();
  const failures = await store.fetch(changes.flatMap(inputsOfChange));
  return new Map(failures.map(({ wanted: { gitCommit }, error }) => [gitCommit, error]));
}

const SEVERITIES: Readonly<Record<ReviewSeverity, number>> = { error: 0, warning: 1, note: 2 };

/** Comments and the way in which a definition is written are no change. */
function changedNames({ base, head }: ReviewRequest): readonly string[] {
  const names = new Set([...base.definitions.keys(), ...head.definitions.keys()]);
  return [...names].filter((name) => keyOf(base, name) !== keyOf(head, name)).sort(compareWords);
}

function keyOf({ definitions }: Revision, name: string): string {
  const definition = definitions.get(name);
  if (definition === undefined) return 'absent';
  return isReadable(definition)
    ? formatDefinition(definition)
    : `unreadable: ${definition.problems.join('\n')}`;
}

function readable({ definitions }: Revision, name: string): Definition | null {
  const definition = definitions.get(name);
  return definition !== undefined && isReadable(definition) ? definition : null;
}

function readableDefinitions({ definitions }: Revision): ReadonlyMap<string, Definition> {
  return new Map([...definitions].flatMap(([name, one]) => (isReadable(one) ? [[name, one] as const] : [])));
}

/** Which tags a change loses cannot be told where nobody knows which there were. */
function unreadableBefore({ definitions }: Revision, repository: string): readonly UncheckedPart[] {
  const before = definitions.get(repository);
  if (before === undefined || isReadable(before)) return [];
  const because = `what it was before cannot be read: ${before.problems.join('; ')}`;
  return [{ repository, entry: null, architectures: [], because }];
}

function unreadable(repository: string, message: string): ReviewFinding {
  return {
    check: 'definition.unreadable',
    repository,
    entry: null,
    architectures: [],
    subject: repository,
    message,
    place: null,
  };
}

/** Entries by `repo:tag`; each definition is looked into when the first of its tags is asked for. */
function ownersIn(definitions: ReadonlyMap<string, Definition>): (from: string) => readonly NamedEntry[] {
  const known = new Map<string, ReadonlyMap<string, readonly NamedEntry[]>>();
  return (from) => {
    const [, repository = '', tag = ''] = /^([^:/@]+):([^@]+)$/.exec(from) ?? [];
    const owners =
      known.get(repository) ?? tagOwners((definitions.get(repository)?.entries ?? []).map(nameEntry));
    known.set(repository, owners);
    return owners.get(tag) ?? [];
  };
}

function comparePins(base: ExternalPins, head: ExternalPins): readonly PinChange[] {
  const images = [...new Set([...base.keys(), ...head.keys()])].sort(compareWords);
  return images
    .map((image) => ({ image, from: base.get(image) ?? null, to: head.get(image) ?? null }))
    .filter(({ from, to }) => from !== to);
}
