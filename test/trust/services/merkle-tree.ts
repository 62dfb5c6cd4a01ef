import { sha256 } from './sha256.ts';

/** A Merkle tree that only grows. RFC 6962, 2.1 */
export interface MerkleTree {
  readonly size: number;
  /** Adds a leaf, and says at which index. */
  append(content: Uint8Array): number;
  root(): Buffer;
  /** The hashes that lead from a leaf to the root, the leaf's neighbour first. RFC 6962, 2.1.1 */
  inclusionProof(index: number): Buffer[];
}

export function leafHash(content: Uint8Array): Buffer {
  return sha256(Buffer.of(0), content);
}

const nodeHash = (left: Buffer, right: Buffer): Buffer => sha256(Buffer.of(1), left, right);

export function createMerkleTree(): MerkleTree {
  const leaves: Buffer[] = [];
  return {
    get size() {
      return leaves.length;
    },
    append: (content) => leaves.push(leafHash(content)) - 1,
    root: () => rootOf(leaves),
    inclusionProof: (index) => proofOf(leaves, index),
  };
}

/** The largest power of two below a size. */
const split = (size: number): number => 2 ** Math.floor(Math.log2(size - 1));

function rootOf(leaves: readonly Buffer[]): Buffer {
  const [first] = leaves;
  if (first === undefined) return sha256();
  if (leaves.length === 1) return first;
  const middle = split(leaves.length);
  return nodeHash(rootOf(leaves.slice(0, middle)), rootOf(leaves.slice(middle)));
}

function proofOf(leaves: readonly Buffer[], index: number): Buffer[] {
  if (leaves.length <= 1) return [];
  const middle = split(leaves.length);
  const [left, right] = [leaves.slice(0, middle), leaves.slice(middle)];
  return index < middle
    ? [...proofOf(left, index), rootOf(right)]
    : [...proofOf(right, index - middle), rootOf(left)];
}
