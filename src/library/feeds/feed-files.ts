/** All feeds of a programme as files: one of everything in the folder itself, one of each repository in a folder of its name. */
import type { LedgerEntry } from '../ledger/entry.ts';
import type { ProgrammeSettings } from '../programme/programme.ts';
import { parseReference } from '../../oci/reference.ts';
import { formatAtom } from './atom-feed.ts';
import { feedPages, pageFile, type FeedOptions } from './feed.ts';
import { formatJsonFeed } from './json-feed.ts';

export interface FeedFile {
  /** Relative to the folder of feeds, with slashes. */
  readonly path: string;
  readonly content: string;
}

/** @param address of the folder of feeds, ending in a slash; null where it is not known */
export function feedFiles(
  ledger: readonly LedgerEntry[],
  options: Omit<FeedOptions, 'repository' | 'address'>,
  address: string | null,
): readonly FeedFile[] {
  const repositories = [...new Set(ledger.map(({ event }) => event.repository))].sort();
  return [null, ...repositories].flatMap((repository) => {
    const folder = repository === null ? '' : `${encodeURIComponent(repository)}/`;
    const own = address === null ? null : new URL(`${folder}feed.json`, address).href;
    return feedPages(ledger, { ...options, repository, address: own }).flatMap((page) => [
      { path: `${folder}${pageFile(page.number, 'json')}`, content: formatJsonFeed(page) },
      { path: `${folder}${pageFile(page.number, 'atom')}`, content: formatAtom(page) },
    ]);
  });
}

/** What a programme's settings say of its feeds. */
export function feedOptions(
  { name, pageUrl, registry }: Pick<ProgrammeSettings, 'name' | 'pageUrl' | 'registry'>,
  now: string,
): Omit<FeedOptions, 'repository' | 'address'> {
  const host = pageUrl === null ? parseReference(`${registry.public}/name`).registry : new URL(pageUrl).host;
  // RFC 4151: a name of DNS, without a port
  return {
    name,
    pageUrl,
    now,
    authority: host
      .replace(/:\d+$/, '')
      .replace(/[^a-z0-9.-]/gi, '-')
      .toLowerCase(),
  };
}
