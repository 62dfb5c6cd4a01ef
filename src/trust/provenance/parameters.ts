import { isObject } from '../../formats/json.ts';
import { redact } from '../../secrets/search.ts';
import { ShapeMismatch } from '../../oci/shape.ts';
import type { BuildParameter } from './provenance.ts';

/** More than any build has arguments; nesting is bounded by the reader of JSON. */
const MAX_PARAMETERS = 2000;
const MAX_VALUE_LENGTH = 64 * 1024;

/**
 * The leaves of what a build was told, each under the fields that lead to it. Lists stay whole, as JSON.
 *
 * @param place where they stand, for messages, and the name of what is no object
 */
export function flattenParameters(value: unknown, place: string): readonly BuildParameter[] {
  const found: BuildParameter[] = [];
  const add = (name: string, leaf: unknown): void => {
    if (leaf === undefined || leaf === null) return;
    if (isObject(leaf)) {
      for (const [field, one] of Object.entries(leaf)) add(name === '' ? field : `${name}.${field}`, one);
      return;
    }
    const text = typeof leaf === 'string' ? leaf : JSON.stringify(leaf);
    if (text.length > MAX_VALUE_LENGTH || found.length === MAX_PARAMETERS) {
      throw new ShapeMismatch(
        place,
        `has more than is read: ${MAX_PARAMETERS} parameters of ${MAX_VALUE_LENGTH} characters`,
      );
    }
    found.push({ name: name === '' ? place : name, value: text });
  };
  add('', value);
  return found;
}

/** Names under which people pass secrets, whole or as one of their words. */
const SECRET_NAME =
  /(?:^|[^a-z])(?:password|passwd|passphrase|secret|token|credentials?|api[_-]?key|private[_-]?key|auth)(?:$|[^a-z])/i;

const REDACTED = '[redacted]';

/** Parameters as they may be shown: what looks like a secret, by its name or by itself, is left out. */
export function shownParameters(parameters: readonly BuildParameter[]): readonly BuildParameter[] {
  return parameters.map(({ name, value }) => ({ name, value: shownValue(name, value) }));
}

/** One value as it may be shown. */
export function shownValue(name: string, value: string): string {
  if (value === '') return value;
  if (SECRET_NAME.test(name)) return REDACTED;
  // rules look at the name before a value too
  const prefix = `${name}=`;
  const shown = redact(prefix + value);
  return shown.startsWith(prefix) ? shown.slice(prefix.length) : REDACTED;
}
