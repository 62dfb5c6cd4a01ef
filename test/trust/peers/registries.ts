import { startMemoryRegistry, type MemoryRegistry } from '../../registry/memory-registry.ts';
import { addImage } from '../../registry/memory-repository.ts';
import { push, startRealRegistry } from '../../registry/real-registry.ts';
import type { BuiltRoot } from '../../images/image-builder.ts';
import type { Peer } from './peers.ts';

/** A registry that tests put images into. */
export interface PeerRegistry extends AsyncDisposable {
  readonly host: string;
  /** Puts an image there. @returns the reference by digest */
  place(repository: string, image: BuiltRoot): Promise<string>;
}

/** One that lists referrers, and can be looked into. */
export interface ListingRegistry extends PeerRegistry {
  readonly memory: MemoryRegistry;
}

export async function startListingRegistry(): Promise<ListingRegistry> {
  const memory = await startMemoryRegistry();
  return {
    host: memory.host,
    memory,
    async place(repository, image) {
      addImage(memory.repository(repository), image, '1');
      return `${memory.host}/${repository}@${image.digest}`;
    },
    [Symbol.asyncDispose]: () => memory[Symbol.asyncDispose](),
  };
}

/** The distribution project's, of the time before referrers were listed. */
export async function startPlainRegistry({ command }: Peer): Promise<PeerRegistry> {
  const real = await startRealRegistry({ command });
  return {
    host: real.host,
    async place(repository, image) {
      await push(real.host, repository, '1', image);
      return `${real.host}/${repository}@${image.digest}`;
    },
    [Symbol.asyncDispose]: () => real[Symbol.asyncDispose](),
  };
}
