/**
 * Reads values from outside by their shape. A shape is a function that answers what a value means or throws where it
 * does not fit, so shapes are put together as functions are. Images are opened by these and not by zod, which takes
 * longer to load than a small image takes to read.
 */

/** @throws {ShapeMismatch} */
export type Shape<T> = (value: unknown, place: string) => T;

/** What a shape answers. */
export type Shaped<S> = S extends Shape<infer T> ? T : never;

/** A value does not have its shape. The message never repeats the value, which may be a secret. */
export class ShapeMismatch extends Error {
  override readonly name = 'ShapeMismatch';
  /** Fields and positions on the way to the value: `layers.0.size`; empty for the whole. */
  readonly place: string;

  constructor(place: string, message: string) {
    super(message);
    this.place = place;
  }
}

/** Answers the mismatch instead of throwing it. */
export function applyShape<T>(shape: Shape<T>, value: unknown): T | ShapeMismatch {
  try {
    return shape(value, '');
  } catch (error) {
    if (error instanceof ShapeMismatch) return error;
    throw error;
  }
}

export const anything: Shape<unknown> = (value) => value;

/** A text of at most so many UTF-16 code units. */
export function string(most: number = Infinity): Shape<string> {
  return (value, place) => {
    if (typeof value !== 'string') throw unexpected(place, 'a string', value);
    if (value.length <= most) return value;
    throw new ShapeMismatch(place, `has ${value.length} characters; at most ${most} are read`);
  };
}

export const boolean: Shape<boolean> = (value, place) => {
  if (typeof value === 'boolean') return value;
  throw unexpected(place, 'true or false', value);
};

/** A number, and not the infinity that JSON.parse reads 1e999 as. */
export const number: Shape<number> = (value, place) => {
  if (Number.isFinite(value)) return value as number;
  throw unexpected(place, 'a number', value);
};

/** A whole number from 0 that a double holds exactly. */
export const count: Shape<number> = (value, place) => {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw unexpected(place, 'a whole number from 0', value);
};

export function literal<T extends string | number>(wanted: T): Shape<T> {
  return (value, place) => {
    if (value === wanted) return wanted;
    throw unexpected(place, JSON.stringify(wanted), value);
  };
}

/** A list of at most so many items; a longer one is refused before any of them is read. */
export function list<T>(item: Shape<T>, most: number = Infinity): Shape<readonly T[]> {
  return (value, place) => {
    if (!Array.isArray(value)) throw unexpected(place, 'a list', value);
    if (value.length <= most) return value.map((one, index) => item(one, within(place, String(index))));
    throw new ShapeMismatch(place, `has ${value.length} entries; at most ${most} are read`);
  };
}

/** An object with these fields. Others are passed over; a field that is not there is read as undefined. */
export function object<S extends Readonly<Record<string, Shape<unknown>>>>(
  shapes: S,
): Shape<{ readonly [Name in keyof S]: Shaped<S[Name]> }> {
  const known = Object.entries(shapes);
  return (value, place) => {
    const found = members(value, place);
    return Object.fromEntries(
      known.map(([name, shape]) => [
        name,
        // Own properties only: "constructor" is no field of an object that does not name it.
        shape(Object.hasOwn(found, name) ? found[name] : undefined, within(place, name)),
      ]),
    ) as { readonly [Name in keyof S]: Shaped<S[Name]> };
  };
}

/** An object whose names are data too: kept without a prototype, so that none of them meets a property of `Object`. */
export function record<T>(item: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return (value, place) => {
    const found: Record<string, T> = Object.create(null);
    for (const [name, one] of Object.entries(members(value, place)))
      found[name] = item(one, within(place, name));
    return found;
  };
}

/** Null stands for what is null or not there at all. */
export function optional<T>(shape: Shape<T>): Shape<T | null> {
  return (value, place) => (value === undefined || value === null ? null : shape(value, place));
}

/** Null stands for null; the field must be there. */
export function nullable<T>(shape: Shape<T>): Shape<T | null> {
  return (value, place) => (value === null ? null : shape(value, place));
}

/** What `meaning` makes of a value of this shape. */
export function mapped<T, R>(shape: Shape<T>, meaning: (found: T) => R): Shape<R> {
  return (value, place) => meaning(shape(value, place));
}

/** Only the values of this shape that `isRight`. @param wanted what those are, for the message */
export function refined<T, R extends T>(
  shape: Shape<T>,
  isRight: (found: T) => found is R,
  wanted: string,
): Shape<R> {
  return (value, place) => {
    const found = shape(value, place);
    if (isRight(found)) return found;
    throw new ShapeMismatch(place, `expected ${wanted}`);
  };
}

const members: Shape<Readonly<Record<string, unknown>>> = (value, place) => {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw unexpected(place, 'an object', value);
};

const within = (place: string, name: string): string => (place === '' ? name : `${place}.${name}`);

function unexpected(place: string, wanted: string, value: unknown): ShapeMismatch {
  return new ShapeMismatch(place, `expected ${wanted}, found ${kindOf(value)}`);
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
