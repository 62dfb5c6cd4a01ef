/** What is known of an image and has no field of its own in a format: as properties, and read back. */
import type { ZodType } from 'zod';
import type { AssessedImage, AssessedLayer, BaseImage, HistoryStep } from '../model/assessment.ts';
import type { RunConfiguration } from '../model/assessment.ts';
import type { Purl } from '../model/purl.ts';
import { lazyShapes } from './lazy-shapes.ts';
import {
  digestOf,
  digestShape,
  type Properties,
  type Property,
  shapesOf,
  textOf,
  toProperties,
} from './properties.ts';

/** Layers, history, start and base are JSON objects with the fields of Hallmark's JSON report. */
export function imageProperties(image: AssessedImage): readonly Property[] {
  return toProperties(
    ['image:reference', image.reference],
    ['image:kind', image.kind],
    ['image:digest', image.digest],
    ['image:indexDigest', image.indexDigest],
    ['image:configDigest', image.configDigest],
    ['image:platform', image.platform],
    ['image:created', image.created],
    ['image:author', image.author],
    ...image.layers.map((layer) => ['image:layer', JSON.stringify(layer)] as const),
    ...image.history.map((step) => ['image:history', JSON.stringify(step)] as const),
    ['image:run', image.run && JSON.stringify(image.run)],
    ['image:base', image.base && JSON.stringify(image.base)],
    ...sortedEntries(image.labels).map(([name, value]) => [`image:label:${name}`, value] as const),
    ...sortedEntries(image.annotations).map(([name, value]) => [`image:annotation:${name}`, value] as const),
  );
}

/** Null where another tool wrote the bill. */
export function readImageProperties(properties: Properties): AssessedImage | null {
  const text = (name: string) => textOf(properties, `image:${name}`);
  const digest = (name: string) => digestOf(properties, `image:${name}`);
  const reference = text('reference');
  if (reference === null) return null;
  return {
    reference,
    kind: text('kind') === 'root-file-system' ? 'root-file-system' : 'image',
    digest: digest('digest'),
    indexDigest: digest('indexDigest'),
    configDigest: digest('configDigest'),
    platform: text('platform'),
    created: text('created'),
    author: text('author'),
    labels: entriesBelow(properties, 'hallmark:image:label:'),
    annotations: entriesBelow(properties, 'hallmark:image:annotation:'),
    run: shapesOf(properties, 'image:run', () => shapes().run)[0] ?? null,
    layers: shapesOf(properties, 'image:layer', () => shapes().layer),
    history: shapesOf(properties, 'image:history', () => shapes().step),
    base: shapesOf(properties, 'image:base', () => shapes().base)[0] ?? null,
  };
}

const shapes = lazyShapes((z) => {
  const text = z.string();
  const maybe = text.nullable();
  const count = z.int().nonnegative();
  const texts = z.array(text);
  const purl = z.custom<Purl>((value) => typeof value === 'string' && value.startsWith('pkg:'));
  const digest = digestShape(z);
  return {
    layer: z.object({
      index: count,
      diffId: digest,
      digest,
      sizeBytes: count,
      mediaType: text,
      step: count.nullable(),
      base: z.boolean().nullable(),
      packages: z.object({
        added: z.array(purl),
        removed: z.array(purl),
        changed: z.array(z.object({ from: purl, to: purl })),
      }),
    }) satisfies ZodType<AssessedLayer>,
    step: z.object({
      createdBy: maybe,
      created: maybe,
      author: maybe,
      comment: maybe,
      layer: count.nullable(),
    }) satisfies ZodType<HistoryStep>,
    run: z.object({
      user: maybe,
      entrypoint: texts,
      command: texts,
      workingDirectory: maybe,
      environment: texts,
      exposedPorts: texts,
      volumes: texts,
      stopSignal: maybe,
      healthcheck: texts.nullable(),
      shell: texts,
    }) satisfies ZodType<RunConfiguration>,
    base: z.object({
      names: texts,
      digest: digest.nullable(),
      layers: count.nullable(),
      source: z.enum(['provenance', 'annotation', 'label', 'index']),
      because: text,
    }) satisfies ZodType<BaseImage>,
  };
});

function sortedEntries(record: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/** Own properties whatever their names, `__proto__` too. */
function entriesBelow(properties: Properties, prefix: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...properties].flatMap(([name, [value = '']]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), value]] : [],
    ),
  );
}
