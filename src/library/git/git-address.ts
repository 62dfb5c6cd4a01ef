/** Where a repository is fetched from. */
import { isAbsolute } from 'node:path';
import type { GitSettings } from '../programme/programme.ts';
import { gitFailed } from './git-failure.ts';

export interface GitAddress {
  readonly address: string;
  /** What git must be allowed beside HTTPS. */
  readonly protocols: readonly ('ssh' | 'file')[];
}

/**
 * Folders of this machine, and what its keys of SSH open, are fetched from only where the programme's own settings lead there: a
 * definition must not be able to make them its own, and so publish them. `git://` of GitHub has long been HTTPS, as bashbrew has it.
 *
 * @throws {LibraryError} SOURCE_REPOSITORY_FAILED
 */
export function resolveAddress(gitRepo: string, { rewrites }: Pick<GitSettings, 'rewrites'>): GitAddress {
  const written = gitRepo.replace(/^git:(?=\/\/github\.com\/)/, 'https:');
  const [rewrite] = rewrites
    .filter(({ from }) => written.startsWith(from))
    .sort((a, b) => b.from.length - a.from.length);
  const rest = rewrite === undefined ? '' : written.slice(rewrite.from.length);
  if (goesUp(rest)) throw gitFailed(gitRepo, 'the address goes up from where a rewrite leads');
  const address = rewrite === undefined ? written : rewrite.to + rest;
  if (/[\s\p{Cc}]/u.test(address)) throw gitFailed(gitRepo, 'the address has a space or a control character');
  if (/^https:\/\/[^/]/.test(address)) return { address, protocols: [] };
  if (rewrite === undefined)
    throw gitFailed(
      gitRepo,
      'only https is fetched from; ssh and folders of this machine need a rewrite in programme.yaml',
    );
  if (/^ssh:\/\/[^-/]/.test(address) || /^[\w][\w.-]*@[\w][\w.-]*:/.test(address))
    return { address, protocols: ['ssh'] };
  if (isAbsolute(address) || address.startsWith('file:///')) return { address, protocols: ['file'] };
  throw gitFailed(
    gitRepo,
    `it is rewritten to ${address}, which is neither https nor ssh nor an absolute folder`,
  );
}

/** `/mirrors/` and `../etc`, also as git decodes addresses. */
function goesUp(rest: string): boolean {
  return /(?:^|[/\\:])(?:\.|%2e){2}(?:$|[/\\])/i.test(rest.replaceAll(/%2f/gi, '/'));
}
