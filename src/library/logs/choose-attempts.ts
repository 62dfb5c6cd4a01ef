import type { Architecture } from '../../definitions/architectures.ts';
import { LibraryError } from '../errors.ts';
import { isAttemptAt } from '../state/attempt-name.ts';
import type { Attempt, ProgrammeState } from '../state/programme-state.ts';

/** Attempts that are looked through, the newest ones: more than a large programme makes in a year. */
const MAX_ATTEMPTS = 200_000;

export interface AttemptChoice {
  /** Repository or `repository:tag`. */
  readonly reference: string;
  /** Null: any. */
  readonly architecture: Architecture | null;
  /** Of the attempt; null: any. */
  readonly id: number | null;
}

/**
 * What was done to build an image, the newest first.
 *
 * @throws {LibraryError} DEFINITION_NOT_FOUND when nothing fits
 */
export function chooseAttempts(
  state: Pick<ProgrammeState, 'attempts'>,
  { reference, architecture, id }: AttemptChoice,
): readonly [Attempt, ...Attempt[]] {
  const [first, ...others] = state
    .attempts(undefined, MAX_ATTEMPTS)
    .filter(
      (attempt) =>
        isAttemptAt(attempt, reference) &&
        (architecture === null || attempt.architecture === architecture) &&
        (id === null || attempt.id === id),
    );
  if (first !== undefined) return [first, ...others];
  throw nothingBuilt({ reference, architecture, id });
}

export function nothingBuilt({ reference, architecture, id }: AttemptChoice): LibraryError {
  const number = id === null ? '' : ` by attempt ${id}`;
  const place = architecture === null ? '' : ` on ${architecture}`;
  return new LibraryError('DEFINITION_NOT_FOUND', `nothing was built as ${reference}${place}${number}`, {
    subject: reference,
    remedy: 'See what was built with "hallmark library status".',
  });
}
