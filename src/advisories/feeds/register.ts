import type { Feed, FeedDocument } from '../feed.ts';
import { alpineSecdb } from './alpine-secdb.ts';
import { cisaKev } from './cisa-kev.ts';
import { debianTracker } from './debian-tracker.ts';
import { epss } from './epss.ts';
import { osv } from './osv.ts';

/** Every format that an advisory database can be built from. */
export const FEEDS: readonly Feed[] = [alpineSecdb, cisaKev, debianTracker, epss, osv];

/** The feed whose format a document has; undefined for none. */
export function feedOf(document: FeedDocument): Feed | undefined {
  return FEEDS.find((feed) => feed.recognises(document));
}
