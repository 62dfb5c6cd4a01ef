/** What a change of a repository builds its images from: as texts to be compared, and against the rules. */
import type { Architecture } from '../../definitions/architectures.ts';
import { inputsFor, type BuildInputs } from '../../definitions/definition.ts';
import { commitKey } from '../git/fetch-commits.ts';
import type { NamedEntry } from '../tags/entry-name.ts';
import { checkBase, type BaseSurroundings } from './checks/base-checks.ts';
import {
  severityOf,
  sumUp,
  sumUpUnchecked,
  type ReviewFinding,
  type UncheckedPart,
} from './checks/checks.ts';
import { checkCommit, type CommitHistories } from './checks/commit-checks.ts';
import { checkConstraints } from './checks/definition-checks.ts';
import type { DefinitionChange, SourceChange } from './definition-change.ts';
import type { ExaminedSource, SourceExaminer } from './examine-sources.ts';
import type { Comparison, Side } from './git-diff.ts';
import { closestEntry, type EntryPair } from './pair-entries.ts';
import type { BaseChange } from './review.ts';

export interface SourcesReview {
  readonly bases: readonly BaseChange[];
  readonly findings: readonly ReviewFinding[];
  readonly unchecked: readonly UncheckedPart[];
}

export interface SourcesQuestion {
  readonly change: DefinitionChange;
  readonly examiner: SourceExaminer;
  readonly surroundings: BaseSurroundings;
  /** Gets the files of both sides. */
  readonly comparison: Comparison;
  /** The history of the refs that are named; null where it is not fetched. */
  readonly histories: CommitHistories | null;
}

export async function reviewSources(question: SourcesQuestion): Promise<SourcesReview> {
  const { change, examiner, comparison } = question;
  const bases: BaseChange[] = [];
  const findings: ReviewFinding[] = [];
  const unchecked: UncheckedPart[] = [];
  const pairs = pairsByHead(change);
  for (const source of change.sources) {
    // what is gone, an entry or an architecture of one, is told by its name
    if (source.to === null) continue;
    const label = labelOf(source, change.sources);
    const before = await examineBefore(source, pairs.get(source.entry), label, question);
    const after = await examiner.examine(source.to, adder(comparison, 'head', label));
    const sides = before === null ? [after] : [before, after];
    const unseen = sides.flatMap((one) => one.unseen ?? []);
    // that the commit before is gone is no fault of the change, and leaves nothing to compare with
    if (before?.isAtHand === false && before.unseen === null)
      unseen.push(...before.findings.map(({ message }) => `its files were not compared: ${message}`));
    const full = comparison.full();
    if (full !== null) unseen.push(`its files were not compared: ${full}`);
    if (unseen.length > 0 || !sides.every(({ isAtHand }) => isAtHand)) comparison.forget(label);
    unchecked.push(...unseen.map((because) => uncheckedPart(change, source, because)));
    if (source.from !== null && before !== null) bases.push(...compareBases(source, before, after));
    findings.push(...newFindings(change, source, before, after));
  }
  const onBases = await reviewBases(question);
  const onCommits = await reviewCommits(question);
  return {
    bases,
    findings: [...sumUp(findings), ...onBases.findings, ...onCommits.findings],
    unchecked: sumUpUnchecked([...unchecked, ...onBases.unchecked, ...onCommits.unchecked]),
  };
}

/** What is new, an entry or an architecture of one, is compared with what is closest to it, as far as that is at hand. */
async function examineBefore(
  source: SourceChange,
  pair: EntryPair | undefined,
  label: string,
  { change, comparison, examiner }: SourcesQuestion,
): Promise<ExaminedSource | null> {
  if (source.from !== null) return await examiner.examine(source.from, adder(comparison, 'base', label));
  const model = modelOf(source, change, pair);
  if (model === null) return null;
  const found = await examiner.examine(model.inputs, adder(comparison, 'base', label));
  if (found.isAtHand && found.unseen === null) {
    comparison.standsFor(label, model.name);
    return found;
  }
  comparison.forget(label);
  return null;
}

function adder(comparison: Comparison, side: Side, label: string): (title: string, text: string) => void {
  return (title, text) => comparison.add(side, `${label}/${title}`, text);
}

