/** Differences of two JSON documents, field by field. */

export interface FieldDifference {
  /** `config.Env[2]`. */
  readonly field: string;
  /** As JSON, cut short; null where there is no such field. */
  readonly before: string | null;
  readonly after: string | null;
}

const SHOWN_CHARACTERS = 200;

/** In the order of the fields' names; lists by position. Documents are as deep as their reader allows. */
export function compareFields(before: unknown, after: unknown, field = ''): readonly FieldDifference[] {
  if (isContainer(before) && isContainer(after) && Array.isArray(before) === Array.isArray(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    if (!Array.isArray(before)) keys.sort();
    return keys.flatMap((key) =>
      compareFields(valueOf(before, key), valueOf(after, key), placeOf(field, key, Array.isArray(before))),
    );
  }
  const [left, right] = [textOf(before), textOf(after)];
  return left === right ? [] : [{ field, before: shown(left), after: shown(right) }];
}

type Container = Readonly<Record<string, unknown>>;

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

function valueOf(container: Container, key: string): unknown {
  return Object.hasOwn(container, key) ? container[key] : undefined;
}

function placeOf(field: string, key: string, isList: boolean): string {
  if (isList) return `${field}[${key}]`;
  const name = /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
  return field === '' ? name : `${field}.${name}`;
}

function textOf(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

function shown(text: string | null): string | null {
  return text === null || text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}…`;
}
