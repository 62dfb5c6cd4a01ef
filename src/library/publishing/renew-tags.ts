/**
 * Keeps what is signed of tags from expiring. The state says no more than when it is time to look: what is signed anew is what the public
 * registry has behind a tag, and what either the publisher's own word or the definitions of now speak for.
 */
import { z } from 'zod';
import { parseJson } from '../../formats/json.ts';
import { HallmarkError } from '../../model/errors.ts';
import { inParallel } from '../../oci/toc/in-parallel.ts';
import type { Publication } from '../ledger/entry.ts';
import type { TagState } from '../ledger/tag-states.ts';
import { type ProgrammeSettings, rulesFor } from '../programme/programme.ts';
import type { ProgrammeState } from '../state/programme-state.ts';
import { attestTags, type MeantTags, tagsStillSigned } from './attest-tags.ts';
import { movedTags } from './carry-out.ts';
import type { Publisher } from './publisher.ts';

/** Tags of which it is not signed what they mean, or not for as long as is asked for. */
export interface UnsignedTags {
  readonly repository: string;
  readonly tags: readonly string[];
  readonly because: string;
}

export type RenewalState = Pick<ProgrammeState, 'tagStates' | 'recall' | 'remember'>;
export type RenewalSettings = Pick<ProgrammeSettings, 'registry' | 'rules' | 'repositoryRules'>;

export interface Renewal {
  readonly settings: RenewalSettings;
  readonly state: RenewalState;
  readonly publisher: Publisher;
  /** Holds a publication against the definitions of now; throws where these do not speak for it. */
  readonly prove: (event: Publication) => Promise<unknown>;
}

/** Milliseconds after which tags that could not be signed are looked at again. */
const NEXT_TRY = 3_600_000;

/** Publications whose tags are looked at at the same time. */
const AT_A_TIME = 4;

const Remembered = z.record(z.string(), z.strictObject({ digest: z.string(), next: z.number() }));

/** By tag: what was seen to, and when it is time again, in milliseconds since 1970. */
type Remembered = Map<string, Readonly<z.infer<typeof Remembered>[string]>>;

/** Signs anew what expires soon, of all tags that are supported. A registry that is away, or a tag that means something else, is told. */
export async function renewTags(renewal: Renewal): Promise<readonly UnsignedTags[]> {
  const { settings, state, publisher } = renewal;
  const unsigned: UnsignedTags[] = [];
  for (const [repository, tags] of state.tagStates()) {
    const { tagValidity } = rulesFor(settings, repository);
    if (tagValidity === null) continue;
    const remembered = recallTags(repository, state);
    const now = publisher.now().getTime();
    const due = [...tags.values()].filter((tag) => isDue(tag, remembered, now));
    if (due.length === 0) continue;
    const together = [...Map.groupBy(due, ({ published }) => published?.sequence).values()];
    await inParallel(together, AT_A_TIME, async (some) => {
      const result = await renew(some, tagValidity, renewal);
      for (const { tag, digest } of some) remembered.set(tag, { digest, next: result.next });
      if (result.unsigned !== null) unsigned.push(result.unsigned);
    });
    rememberTags(repository, remembered, state);
  }
  return unsigned;
}

/** To be called when a publication has signed its tags by itself. @param until RFC 3339 */
export function rememberSigned(
  { repository, tags, digest }: MeantTags,
  until: string,
  publisher: Pick<Publisher, 'now'>,
  state: RenewalState,
): void {
  const remembered = recallTags(repository, state);
  const next = halfway(publisher.now().getTime(), until);
  for (const tag of tags) remembered.set(tag, { digest, next });
  rememberTags(repository, remembered, state);
}

function isDue({ tag, digest, retired, published }: TagState, remembered: Remembered, now: number): boolean {
  if (retired !== null || published === null) return false;
  const known = remembered.get(tag);
  return known?.digest !== digest || known.next <= now;
}

/** @param some tags of one publication */
async function renew(
  some: readonly TagState[],
  validity: number,
  { settings, publisher, prove }: Renewal,
): Promise<{ readonly next: number; readonly unsigned: UnsignedTags | null }> {
  const now = publisher.now().getTime();
  const [first] = some;
  const event = first?.published?.event;
  if (event === undefined) return { next: now + NEXT_TRY, unsigned: null };
  const meant: MeantTags = { ...event, tags: some.map(({ tag }) => tag) };
  const failed = (tags: readonly string[], because: string) => ({
    next: now + NEXT_TRY,
    unsigned: { repository: event.repository, tags, because },
  });
  const signing = { validity, path: settings.registry.public };
  try {
    const still = await tagsStillSigned(meant, signing, publisher);
    const others = meant.tags.filter((tag) => !still.includes(tag));
    if (others.length > 0) await prove({ ...event, tags: others });
    const there = await movedTags(meant, publisher);
    const until =
      there.length === 0 ? null : await attestTags({ ...meant, tags: there }, [], signing, publisher);
    const elsewhere = meant.tags.filter((tag) => !there.includes(tag));
    return until === null || elsewhere.length > 0
      ? failed(elsewhere, `in the registry it does not mean ${meant.digest}, as the ledger has it`)
      : { next: halfway(now, until), unsigned: null };
  } catch (error) {
    publisher.signal?.throwIfAborted();
    if (!(error instanceof HallmarkError)) throw error;
    return failed(meant.tags, error.message);
  }
}

const halfway = (now: number, until: string): number => now + (Date.parse(until) - now) / 2;

const memoryName = (repository: string): string => `signed tags ${repository}`;

/** What cannot be read is looked at anew. */
function recallTags(repository: string, state: Pick<ProgrammeState, 'recall'>): Remembered {
  const { data } = Remembered.safeParse(parseJson(state.recall(memoryName(repository)) ?? '{}'));
  return new Map(Object.entries(data ?? {}));
}

function rememberTags(
  repository: string,
  remembered: Remembered,
  state: Pick<ProgrammeState, 'remember'>,
): void {
  state.remember(memoryName(repository), JSON.stringify(Object.fromEntries(remembered)));
}