/** The entry, with architectures where they differ from each other. */
function labelOf({ entry, architectures }: SourceChange, all: readonly SourceChange[]): string {
  const isOnly = all.filter((other) => other.entry === entry && other.to !== null).length === 1;
  return isOnly ? entry : `${entry} (${architectures.join(', ')})`;
}

function pairsByHead({ pairs }: DefinitionChange): ReadonlyMap<string | undefined, EntryPair> {
  return new Map(pairs.map((pair) => [pair.head?.name, pair]));
}

/** What the entry is built from elsewhere, or else what the entry that is most like it is built from. */
function modelOf(
  { architectures: [architecture] }: SourceChange,
  { base }: DefinitionChange,
  pair: EntryPair | undefined,
): { readonly name: string; readonly inputs: BuildInputs } | null {
  const before = pair?.base ?? null;
  const added = pair?.head ?? null;
  const others = base.filter(({ entry: other }) => other.architectures.includes(architecture));
  const model = before ?? (added === null ? null : closestEntry(added, others));
  if (model === null) return null;
  const elsewhere = before?.entry.architectures[0] ?? architecture;
  return { name: model.name, inputs: inputsFor(model.entry, elsewhere) };
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

/** What must be read to review a change: of entries that changed, and of what they were or are like. */
export function inputsOfChange(change: DefinitionChange): readonly BuildInputs[] {
  const pairs = pairsByHead(change);
  return [
    ...change.sources.flatMap((source) => {
      if (source.to === null) return [];
      const from = source.from ?? modelOf(source, change, pairs.get(source.entry))?.inputs ?? null;
      return from === null ? [source.to] : [from, source.to];
    }),
    ...changedEntries(change).flatMap(({ entry }) =>
      entry.architectures.map((architecture) => inputsFor(entry, architecture)),
    ),
  ];
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
}: SourcesQuestion): Promise<Pick<SourcesReview, 'findings' | 'unchecked'>> {
  const findings: ReviewFinding[] = [];
  const unchecked: UncheckedPart[] = [];
  const { repository } = change;
  for (const entry of changedEntries(change)) {
    const uses = new Map<string, Architecture[]>();
    let isKnown = true;
    for (const architecture of entry.entry.architectures) {
      const { froms, unseen } = await examiner.examine(inputsFor(entry.entry, architecture));
      if (froms === null) {
        isKnown = false;
        if (unseen !== null)
          unchecked.push({ repository, entry: entry.name, architectures: [architecture], because: unseen });
      }
      for (const from of froms ?? []) uses.set(from, [...(uses.get(from) ?? []), architecture]);
    }
    for (const [from, architectures] of uses) {
      findings.push(...checkBase(repository, entry, { from, architectures }, surroundings));
    }
    if (isKnown)
      findings.push(...checkConstraints(repository, entry, [...uses.keys()], surroundings.ownersOf));
  }
  return { findings: sumUp(findings), unchecked };
}

const WITHOUT_HISTORIES =
  'whether commits belong to their refs can only be told with their repositories (--fetch)';

async function reviewCommits({
  change,
  histories,
}: SourcesQuestion): Promise<Pick<SourcesReview, 'findings' | 'unchecked'>> {
  const findings: ReviewFinding[] = [];
  const unchecked: UncheckedPart[] = [];
  const seen = new Set<string>();
  for (const source of change.sources) {
    const { to, entry, architectures } = source;
    if (to === null || seen.has(commitKey(to))) continue;
    seen.add(commitKey(to));
    if (histories === null) {
      unchecked.push(uncheckedPart(change, source, WITHOUT_HISTORIES));
      continue;
    }
    const found = await checkCommit(histories, {
      repository: change.repository,
      entry,
      architectures,
      inputs: to,
    });
    if (typeof found === 'string') unchecked.push(uncheckedPart(change, source, found));
    else findings.push(...found);
  }
  return { findings: sumUp(findings), unchecked };
}

function uncheckedPart(
  { repository }: DefinitionChange,
  { entry, architectures }: SourceChange,
  because: string,
): UncheckedPart {
  return { repository, entry, architectures, because };
}
