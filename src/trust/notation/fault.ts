import type { CheckId } from '../checks/checks.ts';

/** What is wrong with an envelope. Thrown and caught within this folder only. */
export class NotationFault extends Error {
  override readonly name = 'NotationFault';
  /** The check that is not passed; null: the one that was being made. */
  readonly check: CheckId | null;

  constructor(check: CheckId | null, reason: string) {
    super(reason);
    this.check = check;
  }
}

/** Something cannot be read. */
export function unreadable(reason: string): NotationFault {
  return new NotationFault(null, reason);
}
