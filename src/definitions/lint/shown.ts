import { quote } from '../go-strings.ts';

const LONGEST = 100;

/** A value in a message: quoted, its unseen characters written out, cut where it is long. */
export function shown(text: string): string {
  return quote(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
}
