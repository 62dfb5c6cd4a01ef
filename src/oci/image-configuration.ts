import { z } from 'zod';
import type { HistoryStep } from '../model/assessment.ts';
import { normalizePlatform } from '../model/platform.ts';
import { applySchema, digestText, refuseCaseVariants, stringMap } from './descriptor.ts';
import type { ImageConfiguration } from './image.ts';
import { MAX_LAYERS } from './manifest.ts';
import { parseStrictJson } from './strict-json.ts';

export const MAX_CONFIGURATION_BYTES = 8 * 1024 * 1024;

/** More build steps than any tool writes; a Dockerfile is limited by its 127 or so layers. */
const MAX_HISTORY = 10_000;

/** Go's zero time, which builders write for "not known". */
const NO_TIME = '0001-01-01T00:00:00Z';

const text = z
  .string()
  .nullish()
  .transform((found) => found || null);

const time = text.transform((found) => (found === NO_TIME ? null : found));

/** Docker's `strslice`: a list, or one string in place of it. */
const words = z
  .union([z.array(z.string()), z.string().transform((word) => [word])])
  .nullish()
  .transform((found): readonly string[] => found ?? []);

/** A set as Go writes it: an object whose names count. Sorted by code unit. */
const names = z
  .unknown()
  .transform((value, context): readonly string[] => {
    if (value === undefined || value === null) return [];
    if (typeof value === 'object' && !Array.isArray(value)) return Object.keys(value).sort();
    context.addIssue({ code: 'custom', message: 'expected an object' });
    return z.NEVER;
  })
  .optional()
  .transform((found) => found ?? []);

const run = z.object({
  User: text,
  Entrypoint: words,
  Cmd: words,
  WorkingDir: text,
  Env: words,
  ExposedPorts: names,
  Volumes: names,
  StopSignal: text,
  Healthcheck: z.object({ Test: words }).nullish(),
  Shell: words,
  Labels: stringMap,
});

const step = z.object({
  created: time,
  created_by: text,
  author: text,
  comment: text,
  empty_layer: z.boolean().nullish(),
});

const schema = z.object({
  architecture: z.string().max(100),
  os: z.string().max(100),
  variant: text,
  'os.version': text,
  created: time,
  author: text,
  config: run.nullish(),
  rootfs: z.object({ type: z.literal('layers'), diff_ids: z.array(digestText).max(MAX_LAYERS).nullable() }),
  history: z.array(step).max(MAX_HISTORY).nullish(),
});

const FIELDS = ['architecture', 'os', 'variant', 'created', 'author', 'config', 'rootfs', 'history'];

/**
 * Joins build steps and layers: the n-th step that is not an `empty_layer` made the n-th layer. Where the counts differ
 * (squashed images, builders that keep only part of the history) nobody knows, and no step gets a layer.
 */
function historyOf(steps: readonly z.infer<typeof step>[], layers: number): HistoryStep[] {
  const fits = steps.filter((entry) => entry.empty_layer !== true).length === layers;
  let next = 0;
  return steps.map((entry) => ({
    createdBy: entry.created_by,
    created: entry.created,
    author: entry.author,
    comment: entry.comment,
    layer: fits && entry.empty_layer !== true ? next++ : null,
  }));
}

/**
 * Reads an image's configuration, OCI's or Docker's. OCI image spec, config.md; moby image/spec.
 *
 * @param subject what the document is, for messages
 * @throws {OciError} MANIFEST_INVALID
 */
export function parseImageConfiguration(bytes: Uint8Array, subject: string): ImageConfiguration {
  const value = parseStrictJson(bytes, { subject, maxBytes: MAX_CONFIGURATION_BYTES });
  refuseCaseVariants(value, FIELDS, subject);
  const found = applySchema(schema, value, subject);
  const settings = found.config ?? run.parse({});
  const diffIds = found.rootfs.diff_ids ?? [];
  return {
    platform: normalizePlatform({
      os: found.os || 'linux',
      architecture: found.architecture,
      ...(found.variant ? { variant: found.variant } : {}),
      ...(found['os.version'] ? { osVersion: found['os.version'] } : {}),
    }),
    created: found.created,
    author: found.author,
    labels: settings.Labels,
    run: {
      user: settings.User,
      entrypoint: settings.Entrypoint,
      command: settings.Cmd,
      workingDirectory: settings.WorkingDir,
      environment: settings.Env,
      exposedPorts: settings.ExposedPorts,
      volumes: settings.Volumes,
      stopSignal: settings.StopSignal,
      healthcheck: settings.Healthcheck?.Test ?? null,
      shell: settings.Shell,
    },
    history: historyOf(found.history ?? [], diffIds.length),
    diffIds,
  };
}
