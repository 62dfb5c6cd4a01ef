/**
 * What a format has no field for is kept in properties, under names that begin with `hallmark:`. They are written and
 * read back here, so that a bill of Hallmark's loses nothing.
 */
import type { z as Zod, ZodType } from 'zod';
import { parseJson } from '../formats/json.ts';
import { type Coverage, COVERAGE_CODES } from '../model/coverage.ts';
import { type Digest, isDigest } from '../model/digest.ts';
import type { Distribution } from '../model/package.ts';
import { lazyShapes } from './lazy-shapes.ts';

/** A name that begins with `hallmark:`, and a value. Names may repeat: lists are kept in their order. */
export type Property = readonly [name: string, value: string];

/** Values by name, in their order. */
export type Properties = ReadonlyMap<string, readonly string[]>;

const PREFIX = 'hallmark:';

/** Those properties that have a value, which may be empty. */
export function toProperties(
  ...given: readonly (readonly [string, string | null | undefined])[]
): readonly Property[] {
  return given.flatMap(([name, value]): Property[] =>
    value === null || value === undefined ? [] : [[PREFIX + name, value]],
  );
}

/** Keeps Hallmark's own among the properties of a bill. */
export function groupProperties(properties: Iterable<Property>): Properties {
  const own = new Map<string, string[]>();
  for (const [name, value] of properties) {
    if (!name.startsWith(PREFIX)) continue;
    const values = own.get(name);
    if (values === undefined) own.set(name, [value]);
    else values.push(value);
  }
  return own;
}

export function textsOf(properties: Properties, name: string): readonly string[] {
  return properties.get(PREFIX + name) ?? [];
}

export function textOf(properties: Properties, name: string): string | null {
  return textsOf(properties, name)[0] ?? null;
}

export function digestOf(properties: Properties, name: string): Digest | null {
  const text = textOf(properties, name);
  return text !== null && isDigest(text) ? text : null;
}

/** The values that are JSON of that shape. */
export function shapesOf<T>(properties: Properties, name: string, shape: () => ZodType<T>): readonly T[] {
  return textsOf(properties, name).flatMap((text) => {
    const { data } = shape().safeParse(parseJson(text));
    return data === undefined ? [] : [data];
  });
}

/** A digest, checked. */
export function digestShape(z: typeof Zod): ZodType<Digest> {
  return z.custom<Digest>((value) => typeof value === 'string' && isDigest(value));
}

/** One property for each thing that was not seen, named after its code. */
export function coverageProperties(coverage: readonly Coverage[]): readonly Property[] {
  return toProperties(
    ...coverage.map(
      ({ code, subject, message }) =>
        [`coverage:${code}`, JSON.stringify({ subject, message })] satisfies [string, string],
    ),
  );
}

const shapes = lazyShapes((z) => ({ coverage: z.object({ subject: z.string(), message: z.string() }) }));

export function readCoverage(properties: Properties): readonly Coverage[] {
  return COVERAGE_CODES.flatMap((code) =>
    shapesOf(properties, `coverage:${code}`, () => shapes().coverage).map((entry) => ({ code, ...entry })),
  );
}

/** The fields of a distribution that a format may have a place for. */
type StatedFields = Partial<Pick<Distribution, 'cpe' | 'id' | 'path' | 'prettyName' | 'versionId'>>;

/** @param stated what the format's own fields tell a reader: that is not said twice */
export function distributionProperties(
  distribution: Distribution,
  stated: StatedFields,
): readonly Property[] {
  const unsaid = <F extends keyof StatedFields>(field: F) =>
    stated[field] === distribution[field] ? null : distribution[field];
  return toProperties(
    ['distribution:rolling', String(distribution.rolling)],
    ['distribution:id', unsaid('id')],
    ['distribution:versionId', unsaid('versionId')],
    ['distribution:codename', distribution.codename],
    ...distribution.idLike.map((id) => ['distribution:idLike', id] as const),
    ['distribution:prettyName', unsaid('prettyName')],
    ['distribution:cpe', unsaid('cpe')],
    ...distribution.repositories.map((name) => ['distribution:repository', name] as const),
    ['distribution:path', unsaid('path')],
  );
}

/** Null where another tool wrote the bill. */
export function readDistributionProperties(
  properties: Properties,
  stated: StatedFields,
): Distribution | null {
  const rolling = textOf(properties, 'distribution:rolling');
  if (rolling === null) return null;
  const text = (name: string) => textOf(properties, `distribution:${name}`);
  return {
    id: text('id') ?? stated.id ?? '',
    versionId: text('versionId') ?? stated.versionId ?? null,
    codename: text('codename'),
    idLike: textsOf(properties, 'distribution:idLike'),
    prettyName: text('prettyName') ?? stated.prettyName ?? '',
    rolling: rolling === 'true',
    cpe: text('cpe') ?? stated.cpe ?? null,
    repositories: textsOf(properties, 'distribution:repository'),
    path: text('path') ?? stated.path ?? '',
  };
}
