/** What the names of outside images mean now: asked of their registries, remembered in the state. */
import { z } from 'zod';
import { ARCHITECTURES } from '../../../definitions/architectures.ts';
import { parseJson } from '../../../formats/json.ts';
import { type Digest, isDigest } from '../../../model/digest.ts';
import { OciError } from '../../../oci/errors.ts';
import { platformDigest } from '../../../oci/copy/platform-digest.ts';
import { parseReference } from '../../../oci/reference.ts';
import type { ConnectionOptions } from '../../../oci/registry/connection.ts';
import { inParallel } from '../../../oci/toc/in-parallel.ts';
import type { OutsideParent } from '../../builds/identify-builds.ts';
import {
  type OutsideImage,
  type OutsideImages,
  outsideKey,
  pinnedReference,
  pinOf,
} from '../../builds/resolve-parents.ts';
import type { ProgrammeState } from '../../state/programme-state.ts';

export interface OutsideRegistriesOptions {
  readonly state: Pick<ProgrammeState, 'recall' | 'remember'>;
  readonly connection: ConnectionOptions;
  /** What was found, or asked for in vain, less than so many seconds ago is not asked for again. */
  readonly maximumAge: number;
}

export interface LookUpOptions {
  /** Seconds since 1970. */
  readonly now: number;
  /** Names that something was pushed to: these are asked for at once. As `repository:tag`, without the registry. */
  readonly pushed: ReadonlySet<string>;
}

export interface OutsideAnswer {
  readonly images: OutsideImages;
  /** Names that mean what they meant before, since nobody answered: one sentence each. */
  readonly problems: readonly string[];
}

export interface OutsideRegistries {
  /**
   * Looks up every outside image, each once. Of one that cannot be looked up the image that was known before stands; one of a digest is
   * asked for only until it was found.
   */
  lookUp(parents: readonly OutsideParent[], options: LookUpOptions): Promise<OutsideAnswer>;
}

const ASKED_AT_ONCE = 8;

/** What is remembered of a name. */
interface Remembered {
  readonly reference: string;
  readonly digest: Digest;
  readonly since: number;
  readonly checkedAt: number;
}

const RememberedSchema = z.object({
  reference: z.string(),
  digest: z.string().refine(isDigest),
  since: z.number(),
  checkedAt: z.number(),
});

/** Remembers as long as it is used which names were asked for in vain: a registry that does not answer takes its time. */
export function createOutsideRegistries({
  state,
  connection,
  maximumAge,
}: OutsideRegistriesOptions): OutsideRegistries {
  const failures = new Map<string, { readonly at: number; readonly because: string }>();

  async function answerFor(
    parent: OutsideParent,
    known: Remembered | null,
    { now, pushed }: LookUpOptions,
  ): Promise<OutsideImage> {
    const key = outsideKey(parent);
    // what comes from a time that is still to come was written by a clock that was wrong
    const isRecent = (at: number): boolean =>
      at <= now && now - at < maximumAge && !wasPushed(parent, pushed);
    if (known !== null && (pinOf(parent) !== null || isRecent(known.checkedAt))) return known;
    const failure = failures.get(key);
    if (failure !== undefined && isRecent(failure.at)) return failure;
    const found = await lookUp(parent, connection);
    if ('because' in found) {
      failures.set(key, { at: now, because: found.because });
      return found;
    }
    failures.delete(key);
    const since = known?.digest === found.digest ? known.since : now;
    state.remember(memoryName(key), JSON.stringify({ ...found, since, checkedAt: now }));
    return { ...found, since };
  }

  return {
    async lookUp(parents, options) {
      const images = new Map<string, OutsideImage>(parents.map((parent) => [outsideKey(parent), UNASKED]));
      const problems: string[] = [];
      await inParallel(parents, ASKED_AT_ONCE, async (parent) => {
        const key = outsideKey(parent);
        const known = recallImage(state.recall(memoryName(key)));
        const answer = await answerFor(parent, known, options);
        const isStale = 'because' in answer && known !== null;
        if (isStale) problems.push(`${answer.because}; it is taken to be ${known.digest} still`);
        images.set(key, isStale ? known : answer);
      });
      return { images, problems: problems.sort() };
    },
  };
}

/** Takes a place in the order of the parents, until there is an answer. */
const UNASKED: OutsideImage = { because: 'it was not asked for' };

/** What is remembered of outside images, without asking anybody. */
export function recallOutside(
  parents: readonly OutsideParent[],
  state: Pick<ProgrammeState, 'recall'>,
): OutsideImages {
  const images = new Map<string, OutsideImage>();
  for (const parent of parents) {
    const key = outsideKey(parent);
    const known = recallImage(state.recall(memoryName(key)));
    if (known !== null) images.set(key, known);
  }
  return images;
}

/** What registries call the images whose names may come to mean something else: `repository:tag`. */
export function movableNames(parents: readonly OutsideParent[]): ReadonlySet<string> {
  return new Set(parents.flatMap((parent) => (pinOf(parent) === null ? (pushedName(parent) ?? []) : [])));
}

/** Null for what a Dockerfile names and no registry can have: looking it up tells so. */
function pushedName({ from }: OutsideParent): string | null {
  try {
    const { repository, tag } = parseReference(from);
    return `${repository}:${tag}`;
  } catch (error) {
    if (error instanceof OciError) return null;
    throw error;
  }
}

function wasPushed(parent: OutsideParent, pushed: ReadonlySet<string>): boolean {
  const name = pushed.size === 0 ? null : pushedName(parent);
  return name !== null && pushed.has(name);
}

const memoryName = (key: string) => `outside ${key}`;

/** Null also for what is damaged: it is asked for anew. */
function recallImage(text: string | null): Remembered | null {
  const { data } = RememberedSchema.safeParse(parseJson(text ?? ''));
  return data ?? null;
}

async function lookUp(
  parent: OutsideParent,
  connection: ConnectionOptions,
): Promise<Omit<Extract<OutsideImage, { digest: unknown }>, 'since'> | { readonly because: string }> {
  const { from, architecture } = parent;
  const pin = pinOf(parent);
  try {
    const { registry, repository, tag } = parseReference(from);
    const place = `${registry}/${repository}`;
    const reference = pin === null ? `${place}:${tag}` : pinnedReference(from, pin);
    const digest = await platformDigest(reference, ARCHITECTURES[architecture].platform, connection);
    if (digest === null) return { because: `${from} is not in its registry` };
    return { reference: `${place}@${digest}`, digest };
  } catch (error) {
    if (!(error instanceof OciError)) throw error;
    return { because: `${from} cannot be looked up on ${architecture}: ${error.code}: ${error.message}` };
  }
}
