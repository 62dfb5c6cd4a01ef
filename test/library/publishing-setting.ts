/** A registry in memory, a state and the publisher of a programme, for as long as a test runs. */
import type { TestContext } from 'node:test';
import type { Publisher } from '../../src/library/publishing/publisher.ts';
import type { ReadSource } from '../../src/library/sources/read-source.ts';
import { openState } from '../../src/library/state/open-state.ts';
import type { ProgrammeState } from '../../src/library/state/programme-state.ts';
import { temporaryDirectory } from '../images/temporary-directory.ts';
import {
  type MemoryRegistry,
  type MemoryRegistryOptions,
  startMemoryRegistry,
} from '../registry/memory-registry.ts';
import { publisherOf, type PublishingScene, publishingScene } from './publishing.ts';

export interface PublishingSetting {
  readonly registry: MemoryRegistry;
  readonly scene: PublishingScene;
  readonly state: ProgrammeState;
  readonly publisher: Publisher;
}

export async function publishingSetting(
  t: TestContext,
  {
    attestationsInIndex = false,
    readSource,
    ...options
  }: MemoryRegistryOptions & { attestationsInIndex?: boolean; readSource?: ReadSource } = {},
): Promise<PublishingSetting> {
  const registry = await startMemoryRegistry(options);
  t.after(() => registry[Symbol.asyncDispose]());
  const scene = await publishingScene(registry.host, attestationsInIndex);
  const publisher = publisherOf(scene, readSource);
  t.after(() => publisher.close());
  const state = openState(temporaryDirectory(t));
  t.after(() => state.close());
  return { registry, scene, state, publisher };
}
