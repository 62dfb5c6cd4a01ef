import { parseRepositoryPattern } from '../repository-pattern.ts';

/** Patterns of repositories in place of a glob over whole references. */
export interface ReferencePatterns {
  readonly patterns: readonly string[];
  /** True when they match other tags or digests of the repository too. */
  readonly isWider: boolean;
}

/**
 * Reads a glob over references, `ghcr.io/acme/app:v*`, in which `**` crosses slashes and colons and `*` colons only.
 *
 * @returns null for what no pattern of repositories says
 */
export function referencePatterns(glob: string): ReferencePatterns | null {
  if (glob === '**') return { patterns: ['**'], isWider: false };
  const [named = '', digest] = glob.split('@');
  const slash = named.lastIndexOf('/');
  const colon = named.indexOf(':', slash);
  const tag = slash >= 0 && colon >= 0 ? named.slice(colon + 1) : null;
  const name = (tag === null ? named : named.slice(0, colon)).replace(/^index\.docker\.io\//, 'docker.io/');
  const isWider = digest !== undefined || (tag !== null && !/^\*+$/.test(tag));
  const open = name.endsWith('**') && !name.endsWith('/**') ? name.slice(0, -'**'.length) : null;
  const candidates = open === null ? [name] : [`${open}*`, `${open}*/**`];
  const patterns = candidates.filter((text) => 'path' in parseRepositoryPattern(text));
  return patterns.length === 0 ? null : { patterns, isWider };
}
