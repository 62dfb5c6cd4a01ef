import { createHash } from 'node:crypto';
import { parseDigest, type Digest } from '../../model/digest.ts';
import type { Fact } from './fact.ts';
import { formatFact } from './fact-text.ts';

/** Collects the digest of a database: SHA-256 over the lines of its facts, each with a line feed, in their order. */
export interface ContentDigest {
  add(fact: Fact): void;
  finish(): Digest;
}

export function createContentDigest(): ContentDigest {
  const hash = createHash('sha256');
  let batch = '';
  return {
    add(fact) {
      batch += `${formatFact(fact)}\n`;
      if (batch.length < 1 << 16) return;
      hash.update(batch);
      batch = '';
    },
    finish() {
      hash.update(batch);
      return parseDigest(`sha256:${hash.digest('hex')}`);
    },
  };
}

/** The digest of facts in their order. */
export function contentDigest(facts: Iterable<Fact>): Digest {
  const digest = createContentDigest();
  for (const fact of facts) digest.add(fact);
  return digest.finish();
}
