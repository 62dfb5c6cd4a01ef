import { InvalidArgumentError } from 'commander';

/** Reads the value of an option: a whole number from 1. */
export function parseWholeNumber(text: string): number {
  if (/^[1-9]\d{0,11}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number from 1.');
}
