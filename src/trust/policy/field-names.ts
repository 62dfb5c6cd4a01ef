import { fieldsOfSchema, nearestName } from '../../formats/nearest-name.ts';
import { trustPolicyJsonSchema } from './policy-schema.ts';

/** The field of a trust policy that a word is probably meant to be; null when it is like none. */
export function nearestField(word: string): string | null {
  return nearestName(word, fieldsOfSchema(trustPolicyJsonSchema()));
}
