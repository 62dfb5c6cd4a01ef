import { HallmarkError } from '../model/errors.ts';
import type { CarriedError } from './layer-messages.ts';

/** Brings an error of a worker into a form that survives the way to another thread. */
export function carryError(error: unknown): CarriedError {
  if (error instanceof HallmarkError) {
    const { code, name, message, subject, remedy, exit } = error;
    return { code, name, message, subject: subject ?? null, remedy, exit };
  }
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { code: null, name, message, subject: null, remedy: null, exit: 1 };
}

/** The error as it would have been thrown here: the same code, message and remedy. */
export function revealError(carried: CarriedError): Error {
  const { code, message, subject, remedy, exit } = carried;
  if (code === null) return new Error(`${carried.name}: ${message}`);
  const entry = { exit, means: message, remedy: remedy ?? '' };
  return new HallmarkError(code, entry, message, subject === null ? {} : { subject });
}
