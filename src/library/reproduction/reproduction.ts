/** One image built again from the same source on the same parents, and what came of it. */
import type { Architecture } from '../../definitions/architectures.ts';
import type { Digest } from '../../model/digest.ts';
import type { BuildId } from '../builds/build.ts';
import type { EngineDescription } from '../engines/engine.ts';
import type { PublishedImage } from '../ledger/entry.ts';
import type { ProgrammeState } from '../state/programme-state.ts';
import { recordIn } from '../state/rows.ts';
import type { ImageComparison } from './image-comparison.ts';

export interface Reproduction {
  /** First tag: `redis:8.2.1-bookworm`. */
  readonly image: string;
  readonly architecture: Architecture;
  readonly buildId: BuildId;
  readonly generation: number;
  /** Of the image that stands. */
  readonly digest: Digest;
  /** What made it, and what built it again. */
  readonly engines: { readonly before: EngineDescription; readonly after: EngineDescription };
  /** RFC 3339. */
  readonly at: string;
  readonly seconds: number;
  /** File of the log, relative to the state's folder. */
  readonly log: string;
  readonly outcome: ReproductionOutcome;
}

export type ReproductionOutcome =
  | { readonly kind: 'compared'; readonly comparison: ImageComparison }
  /** It cannot be built any more, which is an answer too. */
  | { readonly kind: 'failed'; readonly code: string; readonly because: string }
  /** One of the two could not be read: nothing is known. */
  | { readonly kind: 'not-compared'; readonly code: string; readonly because: string };

/** Of what differs so much is remembered; the rest is counted. */
const REMEMBERED = 50;

type Memory = Pick<ProgrammeState, 'recall' | 'remember'>;

/** The last one of an image is remembered, by what it is an image of; what could not be compared changes nothing. */
export function rememberReproduction(state: Memory, reproduction: Reproduction): void {
  const { outcome } = reproduction;
  if (outcome.kind === 'not-compared') return;
  const kept =
    outcome.kind === 'failed' ? outcome : { ...outcome, comparison: shortened(outcome.comparison) };
  state.remember(memoryName(reproduction), JSON.stringify({ ...reproduction, outcome: kept }));
}

/** What this file wrote itself is read back as it is. @throws {LibraryError} STATE_UNREADABLE */
export function recallReproduction(
  state: Pick<Memory, 'recall'>,
  image: Pick<PublishedImage, 'buildId' | 'generation'>,
): Reproduction | null {
  const text = state.recall(memoryName(image));
  return text === null ? null : (recordIn(text) as unknown as Reproduction);
}

function memoryName({ buildId, generation }: Pick<Reproduction, 'buildId' | 'generation'>): string {
  return `reproduction ${buildId}-${generation}`;
}

function shortened(comparison: ImageComparison): ImageComparison {
  const { files, fields } = comparison;
  return { ...comparison, files: files.slice(0, REMEMBERED), fields: fields.slice(0, REMEMBERED) };
}
