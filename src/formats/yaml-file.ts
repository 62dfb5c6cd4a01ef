/** Files of YAML or JSON that people write, read by a schema, with the place of everything that is wrong. */
import type { z } from 'zod';
import { type Position, readYamlLines, type YamlReading } from './yaml-lines.ts';

/** Something wrong in a file, and where. */
export interface Fault {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** A file that has the shape that it should have. */
export interface ReadFile<T, E extends Error> {
  readonly value: T;
  readonly positionOf: (path: readonly PropertyKey[]) => Position;
  /** The error that names these faults, each with its line and column. */
  readonly refuse: (faults: readonly Fault[]) => E;
}

export interface FileKind<E extends Error> {
  /** The file, for messages. */
  readonly name: string;
  /** Makes the error of the room that reads the file. */
  readonly error: (message: string, details: { readonly subject: string; readonly cause: unknown }) => E;
  /** The field that an unknown one is probably meant to be. */
  readonly nearest?: (field: string) => string | null;
}

/** In UTF-16 code units: thousands of rules. */
const MAX_LENGTH = 1024 * 1024;
/** Faults that one message lists. */
const MAX_FAULTS = 10;

/**
 * Reads a text of YAML or JSON by its schema: no key twice, no unknown fields where the schema is strict.
 *
 * @throws the error that `kind` makes, with line and column of each fault
 */
export function readYamlFile<T, E extends Error>(
  text: string,
  schema: z.ZodType<T>,
  kind: FileKind<E>,
): ReadFile<T, E> {
  const { name } = kind;
  const invalid = (faults: readonly string[], cause?: unknown): E =>
    kind.error(`${name} cannot be used: ${faults.join('; ')}`, { subject: name, cause });
  if (text.length > MAX_LENGTH) {
    throw invalid([`it has ${text.length} characters; at most ${MAX_LENGTH} are read`]);
  }
  let yaml: YamlReading;
  try {
    yaml = readYamlLines(text);
  } catch (cause) {
    // the library reads by recursion
    if (cause instanceof RangeError) throw invalid(['it is nested too deeply'], cause);
    throw cause;
  }
  if ('fault' in yaml) throw invalid([`line ${yaml.line}, column ${yaml.column}: ${yaml.fault}`]);
  const { value, positionOf } = yaml;
  const refuse = (faults: readonly Fault[]): E => {
    const described = faults.slice(0, MAX_FAULTS).map(({ path, message }) => {
      const { line, column } = positionOf(path);
      const field = path.length === 0 ? 'the file' : path.map(String).join('.');
      return `line ${line}, column ${column}: ${field}: ${message}`;
    });
    const more = faults.length > MAX_FAULTS ? [`and ${faults.length - MAX_FAULTS} more`] : [];
    return invalid([...described, ...more]);
  };
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw refuse(parsed.error.issues.flatMap((issue) => toFaults(issue, kind.nearest)));
  return { value: parsed.data, positionOf, refuse };
}

function toFaults(
  issue: z.core.$ZodIssue,
  nearest: ((field: string) => string | null) | undefined,
): readonly Fault[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: issue.path, message: issue.message }];
  return issue.keys.map((key) => {
    const meant = nearest?.(key) ?? null;
    // the very word is a field of another place
    const hint = meant === null ? '' : meant === key ? ' here' : `; is ${meant} meant?`;
    return { path: [...issue.path, key], message: `is no field${hint}` };
  });
}
