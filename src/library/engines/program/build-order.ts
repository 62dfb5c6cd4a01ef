/** What a program of one's own is told, and what it answers: docs/engines.md. Its JSON Schema is made from this one. */
import { z } from 'zod';
import type { BuildRequest } from '../engine.ts';

export const BUILD_ORDER = 'hallmark.build-order/1';

const Digest = z.string().regex(/^sha(?:256:[0-9a-f]{64}|512:[0-9a-f]{128})$/);
const Folder = z.string().describe('absolute, on this machine');

export const BuildOrder = z
  .strictObject({
    schema: z.literal(BUILD_ORDER),
    buildId: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .describe('follows from source, architecture and parents'),
    architecture: z.string().describe('as definitions name it: arm64v8'),
    platform: z
      .strictObject({
        os: z.string(),
        architecture: z.string(),
        variant: z.string().optional(),
        osVersion: z.string().optional(),
      })
      .describe('what the image must be for'),
    context: Folder.describe('folder with the files to build from; only to be read'),
    file: z.string().describe('the Dockerfile, relative to the context'),
    source: z
      .strictObject({ repository: z.string(), commit: z.string(), directory: z.string() })
      .describe('where the context came from'),
    parents: z
      .array(
        z.strictObject({
          from: z.string().describe('as the Dockerfile writes it'),
          digest: Digest.describe('of the manifest that is meant'),
          layout: Folder.describe('folder of an OCI layout with that manifest'),
        }),
      )
      .describe('every image that the Dockerfile names; nothing else may be fetched under these names'),
    arguments: z.record(z.string(), z.string()).describe('build arguments'),
    epoch: z.int().nonnegative().describe('SOURCE_DATE_EPOCH, seconds since 1970'),
    output: Folder.describe('folder to be made: an OCI layout with one image and nothing else'),
    scratch: Folder.describe('folder for files in between; removed afterwards'),
  })
  .describe('One build, as a program of your own is told it on its standard input, version 1');

export type BuildOrder = z.infer<typeof BuildOrder>;

/** What such a program says of itself; it goes into the recipe, so that a new version leads to rebuilds. */
export const ProgramDescription = z.strictObject({
  version: z.string().min(1).max(200),
  parts: z.record(z.string().max(200), z.string().max(2_000)).default({}),
});

/** @param output where the program is to leave its layout */
export function buildOrder(request: BuildRequest, output: string): BuildOrder {
  const { buildId, architecture, platform, context, file, source, parents, epoch, scratch } = request;
  return {
    schema: BUILD_ORDER,
    buildId,
    architecture,
    platform,
    context,
    file,
    source,
    parents: [...parents],
    arguments: { ...request.arguments },
    epoch,
    output,
    scratch,
  };
}

/** The published JSON Schema, draft 2020-12. */
export function buildOrderJsonSchema(): object {
  return { $id: BUILD_ORDER, ...z.toJSONSchema(BuildOrder, { io: 'input' }) };
}
