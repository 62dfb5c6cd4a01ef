import { digestOf, type Digest } from '../model/digest.ts';

/**
 * The chain IDs of a stack of layers: each names the file system after one more layer, so equal chain IDs are equal
 * stacks. OCI image spec, config.md, "Layer ChainID".
 *
 * @param diffIds from the lowest layer to the uppermost
 * @returns one for each layer
 */
export function chainIds(diffIds: readonly Digest[]): Digest[] {
  const chain: Digest[] = [];
  for (const diffId of diffIds) {
    const below = chain.at(-1);
    chain.push(below === undefined ? diffId : digestOf(`${below} ${diffId}`));
  }
  return chain;
}
