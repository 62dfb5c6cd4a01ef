import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { HallmarkError } from '../../src/model/errors.ts';
import type { ImageLayer, LayeredImage, OpenedImages, OpenOptions } from '../../src/oci/image.ts';
import { createRegistrySource } from '../../src/oci/registry/registry-source.ts';
import type { RetryPolicy } from '../../src/oci/registry/retry.ts';
import { startFakeRegistry, type FakeRegistry, type FakeRegistryOptions } from './fake-registry.ts';

/** A policy that does not wait, at a fixed time; the waits that were asked for are noted. */
export function impatience(waits: number[] = [], now = () => Date.UTC(2026, 0, 1)): RetryPolicy {
  const sleep = async (milliseconds: number): Promise<void> => {
    waits.push(milliseconds);
  };
  return { attempts: 4, now, random: () => 0.5, sleep };
}

export interface Opening {
  readonly text: string;
  readonly options?: Partial<OpenOptions>;
  readonly policy?: RetryPolicy;
}

/** Opens without HOME: the credentials of whoever runs the tests stay out. */
export function openFrom({ text, options = {}, policy = impatience() }: Opening): Promise<OpenedImages> {
  return createRegistrySource(policy).open(text, text, { environment: {}, ...options });
}

/** Opens and closes again. */
export async function tryOpening(opening: Opening): Promise<void> {
  await (await openFrom(opening)).close();
}

export async function withRegistry(
  options: FakeRegistryOptions,
  use: (registry: FakeRegistry) => Promise<void>,
): Promise<void> {
  await using registry = await startFakeRegistry(options);
  await use(registry);
}

export function onlyImage(opened: OpenedImages): LayeredImage {
  const [image] = opened.images;
  assert.ok(image?.kind === 'image' && opened.images.length === 1);
  return image;
}

export async function readLayer(layer: ImageLayer | undefined): Promise<Buffer> {
  assert.ok(layer !== undefined);
  const parts: Uint8Array[] = [];
  for await (const chunk of layer.open()) parts.push(chunk);
  return Buffer.concat(parts);
}

/** Asserts one clear error, and returns it. */
export async function rejectsWith(
  code: string,
  message: RegExp,
  action: () => Promise<unknown>,
): Promise<HallmarkError> {
  const caught: unknown = await action().then(
    () => assert.fail(`nothing was thrown, expected ${code}`),
    (error: unknown) => error,
  );
  assert.ok(caught instanceof HallmarkError, inspect(caught));
  assert.equal(caught.code, code, inspect(caught));
  assert.match(caught.message, message);
  return caught;
}
