import type { HistoryStep } from '../model/assessment.ts';
import { normalizePlatform } from '../model/platform.ts';
import { digestText, readShape, refuseCaseVariants, stringMap } from './descriptor.ts';
import type { ImageConfiguration } from './image.ts';
import { MAX_LAYERS } from './manifest.ts';
import {
  anything,
  boolean,
  list,
  literal,
  mapped,
  nullable,
  object,
  optional,
  record,
  type Shape,
  type Shaped,
  string,
} from './shape.ts';
import { parseStrictJson } from './strict-json.ts';

export const MAX_CONFIGURATION_BYTES = 8 * 1024 * 1024;

/** More build steps than any tool writes; a Dockerfile is limited by its 127 or so layers. */
const MAX_HISTORY = 10_000;

/** Go's zero time, which builders write for "not known". */
const NO_TIME = '0001-01-01T00:00:00Z';

const text = mapped(optional(string()), (found) => found || null);

const time = mapped(text, (found) => (found === NO_TIME ? null : found));

const wordList = optional(list(string()));

/** Docker's `strslice`: a list, or one string in place of it. */
const words: Shape<readonly string[]> = (value, place) =>
  typeof value === 'string' ? [value] : (wordList(value, place) ?? []);

/** A set as Go writes it: an object whose names count. Sorted by code unit. */
const names = mapped(optional(record(anything)), (found): readonly string[] =>
  Object.keys(found ?? {}).sort(),
);

const run = object({
  User: text,
  Entrypoint: words,
  Cmd: words,
  WorkingDir: text,
  Env: words,
  ExposedPorts: names,
  Volumes: names,
  StopSignal: text,
  Healthcheck: optional(object({ Test: words })),
  Shell: words,
  Labels: stringMap,
});

const step = object({
  created: time,
  created_by: text,
  author: text,
  comment: text,
  empty_layer: optional(boolean),
});

const configuration = object({
  architecture: string(100),
  os: string(100),
  variant: text,
  'os.version': text,
  created: time,
  author: text,
  config: optional(run),
  rootfs: object({ type: literal('layers'), diff_ids: nullable(list(digestText, MAX_LAYERS)) }),
  history: optional(list(step, MAX_HISTORY)),
});

const FIELDS = ['architecture', 'os', 'variant', 'created', 'author', 'config', 'rootfs', 'history'];

/**
 * Joins build steps and layers: the n-th step that is not an `empty_layer` made the n-th layer. Where the counts differ
 * (squashed images, builders that keep only part of the history) nobody knows, and no step gets a layer.
 */
function historyOf(steps: readonly Shaped<typeof step>[], layers: number): HistoryStep[] {
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
  const found = readShape(configuration, value, subject);
  const settings = found.config ?? run({}, 'config');
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
