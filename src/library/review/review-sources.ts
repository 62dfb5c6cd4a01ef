/** What a change of a repository builds its images from: as texts to be compared, and against the rules. */
import type { Architecture } from '../../definitions/architectures.ts';
import { inputsFor, type BuildInputs } from '../../definitions/definition.ts';
import type { GitStore } from '../git/git-store.ts';
import type { NamedEntry } from '../tags/entry-name.ts';
import { kindOf } from '../tags/tag-axes.ts';
import { checkBase, type BaseSurroundings } from './checks/base-checks.ts';
import { severityOf, type ReviewFinding, type UncheckedPart } from './checks/checks.ts';
import { checkCommit } from './checks/commit-checks.ts';
import { checkConstraints } from './checks/definition-checks.ts';
import type { DefinitionChange, SourceChange } from './definition-change.ts';
import type { ExaminedSource, SourceExaminer } from './examine-sources.ts';
import type { BaseChange } from './review.ts';

export interface SourcesReview {
  readonly texts: { readonly base: ReadonlyMap<string, string>; readonly head: ReadonlyMap<string, string> };
  readonly bases: readonly BaseChange[];
  readonly findings: readonly ReviewFinding[];
  readonly unchecked: readonly UncheckedPart[];
}

export interface SourcesQuestion {
  readonly change: DefinitionChange;
  readonly examiner: SourceExaminer;
  readonly surroundings: BaseSurroundings;
  /** Commits that entries are built from; null where none are at hand. */
  readonly store: GitStore | null;
  /** Fetch the history of the refs that are named, to see whether commits belong to them. */
  readonly isFetched: boolean;
}

export async function reviewSources(question: SourcesQuestion): Promise<SourcesReview> {
  const { change, examiner } = question;
  const texts = { base: new Map<string, string>(), head: new Map<string, string>() };
  const bases: BaseChange[] = [];
  const findings: ReviewFinding[] = [];
  const unchecked: UncheckedPart[] = [];
  for (const source of change.sources) {
    const before = source.from === null ? null : await examiner.examine(source.from);
    const after = source.to === null ? null : await examiner.examine(source.to);
    const label = labelOf(source, change.sources);
    // an entry that is new is compared with one of its kind that was there
    const model = before === null && after !== null ? await modelOf(source, question) : null;
    if (model !== null)
      for (const side of [texts.base, texts.head]) addTexts(side, model.label, model.source);
    if (after?.texts !== null && before?.texts !== null) {
      addTexts(texts.base, label, before);
      addTexts(texts.head, label, after);
    }
    const unseen = [before, after].flatMap((one) => one?.unseen ?? []);
    if (unseen[0] !== undefined) unchecked.push(uncheckedPart(change, source, unseen[0]));
    if (before !== null && after !== null) bases.push(...compareBases(source, before, after));
    if (after !== null) findings.push(...newFindings(change, source, before ?? model?.source ?? null, after));
  }
  const onBases = await reviewBases(question);
  const onCommits = await reviewCommits(question);
  return {
    texts,
    bases,
    findings: [...distinct(findings), ...onBases, ...onCommits.findings],
    unchecked: [...distinctParts(unchecked), ...onCommits.unchecked],
  };
}

/** The entry, with architectures where they differ from each other. */
function labelOf({ entry, architectures }: SourceChange, all: readonly SourceChange[]): string {
  const isOnly = all.filter((other) => other.entry === entry).length === 1;
  return isOnly ? entry : `${entry} (${architectures.join(', ')})`;
}

function addTexts(texts: Map<string, string>, label: string, source: ExaminedSource | null): void {
  for (const [name, text] of source?.texts ?? []) texts.set(`${label}/${name}`, text);
}

async function modelOf(
  { entry, architectures }: SourceChange,
  { change: { base, head }, examiner }: SourcesQuestion,
): Promise<{ readonly label: string; readonly source: ExaminedSource } | null> {
  const added = head.find(({ name }) => name === entry);
  if (added === undefined) return null;
  const kind = kindOf(added.software);
  const model = base.find(
    ({ software, entry: other }) =>
      kindOf(software) === kind && other.architectures.includes(architectures[0]),
  );
  if (model === undefined) return null;
  return { label: model.name, source: await examiner.examine(inputsFor(model.entry, architectures[0])) };
}

