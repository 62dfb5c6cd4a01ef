/** Answers about the tags of a programme, as `hallmark library tags` gives them. */
import type { Architecture } from '../../definitions/architectures.ts';
import { inputsFor } from '../../definitions/definition.ts';
import { parseDefinitionReference } from '../../definitions/find-entries.ts';
import type { Contents } from '../contents/contents.ts';
import { LibraryError } from '../errors.ts';
import { parseDatedName } from '../ledger/dated-name.ts';
import type { LedgerEntry } from '../ledger/entry.ts';
import { type TagSpan, tagSpans } from '../ledger/tag-spans.ts';
import { becauseBroken } from '../programme/broken-names.ts';
import type { Programme } from '../programme/programme.ts';
import { chooseTags, type TagChoice } from './choose-tag.ts';
import { openDefinitionRepository } from './definition-repository.ts';
import { nameEntry, type NamedEntry } from './entry-name.ts';
import { readTagHistory } from './read-tag-history.ts';
import { answerTag, newestOf, toSibling, type TagAnswer, type TagSibling } from './tag-answer.ts';
import { endOfLifeOf, releaseOf, type EndOfLife } from './tag-axes.ts';
import type { TagHistory } from './tag-history.ts';
import { standingOf, type TagState } from './tag-state.ts';
import type { GitSurroundings } from '../../updates/upstream/git-process.ts';

export interface TagsQuestion {
  /** `redis`, `redis:8-alpine`. */
  readonly reference: string;
  /** The image that is chosen must be there for it; null for any. */
  readonly architecture: Architecture | null;
  /** Less in an image is better. */
  readonly lean: boolean;
  /** What is recorded of commits: what images are built on. */
  readonly contents: Contents;
  /** The history of the definitions; null to do without it. */
  readonly history: GitSurroundings | null;
  /** The whole ledger; nothing where there is none. */
  readonly ledger: Iterable<LedgerEntry>;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** One entry of a repository, in one line. */
export interface RepositoryEntry extends TagSibling {
  readonly tags: readonly string[];
  readonly sharedTags: readonly string[];
  readonly endOfLife: EndOfLife | null;
}

/** A tag that is no longer supported. */
export interface FormerTag {
  readonly tag: string;
  readonly state: TagState;
  /** Seconds since 1970. */
  readonly until: number | null;
  readonly successor: string | null;
}

export interface TagsAnswer {
  readonly repository: string;
  /** Null when a whole repository was asked for. */
  readonly tag: TagAnswer | null;
  readonly newest: string | null;
  /** Null when one tag was asked for. */
  readonly entries: readonly RepositoryEntry[] | null;
  /** What once was supported, by its state; null where neither the history was read nor anything published. */
  readonly former: readonly FormerTag[] | null;
  /** The best first. */
  readonly choices: readonly TagChoice[];
  readonly history: Pick<TagHistory, 'versions' | 'unreadable' | 'from'> | null;
  /** Why there is no history; null when there is, or none was asked for. */
  readonly withoutHistory: string | null;
}

/** @throws {LibraryError} DEFINITION_NOT_FOUND, GIT_MISSING */
export async function askTags(programme: Programme, question: TagsQuestion): Promise<TagsAnswer> {
  const { repository: name, tag } = parseDefinitionReference(question.reference);
  const repository = programme.repositories.get(name);
  if (repository === undefined) {
    const because = becauseBroken(name, programme.broken);
    const message = `there is no repository ${JSON.stringify(name.slice(0, 200))} in the programme${because}`;
    throw new LibraryError('DEFINITION_NOT_FOUND', message, { subject: name });
  }
  const { nowMs, contents } = question;
  const entries = repository.definition.entries.map(nameEntry);
  const spans = tagSpans(question.ledger, name);
  const { history, because } = await historyOf(programme, name, question.history);
  const baseOf = (entry: NamedEntry, architecture: Architecture) =>
    contents.factsOf(inputsFor(entry.entry, architecture))?.lastStageFrom ?? null;
  const answer =
    tag === null ? null : answerTag({ repository: name, tag, entries, history, spans, baseOf, nowMs });
  return {
    repository: name,
    tag: answer,
    newest: newestOf(entries.filter(({ preRelease }) => !preRelease))?.name ?? null,
    entries: tag === null ? entries.map((entry) => toEntry(entry, nowMs)) : null,
    former: tag === null && (history !== null || spans.size > 0) ? formerTags(entries, history, spans) : null,
    choices: chooseTags(entries, { like: wishOf(answer), ...question }, nowMs),
    history: history && { versions: history.versions, unreadable: history.unreadable, from: history.from },
    withoutHistory: because,
  };
}

/** Whoever asks for a name that never moves may want the tag that does. */
function wishOf(answer: TagAnswer | null): string {
  if (answer === null) return 'latest';
  const { tag, standing } = answer;
  return standing.state === 'dated' ? (parseDatedName(tag)?.tag ?? tag) : tag;
}

async function historyOf(
  { settings }: Programme,
  name: string,
  surroundings: GitSurroundings | null,
): Promise<{ readonly history: TagHistory | null; readonly because: string | null }> {
  if (surroundings === null) return { history: null, because: null };
  try {
    const repository = await openDefinitionRepository(settings.library, surroundings);
    return { history: await readTagHistory(repository, 'HEAD', name), because: null };
  } catch (error) {
    if (!(error instanceof LibraryError) || error.code !== 'SOURCE_REPOSITORY_FAILED') throw error;
    return { history: null, because: error.message };
  }
}

function toEntry(entry: NamedEntry, nowMs: number): RepositoryEntry {
  const release = releaseOf(entry.tags);
  return {
    ...toSibling(entry),
    tags: entry.entry.tags,
    sharedTags: entry.entry.sharedTags,
    endOfLife: release === null ? null : endOfLifeOf(release, nowMs),
  };
}

const STATES: readonly TagState[] = ['orphaned', 'retired', 'superseded'];

function formerTags(
  entries: readonly NamedEntry[],
  history: TagHistory | null,
  spans: ReadonlyMap<string, TagSpan>,
): readonly FormerTag[] {
  return [...new Set([...(history?.tags.keys() ?? []), ...spans.keys()])]
    .map((tag) => ({ tag, ...standingOf(tag, entries, history, spans.get(tag) ?? null) }))
    .filter(({ state }) => STATES.includes(state))
    .map(({ tag, state, until, successor }) => ({ tag, state, until: until?.at ?? null, successor }))
    .sort((a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state) || (b.until ?? 0) - (a.until ?? 0));
}
