/** The document of `hallmark library reproduce`: docs/schema/reproduction-1.schema.json is made from this. */
import { z } from 'zod';
import { ARCHITECTURE_NAMES } from '../../definitions/architectures.ts';
import { ASPECTS } from './compare-files.ts';
import { COMPARISON_KINDS } from './image-comparison.ts';
import type { ProgrammeReproduction } from './reproduce-programme.ts';
import { reproductionShares, type ReproductionShare } from './reproduction-shares.ts';
import { formatSeconds } from '../../formats/time.ts';

const count = z.int().min(0);
const image = z.string().describe('first tag: redis:8.2.1-bookworm');
const architecture = z.enum(ARCHITECTURE_NAMES);
const digest = z.string().regex(/^sha(?:256|512):[0-9a-f]{64,128}$/);
const numbers = z.array(z.int().min(1));
const failure = { code: z.string(), because: z.string() };

const engine = z.strictObject({
  name: z.string(),
  version: z.string(),
  parts: z.record(z.string(), z.string()),
});

const comparison = z.strictObject({
  kind: z
    .enum(COMPARISON_KINDS)
    .describe('identical: the same digest; same-layers: manifest, configuration or compression differ'),
  before: digest,
  after: digest,
  layers: z
    .strictObject({
      inherited: count.describe('layers of the image below, which are the same because they are given'),
      count: count.describe("the image's own"),
      identical: count,
      bytes: count.describe('of its own, as they are stored'),
      identicalBytes: count,
    })
    .describe('of the image that stands'),
  layerDifferences: z.array(
    z.strictObject({
      before: numbers,
      after: numbers,
      what: z.enum(['compression', 'order', 'archive', 'cut', 'entries']),
    }),
  ),
  fields: z.array(
    z.strictObject({
      field: z.string(),
      before: z.string().nullable().describe('as JSON, cut short'),
      after: z.string().nullable(),
    }),
  ),
  fieldCount: count,
  files: z.array(
    z.strictObject({
      path: z.string(),
      aspects: z.array(z.enum(ASPECTS)),
      sizes: z.strictObject({ before: count.nullable(), after: count.nullable() }),
      firstDifference: count.nullable().describe('offset of the first byte that differs, of binary files'),
      because: z.string().nullable().describe('why such files are known to differ'),
    }),
  ),
  fileCount: count,
  aspects: z.partialRecord(z.enum(ASPECTS), count),
  causes: z.array(z.strictObject({ because: z.string(), files: count })),
});

/** Also of the status. */
export const ReproductionShareSchema = z.strictObject({
  architecture,
  images: count.describe('built again'),
  failed: count.describe('could not be built again'),
  identical: count.describe('the same digest'),
  'same-layers': count,
  'same-files': count,
  different: count,
  layers: count.describe('of their own, of images that could be compared'),
  identicalLayers: count,
  bytes: count,
  identicalBytes: count,
});

export const ReproductionDocument = z.strictObject({
  schema: z.literal('hallmark.reproduction/1'),
  programme: z.string(),
  at: z.iso.datetime(),
  shares: z.array(ReproductionShareSchema),
  images: z.array(
    z.strictObject({
      image,
      architecture,
      buildId: z.string(),
      generation: z.int().min(1),
      digest,
      engines: z.strictObject({ before: engine, after: engine }),
      at: z.iso.datetime(),
      seconds: count,
      log: z.string().describe("file, relative to the state's folder"),
      outcome: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('compared'), comparison }),
        z.strictObject({ kind: z.literal('failed'), ...failure }),
        z.strictObject({ kind: z.literal('not-compared'), ...failure }),
      ]),
    }),
  ),
  skipped: z.array(
    z.strictObject({
      image,
      architecture,
      because: z.string(),
      isFailure: z.boolean().describe('the engine that is named cannot be had'),
    }),
  ),
});

export interface ToldReproduction {
  readonly schema: 'hallmark.reproduction/1';
  readonly programme: string;
  readonly at: string;
  readonly shares: readonly ReproductionShare[];
  readonly images: ProgrammeReproduction['reproductions'];
  readonly skipped: ProgrammeReproduction['skipped'];
}

/** @param now seconds since 1970 */
export function toReproductionDocument(
  { programme, reproductions, skipped }: ProgrammeReproduction,
  now: number,
): ToldReproduction {
  return {
    schema: 'hallmark.reproduction/1',
    programme,
    at: formatSeconds(now),
    shares: reproductionShares(reproductions),
    images: reproductions,
    skipped,
  };
}

/** The published JSON Schema, draft 2020-12. */
export function reproductionJsonSchema(): object {
  return { $id: 'hallmark.reproduction/1', ...z.toJSONSchema(ReproductionDocument) };
}
