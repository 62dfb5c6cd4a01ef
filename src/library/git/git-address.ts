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
 * A folder of this machine is fetched from only where the programme's own settings lead there: a definition must not be
 * able to make this machine's files its own. `git://` of GitHub has long been HTTPS, as bashbrew has it.
 *
 * @throws {LibraryError} SOURCE_REPOSITORY_FAILED
 */
export function resolveAddress(gitRepo: string, { rewrites }: Pick<GitSettings, 'rewrites'>): GitAddress {
  const written = gitRepo.replace(/^git:(?=\/\/github\.com\/)/, 'https:');
  const [rewrite] = rewrites
    .filter(({ from }) => written.startsWith(from))
    .sort((a, b) => b.from.length - a.from.length);
  const address = rewrite === undefined ? written : rewrite.to + written.slice(rewrite.from.length);
  if (/[\s\p{Cc}]/u.test(address)) throw gitFailed(gitRepo, 'the address has a space or a control character');
  if (/^https:\/\/[^/]/.test(address)) return { address, protocols: [] };
  if (/^ssh:\/\/[^-/]/.test(address) || /^[\w][\w.-]*@[\w][\w.-]*:/.test(address))
    return { address, protocols: ['ssh'] };
  if (rewrite !== undefined && (isAbsolute(address) || address.startsWith('file:///')))
    return { address, protocols: ['file'] };
  throw gitFailed(
    gitRepo,
    rewrite === undefined
      ? 'only https and ssh are fetched from; folders of this machine need a rewrite in programme.yaml'
      : `it is rewritten to ${address}, which is neither https nor ssh nor an absolute folder`,
  );
}