function compareBases(
  { entry, architectures }: SourceChange,
  before: ExaminedSource,
  after: ExaminedSource,
): BaseChange[] {
  const [from, to] = [before.froms, after.froms];
  if (from === null || to === null || from.join(' ') === to.join(' ')) return [];
  return [{ entry, architectures, from, to }];
}

/** Warnings that a source gave before the change as well are no news; versions in them do not count. */
function newFindings(
  { repository }: DefinitionChange,
  { entry, architectures }: SourceChange,
  before: ExaminedSource | null,
  after: ExaminedSource,
): ReviewFinding[] {
  const old = new Set(before?.findings.map(keyOf));
  return after.findings
    .filter((finding) => severityOf(finding) === 'error' || !old.has(keyOf(finding)))
    .map((finding) => ({ ...finding, repository, entry, architectures }));
}

function keyOf({ check, subject }: ExaminedSource['findings'][number]): string {
  return `${check} ${subject.replaceAll(/[0-9a-f]*\d[0-9a-f]*/gi, '0')}`;
}

/** Entries that changed in what they are built from, on or for. */
function changedEntries({ pairs, sources }: DefinitionChange): readonly NamedEntry[] {
  const names = new Set(sources.filter(({ to }) => to !== null).map(({ entry }) => entry));
  return pairs.flatMap(({ base, head }) => {
    if (head === null) return [];
    const isOther = (field: 'architectures' | 'constraints') =>
      base?.entry[field].join(' ') !== head.entry[field].join(' ');
    return names.has(head.name) || isOther('architectures') || isOther('constraints') ? [head] : [];
  });
}

async function reviewBases({
  change,
  examiner,
  surroundings,
}: SourcesQuestion): Promise<readonly ReviewFinding[]> {
  const findings: ReviewFinding[] = [];
  for (const entry of changedEntries(change)) {
    const uses = new Map<string, Architecture[]>();
    let isKnown = true;
    for (const architecture of entry.entry.architectures) {
      const { froms } = await examiner.examine(inputsFor(entry.entry, architecture));
      if (froms === null) isKnown = false;
      for (const from of froms ?? []) uses.set(from, [...(uses.get(from) ?? []), architecture]);
    }
    for (const [from, architectures] of uses) {
      findings.push(...checkBase(change.repository, entry, { from, architectures }, surroundings));
    }
    if (isKnown) {
      findings.push(...checkConstraints(change.repository, entry, [...uses.keys()], surroundings.ownersOf));
    }
  }
  return findings;
}

async function reviewCommits({
  change,
  store,
  isFetched,
}: SourcesQuestion): Promise<Pick<SourcesReview, 'findings' | 'unchecked'>> {
  const findings: ReviewFinding[] = [];
  const unchecked: UncheckedPart[] = [];
  if (store === null || !isFetched) return { findings, unchecked };
  const seen = new Set<string>();
  for (const source of change.sources) {
    const { to, entry, architectures } = source;
    if (to === null || seen.has(commitKey(to))) continue;
    seen.add(commitKey(to));
    const found = await checkCommit(store, {
      repository: change.repository,
      entry,
      architectures,
      inputs: to,
    });
    if (typeof found === 'string') unchecked.push(uncheckedPart(change, source, found));
    else findings.push(...found);
  }
  return { findings: distinct(findings), unchecked };
}

function commitKey({ gitRepo, gitFetch, gitCommit }: BuildInputs): string {
  return `${gitRepo} ${gitFetch} ${gitCommit}`;
}

function uncheckedPart(
  { repository }: DefinitionChange,
  { entry, architectures }: SourceChange,
  because: string,
): UncheckedPart {
  return { repository, entry, architectures, because };
}

/** What several entries have in common is told of the first. */
function distinct(findings: readonly ReviewFinding[]): readonly ReviewFinding[] {
  return [
    ...new Map(findings.toReversed().map((one) => [`${one.check} ${one.message}`, one])).values(),
  ].reverse();
}

function distinctParts(parts: readonly UncheckedPart[]): readonly UncheckedPart[] {
  return [...new Map(parts.toReversed().map((part) => [part.because, part])).values()].reverse();
}
